"""A node as it is: systemd, the distribution's networking.service, netadmin's boot step as its unit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from netadmin.node.messages import State, TransactionReport
from tests.faults.matrix import PHASES
from tests.rigs.guest import SystemdGuest
from tests.rigs.until import until
from tests.uml.conftest import CHECKOUT, PYTHON
from tests.uml.node import ENVIRONMENT, SAVED, STAGED, GuestNode

pytestmark = pytest.mark.uml

OLD = """\
auto lo
iface lo inet loopback

auto bond0
iface bond0 inet manual
    bond-slaves eth0 eth1
    bond-mode active-backup
    bond-miimon 100

auto vmbr0
iface vmbr0 inet static
    address 192.0.2.2/24
    bridge-ports bond0
    bridge-stp off
    bridge-fd 0

allow-hotplug eth2
iface eth2 inet static
    address 10.60.0.1/24
"""
NEW = (
    OLD.replace("192.0.2.2/24", "192.0.2.9/24")
    .replace("active-backup", "802.3ad")
    .replace("10.60.0.1/24", "10.60.0.9/24")
    + """
auto bond0.50
iface bond0.50 inet static
    address 10.50.0.2/24
"""
)
MOVED = OLD.replace("192.0.2.2/24", "192.0.2.7/24")  # without LACP, which has a longer wait
ADDRESS = {OLD: {"192.0.2.2/24"}, NEW: {"192.0.2.9/24"}, MOVED: {"192.0.2.7/24"}}
BOOT_UNIT = "netadmin-boot.service"
RUNNER = CHECKOUT / "tests/faults/runner.py"


@pytest.fixture
def node(guest_packages: Path, tmp_path: Path) -> Iterator[GuestNode]:
    """A node that runs, with the saved file OLD and the boot step installed as deploy/ has it."""
    unit = (CHECKOUT / "deploy/netadmin-boot.service").read_text()
    with SystemdGuest(tmp_path / "guest", packages=guest_packages, units={BOOT_UNIT: unit}) as guest:
        guest.add("opt/netadmin").symlink_to(CHECKOUT)
        guest.add("etc/default/netadmin").write_text(f"NETADMIN_NODE=guest\nNETADMIN_PYTHON={PYTHON}\n")
        guest.write(SAVED, OLD)
        guest.boot()
        node = GuestNode(guest)
        node.boot_up()
        yield node


def test_the_boot_step_takes_the_staged_file_before_networking_starts(node: GuestNode) -> None:
    stage(node, NEW)
    restart(node)
    assert node.saved == NEW
    assert not node.guest.kept(STAGED).exists()
    check_network(node, NEW)
    assert node.newest.state is State.KEPT
    assert moment(node, BOOT_UNIT, "ExecMainExitTimestampMonotonic") < moment(
        node, "networking.service", "ExecMainStartTimestampMonotonic"
    )


def test_a_boot_that_is_confirmed_stays_and_one_that_is_not_goes_back(node: GuestNode) -> None:
    stage(node, NEW, "--confirm-within", "15")
    restart(node)
    assert node.newest.state is State.WAITING
    assert f"netadmin-guard-{node.newest.transaction}.timer" in timers(node)
    check_network(node, NEW)
    assert node.until_ended(within=30).state is State.ROLLED_BACK
    assert node.saved == OLD
    check_network(node, OLD)

    stage(node, NEW, "--confirm-within", "60")
    restart(node)
    check_network(node, NEW)
    node.confirm()
    assert (node.newest.state, node.saved) == (State.KEPT, NEW)
    restart(node)
    assert node.saved == NEW
    check_network(node, NEW)


def test_the_deadline_is_a_timer_that_no_change_of_the_wall_clock_moves(node: GuestNode) -> None:
    """A guest cannot be suspended, during which CLOCK_MONOTONIC stands still: for that the timer has a second clock."""
    before = node.look()
    report = node.apply(MOVED, wait=10)
    assert report.state is State.WAITING
    unit = f"netadmin-guard-{report.transaction}"
    shown = node.guest.run(["systemctl", "show", f"{unit}.timer"]).stdout
    assert "TimersMonotonic={ OnActiveUSec=10s" in shown
    assert "TimersCalendar={ OnCalendar=20" in shown
    assert "time-sync.target" not in shown  # at boot that would wait for the network on trial
    assert f"{unit}.timer" in timers(node)
    check_network(node, MOVED)
    node.guest.run(["date", "--set", "1 hour ago"])
    check_rolled_back_at(report.deadline_boottime, node)
    assert node.look() == before

    report = node.apply(MOVED, wait=20)
    node.guest.run(["date", "--set", "2 hours"])
    guard = until(lambda: guard_process(report, node))
    node.guest.run(["kill", "-9", guard])
    until(lambda: guard_process(report, node) not in ("", guard))
    assert node.newest.state is State.WAITING
    check_rolled_back_at(report.deadline_boottime, node)
    assert node.look() == before
    until(lambda: not guard_process(report, node))


def test_a_confirmed_change_ends_its_timer_and_a_guard_that_was_woken_early(node: GuestNode) -> None:
    report = node.apply(NEW)
    node.guest.run(["date", "--set", "2 hours"])
    until(lambda: guard_process(report, node))
    node.cli("extend", report.transaction, "200")
    node.confirm()
    assert node.saved == NEW
    until(lambda: report.transaction not in timers(node), within=10)
    until(lambda: not guard_process(report, node))


MIDDLE = ("apply.guests", "apply.wait", "keep.rename", "rollback.repair", "boot.take")


@pytest.mark.parametrize("end", ["power cut", "reboot"])
def test_the_node_comes_up_with_one_file_in_full_after_a(end: str, node: GuestNode) -> None:
    """In every phase of a transaction, at steps where something has begun; the crash matrix has them all."""
    for step in MIDDLE:
        stand_still_at(step, node)
        if end == "power cut":
            node.guest.power_cut()
            node.guest.boot()
            node.boot_up()
        else:
            restart(node)
        assert node.newest.state.ended
        check_network(node, node.saved)
        text = node.journal.candidate_text(node.newest.transaction)
        assert (node.saved == text) == (node.newest.state is State.KEPT)
        assert node.saved in (OLD, NEW)


def stand_still_at(step: str, node: GuestNode) -> None:
    (phase,) = [phase for phase in PHASES if step in phase.rows]
    base = node.saved
    details = (base, NEW if base == OLD else OLD, step.replace(".", "-"))
    for work in phase.before(*details):
        assert runner(node, work, {})["answer"]["accepted"]
    assert runner(node, phase.work(*details), {"kind": "power", "step": step})["cut"]


def stage(node: GuestNode, text: str, *options: str) -> None:
    node.guest.write("/etc/network/candidate", text)
    node.cli("stage", "/etc/network/candidate", *options)


def restart(node: GuestNode) -> None:
    """Through systemd, as an admin would."""
    node.guest.start(["systemctl", "reboot", "--force"])
    node.guest.rebooted()
    node.boot_up()


def runner(node: GuestNode, work: dict, fault: dict) -> dict:
    """Carry out work on the node, standing still at a step if the fault says so."""
    request = json.dumps({"do": "attempt", "work": work, "fault": fault}) + "\n"
    done = node.guest.run([PYTHON, RUNNER], input=request, environment=ENVIRONMENT)
    return json.loads(done.stdout)


def check_network(node: GuestNode, text: str) -> None:
    links = node.links()
    assert addresses(node, "vmbr0") == ADDRESS[text]
    assert addresses(node, "eth2") == ({"10.60.0.9/24"} if text == NEW else {"10.60.0.1/24"})
    assert links["bond0"]["linkinfo"]["info_data"]["mode"] == ("802.3ad" if text == NEW else "active-backup")
    assert ("bond0.50" in links) == (text == NEW)


def addresses(node: GuestNode, device: str) -> set[str]:
    (shown,) = node.ip("address", "show", "dev", device)
    return {f"{one['local']}/{one['prefixlen']}" for one in shown["addr_info"] if one["family"] == "inet"}


def check_rolled_back_at(deadline: float, node: GuestNode) -> None:
    """Not before that second since the boot, and not long after it."""
    ended = node.until_ended(within=40)
    assert (ended.state, ended.residue) == (State.ROLLED_BACK, ())
    assert node.saved == OLD
    began = next(event.at for event in node.report.events if event.step == "rollback.record")
    now, since_boot = float(node.guest.run(["date", "+%s.%N"]).stdout), uptime(node)
    assert deadline - 0.5 < since_boot - (now - began) < deadline + 8


def guard_process(report: TransactionReport, node: GuestNode) -> str:
    """The process id of the timer's service, "" while it does not run."""
    unit = f"netadmin-guard-{report.transaction}.service"
    pid = node.guest.run(["systemctl", "show", "--value", "--property=MainPID", unit]).stdout.strip()
    return "" if pid == "0" else pid


def timers(node: GuestNode) -> str:
    return node.guest.run(["systemctl", "list-timers", "--all", "--no-pager", "--full"]).stdout


def moment(node: GuestNode, unit: str, what: str) -> int:
    """A point of a unit's life, in microseconds since the kernel started."""
    return int(node.guest.run(["systemctl", "show", "--value", f"--property={what}", unit]).stdout)


def uptime(node: GuestNode) -> float:
    return float(node.guest.run(["cat", "/proc/uptime"]).stdout.split()[0])
