"""Nothing unconfirmed survives: the straight path and its ends, with the real engine on real links."""

import pytest

from netadmin.node.messages import EventState, State, digest
from tests.node.conftest import BRIDGED
from tests.rigs.until import until

pytestmark = pytest.mark.sandbox

MOVED = BRIDGED.replace("10.1.0.1/24", "10.1.0.9/24")


def test_a_confirmed_change_is_kept_and_the_old_file_with_it(rig):
    report = rig.apply(MOVED)
    assert report.state is State.WAITING
    assert rig.saved == BRIDGED
    assert rig.addresses("vmbr1") == ["10.1.0.9/24"]

    rig.cli("confirm", report.transaction)

    assert rig.newest.state is State.KEPT
    assert rig.saved == MOVED
    assert (rig.files / "interfaces.previous").read_text() == BRIDGED
    assert not (rig.files / "interfaces.candidate").exists()
    until(lambda: not rig.processes(["guard", report.transaction]), within=5)


def test_an_unconfirmed_change_rolls_back_after_the_deadline(rig):
    before = rig.dump()

    report = rig.apply(MOVED, wait=1)
    assert report.state is State.WAITING
    ended = rig.until_ended()

    assert ended.state is State.ROLLED_BACK
    assert ended.ended_at - ended.deadline < 5
    assert rig.saved == BRIDGED
    assert rig.dump() == before


def test_every_step_is_an_event_with_its_time_and_the_engines_output(rig):
    report = rig.apply(MOVED)

    assert [event.step for event in report.events][-6:] == [
        "apply.arm",
        "apply.engine",
        "apply.guests",
        "apply.verify",
        "apply.wait",
        "apply.probe",
    ]
    assert all(event.state is EventState.DONE for event in report.events)
    engine = next(event for event in report.events if event.step == "apply.engine")
    assert engine.seconds > 0.05
    assert "exit code 0" in engine.output


def test_rolling_back_at_once_removes_what_the_candidate_made(rig):
    before = rig.dump()
    report = rig.apply(
        BRIDGED + "\nauto vmbr9\niface vmbr9 inet static\n\taddress 10.9.0.1/24\n\tbridge-ports eth1\n"
    )
    assert "vmbr9" in rig.links()

    rig.cli("roll-back", report.transaction)

    assert rig.newest.state is State.ROLLED_BACK, rig.newest.residue
    assert "vmbr9" not in rig.links()
    after = rig.dump()
    assert after["links"].keys() == before["links"].keys()
    assert after["addresses"] == before["addresses"]
    assert after["routes"] == before["routes"]


def test_an_extended_deadline_counts_from_the_moment_of_extending(rig):
    report = rig.apply(MOVED, wait=2)

    rig.cli("extend", report.transaction, "60")

    assert rig.newest.deadline_boottime > report.deadline_boottime + 50
    assert rig.report.sequence > report.sequence
    assert rig.cli("status").stdout.count("unless confirmed") == 1


def test_a_confirm_after_the_deadline_is_refused(rig):
    report = rig.apply(MOVED, wait=1)
    rig.until_ended()

    refused = rig.cli("confirm", report.transaction, check=False)

    assert refused.returncode == 1
    assert "Too late" in refused.stderr
    assert rig.saved == BRIDGED


def test_a_confirm_of_another_candidate_is_refused_and_the_transaction_waits_on(rig):
    report = rig.apply(MOVED)

    refused = rig.drive(
        "none",
        "confirm",
        f'{{"transaction": "{report.transaction}", "candidate_digest": "{digest("something else")}"}}',
    )

    assert refused["answer"]["accepted"] is False
    assert refused["answer"]["problem"]["code"] == "NoTransaction"
    assert rig.newest.state is State.WAITING


def test_confirming_twice_is_fine(rig):
    report = rig.apply(MOVED)

    assert rig.cli("confirm", report.transaction).returncode == 0
    assert rig.cli("confirm", report.transaction).returncode == 0
    assert rig.saved == MOVED


def test_a_second_apply_is_refused_while_one_is_open(rig):
    first = rig.apply(MOVED)

    refused = rig.cli("apply", rig.put(BRIDGED), check=False)

    assert refused.returncode == 1
    assert first.transaction in refused.stderr
    assert (rig.files / "interfaces.candidate").read_text() == MOVED
    assert rig.newest.transaction == first.transaction


def test_a_hand_edit_during_the_wait_is_never_overwritten(rig):
    report = rig.apply(MOVED)
    by_hand = BRIDGED + "# by hand\n"
    rig.sandbox.interfaces.write_text(by_hand)

    refused = rig.cli("confirm", report.transaction, check=False)
    assert refused.returncode == 1
    assert "changed on the node" in refused.stderr
    assert rig.newest.state is State.WAITING

    rig.cli("roll-back")
    assert rig.newest.state is State.ROLLED_BACK, rig.newest.residue
    assert rig.saved == by_hand
    assert rig.addresses("vmbr1") == ["10.1.0.1/24"]


def test_without_a_saved_file_nothing_is_applied(rig):
    """ifupdown2 would say 0 and "nothing to reload", and there would be nothing to go back to."""
    rig.sandbox.interfaces.unlink()
    before = rig.dump()

    refused = rig.cli("apply", rig.put(MOVED), check=False)

    assert refused.returncode == 1
    assert "/etc/network/interfaces" in refused.stderr
    assert rig.journal.newest() is None
    assert rig.dump() == before


def test_the_wait_rises_by_what_has_to_settle_and_the_plan_says_why(rig):
    spanning = BRIDGED.replace(
        "bridge-stp off\n\tbridge-fd 0\n\nauto", "bridge-stp on\n\tbridge-fd 4\n\nauto"
    )

    report = rig.apply(spanning, wait=2)

    assert report.wait == 38
    assert "Spanning tree" in report.plan["wait_reason"]
    assert report.deadline > report.started_at + 38


def test_a_staged_file_that_was_kept_is_staged_no_longer(rig):
    rig.cli("stage", rig.put(MOVED))
    report = rig.apply(MOVED)

    rig.cli("confirm", report.transaction)

    assert not (rig.files / "interfaces.new").exists()


def test_a_change_of_one_interface_runs_no_hook_of_another(rig):
    with_hooks = BRIDGED + "\tup echo vmbr1 >> /run/hooks\n"
    rig.cli("confirm", rig.apply(with_hooks).transaction)
    rig.sh("rm -f /run/hooks")

    report = rig.apply(with_hooks.replace("192.168.10.2/24", "192.168.10.77/24"))

    assert report.plan["scope"] == "partial"
    assert rig.addresses("vmbr0") == ["192.168.10.77/24"]
    assert rig.sandbox.run(["test", "-e", "/run/hooks"], check=False).returncode == 1


def test_a_text_that_differs_in_comments_alone_touches_no_link(rig):
    report = rig.apply(BRIDGED + "# nothing but a remark\n")

    assert report.plan["scope"] == "nothing"
    assert next(event.output for event in report.events if event.step == "apply.engine") == ""
    rig.cli("confirm", report.transaction)
    assert rig.saved.endswith("# nothing but a remark\n")


def test_what_a_sourced_file_defines_is_compared_too(rig):
    (rig.files / "interfaces.d/guests").write_text(
        "auto vmbr5\niface vmbr5 inet static\n\taddress 10.5.0.1/24\n\tbridge-ports none\n"
    )

    report = rig.apply(BRIDGED + "\nsource /etc/network/interfaces.d/*\n")

    assert rig.addresses("vmbr5") == ["10.5.0.1/24"]
    assert "vmbr5" in {one["interface"] for one in report.comparisons}
    rig.cli("roll-back")
    assert rig.newest.state is State.ROLLED_BACK, rig.newest.residue
    assert "vmbr5" not in rig.links()
