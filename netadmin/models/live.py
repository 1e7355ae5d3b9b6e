"""The live state of a node as its worker publishes it in Redis."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import redis
from django.conf import settings

from netadmin.models.node import Node
from netadmin.planning.live import Link, LiveRoute, LiveState, live_state
from netadmin.planning.records import decode

Piece = TypeVar("Piece", Link, LiveRoute)

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


@dataclass(frozen=True, slots=True)
class Read:
    """A state with the pieces it was put together from, by what the node published of each."""

    meta: Mapping[bytes, bytes]
    state: LiveState
    links: Mapping[bytes, Link]
    routes: Mapping[bytes, LiveRoute]


# By node what was read of it last: an event changes one link or two of thousands, and only those are decoded.
_last: dict[str, Read] = {}


def live(node: Node) -> Live:
    """Everything the node published, all of one moment."""
    key = f"netadmin:live:{node.name}"
    try:
        pipe = broker().pipeline(transaction=False)
        pipe.hgetall(f"{key}:meta")
        pipe.get(f"netadmin:beat:{node.name}")
        meta, beat = pipe.execute()
        last = _last.get(node.name)
        if last is None or last.meta != meta:
            last = _read(key, last) if meta else None
    except redis.RedisError as error:
        return Live(None, None, str(error))
    if last is None:
        return Live(None, _age(beat))
    _last[node.name] = last
    return Live(last.state, _age(beat))


def _read(key: str, last: Read | None) -> Read | None:
    pipe = broker().pipeline(transaction=True)
    pipe.hgetall(f"{key}:meta")
    pipe.hvals(f"{key}:links")
    pipe.hvals(f"{key}:routes")
    pipe.get(f"{key}:ovs")
    meta, links, routes, ovs = pipe.execute()
    if not meta:
        return None
    links = _decoded(Link, links, last.links if last else {})
    routes = _decoded(LiveRoute, routes, last.routes if last else {})
    state = live_state(links.values(), routes.values(), meta=_meta(meta), ovs=json.loads(ovs or b"null"))
    return Read(meta, state, links, routes)


def _decoded(
    kind: type[Piece], published: Iterable[bytes], known: Mapping[bytes, Piece]
) -> dict[bytes, Piece]:
    return {text: known.get(text) or decode(kind, json.loads(text)) for text in published}


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
