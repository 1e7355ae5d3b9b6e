"""Orders: done once, refused with a reason, and always answered."""

import json

import pytest

from netadmin.node.messages import State, digest
from tests.node.conftest import BRIDGED

pytestmark = pytest.mark.sandbox

MOVED = BRIDGED.replace("10.1.0.1/24", "10.1.0.9/24")


def order(verb, **fields):
    return ("none", verb, json.dumps(fields))


def test_an_apply_reports_every_step_and_leaves_the_transaction_waiting(rig):
    done = rig.drive(*order("apply", transaction="t1", candidate=MOVED, wait=60, base_digest=digest(BRIDGED)))

    assert done["answer"]["accepted"] is True
    states = [report["state"] for report in done["reports"]]
    assert states[0] == "applying"
    assert states[-1] == "waiting"
    sequences = [report["sequence"] for report in done["reports"]]
    assert sequences == sorted(set(sequences))
    assert rig.newest.by == "ada"


def test_reports_are_numbered_on_by_whoever_takes_the_transaction_up(rig):
    numbers = []
    for verb, fields in [
        ("apply", {"transaction": "t1", "candidate": MOVED}),
        ("extend", {"transaction": "t1", "seconds": 60}),
        ("confirm", {"transaction": "t1", "candidate_digest": digest(MOVED)}),
    ]:
        numbers += [report["sequence"] for report in rig.drive(*order(verb, **fields))["reports"]]

    assert numbers == sorted(set(numbers))
    assert rig.report.sequence == numbers[-1]


def test_the_same_order_twice_is_carried_out_once(rig):
    same = order("apply", id="o1", transaction="t1", candidate=MOVED)
    rig.drive(*same)
    first = rig.newest

    again = rig.drive(*same)

    assert again["answer"]["accepted"] is True
    assert again["reports"] == []
    assert rig.newest == first


def test_the_same_transaction_in_another_order_is_not_applied_again(rig):
    rig.drive(*order("apply", transaction="t1", candidate=MOVED))
    first = rig.newest

    again = rig.drive(*order("apply", transaction="t1", candidate=MOVED))

    assert again["answer"]["accepted"] is True
    assert rig.newest == first


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"base_digest": "0" * 64}, "WrongBase"),
        ({"expires_at": 1.0}, "TooLate"),
        ({"node": "another"}, "Refused"),
        ({"transaction": "../../etc"}, "Refused"),
        ({"id": "../o"}, "Refused"),
        ({"candidate": ""}, "Unfit"),
        ({"candidate": "auto eth0\n# \udce9\niface eth0\n"}, "Unfit"),
    ],
)
def test_an_order_that_must_not_be_carried_out_is_refused_and_changes_nothing(rig, fields, code):
    before = rig.dump()

    done = rig.drive(*order("apply", **{"transaction": "t1", "candidate": MOVED, **fields}))

    assert done["answer"]["accepted"] is False
    assert done["answer"]["problem"]["code"] == code
    assert done["answer"]["problem"]["next"]
    assert rig.journal.newest() is None
    assert rig.saved == BRIDGED
    assert rig.dump() == before


def test_staging_writes_interfaces_new_and_nothing_else(rig):
    done = rig.drive(*order("stage", text=MOVED, base_digest=digest(BRIDGED)))

    assert done["answer"]["accepted"] is True
    assert (rig.files / "interfaces.new").read_text() == MOVED
    assert rig.saved == BRIDGED


def test_a_staged_file_of_another_base_is_refused(rig):
    rig.sandbox.interfaces.write_text(BRIDGED + "# by hand\n")

    done = rig.drive(*order("stage", text=MOVED, base_digest=digest(BRIDGED)))

    assert done["answer"]["problem"]["code"] == "WrongBase"
    assert not (rig.files / "interfaces.new").exists()


def test_unstaging_removes_the_file_it_names_and_no_other(rig):
    rig.drive(*order("stage", text=MOVED))

    refused = rig.drive(*order("unstage", staged_digest=digest(BRIDGED)))
    assert refused["answer"]["accepted"] is False
    assert (rig.files / "interfaces.new").exists()

    rig.drive(*order("unstage", staged_digest=digest(MOVED)))
    assert not (rig.files / "interfaces.new").exists()


def test_while_a_transaction_is_open_nothing_is_staged(rig):
    rig.apply(MOVED)

    refused = rig.drive(*order("stage", text=BRIDGED))

    assert refused["answer"]["problem"]["code"] == "Busy"


def test_a_reboot_is_refused_while_a_transaction_is_open(rig):
    rig.apply(MOVED)

    refused = rig.drive(*order("reboot", delay=60))

    assert refused["answer"]["problem"]["code"] == "Busy"


def test_a_scheduled_reboot_is_shown_and_can_be_called_off(rig):
    rig.drive(*order("reboot", delay=60))
    assert "reboot   in" in rig.cli("status").stdout
    assert rig.processes(["sleep", "60"])

    rig.drive(*order("cancel-reboot"))

    assert "reboot   in" not in rig.cli("status").stdout
    assert not rig.processes(["sleep", "60"])


def test_a_reboot_order_reboots_the_node(rig):
    rig.drive(*order("reboot", delay=0))

    rig.sandbox.come_up_again(timeout=20)

    assert rig.addresses("vmbr1") == ["10.1.0.1/24"]


def test_an_order_may_roll_back_and_names_who_asked(rig):
    report = rig.apply(MOVED)

    rig.drive(*order("roll-back", transaction=report.transaction))

    assert rig.newest.state is State.ROLLED_BACK
    assert "ada" in rig.newest.outcome
