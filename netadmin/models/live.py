"""The live state of a node as its worker publishes it in Redis."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import redis
from django.conf import settings

from netadmin.models.node import Node
from netadmin.planning.live import LiveState, live_state

SILENT_AFTER = 10.0  # seconds; the node's heart beats every two


@dataclass(frozen=True, slots=True)
class Live:
    """What is known of a node's kernel now: the state, and how long ago the node was last heard, in seconds."""

    state: LiveState | None
    beat_age: float | None
    broker_problem: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether the node's worker has stopped speaking, or never did."""
        return self.beat_age is None or self.beat_age > SILENT_AFTER

    @property
    def sequence(self) -> int:
        """Grows with every change; 0 when nothing is known."""
        return 0 if self.state is None else self.state.sequence


def live(node: Node) -> Live:
    """Everything the node published, read in one round trip."""
    key = f"netadmin:live:{node.name}"
    try:
        pipe = broker().pipeline(transaction=True)
        pipe.hgetall(f"{key}:meta")
        pipe.hvals(f"{key}:links")
        pipe.hvals(f"{key}:routes")
        pipe.get(f"{key}:ovs")
        pipe.get(f"netadmin:beat:{node.name}")
        meta, links, routes, ovs, beat = pipe.execute()
    except redis.RedisError as error:
        return Live(None, None, str(error))
    if not meta:
        return Live(None, _age(beat))
    state = live_state(
        links=[json.loads(link) for link in links],
        routes=[json.loads(route) for route in routes],
        meta=_meta(meta),
        ovs=json.loads(ovs or b"null"),
    )
    return Live(state, _age(beat))


def pulse(node: Node) -> tuple[int, float | None]:
    """The sequence number of the live state and the age of the last heartbeat: enough to see that nothing changed."""
    try:
        pipe = broker().pipeline(transaction=False)
        pipe.hget(f"netadmin:live:{node.name}:meta", "sequence")
        pipe.get(f"netadmin:beat:{node.name}")
        sequence, beat = pipe.execute()
    except redis.RedisError:
        return 0, None
    return int(sequence or 0), _age(beat)


@cache
def broker() -> redis.Redis:
    """The connection pool to Redis; Celery's ``redis+socket://`` is redis-py's ``unix://``."""
    url = settings.NETADMIN_BROKER.replace("redis+socket://", "unix://", 1)
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)


def _meta(fields: Mapping[bytes, bytes]) -> dict[str, str | int | float]:
    return {
        "boot_id": fields[b"boot_id"].decode(),
        "sequence": int(fields[b"sequence"]),
        "taken_at": float(fields[b"taken_at"]),
    }


def _age(beat: bytes | None) -> float | None:
    return None if beat is None else max(0.0, time.time() - float(beat))
