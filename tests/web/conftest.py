"""A browser without JavaScript: Django's client on a node that has reported, with people in their roles."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from netadmin.models import ChangeSet, Node, live
from netadmin.planning.live import Link, LinkAddress, LiveBridge, LiveRoute
from netadmin.planning.records import encode
from netadmin.sandbox.redis import RedisServer
from tests.actions.conftest import account, ann, bob, node  # noqa: F401 - fixtures of the same people and node

LINKS = (
    Link(1, "lo", "loopback", up=True, operstate="unknown", carrier=True, mtu=65536),
    Link(2, "eth0", up=True, operstate="up", carrier=True, speed=10_000, master="vmbr0"),
    Link(3, "eth1", operstate="down"),
    Link(
        4,
        "vmbr0",
        "bridge",
        up=True,
        operstate="up",
        carrier=True,
        addresses=(LinkAddress("192.168.10.2/24"),),
        bridge=LiveBridge(forward_delay=0.0),
    ),
    Link(5, "tap100i0", "tun", up=True, operstate="up", carrier=True, master="vmbr0"),
)
ROUTES = (LiveRoute("default", "inet", gateway="192.168.10.1", device="vmbr0"),)


@pytest.fixture(autouse=True)
def static_without_manifest(settings: Any) -> None:
    """Pages name static files by their own names, so that nothing needs to be collected first."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}


@pytest.fixture(scope="session")
def broker_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One Redis for all tests of this folder."""
    with RedisServer(tmp_path_factory.mktemp("r")) as server:
        yield server


@pytest.fixture(autouse=True)
def broker(broker_server: RedisServer, settings: Any) -> Iterator[Any]:
    """The pages' Redis, empty at first; orders are sent to it and lie there."""
    settings.NETADMIN_BROKER = settings.CELERY_BROKER_URL = broker_server.url
    live.broker.cache_clear()
    connection = live.broker()
    connection.flushall()
    yield connection
    live.broker.cache_clear()


@pytest.fixture
def publish(broker: Any) -> Callable[..., None]:
    """Publishes a live state as the worker of the node ``host`` does: publish(links, sequence=…, beat=…)."""

    def send(links: tuple[Link, ...] = LINKS, *, sequence: int = 1, beat: float | None = None) -> None:
        key = "netadmin:live:host"
        broker.delete(f"{key}:links", f"{key}:routes")
        for link in links:
            broker.hset(f"{key}:links", str(link.index), json.dumps(encode(link, defaults=False)))
        for route in ROUTES:
            broker.hset(f"{key}:routes", route.destination, json.dumps(encode(route, defaults=False)))
        broker.hset(
            f"{key}:meta", mapping={"sequence": sequence, "boot_id": "boot-1", "taken_at": time.time()}
        )
        broker.set("netadmin:beat:host", time.time() if beat is None else beat)

    return send


@pytest.fixture
def signed_in() -> Callable[[Any], Client]:
    """A client logged in as somebody."""

    def enter(user: Any) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def as_ann(signed_in: Callable[[Any], Client], ann: Any) -> Client:  # noqa: F811
    """Who may do everything."""
    return signed_in(ann)


@pytest.fixture
def as_bob(signed_in: Callable[[Any], Client], bob: Any) -> Client:  # noqa: F811
    """Who edits and stages, but neither applies nor writes what runs as root."""
    return signed_in(bob)


@pytest.fixture
def as_guest(signed_in: Callable[[Any], Client], account: Callable[..., Any]) -> Client:  # noqa: F811
    """Who has an account and no role."""
    return signed_in(account("guest"))


def form_of(response: Any) -> dict[str, Any]:
    """What a browser would send of the page's interface form if nobody touched it."""
    form = response.context["form"]
    data: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if value is None or value is False or value == []:
            continue
        data[bound.html_name] = value
    return data


def draft(node: Node) -> ChangeSet:  # noqa: F811
    """The node's newest change set."""
    found = node.change_sets.first()
    assert found is not None
    return found


SAMPLES = Path(__file__).parents[1] / "samples"
