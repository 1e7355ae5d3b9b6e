"""The plan from one file to another on a node that was brought up with the first, and files to begin with."""

from typing import Any

from netadmin.interfaces import Dialect
from netadmin.planning.live import Link, LivePort
from netadmin.planning.plan import Plan, plan
from tests.planning.living import brought_up, read

LO = "auto lo\niface lo inet loopback\n"
ETH0 = "iface eth0 inet manual\n"
VMBR0 = """auto vmbr0
iface vmbr0 inet static
	address 192.0.2.2/24
	gateway 192.0.2.1
	bridge-ports eth0
"""
BASE = LO + ETH0 + VMBR0
BOND = "auto bond0\niface bond0 inet manual\n\tbond-slaves eth0 eth1\n\tbond-mode active-backup\n"
TAP = Link(50, "tap100i0", "tun", up=True, carrier=True, master="vmbr0", port=LivePort())


def planned(
    before: str, after: str, *extra: Link, engine: Dialect = Dialect.IFUPDOWN2, **settings: Any
) -> Plan:
    live = brought_up(before, *extra, dialect=engine)
    return plan(read(before, engine), read(after, engine), live, engine=engine, **settings)
