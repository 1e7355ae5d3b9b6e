"""The deadline holds whoever dies: worker, guard, or both for a while; and whatever the wall clock says."""

import json
import sys
import time

import pytest

from netadmin.node.messages import State
from tests.node.conftest import BRIDGED
from tests.rigs.until import until

pytestmark = pytest.mark.sandbox

MOVED = BRIDGED.replace("10.1.0.1/24", "10.1.0.9/24")
HANGS = BRIDGED + "\tup sleep 600\n"


def kill(rig, *words):
    for pid in rig.processes(words):
        rig.sandbox.run(["kill", "-9", str(pid)])


def start(rig, *arguments, environment=None):
    """A console command on the node that is not waited for."""
    rig.sandbox.run(
        ["sh", "-c", 'exec setsid "$@" >/dev/null 2>&1 &', "sh", *arguments], environment=environment
    )


def start_apply(rig, text, *, environment=None, wait=60):
    path = rig.put(text)
    start(
        rig,
        sys.executable,
        "-m",
        "netadmin.node",
        "apply",
        path,
        "--wait",
        str(wait),
        environment=environment,
    )


def until_boottime(moment):
    until(lambda: time.clock_gettime(time.CLOCK_BOOTTIME) > moment, every=0.02)


def test_the_guard_does_not_depend_on_the_process_that_applied(rig):
    """`apply` at the console has ended long before the deadline."""
    rig.apply(MOVED, wait=1)

    ended = rig.until_ended()

    assert ended.state is State.ROLLED_BACK
    assert "Nobody confirmed" in ended.outcome


def test_the_guard_ignores_the_terminals_hangup_and_interrupt(rig):
    rig.apply(MOVED, wait=2)
    (guard,) = rig.processes(["watch.py"])
    rig.sandbox.run(["kill", "-HUP", str(guard)])
    rig.sandbox.run(["kill", "-INT", str(guard)])

    assert rig.until_ended().state is State.ROLLED_BACK


def test_a_guard_that_cannot_read_the_journal_tries_until_it_can(rig):
    rig.apply(MOVED, wait=1)
    rig.sh("cd /var/lib/netadmin && mv transaction aside && mkdir transaction")
    until(lambda: "IsADirectoryError" in rig.sh("cat /run/netadmin/guard.log"))
    until_boottime(time.clock_gettime(time.CLOCK_BOOTTIME) + 2.5)
    assert rig.sh("grep -c ^Traceback /run/netadmin/guard.log").strip() == "1"
    assert rig.addresses("vmbr1") == ["10.1.0.9/24"]

    rig.sh("cd /var/lib/netadmin && rmdir transaction && mv aside transaction")

    assert rig.until_ended().state is State.ROLLED_BACK


def test_when_the_guard_is_killed_whoever_comes_next_rolls_back(rig):
    report = rig.apply(MOVED, wait=1)
    kill(rig, "watch.py")
    until_boottime(report.deadline_boottime)

    assert rig.drive("none", "tend")["open"] is None

    assert rig.newest.state is State.ROLLED_BACK
    assert rig.addresses("vmbr1") == ["10.1.0.1/24"]


def test_a_process_killed_in_mid_apply_is_rolled_back_before_the_deadline(rig):
    """The guard sees that nobody holds the lock any more."""
    before = rig.dump()
    start_apply(rig, HANGS)
    until(lambda: rig.processes(["sleep", "600"]))

    kill(rig, "netadmin.node", "apply")
    ended = rig.until_ended()

    assert ended.state is State.ROLLED_BACK, ended.residue
    assert "ended" in ended.outcome
    assert not rig.processes(["sleep", "600"])
    assert not rig.processes(["ifreload"]) and not rig.processes(["ifup"])
    assert rig.dump() == before


def test_an_engine_that_is_killed_by_somebody_leaves_a_transaction_that_can_be_judged(rig):
    start_apply(rig, HANGS)
    until(lambda: rig.processes(["sleep", "600"]))

    kill(rig, "/usr/sbin/if")
    kill(rig, "sleep", "600")
    until(lambda: rig.newest.state is State.WAITING)

    engine = next(event for event in rig.report.events if event.step == "apply.engine")
    assert "exit code -9" in engine.output


def test_a_hook_that_hangs_is_killed_and_named_and_the_change_rolled_back(rig):
    before = rig.dump()

    applied = rig.cli("apply", rig.put(HANGS), environment={"NETADMIN_ENGINE_LIMIT": "2"}, check=False)

    ended = rig.newest
    assert ended.state is State.ROLLED_BACK, ended.residue
    assert "sleep 600" in ended.problem.message
    assert applied.returncode == 1
    assert "sleep 600" in applied.stdout
    assert not rig.processes(["sleep", "600"])
    assert rig.dump() == before


def test_a_daemon_that_a_hook_leaves_behind_is_not_killed_with_the_engine(rig):
    daemon = BRIDGED + "\tup setsid -f sleep 601 >/dev/null 2>&1\n"

    report = rig.apply(daemon)
    assert report.state is State.WAITING
    assert rig.processes(["sleep", "601"])
    rig.cli("roll-back")

    assert rig.processes(["sleep", "601"])
    kill(rig, "sleep", "601")


def test_the_wall_clock_does_not_move_the_deadline(rig):
    """Only an estimate of it is kept in wall-clock time; what the guard reads is the boot's own clock."""
    report = rig.apply(MOVED, wait=2)
    path = rig.journal.folder(report.transaction) / "record.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps(record | {"deadline": record["deadline"] + 3600}))

    ended = rig.until_ended()

    assert ended.state is State.ROLLED_BACK
    assert ended.ended_at - report.deadline < 5


def test_of_a_confirm_and_the_deadline_exactly_one_wins(rig):
    """Confirms arriving around the deadline: what the journal says is what the file and the links say."""
    for number in range(4):
        report = rig.apply(MOVED, wait=1)
        until_boottime(report.deadline_boottime - 0.15 + number * 0.1)
        confirmed = rig.cli("confirm", report.transaction, check=False).returncode == 0
        ended = rig.until_ended()
        assert ended.state is (State.KEPT if confirmed else State.ROLLED_BACK)
        assert rig.saved == (MOVED if confirmed else BRIDGED)
        assert rig.addresses("vmbr1") == (["10.1.0.9/24"] if confirmed else ["10.1.0.1/24"])
        if confirmed:
            rig.sandbox.interfaces.write_text(BRIDGED)
            rig.sandbox.run(["/usr/bin/python3", "/usr/sbin/ifreload", "-a"])


def test_a_second_order_waits_for_the_first_and_is_then_refused(rig):
    start_apply(rig, BRIDGED + "\tup sleep 1\n")
    until(lambda: rig.processes(["sleep", "1"]))

    refused = rig.cli("apply", rig.put(MOVED, "second"), check=False)

    assert refused.returncode == 1
    assert "is open" in refused.stderr
