"""The boot step: it takes a staged file before networking starts, and never keeps a machine from booting."""

import json
import sys

import pytest

from netadmin.node.messages import State
from tests.faults.bench import RUNNER
from tests.faults.matrix import order
from tests.node.conftest import BRIDGED

pytestmark = pytest.mark.sandbox

MOVED = BRIDGED.replace("10.1.0.1/24", "10.1.0.9/24")


def set_aside(rig):
    return sorted(path.name for path in rig.files.glob("interfaces.new.set-aside-*"))


def test_a_staged_file_is_the_saved_one_after_a_reboot(rig):
    rig.cli("stage", rig.put(MOVED))
    assert rig.addresses("vmbr1") == ["10.1.0.1/24"]

    rig.sandbox.reboot()

    assert rig.saved == MOVED
    assert rig.addresses("vmbr1") == ["10.1.0.9/24"]
    assert (rig.files / "interfaces.previous").read_text() == BRIDGED
    assert not (rig.files / "interfaces.new").exists()
    assert rig.newest.state is State.KEPT
    assert rig.newest.kind == "boot"


def test_a_file_staged_by_hand_is_taken_too(rig):
    rig.put(MOVED, "interfaces.new")

    rig.sandbox.reboot()

    assert rig.saved == MOVED


def test_a_boot_that_must_be_confirmed_and_is_stays(rig):
    rig.cli("stage", rig.put(MOVED), "--confirm-within", "60")
    rig.sandbox.reboot()
    waiting = rig.newest
    assert waiting.state is State.WAITING
    assert rig.addresses("vmbr1") == ["10.1.0.9/24"]

    rig.cli("confirm", waiting.transaction)

    assert rig.newest.state is State.KEPT
    assert rig.saved == MOVED


def test_a_boot_that_nobody_confirms_restores_the_previous_file_and_network(rig):
    rig.cli("stage", rig.put(MOVED), "--confirm-within", "2")

    rig.sandbox.reboot()
    ended = rig.until_ended()

    assert ended.state is State.ROLLED_BACK, ended.residue
    assert rig.saved == BRIDGED
    assert rig.addresses("vmbr1") == ["10.1.0.1/24"]


def test_a_power_cut_before_that_confirm_boots_the_previous_file(rig):
    rig.cli("stage", rig.put(MOVED), "--confirm-within", "60")
    rig.sandbox.reboot()
    assert rig.saved == MOVED

    rig.sandbox.power_cut()
    rig.sandbox.power_on()

    assert rig.saved == BRIDGED
    assert rig.newest.state is State.ROLLED_BACK
    assert rig.addresses("vmbr1") == ["10.1.0.1/24"]


def test_a_way_back_from_that_boot_that_is_killed_half_way_is_gone_to_its_end(rig):
    rig.cli("stage", rig.put(MOVED), "--confirm-within", "60")
    rig.sandbox.reboot()
    back = order("roll-back", {"transaction": rig.newest.transaction})
    killed = {"do": "attempt", "work": back, "fault": {"kind": "worker", "step": "rollback.plan"}}

    told = rig.sandbox.run([sys.executable, RUNNER], text_input=json.dumps(killed) + "\n").stdout

    assert json.loads(told)["died"]
    ended = rig.until_ended()
    assert ended.state is State.ROLLED_BACK, ended.outcome
    assert rig.saved == BRIDGED
    assert rig.addresses("vmbr1") == ["10.1.0.1/24"]


def test_a_power_cut_on_the_way_back_from_that_boot_boots_the_previous_file(rig):
    rig.cli("stage", rig.put(MOVED), "--confirm-within", "60")
    rig.sandbox.reboot()
    back = order("roll-back", {"transaction": rig.newest.transaction})
    cut = {"do": "attempt", "work": back, "fault": {"kind": "power", "step": "rollback.file"}}

    told = rig.sandbox.run([sys.executable, RUNNER], text_input=json.dumps(cut) + "\n").stdout
    rig.sandbox.power_cut()
    rig.sandbox.power_on()

    assert json.loads(told)["cut"]
    assert rig.newest.state is State.ROLLED_BACK
    assert rig.saved == BRIDGED
    assert rig.addresses("vmbr1") == ["10.1.0.1/24"]


def test_an_unconfirmed_boot_whose_file_was_edited_by_hand_goes_back_without_it_and_says_so(rig):
    rig.cli("stage", rig.put(MOVED), "--confirm-within", "2")
    rig.sandbox.reboot()
    by_hand = MOVED + "# by hand\n"
    rig.sandbox.interfaces.write_text(by_hand)

    ended = rig.until_ended()

    assert ended.state is State.ROLLED_BACK_RESIDUE
    assert "edited by hand since the boot" in ended.residue[0]
    assert rig.addresses("vmbr1") == ["10.1.0.1/24"]
    assert rig.saved == by_hand


def test_a_second_reboot_does_not_call_a_file_edited_by_hand_the_previous_one(rig):
    rig.cli("stage", rig.put(MOVED), "--confirm-within", "60")
    rig.sandbox.reboot()
    by_hand = MOVED + "# by hand\n"
    rig.sandbox.interfaces.write_text(by_hand)

    rig.sandbox.reboot()

    assert rig.newest.state is State.ROLLED_BACK_RESIDUE
    assert "edited by hand" in rig.newest.residue[0]
    assert rig.saved == by_hand


def test_a_reboot_says_when_the_saved_file_was_edited_by_hand_meanwhile(rig):
    rig.apply(MOVED)
    by_hand = BRIDGED + "# by hand\n"
    rig.sandbox.interfaces.write_text(by_hand)

    rig.sandbox.power_cut()
    rig.sandbox.power_on()

    assert rig.newest.state is State.ROLLED_BACK
    assert "edited by hand meanwhile" in rig.newest.outcome
    assert rig.saved == by_hand


def test_a_reboot_ends_an_open_transaction_and_sets_its_staged_file_aside(rig):
    rig.cli("stage", rig.put(MOVED))
    rig.apply(MOVED)

    rig.sandbox.power_cut()
    rig.sandbox.power_on()

    assert rig.newest.state is State.ROLLED_BACK
    assert rig.saved == BRIDGED
    assert rig.addresses("vmbr1") == ["10.1.0.1/24"]
    assert len(set_aside(rig)) == 1
    assert "set aside" in rig.cli("status").stdout


@pytest.mark.parametrize(
    ("staged", "why"),
    [
        ("", "no interface"),
        ("# nothing but a comment\n", "no interface"),
        ("auto lo\niface lo inet loopback\n# \udce9\n", "UTF-8"),
    ],
    ids=["empty", "no interface", "not UTF-8"],
)
def test_a_staged_file_in_doubt_is_set_aside_and_the_reason_told(rig, staged, why):
    rig.put(staged, "interfaces.new")

    rig.sandbox.reboot()

    assert rig.saved == BRIDGED
    assert rig.sandbox.boots[-1]["boot"] == 0
    assert len(set_aside(rig)) == 1
    assert why in rig.cli("status").stdout


def test_a_hand_edit_after_staging_is_not_overwritten_at_boot(rig):
    rig.cli("stage", rig.put(MOVED))
    by_hand = BRIDGED + "# by hand\n"
    rig.sandbox.interfaces.write_text(by_hand)

    rig.sandbox.reboot()

    assert rig.saved == by_hand
    assert len(set_aside(rig)) == 1


def test_a_journal_nobody_can_read_leaves_the_saved_file_and_the_next_transaction_works(rig):
    report = rig.apply(MOVED)
    (rig.journal.folder(report.transaction) / "record.json").write_text("{ half a recor")
    rig.put(MOVED, "interfaces.new")

    rig.sandbox.reboot()

    assert rig.saved == BRIDGED
    assert len(set_aside(rig)) == 1
    rig.cli("confirm", rig.apply(MOVED).transaction)
    assert rig.saved == MOVED


def test_the_boot_step_needs_nothing_but_the_standard_library(rig):
    rig.put(MOVED, "interfaces.new")

    done = rig.sandbox.run(["/usr/bin/python3", "-S", "-m", "netadmin.node", "boot"])

    assert "saved one now" in done.stdout
    assert rig.saved == MOVED


def test_a_state_folder_that_cannot_be_written_does_not_stop_the_boot(rig):
    rig.put(MOVED, "interfaces.new")

    done = rig.sandbox.run(
        ["/usr/bin/python3", "-m", "netadmin.node", "boot"], environment={"NETADMIN_STATE": "/proc/nowhere"}
    )

    assert done.returncode == 0
    assert rig.saved == BRIDGED
    assert len(set_aside(rig)) == 1
