"""The live state as a node keeps it in Redis: whole once, then what changed, with a sequence and a heartbeat.

    netadmin:live:NODE:links    hash, interface index → Link as JSON
    netadmin:live:NODE:routes   hash, a name of the next hop → LiveRoute as JSON
    netadmin:live:NODE:ovs      OpenVSwitch as JSON, or null
    netadmin:live:NODE:meta     hash, sequence, boot_id, taken_at (Unix seconds)
    netadmin:beat:NODE          Unix seconds, renewed every two

A reader takes all of them in one MULTI/EXEC, as they are written, and never sees half a change.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

import redis
from redis.client import Pipeline

from netadmin.node.facts.kernel import KernelTable, Touched
from netadmin.planning.live import OpenVSwitch
from netadmin.planning.records import encode

BEAT_KEPT = 3600  # seconds for which a silent node's last sign of life stays known
CHUNK = 500  # hash fields in one command


class Publisher:
    """Writes one node's live state. Every method raises redis.RedisError when Redis does not take it."""

    def __init__(self, connection: redis.Redis, node: str, boot_id: str) -> None:
        self._redis = connection
        self._key = f"netadmin:live:{node}"
        self._beat = f"netadmin:beat:{node}"
        self._boot_id = boot_id
        self._sequence = 0
        self._links: dict[int, str] = {}
        self._routes: dict[str, str] = {}
        self._ovs = ""

    def publish_all(self, table: KernelTable, ovs: OpenVSwitch | None) -> None:
        """Replace whatever is known of the node. The sequence goes on where another worker left it."""
        self._sequence = max(self._sequence, int(self._redis.hget(f"{self._key}:meta", "sequence") or 0))
        links = {index: _link_json(table, index) for index in table.indexes}
        routes = {key: _json(encode(route, defaults=False)) for key, route in table.routes()}
        with self._redis.pipeline() as pipe:
            pipe.delete(f"{self._key}:links", f"{self._key}:routes")
            _set_all(pipe, f"{self._key}:links", links)
            _set_all(pipe, f"{self._key}:routes", routes)
            pipe.set(f"{self._key}:ovs", _ovs_json(ovs))
            self._finish(pipe)
        self._links, self._routes, self._ovs = links, routes, _ovs_json(ovs)

    def publish_again(self, table: KernelTable, ovs: OpenVSwitch | None) -> bool:
        """Write what a table that has been read afresh shows otherwise; whether there was anything."""
        routes = (key for key, _route in table.routes())
        return self.publish(table, Touched({*self._links, *table.indexes}, {*self._routes, *routes}), ovs)

    def publish(self, table: KernelTable, touched: Touched, ovs: OpenVSwitch | None) -> bool:
        """Write what is no longer as it was published; whether there was anything."""
        links = {index: _link_json(table, index) for index in touched.links}
        routes = {key: _route_json(table, key) for key in touched.routes}
        links = {index: text for index, text in links.items() if text != self._links.get(index, "")}
        routes = {key: text for key, text in routes.items() if text != self._routes.get(key, "")}
        if not links and not routes and _ovs_json(ovs) == self._ovs:
            return False
        with self._redis.pipeline() as pipe:
            _write(pipe, f"{self._key}:links", links)
            _write(pipe, f"{self._key}:routes", routes)
            pipe.set(f"{self._key}:ovs", _ovs_json(ovs))
            self._finish(pipe)
        _remember(self._links, links)
        _remember(self._routes, routes)
        self._ovs = _ovs_json(ovs)
        return True

    def beat(self) -> bool:
        """Show that the node is alive; whether Redis still holds what was published."""
        with self._redis.pipeline() as pipe:
            pipe.set(self._beat, f"{time.time():.3f}", ex=BEAT_KEPT)
            pipe.exists(f"{self._key}:meta")
            return bool(pipe.execute()[1])

    def _finish(self, pipe: Pipeline) -> None:
        self._sequence += 1
        pipe.hset(f"{self._key}:meta", "sequence", str(self._sequence))
        pipe.hset(f"{self._key}:meta", "boot_id", self._boot_id)
        pipe.hset(f"{self._key}:meta", "taken_at", f"{time.time():.3f}")
        pipe.set(self._beat, f"{time.time():.3f}", ex=BEAT_KEPT)
        pipe.execute()


def _link_json(table: KernelTable, index: int) -> str:
    link = table.link(index)
    return "" if link is None else _json(encode(link, defaults=False))


def _route_json(table: KernelTable, key: str) -> str:
    route = table.route(key)
    return "" if route is None else _json(encode(route, defaults=False))


def _ovs_json(ovs: OpenVSwitch | None) -> str:
    return _json(None if ovs is None else encode(ovs, defaults=False))


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _write(pipe: Pipeline, key: str, texts: Mapping[Any, str]) -> None:
    """An empty text stands for what is gone."""
    _set_all(pipe, key, {field: text for field, text in texts.items() if text})
    gone = [field for field, text in texts.items() if not text]
    if gone:
        pipe.hdel(key, *gone)


def _set_all(pipe: Pipeline, key: str, texts: Mapping[Any, str]) -> None:
    for chunk in _chunks(texts.items()):
        pipe.hset(key, mapping=dict(chunk))


def _chunks(items: Iterable[tuple[Any, str]]) -> Iterable[list[tuple[Any, str]]]:
    listed = list(items)
    return (listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK))


def _remember(known: dict[Any, str], texts: Mapping[Any, str]) -> None:
    for field, text in texts.items():
        if text:
            known[field] = text
        else:
            known.pop(field, None)
