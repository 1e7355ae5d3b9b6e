"""What the kernel says about routes: RTM_NEWROUTE and RTM_DELROUTE messages."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from socket import AF_INET, AF_INET6

from pyroute2.netlink.rtnl.rtmsg import rtmsg

from netadmin.node.facts import fields
from netadmin.node.facts.netlink import attributes, numbers
from netadmin.planning.live import LiveRoute

# struct rtmsg: family, destination and source length, TOS, table, protocol, scope, type, flags
ROUTE = struct.Struct("BBBBBBBBI")
NEXT_HOP = struct.Struct("HBBi")  # struct rtnexthop: length, flags, hops, index
RTA = numbers(rtmsg)
CLONED = 0x200  # RTM_F_CLONED: an entry of a cache
DEAD = 0x1  # RTNH_F_DEAD: the device of this next hop is down
FAMILIES = {AF_INET: "inet", AF_INET6: "inet6"}
TYPES = {1: "unicast", 2: "local", 3: "broadcast", 4: "anycast", 5: "multicast", 6: "blackhole"} | {
    7: "unreachable",
    8: "prohibit",
    9: "throw",
    10: "nat",
}
# /etc/iproute2/rt_protos: who made the route
PROTOCOLS = {
    1: "redirect",
    2: "kernel",
    3: "boot",
    4: "static",
    9: "ra",
    16: "dhcp",
    12: "bird",
    186: "bgp",
} | {
    188: "ospf",
    192: "eigrp",
}


@dataclass(frozen=True, slots=True)
class SeenRoute:
    """One next hop as its message has it: the device by index, which `named` turns into its name."""

    route: LiveRoute
    device: int

    @property
    def target(self) -> tuple[str, str, int]:
        """What the kernel holds apart: of routes with the same target, the newest replaces the others."""
        return self.route.family, self.route.destination, self.route.metric

    @property
    def key(self) -> str:
        """A name for this next hop among all routes of the table."""
        route = self.route
        return f"{route.family} {route.destination} {route.metric} {self.device} {route.gateway}"

    def named(self, names: Mapping[int, str]) -> LiveRoute:
        return replace(self.route, device=names.get(self.device, ""))


def table_of(body: bytes) -> int:
    """The number of the route's table: a byte of the header, or an attribute where it is over 255."""
    table: int = ROUTE.unpack_from(body)[4]
    if table == 0:
        return fields.integer(attributes(body, ROUTE.size).get(RTA["RTA_TABLE"], b""))
    return table


def seen_routes(body: bytes) -> tuple[SeenRoute, ...]:
    """The route in an RTM_NEWROUTE or RTM_DELROUTE message, once for every next hop.

    Empty for families other than IPv4 and IPv6, and for entries of a cache.
    """
    family, length, _source, _tos, table, protocol, _scope, kind, flags = ROUTE.unpack_from(body)
    if family not in FAMILIES or flags & CLONED:
        return ()
    found = attributes(body, ROUTE.size)
    hops = found.get(RTA["RTA_MULTIPATH"])
    route = LiveRoute(
        destination=_destination(found.get(RTA["RTA_DST"]), length, family),
        family=FAMILIES[family],
        gateway=_gateway(found) if hops is None else "",
        metric=fields.integer(found.get(RTA["RTA_PRIORITY"], b"")),
        table=fields.integer(found.get(RTA["RTA_TABLE"], b"")) or table,
        protocol=PROTOCOLS.get(protocol, str(protocol)),
        type=TYPES.get(kind, str(kind)),
        source=_ip(found.get(RTA["RTA_PREFSRC"])),
    )
    if hops is None:
        return (SeenRoute(route, fields.integer(found.get(RTA["RTA_OIF"], b""))),)
    return tuple(SeenRoute(replace(route, gateway=_gateway(hop)), device) for device, hop in _next_hops(hops))


def _next_hops(data: bytes) -> Iterator[tuple[int, dict[int, bytes]]]:
    start = 0
    while start + NEXT_HOP.size <= len(data):
        length, flags, _hops, index = NEXT_HOP.unpack_from(data, start)
        if length < NEXT_HOP.size:
            return
        if not flags & DEAD:
            yield index, attributes(data[start : start + length], NEXT_HOP.size)
        start += (length + 3) & ~3


def _gateway(found: dict[int, bytes]) -> str:
    """RTA_VIA is a gateway of the other family: two bytes of family before the address (RFC 5549)."""
    if RTA["RTA_VIA"] in found:
        return _ip(found[RTA["RTA_VIA"]][2:])
    return _ip(found.get(RTA["RTA_GATEWAY"]))


def _destination(address: bytes | None, length: int, family: int) -> str:
    if length == 0:
        return "default"
    return f"{_ip(address or bytes(4 if family == AF_INET else 16))}/{length}"


def _ip(value: bytes | None) -> str:
    return fields.ip_address(value) if value else ""
