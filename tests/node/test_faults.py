"""A fault at every step and every file operation: the old network or the new one is left, nothing between.

The cases come from the lists of steps, and from counting the operations: a new step is covered by itself.
"""

import json

import pytest

from netadmin.node.messages import State, digest
from netadmin.node.phases import PHASES
from tests.node.conftest import BRIDGED

pytestmark = pytest.mark.sandbox

MOVED = BRIDGED.replace("10.1.0.1/24", "10.1.0.9/24") + (
    "\nauto vmbr9\niface vmbr9 inet static\n\taddress 10.9.0.1/24\n\tbridge-ports eth1\n"
)
FAULTS = ("kill", "raise")
GONE = (State.ROLLED_BACK, State.FAILED_BEFORE_CHANGE)


def names(phase):
    return [step.name for step in PHASES[phase]]


def send(rig, fault, verb, **fields):
    return rig.drive(fault, verb, json.dumps(fields), check=False)


def file_fault(number):
    """The disk is full, or broken; the code that meets it does not ask which."""
    return f"file:{number}:{('ENOSPC', 'EIO')[number % 2]}"


def apply(rig, fault="none", transaction="t1", wait=60):
    return send(rig, fault, "apply", transaction=transaction, candidate=MOVED, wait=wait)


def confirm(rig, fault="none", transaction="t1"):
    return send(rig, fault, "confirm", transaction=transaction, candidate_digest=digest(MOVED))


def tend(rig):
    """What the worker that is started again does within its first second."""
    return rig.drive("none", "tend")["open"]


def shown(rig):
    """Of the kernel, what the two files differ in; a bridge's own address may be made anew."""
    dump = rig.dump()
    return sorted(dump["links"]), dump["addresses"], dump["routes"]


def check_a_later_transaction_works(rig):
    apply(rig, transaction="later")
    confirm(rig, transaction="later")
    assert rig.newest.transaction == "later"
    assert rig.newest.state is State.KEPT
    assert rig.saved == MOVED
    assert rig.addresses("vmbr9") == ["10.9.0.1/24"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", names("apply"))
def test_a_fault_while_applying_ends_with_the_old_network(rig, step, fault):
    before = shown(rig)

    apply(rig, f"{fault}:{step}")
    tend(rig)

    newest = rig.journal.newest()
    if newest is not None and newest.state is State.WAITING:  # the fault came after the wait had begun
        assert step == "apply.probe" and fault == "kill"
        rig.cli("roll-back")
        newest = rig.newest
    assert newest is None or newest.state in GONE, newest.residue
    assert rig.saved == BRIDGED
    assert shown(rig) == before
    check_a_later_transaction_works(rig)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", names("keep"))
def test_a_fault_while_keeping_ends_with_the_new_network_or_still_waits(rig, step, fault):
    apply(rig)

    confirm(rig, f"{fault}:{step}")
    tend(rig)

    if rig.newest.state is State.WAITING:
        assert rig.saved == BRIDGED
        confirm(rig)
    assert rig.newest.state is State.KEPT
    assert rig.saved == MOVED
    assert rig.addresses("vmbr9") == ["10.9.0.1/24"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", names("rollback"))
def test_a_fault_while_rolling_back_still_ends_with_the_old_network(rig, step, fault):
    before = shown(rig)
    apply(rig)

    send(rig, f"{fault}:{step}", "roll-back", transaction="t1")
    tend(rig)
    if rig.newest.state is State.WAITING:  # killed before the first step: nothing was rolled back yet
        send(rig, "none", "roll-back", transaction="t1")

    assert rig.newest.state.ended
    assert rig.saved == BRIDGED
    assert shown(rig) == before
    check_a_later_transaction_works(rig)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", names("boot"))
def test_a_fault_in_the_boot_step_leaves_a_file_in_full_and_the_next_boot_works(rig, step, fault):
    rig.cli("stage", rig.put(MOVED), "--confirm-within", "60")

    send(rig, f"{fault}:{step}", "boot")
    assert rig.saved in (BRIDGED, MOVED)
    rig.sandbox.power_cut()
    rig.sandbox.power_on()

    assert rig.saved in (BRIDGED, MOVED)
    newest = rig.journal.newest()
    assert newest is None or newest.state.ended or newest.state is State.WAITING
    assert rig.addresses("vmbr9") == (["10.9.0.1/24"] if rig.saved == MOVED else [])


def test_events_that_cannot_be_written_stop_nothing(rig):
    done = apply(rig, "events:ENOSPC")
    assert done["fired"]
    assert rig.newest.state is State.WAITING

    assert confirm(rig, "events:ENOSPC")["answer"]["accepted"] is True
    assert rig.newest.state is State.KEPT
    assert rig.saved == MOVED


def test_a_file_operation_that_fails_while_applying_ends_with_the_old_network(rig):
    before = shown(rig)
    number = 0
    while True:
        number += 1
        done = apply(rig, file_fault(number), transaction=f"t{number}")
        if not done["fired"]:
            break
        tend(rig)
        newest = rig.journal.newest()
        if newest is not None and newest.state is State.WAITING:
            rig.cli("roll-back")
            newest = rig.newest
        assert newest is None or newest.state in GONE, (done["fired"], newest.residue)
        assert rig.saved == BRIDGED, done["fired"]
        assert shown(rig) == before, done["fired"]
    assert number > 10
    assert rig.newest.state is State.WAITING


def test_a_file_operation_that_fails_while_keeping_loses_nothing(rig):
    number = 0
    while True:
        number += 1
        apply(rig, transaction=f"t{number}")
        done = confirm(rig, file_fault(number), transaction=f"t{number}")
        if not done["fired"]:
            break
        kept = rig.saved == MOVED
        assert rig.newest.state is (State.KEPT if kept else State.WAITING), done["fired"]
        if kept:
            assert (rig.files / "interfaces.previous").read_text() == BRIDGED
            rig.sandbox.interfaces.write_text(BRIDGED)
            rig.sandbox.run(["/usr/bin/python3", "/usr/sbin/ifreload", "-a"])
        else:
            assert done["answer"]["accepted"] is False
            rig.cli("roll-back")
            assert rig.newest.state is State.ROLLED_BACK, rig.newest.residue
    assert number > 5
    assert rig.newest.state is State.KEPT


def test_a_file_operation_that_fails_while_rolling_back_stops_nothing(rig):
    before = shown(rig)
    number = 0
    while True:
        number += 1
        apply(rig, transaction=f"t{number}")
        done = send(rig, file_fault(number), "roll-back", transaction=f"t{number}")
        assert rig.newest.state.ended, done["fired"]
        assert shown(rig) == before, done["fired"]
        assert rig.saved == BRIDGED
        if not done["fired"]:
            break
    assert number > 3
