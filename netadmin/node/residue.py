"""What a kernel shows differently from before, and the commands that put it back."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from ipaddress import ip_interface
from typing import Any

from netadmin.planning.live import Link, LinkAddress, LiveRoute, LiveState, PortVlan

Command = tuple[str, ...]

# The kernel and daemons make and take these by themselves.
DYNAMIC_ROUTES = frozenset({"kernel", "ra", "dhcp", "redirect"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was. `repair`: ip(8) and bridge(8) commands, none where only the engine could."""

    sentence: str
    repair: tuple[Command, ...] = ()


def differences(before: LiveState, now: LiveState, scope: Collection[str]) -> tuple[Difference, ...]:
    """What differs on the links named in `scope`, in the order in which it has to be put back.

    What comes and goes by itself does not count: carrier, port states, dynamic and link-local addresses, routes of
    the kernel, of router advertisements and of DHCP.
    """
    return (
        *_links(before, now, scope),
        *_address_differences(before, now, scope),
        *_route_differences(before, now, scope),
    )


def _links(before: LiveState, now: LiveState, scope: Collection[str]) -> Iterator[Difference]:
    for link in now.links:
        # A NIC that turned up (kind "") is hardware, not something an engine left behind.
        if link.name in scope and before.link(link.name) is None and link.kind:
            yield Difference(
                f"{link.name} ({link.kind}) was not there", (("ip", "link", "delete", "dev", link.name),)
            )
    for old in before.links:
        if old.name not in scope:
            continue
        new = now.link(old.name)
        if new is None:
            yield Difference(f"{old.name} ({old.kind or 'NIC'}) is gone")
        elif new.kind != old.kind:
            yield Difference(f"{old.name} was {old.kind or 'a NIC'} and is {new.kind or 'a NIC'}")
        else:
            yield from _one_link(old, new)


def _one_link(old: Link, new: Link) -> Iterator[Difference]:
    name = old.name
    change = ("ip", "link", "set", "dev", name)
    if old.master != new.master:
        where = ("master", old.master) if old.master else ("nomaster",)
        yield _changed(name, "master", old.master, new.master, (*change, *where))
    if old.mtu != new.mtu:
        yield _changed(name, "MTU", old.mtu, new.mtu, (*change, "mtu", str(old.mtu)))
    if old.address != new.address and old.address:
        yield _changed(name, "MAC address", old.address, new.address, (*change, "address", old.address))
    if old.alias != new.alias:
        yield _changed(name, "alias", old.alias, new.alias, (*change, "alias", old.alias))
    if old.up != new.up:
        yield _changed(name, "state", _up(old), _up(new), (*change, _up(old)))
    yield from _kind_differences(old, new)
    yield from _port_differences(old, new)


def _kind_differences(old: Link, new: Link) -> Iterator[Difference]:
    if old.bridge is not None and new.bridge is not None:
        yield from _options(old.name, "bridge", BRIDGE_OPTIONS, old.bridge, new.bridge)
        yield from _vlan_differences(old.name, old.bridge.vlans, new.bridge.vlans, ("self",))
    yield from _fields(old.name, "VLAN", VLAN_FIELDS, old.vlan, new.vlan)
    yield from _fields(old.name, "VXLAN", VXLAN_FIELDS, old.vxlan, new.vxlan)
    yield from _fields(old.name, "bond", BOND_FIELDS, old.bond, new.bond)
    if old.kind in ("vlan", "vxlan") and old.parent != new.parent:
        yield _changed(old.name, "lower device", old.parent, new.parent)


def _fields(name: str, what: str, fields: tuple[str, ...], old: object, new: object) -> Iterator[Difference]:
    """Named only: the kernel takes such a change when the link is made, or the engine has to be asked."""
    for field in fields if old is not None and new is not None else ():
        was, is_ = getattr(old, field), getattr(new, field)
        if was != is_:
            yield _changed(name, f"{what} {field}", was, is_)


def _port_differences(old: Link, new: Link) -> Iterator[Difference]:
    if old.port is not None and new.port is not None and old.master == new.master:
        yield from _options(old.name, "bridge_slave", PORT_OPTIONS, old.port, new.port)
        yield from _vlan_differences(old.name, old.port.vlans, new.port.vlans, ())


def _options(name: str, kind: str, options: "Options", old: object, new: object) -> Iterator[Difference]:
    for field, option, write in options:
        was, is_ = getattr(old, field), getattr(new, field)
        if was != is_:
            set_it = ("ip", "link", "set", "dev", name, "type", kind, option, write(was))
            yield _changed(name, option, was, is_, set_it)


def _vlan_differences(
    name: str, old: tuple[PortVlan, ...], new: tuple[PortVlan, ...], self_: Command
) -> Iterator[Difference]:
    was, is_ = _vlan_table(old), _vlan_table(new)
    if was == is_:
        return
    extra = tuple(
        ("bridge", "vlan", "delete", "vid", str(vid), "dev", name, *self_)
        for vid in sorted(is_)
        if vid not in was
    )
    missing = tuple(
        ("bridge", "vlan", "add", "vid", str(vid), "dev", name, *flags, *self_)
        for vid, flags in sorted(was.items())
        if is_.get(vid) != flags
    )
    yield Difference(
        f"{name}: the VLAN table differs ({_vids(was)} before, {_vids(is_)} now)", extra + missing
    )


def _vlan_table(vlans: tuple[PortVlan, ...]) -> dict[int, Command]:
    return {
        vid: (("pvid",) if vlan.pvid else ()) + (("untagged",) if vlan.untagged else ())
        for vlan in vlans
        for vid in range(vlan.first, vlan.last + 1)
    }


def _vids(table: dict[int, Command]) -> str:
    return f"{len(table)} VLANs" if len(table) > 8 else ", ".join(map(str, sorted(table))) or "none"


def _address_differences(before: LiveState, now: LiveState, scope: Collection[str]) -> Iterator[Difference]:
    for old in before.links:
        new = now.link(old.name)
        if old.name not in scope or new is None:
            continue
        was, is_ = _lasting(old), _lasting(new)
        for address in is_.keys() - was.keys():
            yield Difference(
                f"{old.name}: {address} was not there",
                (("ip", "address", "delete", address, "dev", old.name),),
            )
        for address, details in was.items():
            if address not in is_:
                yield Difference(f"{old.name}: {address} is gone", (_add_address(old.name, details),))


def _lasting(link: Link) -> dict[str, LinkAddress]:
    return {
        address.address: address
        for address in link.addresses
        if not address.dynamic and not (address.family == "inet6" and address.scope == "link")
    }


def _add_address(name: str, address: LinkAddress) -> Command:
    """The kernel made the broadcast address of the first one; `+` makes it again: ip-address(8)."""
    label = ("label", address.label) if address.label else ()
    whole = address.family == "inet6" or ip_interface(address.address).network.prefixlen >= 31
    broadcast = () if whole else ("broadcast", "+")
    return ("ip", "address", "add", address.address, *broadcast, "dev", name, "scope", address.scope, *label)


def _route_differences(before: LiveState, now: LiveState, scope: Collection[str]) -> Iterator[Difference]:
    was, is_ = _standing(before, scope), _standing(now, scope)
    for route in is_:
        if route not in was:
            yield Difference(f"route {_said(route)} was not there", (_route_command("delete", route),))
    for route in was:
        if route not in is_:
            yield Difference(f"route {_said(route)} is gone", (_route_command("add", route),))


def _standing(state: LiveState, scope: Collection[str]) -> list[LiveRoute]:
    return [route for route in state.routes if route.device in scope and route.protocol not in DYNAMIC_ROUTES]


def _route_command(verb: str, route: LiveRoute) -> Command:
    parts = ["ip", "-6" if route.family == "inet6" else "-4", "route", verb]
    parts += [route.destination] if route.type == "unicast" else [route.type, route.destination]
    for word, value in (("via", route.gateway), ("dev", route.device), ("src", route.source)):
        parts += [word, value] if value else []
    parts += ["metric", str(route.metric)] if route.metric else []
    return (*parts, "proto", route.protocol)


def _said(route: LiveRoute) -> str:
    return " ".join(
        filter(None, (route.destination, route.gateway and f"via {route.gateway}", f"on {route.device}"))
    )


def _changed(name: str, what: str, was: object, is_: object, *repair: Command) -> Difference:
    return Difference(f"{name}: {what} was {_shown(was)} and is {_shown(is_)}", repair)


def _shown(value: object) -> str:
    return "none" if value in ("", None) else str(value)


def _up(link: Link) -> str:
    return "up" if link.up else "down"


Write = Callable[[Any], str]
Options = tuple[tuple[str, str, Write], ...]


def _plain(value: Any) -> str:
    return str(value)


def _switch(value: Any) -> str:
    return "1" if value else "0"


def _ticks(value: Any) -> str:
    """iproute2 takes a bridge's times in hundredths of a second: ip-link(8)."""
    return str(round(value * 100))


BRIDGE_OPTIONS: Options = (
    ("stp", "stp_state", _switch),
    ("forward_delay", "forward_delay", _ticks),
    ("hello_time", "hello_time", _ticks),
    ("max_age", "max_age", _ticks),
    ("ageing_time", "ageing_time", _ticks),
    ("priority", "priority", _plain),
    ("vlan_filtering", "vlan_filtering", _switch),
    ("vlan_protocol", "vlan_protocol", _plain),
    ("default_pvid", "vlan_default_pvid", _plain),
    ("multicast_snooping", "mcast_snooping", _switch),
    ("multicast_querier", "mcast_querier", _switch),
)
PORT_OPTIONS: Options = (
    ("cost", "cost", _plain),
    ("priority", "priority", _plain),
    ("learning", "learning", _switch),
    ("unicast_flood", "flood", _switch),
    ("multicast_flood", "mcast_flood", _switch),
    ("isolated", "isolated", _switch),
    ("hairpin", "hairpin", _switch),
    ("guard", "guard", _switch),
    ("root_block", "root_block", _switch),
    ("fast_leave", "fastleave", _switch),
)
VLAN_FIELDS = ("id", "protocol")
VXLAN_FIELDS = ("id", "local", "remote", "port")
BOND_FIELDS = (
    "mode", "miimon", "updelay", "downdelay", "use_carrier", "xmit_hash_policy", "lacp_rate", "ad_select",
    "primary", "primary_reselect", "arp_interval", "arp_ip_targets", "arp_validate", "fail_over_mac", "min_links",
)  # fmt: skip
