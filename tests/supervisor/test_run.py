"""`make run` from start to stop: it prints where and how to log in, and leaves the machine as it was."""

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from netadmin.sandbox.packages import unpacked
from tests.rigs.product import Product
from tests.rigs.until import until

pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("run")]

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def product(tmp_path) -> Iterator[Product]:
    with Product(tmp_path / "data", "--port", "8300") as product:
        yield product


@pytest.fixture(scope="module")
def lasting_product(tmp_path_factory) -> Iterator[Product]:
    """One run for the tests that leave it running."""
    with Product(tmp_path_factory.mktemp("shared") / "data", "--port", "8340") as product:
        yield product


def machine() -> dict[str, str]:
    """What must not change on the machine: its packages, services, links, addresses, routes, /etc, mounts."""
    seen = {
        command: subprocess.run(command.split(), capture_output=True, text=True, check=False).stdout
        for command in (
            "systemctl list-units --all --no-legend --plain",
            "systemctl list-unit-files --no-legend",
            "ip -o link",
            "ip -o -4 route show table all",
            "ip -o -6 route show table main",
            "ip netns list",
        )
        if shutil.which(command.split()[0])
    }
    for link in json.loads(subprocess.run(["ip", "-j", "address"], capture_output=True, check=True).stdout):
        seen[f"address {link['ifname']}"] = str([(a["local"], a["prefixlen"]) for a in link["addr_info"]])
    seen["packages"] = hashlib.sha256(Path("/var/lib/dpkg/status").read_bytes()).hexdigest()
    seen["mounts"] = "".join(
        sorted(line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines())
    )
    seen["host"] = socket.gethostname() + Path("/proc/sys/net/ipv4/ip_forward").read_text()
    for path in sorted(Path("/etc").rglob("*")):
        status = path.lstat()
        seen[str(path)] = f"{status.st_mode} {status.st_size} {status.st_mtime_ns}"
    return seen


def family(pid: int) -> dict[int, str]:
    """Every process that descends from this one, the switch's and the sandbox's too: number and command line."""
    children: dict[int, list[int]] = {}
    commands = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            commands[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue  # it has just ended
        children.setdefault(parent, []).append(int(folder.name))
    found, waiting = {}, [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found |= {child: commands[child] for child in below}
        waiting += below
    return found


def oldest(mark: str, product: Product) -> int:
    """The number of the first of its processes with this in its command line; 0 when there is none."""
    found = family(product.process.pid)
    return min((pid for pid, command in found.items() if mark in command), default=0)


def parent(pid: int) -> int:
    return int(Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[1])


def alive(pids: Iterable[int]) -> list[int]:
    return [pid for pid in pids if Path("/proc", str(pid)).exists()]


def test_a_run_from_start_to_stop_leaves_the_machine_as_it_was(tmp_path):
    before = machine()
    product = Product(tmp_path / "data", "--port", "8310")
    ready = product.ready()
    with urllib.request.urlopen(ready.address, timeout=10) as page:  # noqa: S310
        assert page.status == 200
    during = machine()
    started = family(product.process.pid)

    said = product.end()

    assert product.process.returncode == 0
    assert "the sandbox node" in said
    assert during == before
    assert machine() == before
    assert len(started) >= 8  # Redis, switch, sandbox and its worker, centre, web
    assert alive(started) == []


def test_the_secrets_are_for_their_owner_alone(lasting_product):
    ready = lasting_product.ready()

    for name in ("secret-key", "admin-password"):
        assert (lasting_product.data / name).stat().st_mode & 0o777 == 0o600
    assert (lasting_product.data / "redis").stat().st_mode & 0o777 == 0o700
    assert (lasting_product.data / "admin-password").read_text().strip() == ready.password


def test_a_second_run_beside_the_first_says_where_the_first_is(lasting_product):
    ready = lasting_product.ready()

    second = Product(lasting_product.data)
    said, _ = second.process.communicate(timeout=30)

    assert second.process.returncode != 0
    assert f"already running here, at {ready.address} (process {lasting_product.process.pid})" in said


def test_a_taken_port_is_said_and_the_next_is_used(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 8320))
        taken.listen()
        product = Product(tmp_path / "data", "--port", "8320")
        ready = product.ready()
        product.end()

    assert "port 8320 is taken: using 8321" in product.said
    assert ready.address == "http://127.0.0.1:8321/"


def test_a_run_can_be_repeated_and_keeps_its_login(product):
    first = product.ready()
    product.end(signal.SIGTERM)

    again = Product(product.data, "--port", "8330")
    second = again.ready()
    again.end()

    assert second.password == first.password


def test_nothing_is_left_when_the_run_itself_is_killed(product):
    product.ready()
    started = family(product.process.pid)

    product.process.send_signal(signal.SIGKILL)
    product.process.wait()

    until(lambda: not alive(started), within=10)


def test_what_is_killed_comes_back(lasting_product):
    """Broker, web server, centre's worker, each by kill -9: it is named, and another one takes its place."""
    lasting_product.ready()
    for mark, said in (
        ("redis-server", "Redis has ended; starting it again"),
        ("gunicorn", "web server ended with -9; starting it again"),
        ("celery -A config", "centre's worker ended with -9; starting it again"),
    ):
        killed = oldest(mark, lasting_product)

        os.kill(killed, signal.SIGKILL)

        lasting_product.until_said(re.compile(said))
        until(lambda mark=mark, killed=killed: oldest(mark, lasting_product) not in (0, killed), within=10)


def test_a_sandbox_that_reboots_comes_up_again_with_its_worker(lasting_product):
    lasting_product.ready()
    worker = oldest("netadmin.node worker", lasting_product)

    os.kill(parent(worker), signal.SIGUSR1)  # process 1 of the sandbox: what NETADMIN_REBOOT sends

    lasting_product.until_said(re.compile("the sandbox reboots"))
    until(lambda: oldest("netadmin.node worker", lasting_product) not in (0, worker))


def refusal(data: Path, *wrapper: str) -> str:
    """What a run says that cannot start, run by way of the wrapper's command; it ends with 1."""
    done = subprocess.run(
        [*wrapper, sys.executable, "manage.py", "run", "--port", "8350"],
        cwd=CHECKOUT,
        env={"NETADMIN_CACHE": str(CHECKOUT / "var/packages"), **os.environ, "NETADMIN_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return done.stderr


def test_where_namespaces_are_not_allowed_it_says_so_and_ends_what_it_started(tmp_path):
    """Root without any capability, as in a closed container."""
    said = refusal(tmp_path / "data", "setpriv", "--bounding-set", "-all", "--inh-caps", "-all")

    assert "A network namespace cannot be made" in said
    assert "allows namespaces" in said


def test_a_full_disk_is_said_in_a_sentence(tmp_path):
    """The data folder on a file system of a hundred kilobytes, in a mount namespace of its own."""
    small = f'mount -t tmpfs -o size=100k small {tmp_path} && exec "$@"'

    said = refusal(tmp_path, "unshare", "--mount", "--propagation", "private", "sh", "-c", small, "sh")

    assert "The disk is full: make room at" in said


def test_a_machine_is_managed_itself_only_when_asked_and_with_a_warning_in_red(sandbox, tmp_path):
    """On a sandbox node, which has ifupdown2 and a file like a real machine's."""
    unpacked("redis-server")  # the node finds it unpacked: it reaches no archive
    data = Path("/run/data")
    environment = {
        "NETADMIN_DATA": str(data),
        "NETADMIN_CACHE": os.environ.get("NETADMIN_CACHE") or str(CHECKOUT / "var/packages"),
        "HOME": "/root",
    }
    command = [sys.executable, str(CHECKOUT / "manage.py"), "run", "--node", "host"]
    inside = [
        "env",
        f"--chdir={CHECKOUT}",
        *(f"{name}={value}" for name, value in environment.items()),
    ]
    process = subprocess.Popen(
        sandbox.inside([*inside, *command]), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )

    said = ""
    while "Manages" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    sandbox.run(["pkill", "-INT", "-f", "manage.py run"])
    process.communicate(timeout=40)

    assert "\033[1;31mThis manages THIS MACHINE" in said
    assert re.search("Manages .*THIS MACHINE", said)
