"""What a machine can find out about its own network; none of it confirms anything, a person does."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from netadmin.planning.live import LiveRoute, LiveState

from .messages import Probe

PATIENCE = 1  # seconds, for each probe; they run side by side
BINARIES = "/usr/sbin:/usr/bin:/sbin:/bin"


def probe(state: LiveState, *, broker: str, name: str) -> tuple[Probe, ...]:
    """Gateways answer, the broker can be reached, names resolve.

    broker: its URL, "" for none. name: a host name to look up, "" for none.
    """
    questions = list(_questions(state, broker, name))
    with ThreadPoolExecutor(max_workers=max(1, len(questions))) as pool:
        return tuple(pool.map(_timed, questions))


Question = Callable[[], Probe]


def _questions(state: LiveState, broker: str, name: str) -> Iterator[Question]:
    for route in state.routes:
        if route.destination == "default" and route.gateway:
            yield lambda route=route: _gateway(route)  # type: ignore[misc]
    if broker:
        yield lambda: _broker(broker)
    if name and _has_nameserver():
        yield lambda: _name(name)


def _timed(question: Question) -> Probe:
    began = time.monotonic()
    answer = question()
    return Probe(answer.name, answer.passed, answer.detail, round(time.monotonic() - began, 3))


def _gateway(route: LiveRoute) -> Probe:
    """Not every gateway answers ICMP, but it has to answer ARP or neighbour solicitation: RFC 826, RFC 4861."""
    called = f"gateway {route.gateway}"
    if shutil.which("ping", path=BINARIES) and _says(
        ["ping", "-n", "-q", "-c", "1", "-W", str(PATIENCE), "-I", route.device, route.gateway]
    ):
        return Probe(called, True, f"answers a ping on {route.device}")
    _provoke(route)
    if _is_neighbour(route):
        return Probe(called, True, f"has a link-layer address on {route.device}, but answers no ping")
    return Probe(called, False, f"does not answer on {route.device}")


def _says(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=PATIENCE + 1, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _provoke(route: LiveRoute) -> None:
    """A datagram to the discard port (RFC 863) makes the kernel ask for the neighbour."""
    family = socket.AF_INET6 if route.family == "inet6" else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        try:
            sender.sendto(b"", (route.gateway, 9))
        except OSError:
            return  # unreachable: the neighbour table will say so
    time.sleep(PATIENCE / 4)


def _is_neighbour(route: LiveRoute) -> bool:
    asked = ["/sbin/ip", "neighbour", "show", "to", route.gateway, "dev", route.device]
    try:
        shown = subprocess.run(
            asked, capture_output=True, text=True, timeout=PATIENCE + 1, check=False
        ).stdout
    except subprocess.TimeoutExpired:
        return False
    return "lladdr" in shown and "FAILED" not in shown


def _broker(url: str) -> Probe:
    parts = urlsplit(url)
    try:
        if "socket" in parts.scheme or parts.scheme == "unix":
            with socket.socket(socket.AF_UNIX) as unix:
                unix.settimeout(PATIENCE)
                unix.connect(parts.path)
        else:
            socket.create_connection((parts.hostname or "", parts.port or 6379), timeout=PATIENCE).close()
    except OSError as error:
        return Probe("broker", False, f"cannot be reached: {error.strerror or error}")
    return Probe("broker", True, "can be reached")


def _name(name: str) -> Probe:
    """In a process of its own: the resolver's patience is longer than ours."""
    found = _says(["getent", "hosts", name])
    return Probe("names", found, f"{name} {'resolves' if found else 'does not resolve'}")


def _has_nameserver() -> bool:
    try:
        return "nameserver" in Path("/etc/resolv.conf").read_text()
    except OSError:
        return False
