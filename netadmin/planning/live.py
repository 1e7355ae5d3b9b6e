"""What a kernel shows of its network: links, addresses, routes, bridges, bonds, VLANs, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from netadmin.planning.records import decode


@dataclass(frozen=True, slots=True)
class LinkAddress:
    """One address of a link, written with its prefix: `10.0.0.1/24`, `fe80::1/64`."""

    address: str
    family: str = "inet"  # "inet" or "inet6"
    scope: str = "global"  # "global", "site", "link", "host"
    label: str = ""  # "eth0:1" where it differs from the link's name
    peer: str = ""
    dynamic: bool = False  # has a lifetime: from DHCP or a router advertisement
    tentative: bool = False  # duplicate address detection has not ended
    duplicate: bool = False  # duplicate address detection found another owner
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class PortVlan:
    """A range of VLANs in the table of a bridge or of one of its ports; `first` and `last` belong to it."""

    first: int
    last: int
    pvid: bool = False
    untagged: bool = False


@dataclass(frozen=True, slots=True)
class LiveBridge:
    """Times in seconds."""

    stp: bool = False
    forward_delay: float = 15.0
    hello_time: float = 2.0
    max_age: float = 20.0
    ageing_time: float = 300.0
    priority: int = 32768
    vlan_filtering: bool = False
    vlan_protocol: str = "802.1q"
    default_pvid: int = 1
    multicast_snooping: bool = True
    multicast_querier: bool = False
    vlans: tuple[PortVlan, ...] = ()


@dataclass(frozen=True, slots=True)
class LivePort:
    """A link as port of a bridge."""

    state: str = "disabled"  # "disabled", "listening", "learning", "forwarding", "blocking"
    cost: int = 0
    priority: int = 32
    learning: bool = True
    unicast_flood: bool = True
    multicast_flood: bool = True
    broadcast_flood: bool = True
    arp_nd_suppress: bool = False
    isolated: bool = False
    hairpin: bool = False
    guard: bool = False
    root_block: bool = False
    fast_leave: bool = False
    vlans: tuple[PortVlan, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveBond:
    """Times in milliseconds, as in the bonding driver's own options."""

    mode: str = "balance-rr"
    miimon: int = 0
    updelay: int = 0
    downdelay: int = 0
    use_carrier: bool = True
    xmit_hash_policy: str = "layer2"
    lacp_rate: str = "slow"
    ad_select: str = "stable"
    primary: str = ""
    primary_reselect: str = "always"
    active_slave: str = ""
    arp_interval: int = 0
    arp_ip_targets: tuple[str, ...] = ()
    arp_validate: str = "none"
    fail_over_mac: str = "none"
    min_links: int = 0
    aggregator: int | None = None  # 802.3ad only, as the three below
    aggregator_ports: int | None = None
    partner_mac: str = ""


@dataclass(frozen=True, slots=True)
class LiveSlave:
    """A link as slave of a bond."""

    state: str = "active"  # "active", "backup"
    mii_status: str = "up"  # "up", "going down", "down", "going back"
    permanent_address: str = ""  # its own, while it carries the bond's
    aggregator: int | None = None


@dataclass(frozen=True, slots=True)
class LiveVlan:
    id: int
    protocol: str = "802.1q"


@dataclass(frozen=True, slots=True)
class LiveVxlan:
    id: int
    local: str = ""
    remote: str = ""  # a unicast peer or a multicast group
    port: int = 4789
    learning: bool = True
    ageing: int = 300  # seconds


@dataclass(frozen=True, slots=True)
class Link:
    """One link. `kind` is the kernel's own word, "" for hardware (and "loopback" for lo)."""

    index: int
    name: str
    kind: str = ""
    up: bool = False  # the administrative state
    operstate: str = "unknown"  # RFC 2863: "up", "down", "lowerlayerdown", "dormant", "unknown" …
    carrier: bool | None = None  # None while the link is administratively down
    mtu: int = 1500
    address: str = ""
    permanent_address: str = ""
    master: str = ""
    parent: str = ""  # the lower device of a VLAN, VXLAN or veth; "" when it lies in another namespace
    speed: int | None = None  # Mb/s
    duplex: str = ""
    alias: str = ""
    promiscuous: bool = False
    addresses: tuple[LinkAddress, ...] = ()
    bridge: LiveBridge | None = None
    port: LivePort | None = None
    bond: LiveBond | None = None
    slave: LiveSlave | None = None
    vlan: LiveVlan | None = None
    vxlan: LiveVxlan | None = None


@dataclass(frozen=True, slots=True)
class LiveRoute:
    """One next hop of one route of the main table."""

    destination: str  # "default" or a prefix
    family: str  # "inet" or "inet6"
    gateway: str = ""
    device: str = ""
    metric: int = 0
    table: int = 254
    protocol: str = "boot"  # "kernel", "boot", "static", "dhcp", "ra", or a number
    type: str = "unicast"
    source: str = ""


@dataclass(frozen=True, slots=True)
class OvsPort:
    """A port in the database of Open vSwitch, with the interfaces behind it (several: a bond)."""

    name: str
    bridge: str
    interfaces: tuple[str, ...] = ()
    types: tuple[str, ...] = ()  # of its interfaces: "", "internal", "vxlan" …
    tag: int | None = None
    trunks: tuple[int, ...] = ()
    bond_mode: str = ""
    lacp: str = ""
    vlan_mode: str = ""


@dataclass(frozen=True, slots=True)
class OpenVSwitch:
    bridges: tuple[str, ...] = ()
    ports: tuple[OvsPort, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveState:
    """One look at a kernel. `sequence` grows with every change published since the node's worker began."""

    boot_id: str
    sequence: int = 0
    taken_at: float = 0.0  # seconds since the epoch, by the node's clock
    links: tuple[Link, ...] = ()  # by index
    routes: tuple[LiveRoute, ...] = ()
    ovs: OpenVSwitch | None = None  # None: the node has no ovs-vsctl, or its daemon does not answer
    _by_name: dict[str, Link] = field(default_factory=dict, init=False, repr=False, compare=False)
    _members: dict[str, list[Link]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for link in self.links:
            self._by_name[link.name] = link
            if link.master:
                self._members.setdefault(link.master, []).append(link)

    def link(self, name: str) -> Link | None:
        return self._by_name.get(name)

    def members(self, master: str) -> tuple[Link, ...]:
        """The ports of a bridge, the slaves of a bond."""
        return tuple(self._members.get(master, ()))


def live_state(
    links: Iterable[Link],
    routes: Iterable[LiveRoute],
    *,
    meta: dict[str, Any],
    ovs: dict[str, Any] | None = None,
) -> LiveState:
    """The state put together from the pieces that a node publishes one by one."""
    return LiveState(
        boot_id=meta["boot_id"],
        sequence=meta["sequence"],
        taken_at=meta["taken_at"],
        links=tuple(sorted(links, key=lambda link: link.index)),
        routes=tuple(routes),
        ovs=None if ovs is None else decode(OpenVSwitch, ovs),
    )
