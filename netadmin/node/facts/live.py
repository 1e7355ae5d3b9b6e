"""One look at this kernel's network."""

from __future__ import annotations

import time
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from netadmin.node.facts.ethtool import Ethtool
from netadmin.node.facts.kernel import KernelTable
from netadmin.node.facts.netlink import Netlink
from netadmin.node.facts.ovs import read_ovs
from netadmin.planning.live import LiveState

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def read_live(only: Collection[str] | None = None) -> LiveState:
    """The live state of the network namespace this process is in.

    only: leave out all links but these, and those that have one of them as master; the routes are all there.
    Raises OSError when the kernel refuses to answer, or changes faster than it can be listed.
    """
    with Netlink() as netlink, closing(Ethtool()) as speed:
        table = KernelTable.read(netlink, speed, only)
    links = (table.link(index) for index in table.indexes)
    return LiveState(
        boot_id=boot_id(),
        taken_at=time.time(),
        links=tuple(link for link in links if link is not None),
        routes=tuple(route for _key, route in table.routes()),
        ovs=read_ovs(),
    )


def boot_id() -> str:
    return BOOT_ID.read_text(encoding="ascii").strip()
