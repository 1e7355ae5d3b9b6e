"""The worker as its unit runs it on a node: without a broker, killed and started again by systemd, ordered to act."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from netadmin.node.messages import Apply, CancelReboot, Confirm, Reboot, Request, State, Verb, digest
from netadmin.planning.records import encode
from netadmin.sandbox import packages
from tests.rigs.guest import Running, SystemdGuest
from tests.rigs.until import until
from tests.uml.conftest import CHECKOUT, PYTHON
from tests.uml.node import ENVIRONMENT, SAVED, GuestNode

pytestmark = pytest.mark.uml

WORKER = "netadmin-worker.service"
SOCKET = "/run/redis.sock"
DAEMON = ("sleep", "601")
SAVED_TEXT = """\
auto lo
iface lo inet loopback

auto vmbr0
iface vmbr0 inet static
    address 192.0.2.2/24
    bridge-ports eth0
    bridge-stp off
    bridge-fd 0
"""
WITH_DAEMON = (
    SAVED_TEXT.replace("192.0.2.2", "192.0.2.7") + f"    up setsid -f {' '.join(DAEMON)} >/dev/null 2>&1\n"
)
HANGS = SAVED_TEXT + "    up sleep 600\n"


@pytest.fixture
def node(guest_packages: Path, tmp_path: Path) -> Iterator[GuestNode]:
    """A node with netadmin installed as docs/deployment.md says, booted; the broker of its worker is not there."""
    units = {name: (CHECKOUT / "deploy" / name).read_text() for name in (WORKER, "netadmin-boot.service")}
    with SystemdGuest(tmp_path / "guest", packages=guest_packages, units=units) as guest:
        guest.add("opt/netadmin/netadmin").symlink_to(CHECKOUT / "netadmin")
        guest.add("opt/netadmin/.venv").symlink_to(Path(PYTHON).parents[1])
        broker = f"NETADMIN_NODE=guest\nNETADMIN_BROKER=redis+socket://{SOCKET}\n"
        guest.add("etc/default/netadmin").write_text(broker)
        guest.write(SAVED, SAVED_TEXT)
        guest.boot()
        node = GuestNode(guest)
        node.boot_up()
        yield node


def test_the_worker_lives_without_a_broker_and_serves_one_that_comes(node: GuestNode) -> None:
    """With everything that an apply needs: mounts, the engine, the journal, transient timers."""
    verified = node.guest.run(["systemd-analyze", "verify", WORKER, "netadmin-boot.service"])
    assert "netadmin" not in verified.stdout + verified.stderr
    node.guest.wait_for(WORKER)
    worker = main_process(node)
    start_broker(node)
    answer = ordered(node, Verb.APPLY, Apply("t1", WITH_DAEMON, wait=300))
    assert answer["accepted"], answer
    assert main_process(node) == worker
    assert (node.newest.state, node.differing) == (State.WAITING, [])
    assert "netadmin-guard-t1.timer" in timers(node)

    node.guest.run(["kill", "-9", worker])
    until(lambda: main_process(node) not in ("", worker))
    assert node.newest.state is State.WAITING
    assert ordered(node, Verb.CONFIRM, Confirm("t1", digest(WITH_DAEMON)))["accepted"]
    assert (node.newest.state, node.saved) == (State.KEPT, WITH_DAEMON)

    assert ordered(node, Verb.REBOOT, Reboot(300))["accepted"]
    assert "netadmin-reboot.timer" in timers(node)
    assert ordered(node, Verb.CANCEL_REBOOT, CancelReboot())["accepted"]
    assert "netadmin-reboot.timer" not in timers(node)

    node.guest.run(["systemctl", "stop", WORKER])
    check_daemon_outlives_what_started_it(node)


def test_a_worker_killed_in_mid_apply_is_started_again_and_rolls_back(node: GuestNode) -> None:
    node.guest.wait_for(WORKER)
    start_broker(node)
    before = node.look()
    send(node, Verb.APPLY, Apply("t1", HANGS, wait=300))
    until(lambda: processes(node, ("sleep", "600")), within=60)
    node.guest.run(["kill", "-9", main_process(node)])
    ended = node.until_ended(within=60)
    assert (ended.state, ended.residue) == (State.ROLLED_BACK, ())
    assert not processes(node, ("sleep", "600"))
    assert node.look() == before


def check_daemon_outlives_what_started_it(node: GuestNode) -> None:
    """As a DHCP client must, which the engine starts: first the worker, then the guard that has rolled back."""
    (daemon,) = processes(node, DAEMON)
    node.guest.run(["kill", daemon])
    report = node.apply(WITH_DAEMON.replace("192.0.2.7", "192.0.2.8").replace(" 601", " 1"), wait=1)
    guard = ["systemctl", "is-active", f"netadmin-guard-{report.transaction}.service"]
    assert node.until_ended().state is State.ROLLED_BACK
    until(lambda: node.guest.run(guard, check=False).stdout != "active\n")
    assert len(processes(node, DAEMON)) == 1


def start_broker(node: GuestNode) -> None:
    root = packages.unpacked("redis-server")
    command = [packages.program(root, "redis-server"), "--port", "0", "--unixsocket", SOCKET, "--save", ""]
    node.guest.start(command, environment=packages.environment(root))
    until(lambda: node.guest.run(["test", "-S", SOCKET], check=False).returncode == 0)


def ordered(node: GuestNode, verb: Verb, request: Request) -> dict[str, Any]:
    """The answer to an order of the centre."""
    return json.loads(send(node, verb, request).wait(120).stdout)


def send(node: GuestNode, verb: Verb, request: Request) -> Running:
    order = [PYTHON, CHECKOUT / "tests/uml/order.py", SOCKET, verb]
    return node.guest.start(order, input=json.dumps(encode(request)), environment=ENVIRONMENT)


def main_process(node: GuestNode) -> str:
    """The worker's process id, "" while it does not run."""
    pid = node.guest.run(["systemctl", "show", "--value", "--property=MainPID", WORKER]).stdout.strip()
    return "" if pid == "0" else pid


def timers(node: GuestNode) -> str:
    return node.guest.run(["systemctl", "list-timers", "--all", "--no-pager", "--full"]).stdout


def processes(node: GuestNode, command: Sequence[str]) -> list[str]:
    """The ids of those with exactly this command line."""
    listed = node.guest.run(["ps", "-e", "-o", "pid=,args="]).stdout.splitlines()
    return [pid for pid, args in (line.split(maxsplit=1) for line in listed) if args == " ".join(command)]
