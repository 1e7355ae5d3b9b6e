"""The processes of one installation, in the order in which they start: broker, node, centre's worker, web."""

import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from netadmin.interfaces import Dialect
from netadmin.sandbox import Sandbox
from netadmin.sandbox.errors import SandboxError
from netadmin.sandbox.redis import RedisServer
from netadmin.supervisor.service import Service

BOOT_PAUSE = 15.0  # seconds until a sandbox that did not come up is tried again
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened on
CHECKOUT = Path(__file__).parents[2]
NODE_WORKER = (sys.executable, "-m", "netadmin.node", "worker")
CENTRE_WORKER = (
    *(sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-Q", "centre", "-n", "centre@%h"),
    *("--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: `engine` is the sandbox's; `host` manages this machine instead of a sandbox."""

    data: Path
    node: str
    host: bool
    engine: Dialect
    bind: str
    port: int

    @property
    def logs(self) -> Path:
        return self.data / "log"

    @property
    def address(self) -> str:
        """Where a browser finds it: a server that listens everywhere is found by the machine's name."""
        host = socket.gethostname() if self.bind in EVERYWHERE else self.bind
        return f"http://{host}:{self.port}/"

    @property
    def hosts(self) -> str:
        """The names by which the web server may be asked, so that no other site can pose as it."""
        names = ["localhost", "127.0.0.1", "[::1]"]
        if self.bind in EVERYWHERE:
            names += [socket.gethostname(), socket.getfqdn()]
        return ",".join(dict.fromkeys([*names, self.bind]))


class Stack:
    """Everything that `make run` starts; `stop` ends all of it, in the reverse order."""

    def __init__(self, plan: Plan) -> None:
        plan.logs.mkdir(parents=True, exist_ok=True)
        self.redis = RedisServer(plan.data / "redis")
        self.sandbox = None if plan.host else _sandbox(plan, self.redis)
        self._boot_due = 0.0
        self.services = [*_host_worker(plan, self.redis), *_centre(plan, self.redis)]

    def start_broker(self) -> None:
        """First, for the database's first rows are announced on it. Raises SandboxError."""
        self.redis.start()

    def start(self) -> None:
        """The node and the centre. Raises SandboxError when the sandbox does not come up."""
        if self.sandbox is not None:
            self.sandbox.start(NODE_WORKER, respawn=True)
        for service in self.services:
            service.start()

    def tend(self) -> Iterator[str]:
        """Bring back what has died or reboots; yields what there is to say about it."""
        if not self.redis.running:
            yield "Redis has ended; starting it again"
            self.redis.start()
        if self.sandbox is not None:
            yield from self._tend_sandbox(self.sandbox)
        yield from filter(None, (service.tend() for service in self.services))

    def _tend_sandbox(self, sandbox: Sandbox) -> Iterator[str]:
        if sandbox.running or time.monotonic() < self._boot_due:
            return
        yield "the sandbox reboots" if sandbox.wants_reboot else "the sandbox has ended; booting it again"
        try:
            sandbox.come_up_again()
        except SandboxError as error:
            self._boot_due = time.monotonic() + BOOT_PAUSE
            yield f"{error.message} Trying again in {BOOT_PAUSE:.0f} s."

    def stop(self) -> None:
        for service in reversed(self.services):
            service.stop()
        if self.sandbox is not None:
            self.sandbox.stop()
        self.redis.stop()


def _sandbox(plan: Plan, redis: RedisServer) -> Sandbox:
    return Sandbox(
        plan.data / "sandbox",
        engine=plan.engine,
        environment=_node_environment(plan, redis),
        shared=(redis.directory,),
        hidden=(plan.data,),
        hostname=plan.node,
    )


def _node_environment(plan: Plan, redis: RedisServer) -> dict[str, str]:
    return {"NETADMIN_NODE": plan.node, "NETADMIN_BROKER": redis.url}


def _host_worker(plan: Plan, redis: RedisServer) -> Iterator[Service]:
    if plan.host:
        environment = _node_environment(plan, redis)
        yield _service("node's worker", "node", NODE_WORKER, plan, environment)


def _centre(plan: Plan, redis: RedisServer) -> Iterator[Service]:
    environment = {
        "NETADMIN_DATA": str(plan.data),
        "NETADMIN_BROKER": redis.url,
        "NETADMIN_ALLOWED_HOSTS": os.environ.get("NETADMIN_ALLOWED_HOSTS", plan.hosts),
        "NETADMIN_HOST_NODE": plan.node if plan.host else "",  # every page says so in red
    }
    yield _service("centre's worker", "centre", CENTRE_WORKER, plan, environment)
    # Threads, for a page that follows the live state holds its connection; one process, for one
    # person's machine. Two seconds of grace, for such a connection does not end by itself.
    web = (
        *(sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"{plan.bind}:{plan.port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "32"),
        *("--graceful-timeout", "2", "--access-logfile", "-", "--no-control-socket"),
    )
    yield _service("web server", "web", web, plan, environment)


def _service(
    name: str, log: str, command: tuple[str, ...], plan: Plan, environment: Mapping[str, str]
) -> Service:
    return Service(name, command, log=plan.logs / f"{log}.log", cwd=CHECKOUT, environment=environment)
