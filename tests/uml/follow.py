"""Run inside a guest: follows the kernel's events through commands given as JSON on stdin, and looks afresh.

Prints {"followed": …, "fresh": …}: links and routes as the events left them, and as a new dump shows them, as
soon as the two are equal or after PATIENCE, for links settle (carrier, LACP, duplicate address detection).
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
from typing import Any

from pyroute2.netlink import rtnl

from netadmin.node.facts.kernel import KernelTable, Touched
from netadmin.node.facts.netlink import Netlink
from netadmin.planning.live import LiveState
from netadmin.planning.records import encode

GROUPS = (
    rtnl.RTMGRP_LINK
    | rtnl.RTMGRP_IPV4_IFADDR
    | rtnl.RTMGRP_IPV6_IFADDR
    | rtnl.RTMGRP_IPV4_ROUTE
    | rtnl.RTMGRP_IPV6_ROUTE
)
# The kernel sends no event when LACP finds a partner or moves a slave to another aggregator, when a slave gives up
# coming back, nor when a bond makes its active slave promiscuous. The worker sees these when it looks afresh.
UNTOLD = {
    "slave": ("aggregator", "mii_status"),
    "bond": ("aggregator", "aggregator_ports", "partner_mac"),
}
UNTOLD_OF_LINK = ("promiscuous",)
PATIENCE = 15.0  # seconds


def main() -> None:
    commands: list[str] = json.load(sys.stdin)
    with Netlink(groups=GROUPS) as events, Netlink() as questions:
        followed = KernelTable.read(questions)
        for command in commands:
            subprocess.run(command.split(), check=True)
            follow(events, followed, wait=0)
        end = time.monotonic() + PATIENCE
        while True:
            fresh = shown(KernelTable.read(questions))
            follow(events, followed, wait=0)
            if told(shown(followed)) == told(fresh) or time.monotonic() > end:
                break
            follow(events, followed, wait=0.2)
    json.dump({"followed": shown(followed), "fresh": fresh}, sys.stdout)


def follow(events: Netlink, table: KernelTable, *, wait: float) -> None:
    while select.select([events], [], [], wait)[0]:
        for message in events.waiting():
            table.apply(message, Touched())


def shown(table: KernelTable) -> dict[str, Any]:
    links = (table.link(index) for index in table.indexes)
    state = encode(
        LiveState(
            boot_id="",
            links=tuple(link for link in links if link is not None),
            routes=tuple(route for _key, route in table.routes()),
        ),
        defaults=False,
    )
    return {"links": state["links"], "routes": sorted(state["routes"], key=str)}


def told(seen: dict[str, Any]) -> dict[str, Any]:
    """The part of which the kernel sends events."""
    return seen | {"links": [told_of(link) for link in seen["links"]]}


def told_of(link: dict[str, Any]) -> dict[str, Any]:
    parts = {
        part: {key: value for key, value in link[part].items() if key not in untold}
        for part, untold in UNTOLD.items()
        if link.get(part)
    }
    return {key: value for key, value in (link | parts).items() if key not in UNTOLD_OF_LINK}


if __name__ == "__main__":
    main()
