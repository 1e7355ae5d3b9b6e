"""The network of this kernel, kept up to date message by message.

    with Netlink() as netlink:
        table = KernelTable.read(netlink)

A table begins with a dump; `apply` carries every later event into it and says what it touched, so that
nothing needs to be dumped twice.
"""

from __future__ import annotations

import errno
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from socket import AF_BRIDGE, AF_INET, AF_INET6, AF_UNSPEC

from pyroute2.netlink.rtnl import (
    RTM_DELADDR,
    RTM_DELLINK,
    RTM_DELROUTE,
    RTM_GETADDR,
    RTM_GETLINK,
    RTM_GETROUTE,
    RTM_NEWADDR,
    RTM_NEWLINK,
    RTM_NEWROUTE,
)
from pyroute2.netlink.rtnl.ifaddrmsg import ifaddrmsg
from pyroute2.netlink.rtnl.ifinfmsg import ifinfmsg
from pyroute2.netlink.rtnl.rtmsg import rtmsg

from netadmin.node.facts.addresses import link_address
from netadmin.node.facts.ethtool import Speed, no_speed
from netadmin.node.facts.links import (
    SeenLink,
    index_and_family,
    index_name_and_master,
    link_index,
    port_vlans,
    seen_link,
    with_port_options,
    with_vlans,
)
from netadmin.node.facts.netlink import Message, Netlink
from netadmin.node.facts.routes import SeenRoute, seen_routes, table_of
from netadmin.planning.live import Link, LinkAddress, LiveRoute, PortVlan

MAIN_TABLE = 254
REPLACE = 0x100  # NLM_F_REPLACE in an RTM_NEWROUTE event: it takes the place of the route with that target
BRIDGE_VLANS_COMPRESSED, SKIP_STATISTICS = 0x4, 0x8  # RTEXT_FILTER_*
WITH_SPEED = ("", "bond", "veth")

RouteTarget = tuple[str, str, int]


@dataclass(slots=True)
class Touched:
    """What messages have changed: links by index, routes by key. A touched one may be gone."""

    links: set[int] = field(default_factory=set)
    routes: set[str] = field(default_factory=set)


class KernelTable:
    """Links, addresses, VLAN tables and the routes of the main table. `speed` asks the driver of a NIC."""

    def __init__(self, speed: Callable[[str], Speed] = no_speed) -> None:
        self._speed = speed
        self._links: dict[int, SeenLink] = {}
        self._names: dict[int, str] = {}
        self._dependents: defaultdict[int, set[int]] = defaultdict(set)  # who shows the name of a link
        self._addresses: defaultdict[int, dict[str, LinkAddress]] = defaultdict(dict)
        self._vlans: dict[int, tuple[PortVlan, ...]] = {}
        self._routes: defaultdict[RouteTarget, dict[str, SeenRoute]] = defaultdict(dict)
        self._routes_over: defaultdict[int, dict[str, SeenRoute]] = defaultdict(dict)

    @classmethod
    def read(
        cls,
        netlink: Netlink,
        speed: Callable[[str], Speed] = no_speed,
        only: Collection[str] | None = None,
    ) -> KernelTable:
        """What the kernel shows now; `only`: of these links and those that have one of them as master.

        Routes are always all of the main table. Raises OSError when the kernel refuses or keeps changing.
        """
        table = cls(speed)
        links = netlink.dump(_link_request(AF_UNSPEC, SKIP_STATISTICS), RTM_GETLINK)
        wanted = None if only is None else table._know_names(links, only)
        for message in (*links, *_about_links(netlink)):
            if wanted is None or link_index(message.body) in wanted:
                table.apply(message, Touched())
        for family in (AF_INET, AF_INET6):
            for message in _main_table(netlink, family):
                table.apply(message, Touched())
        return table

    def apply(self, message: Message, touched: Touched) -> None:
        """Carry the message in, and add what it changes to `touched`."""
        handle = _HANDLERS.get(message.type)
        if handle is not None:
            handle(self, message, touched)

    @property
    def indexes(self) -> list[int]:
        return sorted(self._links)

    def link(self, index: int) -> Link | None:
        seen = self._links.get(index)
        if seen is None:
            return None
        link = seen.named(self._names)
        if index in self._addresses:
            link = replace(link, addresses=tuple(self._addresses[index].values()))
        return with_vlans(link, self._vlans[index]) if index in self._vlans else link

    def routes(self) -> Iterator[tuple[str, LiveRoute]]:
        for hops in self._routes_over.values():
            for key, seen in hops.items():
                yield key, seen.named(self._names)

    def route(self, key: str) -> LiveRoute | None:
        device = int(key.split(" ")[3])
        seen = self._routes_over[device].get(key)
        return None if seen is None else seen.named(self._names)

    def _know_names(self, links: Iterable[Message], only: Collection[str]) -> set[int]:
        """Learn the names of all links, which the wanted ones refer to; returns the indexes of these."""
        masters = {}
        for message in links:
            index, self._names[index], masters[index] = index_name_and_master(message.body)
        named = {index for index, name in self._names.items() if name in only}
        return named | {index for index, master in masters.items() if master in named}

    def _new_link(self, message: Message, touched: Touched) -> None:
        index, family = index_and_family(message.body)
        touched.links.add(index)
        if family == AF_BRIDGE:
            vlans = port_vlans(message.body)
            if vlans is not None:
                self._vlans[index] = vlans
            if index in self._links:
                self._links[index] = with_port_options(self._links[index], message.body)
            return
        seen = seen_link(message.body)
        if seen.link.kind in WITH_SPEED:
            speed = self._speed(seen.link.name)
            seen = replace(seen, link=replace(seen.link, speed=speed.megabits, duplex=speed.duplex))
        self._forget_relations(index)
        self._links[index] = seen
        for other in seen.related:
            self._dependents[other].add(index)
        if seen.link.port is None and seen.link.bridge is None:
            self._vlans.pop(index, None)
        self._know_default_vlan(index, seen.link)
        self._know_peer(index, seen)
        if not seen.link.up:
            self._drop_routes_over(index, touched)
        if self._names.get(index) != seen.link.name:
            self._rename(index, seen.link.name, touched)

    def _delete_link(self, message: Message, touched: Touched) -> None:
        index, family = index_and_family(message.body)
        touched.links.add(index)
        if family == AF_BRIDGE:  # the port has left its bridge; the link stays
            self._vlans.pop(index, None)
            return
        self._forget_relations(index)
        self._drop_routes_over(index, touched)
        self._links.pop(index, None)
        self._names.pop(index, None)
        self._addresses.pop(index, None)
        self._vlans.pop(index, None)
        touched.links |= self._dependents.get(index, set())

    def _rename(self, index: int, name: str, touched: Touched) -> None:
        self._names[index] = name
        touched.links |= self._dependents.get(index, set())
        touched.routes |= self._routes_over[index].keys()

    def _know_default_vlan(self, index: int, link: Link) -> None:
        """A new bridge gets its own first VLAN without an event (br_vlan_init)."""
        if link.bridge is not None and link.bridge.vlan_filtering and link.bridge.default_pvid:
            vid = link.bridge.default_pvid
            self._vlans.setdefault(index, (PortVlan(vid, vid, pvid=True, untagged=True),))

    def _know_peer(self, index: int, seen: SeenLink) -> None:
        """Of a veth pair the end that is made first is told of before it has its peer, and not again after."""
        peer = self._links.get(seen.parent)
        if seen.link.kind == "veth" and peer is not None and not peer.parent:
            self._links[seen.parent] = replace(peer, parent=index)
            self._dependents[index].add(seen.parent)

    def _forget_relations(self, index: int) -> None:
        if index in self._links:
            for other in self._links[index].related:
                self._dependents[other].discard(index)

    def _new_address(self, message: Message, touched: Touched) -> None:
        index, address = link_address(message.body)
        if address.label == self._names.get(index):
            address = replace(address, label="")
        self._addresses[index][address.address] = address
        touched.links.add(index)

    def _delete_address(self, message: Message, touched: Touched) -> None:
        index, address = link_address(message.body)
        self._addresses[index].pop(address.address, None)
        touched.links.add(index)
        if address.family == "inet":
            self._drop_routes_from(address, touched)
            if not any(other.family == "inet" for other in self._addresses[index].values()):
                self._drop_ipv4_routes_over(index, touched)

    def _new_route(self, message: Message, touched: Touched) -> None:
        if table_of(message.body) != MAIN_TABLE:
            return
        routes = seen_routes(message.body)
        if routes and message.flags & REPLACE:
            self._drop_replaced(routes[0], touched)
        for seen in routes:
            self._routes[seen.target][seen.key] = seen
            self._routes_over[seen.device][seen.key] = seen
            touched.routes.add(seen.key)

    def _delete_route(self, message: Message, touched: Touched) -> None:
        if table_of(message.body) == MAIN_TABLE:
            for seen in seen_routes(message.body):
                self._drop_route(seen, touched)

    def _drop_replaced(self, new: SeenRoute, touched: Touched) -> None:
        """IPv6 keeps routes of one target side by side on several devices, as fe80::/64 on every link."""
        for old in list(self._routes[new.target].values()):
            if new.route.family == "inet" or new.route.gateway or old.device == new.device:
                self._drop_route(old, touched)

    def _drop_routes_over(self, index: int, touched: Touched) -> None:
        """The kernel tells nobody that IPv4 routes go with a device that goes down (fib_sync_down_dev)."""
        for seen in list(self._routes_over[index].values()):
            self._drop_route(seen, touched)

    def _drop_ipv4_routes_over(self, index: int, touched: Touched) -> None:
        """Nor that they go when its last IPv4 address does (fib_inetaddr_event calls fib_disable_ip)."""
        for seen in list(self._routes_over[index].values()):
            if seen.route.family == "inet":
                self._drop_route(seen, touched)

    def _drop_routes_from(self, address: LinkAddress, touched: Touched) -> None:
        """Nor that routes go whose preferred source is an address taken away (fib_sync_down_addr)."""
        source = address.address.partition("/")[0]
        gone = [
            seen
            for hops in self._routes_over.values()
            for seen in hops.values()
            if seen.route.source == source and seen.route.family == "inet"
        ]
        for seen in gone:
            self._drop_route(seen, touched)

    def _drop_route(self, seen: SeenRoute, touched: Touched) -> None:
        self._routes[seen.target].pop(seen.key, None)
        self._routes_over[seen.device].pop(seen.key, None)
        touched.routes.add(seen.key)


_HANDLERS: dict[int, Callable[[KernelTable, Message, Touched], None]] = {
    RTM_NEWLINK: KernelTable._new_link,
    RTM_DELLINK: KernelTable._delete_link,
    RTM_NEWADDR: KernelTable._new_address,
    RTM_DELADDR: KernelTable._delete_address,
    RTM_NEWROUTE: KernelTable._new_route,
    RTM_DELROUTE: KernelTable._delete_route,
}


def _about_links(netlink: Netlink) -> Iterator[Message]:
    """VLAN tables and addresses."""
    yield from netlink.dump(_link_request(AF_BRIDGE, BRIDGE_VLANS_COMPRESSED), RTM_GETLINK)
    yield from netlink.dump(ifaddrmsg(), RTM_GETADDR)


def _link_request(family: int, filters: int) -> ifinfmsg:
    request = ifinfmsg()
    request["family"] = family
    request["attrs"] = [("IFLA_EXT_MASK", filters)]
    return request


def _main_table(netlink: Netlink, family: int) -> list[Message]:
    """The routes of one family, filtered by the kernel: the local table has several times as many."""
    request = rtmsg()
    request["family"] = family
    request["table"] = MAIN_TABLE
    request["attrs"] = [("RTA_TABLE", MAIN_TABLE)]
    try:
        return netlink.dump(request, RTM_GETROUTE)
    except OSError as error:
        # No route of that family was ever made here, so that its table does not exist; or no IPv6 at all.
        if error.errno in (errno.ENOENT, errno.EOPNOTSUPP, errno.EAFNOSUPPORT):
            return []
        raise
