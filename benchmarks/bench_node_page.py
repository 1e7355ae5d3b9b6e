"""The page of a node with 4094 bridges, beside ifupdown2's own parser reading the same file in the same run.

A real Redis holds the live state, SQLite the rest; a request is what Django does from its address to the answer,
in processor time of this process. The browser asks the live part every 0.7 s.
"""

import html
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.bench_interfaces import ifupdown2_parser
from benchmarks.bench_transaction import address, text_of
from netadmin.node import messages
from netadmin.planning.live import Link, LinkAddress, LiveBridge
from netadmin.planning.records import encode
from netadmin.sandbox.redis import RedisServer

BRIDGES, NODE, ROUNDS = 4094, "bench", 5
# What each answer may cost as a part of what ifupdown2's parser takes for the file, and how large it may be in kB.
LIMITS = {
    "first page of a fresh server": (6, 400),
    "page": (0.5, 400),
    "live part, nothing new": (0.05, 0),
    "live part, a link of the page changed": (0.6, 20),
    "live part, a link elsewhere changed": (0.6, 20),
}


def main() -> int:
    with (
        tempfile.TemporaryDirectory(prefix="netadmin-bench-") as folder,
        RedisServer(Path(folder) / "redis") as server,
    ):
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "NETADMIN_DATA": folder,
            "NETADMIN_BROKER": server.url,
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        }
        return measured()


def measured() -> int:
    """Print every figure beside its limit; how many were missed."""
    import django

    parse = ifupdown2_parser()  # silences the log, which Django's settings would send to the screen
    django.setup()
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    text = text_of(BRIDGES)
    yardstick = min(cost(lambda: parse(text))[0] for _ in range(ROUNDS))
    print(f"{BRIDGES} bridges, {len(text) // 1000} kB: ifupdown2's parser {yardstick:.3f} s of CPU")
    client = Client(SERVER_NAME="localhost")
    client.force_login(reported(text), backend="django.contrib.auth.backends.ModelBackend")
    kernel = Kernel()
    return sum(not told(*one, yardstick) for one in figures(client, kernel))


def reported(text: str) -> Any:
    """The node with its file in the database; an account that may do everything."""
    from netadmin.actions import candidate
    from netadmin.actions.accounts import add_account
    from netadmin.actions.reports import take
    from netadmin.models import Node

    Node.objects.create(name=NODE)
    take(
        messages.NodeReport(
            node=NODE,
            hostname=NODE,
            engine="ifupdown2",
            engine_version="3.0.0-1.1",
            kernel="6.1.0",
            features=("bridge-vlan",),
            nics=("eth0",),
            saved=messages.FileText(text, messages.digest(text)),
            staged=None,
            sourced={},
            sandbox=True,
            boot_id="boot-1",
            reported_at=time.time(),
        )
    )
    candidate._read.cache_clear()  # reports are taken by another process than the one that shows pages
    return add_account("ann", roles=("all",))[0]


class Kernel:
    """The live state in Redis, as the node's worker writes it."""

    def __init__(self) -> None:
        from netadmin.models.live import broker

        self.redis, self.sequence = broker(), 0
        self.links = [Link(1, "lo", "loopback", up=True, operstate="unknown", carrier=True, mtu=65536)]
        self.links += [self.bridge(number) for number in range(BRIDGES)]
        self.publish(*self.links)

    @staticmethod
    def bridge(number: int) -> Link:
        return Link(
            number + 2,
            f"vmbr{number}",
            "bridge",
            up=True,
            operstate="unknown",
            carrier=True,
            addresses=(LinkAddress(address(number)),),
            bridge=LiveBridge(forward_delay=0.0),
        )

    def change(self, number: int) -> None:
        """One more address on a bridge."""
        link = self.links[number + 1]
        more = LinkAddress(f"192.0.2.{self.sequence % 250 + 1}/24")
        self.publish(replace(link, addresses=(*link.addresses, more)))

    def publish(self, *links: Link) -> None:
        key = f"netadmin:live:{NODE}"
        self.sequence += 1
        fields = {
            str(link.index): json.dumps(encode(link, defaults=False), separators=(",", ":")) for link in links
        }
        self.redis.hset(f"{key}:links", mapping=fields)
        meta = {"sequence": self.sequence, "boot_id": "boot-1", "taken_at": time.time()}
        self.redis.hset(f"{key}:meta", mapping=meta)
        self.redis.set(f"netadmin:beat:{NODE}", time.time())


def figures(client: Any, kernel: Kernel) -> Iterator[tuple[str, float, int]]:
    """Title, seconds of processor time and bytes of each kind of answer."""
    page = f"/nodes/{NODE}/"
    yield "first page of a fresh server", *cost(lambda: client.get(page).content)
    yield "page", *best(lambda: client.get(page).content)
    follow = following(client.get(page).content.decode())
    yield "live part, nothing new", *best(lambda: client.get(follow).content)
    for title, number in (
        ("live part, a link of the page changed", 5),
        ("live part, a link elsewhere changed", BRIDGES - 5),
    ):
        follow = following(client.get(page).content.decode())
        yield (
            title,
            *best(lambda asked=follow: client.get(asked).content, before=lambda n=number: kernel.change(n)),
        )


def following(page: str) -> str:
    """The address that the page asks for what is new."""
    return html.unescape(re.search(r'hx-get="([^"]+/live/[^"]*)"', page)[1])


def best(run: Callable[[], bytes], before: Callable[[], None] = lambda: None) -> tuple[float, int]:
    """The least processor time of several rounds in seconds, and the size of the largest answer in bytes."""
    taken = []
    for _ in range(ROUNDS):
        before()
        taken.append(cost(run))
    return min(seconds for seconds, _ in taken), max(size for _, size in taken)


def cost(run: Callable[[], Any]) -> tuple[float, int]:
    began = time.process_time()
    answer = run()
    return time.process_time() - began, len(answer)


def told(title: str, seconds: float, size: int, yardstick: float) -> bool:
    most, largest = LIMITS[title]
    kept = seconds <= most * yardstick and size <= largest * 1000
    print(
        f"  {title:40}{seconds * 1000:8.1f} ms{seconds / yardstick:8.3f} x (limit {most})"
        f"{size / 1000:9.1f} kB (limit {largest}){'' if kept else '  MISSED'}",
        flush=True,
    )
    return kept


if __name__ == "__main__":
    sys.exit(main())
