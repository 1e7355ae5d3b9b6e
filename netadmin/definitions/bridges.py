"""Linux bridges: ports, spanning tree, VLAN filtering, multicast, and the settings of single ports."""

from __future__ import annotations

from dataclasses import dataclass

from netadmin.definitions.ports import Ports, read_ports
from netadmin.definitions.values import IdRanges, id_ranges, seconds, switch, whole
from netadmin.definitions.written import Options


@dataclass(frozen=True, slots=True)
class Bridge:
    """What the `bridge-*` options of a bridge say; None where they say nothing or nothing readable.
    Times are seconds."""

    ports: Ports
    stp: bool | None
    forward_delay: float | None
    hello: float | None
    max_age: float | None
    ageing: float | None
    priority: int | None
    vlan_aware: bool
    vlan_protocol: str | None
    vids: IdRanges
    pvid: int | None
    port_settings: tuple[
        tuple[str, PortSettings], ...
    ]  # from lists such as `bridge-pathcosts eth0=10 eth1=20`
    multicast: tuple[tuple[str, str], ...]  # (option, value) of every multicast option, in file order


@dataclass(frozen=True, slots=True)
class PortSettings:
    """What is said about one bridge port; None where nothing is."""

    access: int | None = None
    pvid: int | None = None
    vids: IdRanges | None = None
    allow_untagged: bool | None = None
    learning: bool | None = None
    unicast_flood: bool | None = None
    multicast_flood: bool | None = None
    broadcast_flood: bool | None = None
    arp_nd_suppress: bool | None = None
    isolated: bool | None = None
    path_cost: int | None = None
    priority: int | None = None
    multicast_router: str | None = None
    fast_leave: bool | None = None


MULTICAST = frozenset(
    {
        "bridge-hashel",
        "bridge-hashmax",
        "bridge-igmp-version",
        "bridge-mclmc",
        "bridge-mclmi",
        "bridge-mcmi",
        "bridge-mcqi",
        "bridge-mcqifaddr",
        "bridge-mcqpi",
        "bridge-mcqri",
        "bridge-mcqv4src",
        "bridge-mcquerier",
        "bridge-mcrouter",
        "bridge-mcsnoop",
        "bridge-mcsqc",
        "bridge-mcsqi",
        "bridge-mcstats",
        "bridge-mld-version",
    }
)

# Option → field of PortSettings. In the port's own stanza the value stands alone (ifupdown2, VLAN-aware
# bridge); in the bridge's stanza it is a list `port=value …` (ifupdown2), or for classic one `port value`
# (brctl's arguments).
PORT_OPTIONS = {
    "bridge-access": "access",
    "bridge-pvid": "pvid",
    "bridge-port-pvids": "pvid",
    "bridge-vids": "vids",
    "bridge-trunk": "vids",
    "bridge-port-vids": "vids",
    "bridge-allow-untagged": "allow_untagged",
    "bridge-learning": "learning",
    "bridge-unicast-flood": "unicast_flood",
    "bridge-multicast-flood": "multicast_flood",
    "bridge-broadcast-flood": "broadcast_flood",
    "bridge-arp-nd-suppress": "arp_nd_suppress",
    "bridge-isolated": "isolated",
    "bridge-pathcosts": "path_cost",
    "bridge-pathcost": "path_cost",
    "bridge-portprios": "priority",
    "bridge-portprio": "priority",
    "bridge-portmcrouter": "multicast_router",
    "bridge-portmcfl": "fast_leave",
}


def read_bridge(options: Options, *, classic: bool) -> Bridge:
    words = options.words
    first = options.first
    return Bridge(
        ports=read_ports(words("bridge-ports"), classic=classic),
        stp=switch(first("bridge-stp")),
        forward_delay=seconds(first("bridge-fd")),
        hello=seconds(first("bridge-hello")),
        max_age=seconds(first("bridge-maxage")),
        ageing=seconds(first("bridge-ageing")),
        priority=whole(first("bridge-bridgeprio")),
        vlan_aware=switch(first("bridge-vlan-aware")) or False,
        vlan_protocol=first("bridge-vlan-protocol"),
        vids=id_ranges(" ".join(words("bridge-vids", "bridge-trunk"))) or (),
        pvid=whole(first("bridge-pvid")),
        port_settings=_settings_by_port(options),
        multicast=tuple([(name, first(name) or "") for name in options.names if name in MULTICAST]),
    )


def read_port(options: Options) -> PortSettings | None:
    """What a port's own stanza says about it; None when it says nothing."""
    said: dict[str, str] = {}
    for option in options.names:
        if setting := PORT_OPTIONS.get(option):
            said.setdefault(setting, " ".join(options.words(option)))
    return _settings(said) if said else None


def _settings_by_port(options: Options) -> tuple[tuple[str, PortSettings], ...]:
    by_port: dict[str, dict[str, str]] = {}
    for option in options.names:
        setting = PORT_OPTIONS.get(option)
        if setting is None:
            continue
        for port, value in _listed(
            options.words(option), alone=option in ("bridge-pathcost", "bridge-portprio")
        ):
            by_port.setdefault(port, {})[setting] = value
    return tuple((port, _settings(said)) for port, said in by_port.items())


def _listed(words: tuple[str, ...], *, alone: bool) -> list[tuple[str, str]]:
    """`eth0=10 eth1=20` as pairs; `eth0 10`, the form of brctl, when `alone`."""
    pairs = [(port, value) for port, equals, value in (word.partition("=") for word in words) if equals]
    if not pairs and alone and len(words) == 2:
        return [(words[0], words[1])]
    return pairs


def _settings(said: dict[str, str]) -> PortSettings:
    get = said.get
    vids = get("vids")
    return PortSettings(
        access=whole(get("access")),
        pvid=whole(get("pvid")),
        vids=id_ranges(vids) if vids is not None else None,
        allow_untagged=switch(get("allow_untagged")),
        learning=switch(get("learning")),
        unicast_flood=switch(get("unicast_flood")),
        multicast_flood=switch(get("multicast_flood")),
        broadcast_flood=switch(get("broadcast_flood")),
        arp_nd_suppress=switch(get("arp_nd_suppress")),
        isolated=switch(get("isolated")),
        path_cost=whole(get("path_cost")),
        priority=whole(get("priority")),
        multicast_router=get("multicast_router"),
        fast_leave=switch(get("fast_leave")),
    )
