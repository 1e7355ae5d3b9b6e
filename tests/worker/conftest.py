"""A sandbox node with its worker, a real Redis between, and this test as the centre."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from netadmin.sandbox import Sandbox
from netadmin.sandbox.redis import RedisServer
from tests.rigs.centre import Centre

CHECKOUT = Path(__file__).parents[2]
BLOCKER = Path(__file__).parent / "without_django"


@dataclass
class Worked:
    """A node whose worker runs."""

    sandbox: Sandbox
    server: RedisServer
    centre: Centre

    @property
    def workers(self) -> list[int]:
        """The worker's processes, by this machine's numbers."""
        return [
            int(path.name)
            for path in Path("/proc").iterdir()
            if path.name.isdigit() and _is_worker_of(path, self.sandbox.pid)
        ]

    def signal_worker(self, number: signal.Signals) -> None:
        for pid in self.workers:
            os.kill(pid, number)


def _is_worker_of(process: Path, init: int) -> bool:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
        same = (process / "ns/pid").readlink() == Path(f"/proc/{init}/ns/pid").readlink()
    except OSError:
        return False
    return same and words[1:4] == [b"-m", b"netadmin.node", b"worker"]


@pytest.fixture
def worked(make_sandbox: Callable[..., Sandbox], redis_server: RedisServer) -> Iterator[Worked]:
    """The installer's default, its worker running without Django, the first report in."""
    environment = {
        "PYTHONPATH": f"{BLOCKER}:{CHECKOUT}",
        "NETADMIN_NODE": "sandbox",
        "NETADMIN_BROKER": redis_server.url,
    }
    sandbox = make_sandbox(environment=environment, shared=(redis_server.directory,))
    sandbox.start([sys.executable, "-m", "netadmin.node", "worker"], respawn=True)
    node = Worked(sandbox, redis_server, Centre(redis_server.socket))
    node.centre.node()
    yield node
