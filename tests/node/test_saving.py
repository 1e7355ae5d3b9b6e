"""The saved file changes in one step: a hand edit that comes in that moment survives, and so does a link."""

import json

import pytest

from netadmin.node.files import Files
from netadmin.node.messages import State, digest
from tests.node.conftest import BRIDGED
from tests.node.driver import BY_HAND

pytestmark = pytest.mark.sandbox

MOVED = BRIDGED.replace("10.1.0.1/24", "10.1.0.9/24")
CHECKOUT = "/var/lib/netadmin/checkout"  # survives a reboot, and is another file system than /etc/network


def previous(rig):
    return (rig.files / "interfaces.previous").read_text()


def left_over(rig):
    return sorted(
        path.name
        for path in rig.files.iterdir()
        if path.name.startswith(("interfaces.c", ".", "interfaces.n"))
    )


def confirm(rig, report, fault, **settings):
    fields = {"transaction": report.transaction, "candidate_digest": digest(MOVED)}
    return rig.drive(fault, "confirm", json.dumps(fields), **settings)


@pytest.mark.parametrize("editor", ["edit", "append"])
def test_a_hand_edit_in_the_moment_of_keeping_is_the_previous_file_and_told(rig, editor):
    report = rig.apply(MOVED)

    done = confirm(rig, report, f"exchange:{editor}")

    assert done["answer"]["accepted"] and done["fired"]
    assert (rig.newest.state, rig.saved) == (State.KEPT, MOVED)
    assert previous(rig) == BRIDGED + BY_HAND
    assert rig.newest.problem.code == "EditedMeanwhile"
    assert "/etc/network/interfaces.previous" in rig.cli("status").stdout
    assert left_over(rig) == []


def test_a_crash_right_after_the_exchange_loses_no_hand_edit(rig):
    report = rig.apply(MOVED)

    assert confirm(rig, report, "exchange:edit,kill", check=False) is None
    assert rig.saved == MOVED
    rig.until_ended()

    assert (rig.newest.state, rig.saved) == (State.KEPT, MOVED)
    assert previous(rig) == BRIDGED + BY_HAND
    assert rig.newest.problem.code == "EditedMeanwhile"
    assert left_over(rig) == []


def test_a_power_cut_right_after_the_exchange_loses_no_hand_edit(rig):
    report = rig.apply(MOVED)

    rig.sandbox.run(["pkill", "-9", "-f", "watch.py"])
    confirm(rig, report, "exchange:edit,kill", check=False)
    rig.sandbox.power_cut()
    rig.sandbox.power_on()

    assert (rig.newest.state, rig.saved) == (State.KEPT, MOVED)
    assert rig.addresses("vmbr1") == ["10.1.0.9/24"]
    assert previous(rig) == BRIDGED + BY_HAND
    assert rig.newest.problem.code == "EditedMeanwhile"
    assert left_over(rig) == []


def test_where_names_cannot_be_exchanged_a_change_is_kept_all_the_same(rig):
    report = rig.apply(MOVED)

    assert confirm(rig, report, "exchange:EINVAL")["answer"]["accepted"]

    assert (rig.newest.state, rig.saved) == (State.KEPT, MOVED)
    assert previous(rig) == BRIDGED
    assert left_over(rig) == []


def test_where_names_cannot_be_exchanged_a_hand_edit_of_that_moment_stops_it(rig):
    report = rig.apply(MOVED)

    refused = confirm(rig, report, "exchange:edit,EINVAL")

    assert refused["answer"]["problem"]["code"] == "WrongBase"
    assert (rig.newest.state, rig.saved) == (State.WAITING, BRIDGED + BY_HAND)
    rig.cli("roll-back")
    assert (rig.newest.state, rig.saved) == (State.ROLLED_BACK, BRIDGED + BY_HAND)
    assert left_over(rig) == []


def test_a_hand_edit_in_the_moment_of_the_boot_step_is_the_previous_file_and_told(rig):
    rig.cli("stage", rig.put(MOVED))

    said = rig.drive("exchange:edit", "boot")["said"]

    assert rig.saved == MOVED
    assert previous(rig) == BRIDGED + BY_HAND
    assert any("edited by hand" in sentence for sentence in said)
    assert left_over(rig) == []


def test_a_boot_step_that_is_killed_right_after_the_exchange_is_finished_later(rig):
    rig.cli("stage", rig.put(MOVED), "--confirm-within", "60")
    rig.drive("exchange:edit,kill", "boot", check=False)
    assert rig.saved == MOVED

    rig.cli("confirm", rig.newest.transaction)

    assert (rig.newest.state, rig.saved) == (State.KEPT, MOVED)
    assert previous(rig) == BRIDGED + BY_HAND
    assert left_over(rig) == []


def test_a_hand_edit_in_the_moment_in_which_an_unconfirmed_boot_is_undone_is_kept_too(rig):
    rig.cli("stage", rig.put(MOVED), "--confirm-within", "60")
    rig.sandbox.reboot()

    rig.drive("exchange:edit", "roll-back", json.dumps({"transaction": rig.newest.transaction}))

    assert (rig.newest.state, rig.saved) == (State.ROLLED_BACK, BRIDGED)
    assert previous(rig) == MOVED + BY_HAND
    assert rig.newest.problem.code == "EditedMeanwhile"
    assert left_over(rig) == []


@pytest.fixture
def linked(rig):
    """The saved file is a link into a checkout; the checkout, seen from outside."""
    rig.sh(f"mkdir {CHECKOUT} && mv /etc/network/interfaces {CHECKOUT}/node1")
    rig.sh(f"chmod 640 {CHECKOUT}/node1 && ln -s {CHECKOUT}/node1 /etc/network/interfaces")
    return rig.sandbox.directory / "var-lib/checkout"


def test_keeping_changes_the_file_that_a_link_points_to_and_leaves_the_link(rig, linked):
    report = rig.apply(MOVED)
    assert rig.addresses("vmbr1") == ["10.1.0.9/24"]
    assert (linked / "node1").read_text() == BRIDGED

    rig.cli("confirm", report.transaction)

    assert rig.sandbox.interfaces.readlink().as_posix() == f"{CHECKOUT}/node1"
    assert (linked / "node1").read_text() == MOVED
    assert (linked / "node1").stat().st_mode & 0o777 == 0o640
    assert (linked / "node1.previous").read_text() == BRIDGED
    assert sorted(path.name for path in linked.iterdir()) == ["node1", "node1.previous"]


def test_the_boot_step_takes_and_gives_back_the_file_that_a_link_points_to(rig, linked):
    rig.cli("stage", rig.put(MOVED), "--confirm-within", "60")

    rig.sandbox.reboot()

    assert (linked / "node1").read_text() == MOVED
    assert rig.addresses("vmbr1") == ["10.1.0.9/24"]
    rig.cli("roll-back")
    assert rig.newest.state is State.ROLLED_BACK, rig.newest.residue
    assert (linked / "node1").read_text() == BRIDGED
    assert rig.sandbox.interfaces.is_symlink()
    assert left_over(rig) == []


def test_a_link_to_where_nothing_can_be_written_is_refused_beforehand(rig):
    rig.sh("mkdir /srv/checkout && mount -t tmpfs checkout /srv/checkout")
    rig.sh("mv /etc/network/interfaces /srv/checkout/ && ln -s /srv/checkout/interfaces /etc/network/")
    rig.sh("mount -o remount,ro /srv/checkout")
    rig.put(MOVED, "interfaces.new")

    for command in (("apply",), ("stage",)):
        refused = rig.cli(*command, rig.put(MOVED), check=False)
        assert "is a link to /srv/checkout/interfaces" in refused.stderr
    assert "is a link to /srv/checkout/interfaces" in rig.cli("boot").stdout
    assert not (rig.files / "interfaces.new").exists()
    assert len(list(rig.files.glob("interfaces.new.set-aside-*"))) == 1


def test_two_files_are_exchanged_in_one_step(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("1")
    other.write_text("2")
    assert Files().exchange(one, other)
    assert (one.read_text(), other.read_text()) == ("2", "1")
    one.unlink()
    with pytest.raises(FileNotFoundError):
        Files().exchange(one, other)
