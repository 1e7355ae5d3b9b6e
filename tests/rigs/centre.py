"""The centre's end of a broker: sends orders as the centre does, and reads a node's reports from the queue."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
from celery import Celery

from netadmin.node import messages
from netadmin.node.messages import AnyReport, NodeReport, OrderReport, Request, TransactionReport
from netadmin.planning.live import Link, LiveRoute, LiveState, live_state
from netadmin.planning.records import decode
from tests.rigs.until import until


@dataclass
class Centre:
    """One centre with one node; `socket`: where the broker listens."""

    socket: Path
    node_name: str = "sandbox"
    reports: list[AnyReport] = field(default_factory=list)

    @property
    def redis(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket))

    def send(self, request: Request, *, base: str = "", order_id: str = "", within: float = 60) -> str:
        now = time.time()
        order = messages.Order(
            order_id or messages.new_id(), self.node_name, base, now, now + within, "ann", request
        )
        with Celery("test", broker=f"redis+socket://{self.socket}", set_as_current=False) as app:
            app.send_task(
                messages.task_name(order.verb),
                kwargs={"order": messages.order_to_json(order)},
                queue=messages.node_queue(self.node_name),
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

    def answer(self, order: str, **settings: Any) -> OrderReport:
        return self.until(OrderReport, lambda one: one.order == order, **settings)

    def node(self, wanted: Callable[[NodeReport], bool] = bool) -> NodeReport:
        return self.until(NodeReport, wanted)

    def transaction(
        self, wanted: Callable[[TransactionReport], bool] = bool, **settings: Any
    ) -> TransactionReport:
        return self.until(TransactionReport, wanted, **settings)

    @property
    def live(self) -> LiveState | None:
        key = f"netadmin:live:{self.node_name}"
        with self.redis.pipeline() as pipe:
            pipe.hgetall(f"{key}:meta")
            pipe.hvals(f"{key}:links")
            pipe.hvals(f"{key}:routes")
            meta, links, routes = pipe.execute()
        if not meta:
            return None
        return live_state(
            (decode(Link, json.loads(link)) for link in links),
            (decode(LiveRoute, json.loads(route)) for route in routes),
            meta={
                "boot_id": meta[b"boot_id"].decode(),
                "sequence": int(meta[b"sequence"]),
                "taken_at": float(meta[b"taken_at"]),
            },
        )
