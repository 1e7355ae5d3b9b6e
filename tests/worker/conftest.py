"""A sandbox node with its worker, a real Redis between, and this test as the centre."""

import base64
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery

from netadmin.node import messages
from netadmin.node.messages import AnyReport, NodeReport, OrderReport, Request, TransactionReport
from netadmin.planning.live import LiveState, live_state
from netadmin.sandbox import Sandbox
from netadmin.sandbox.redis import RedisServer
from tests.rigs.until import until

CHECKOUT = Path(__file__).parents[2]
BLOCKER = Path(__file__).parent / "without_django"
KEY = "netadmin:live:sandbox"


@dataclass
class Centre:
    """Sends orders as the centre does, and reads what the node reports straight from the queue."""

    server: RedisServer
    reports: list[AnyReport] = field(default_factory=list)

    @property
    def redis(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.server.socket))

    def send(self, request: Request, *, base: str = "", order_id: str = "", within: float = 60) -> str:
        now = time.time()
        order = messages.Order(
            order_id or messages.new_id(), "sandbox", base, now, now + within, "ann", request
        )
        with Celery("test", broker=self.server.url, set_as_current=False) as app:
            app.send_task(
                messages.task_name(order.verb),
                kwargs={"order": messages.order_to_json(order)},
                queue=messages.node_queue("sandbox"),
            )
        return order.id

    def collect(self) -> list[AnyReport]:
        """All reports so far."""
        while (raw := self.redis.rpop(messages.CENTRE_QUEUE)) is not None:
            _arguments, keywords, _embed = json.loads(base64.b64decode(json.loads(raw)["body"]))
            self.reports.append(messages.report_from_json(keywords["report"]))
        return self.reports

    def until(self, kind: type, wanted: Callable[[Any], bool] = bool, *, within: float = 20) -> Any:
        """The newest report of that kind that fits, when it comes."""

        def found() -> AnyReport | None:
            fitting = [one for one in self.collect() if isinstance(one, kind) and wanted(one)]
            return fitting[-1] if fitting else None

        return until(found, within=within)

    def answer(self, order: str) -> OrderReport:
        return self.until(OrderReport, lambda one: one.order == order)

    def node(self, wanted: Callable[[NodeReport], bool] = bool) -> NodeReport:
        return self.until(NodeReport, wanted)

    def transaction(
        self, wanted: Callable[[TransactionReport], bool] = bool, **settings: Any
    ) -> TransactionReport:
        return self.until(TransactionReport, wanted, **settings)

    @property
    def live(self) -> LiveState | None:
        with self.redis.pipeline() as pipe:
            pipe.hgetall(f"{KEY}:meta")
            pipe.hvals(f"{KEY}:links")
            pipe.hvals(f"{KEY}:routes")
            meta, links, routes = pipe.execute()
        if not meta:
            return None
        return live_state(
            links=map(json.loads, links),
            routes=map(json.loads, routes),
            meta={
                "boot_id": meta[b"boot_id"].decode(),
                "sequence": int(meta[b"sequence"]),
                "taken_at": float(meta[b"taken_at"]),
            },
        )


@dataclass
class Worked:
    """A node whose worker runs."""

    sandbox: Sandbox
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
    node = Worked(sandbox, Centre(redis_server))
    node.centre.node()
    yield node
