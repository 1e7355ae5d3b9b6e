"""What the kernel says about its links: RTM_NEWLINK messages of the families unspec and bridge."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pyroute2.netlink.rtnl.ifinfmsg import ifinfmsg

from netadmin.node.facts import fields
from netadmin.node.facts.netlink import attributes, each_attribute, numbers
from netadmin.planning.live import (
    Link,
    LiveBond,
    LiveBridge,
    LivePort,
    LiveSlave,
    LiveVlan,
    LiveVxlan,
    PortVlan,
)

INTERFACE = struct.Struct("BxHiII")  # struct ifinfomsg: family, hardware type, index, flags, change
INDEX = struct.Struct("4xi")  # where struct ifinfomsg and struct ifaddrmsg have it
IFF_UP = 0x1
ARPHRD_LOOPBACK = 772
IFLA = numbers(ifinfmsg)
INFO = numbers(ifinfmsg.ifinfo)
BOND = numbers(ifinfmsg.ifinfo.data_map["bond"])
VXLAN = numbers(ifinfmsg.ifinfo.data_map["vxlan"])

BRIDGE_VLAN_INFO = 2  # IFLA_BRIDGE_VLAN_INFO, with the flags of struct bridge_vlan_info below
VLAN_PVID = 0x02
VLAN_UNTAGGED = 0x04
VLAN_RANGE_BEGIN = 0x08
VLAN_RANGE_END = 0x10


@dataclass(frozen=True, slots=True)
class SeenLink:
    """A link as its message has it: other links by index, which `named` turns into names."""

    link: Link
    master: int = 0
    parent: int = 0
    primary: int = 0
    active_slave: int = 0

    @property
    def related(self) -> tuple[int, ...]:
        """The indexes of the links whose names it shows."""
        return tuple(index for index in (self.master, self.parent, self.primary, self.active_slave) if index)

    def named(self, names: Mapping[int, str]) -> Link:
        if not self.related:
            return self.link
        link = replace(self.link, master=names.get(self.master, ""), parent=names.get(self.parent, ""))
        if link.bond is None:
            return link
        primary, active = names.get(self.primary, ""), names.get(self.active_slave, "")
        return replace(link, bond=replace(link.bond, primary=primary, active_slave=active))


def index_and_family(body: bytes) -> tuple[int, int]:
    family, _type, index, _flags, _change = INTERFACE.unpack_from(body)
    return index, family


def link_index(body: bytes) -> int:
    """The index in a message about a link or an address."""
    index: int = INDEX.unpack_from(body)[0]
    return index


def index_name_and_master(body: bytes) -> tuple[int, str, int]:
    """What tells a link from others in an RTM_NEWLINK message; master 0 for none."""
    found = attributes(body, INTERFACE.size)
    name = fields.text(found.get(IFLA["IFLA_IFNAME"], b""))
    return index_and_family(body)[0], name, _index(found, IFLA["IFLA_MASTER"])


def seen_link(body: bytes) -> SeenLink:
    """The link that an RTM_NEWLINK message of the family AF_UNSPEC describes."""
    _family, hardware, index, flags, _change = INTERFACE.unpack_from(body)
    found = attributes(body, INTERFACE.size)
    info = attributes(found.get(IFLA["IFLA_LINKINFO"], b""))
    kind = fields.text(info.get(INFO["IFLA_INFO_KIND"], b""))
    data = attributes(info.get(INFO["IFLA_INFO_DATA"], b""))
    link = Link(
        index=index,
        kind=kind or ("loopback" if hardware == ARPHRD_LOOPBACK else ""),
        up=bool(flags & IFF_UP),
        carrier=_carrier(flags, found),
        **fields.read(fields.LINK, found),
        **_kind(kind, data),
        **_membership(info),
    )
    bond, vxlan = (data if kind == "bond" else {}), (data if kind == "vxlan" else {})
    return SeenLink(
        link=link,
        master=_index(found, IFLA["IFLA_MASTER"]),
        parent=_index(vxlan, VXLAN["IFLA_VXLAN_LINK"]) or _lower(found),
        primary=_index(bond, BOND["IFLA_BOND_PRIMARY"]),
        active_slave=_index(bond, BOND["IFLA_BOND_ACTIVE_SLAVE"]),
    )


def port_vlans(body: bytes) -> tuple[PortVlan, ...] | None:
    """The VLAN table in an RTM_NEWLINK message of the family AF_BRIDGE; None when it carries none.

    Ranges come as a beginning and an end (RTEXT_FILTER_BRVLAN_COMPRESSED).
    """
    found = attributes(body, INTERFACE.size)
    if IFLA["IFLA_AF_SPEC"] not in found:
        return None
    table, first = [], 0
    for kind, value in each_attribute(found[IFLA["IFLA_AF_SPEC"]]):
        if kind != BRIDGE_VLAN_INFO:
            continue
        flags, vid = struct.unpack_from("HH", value)
        if flags & VLAN_RANGE_BEGIN:
            first = vid
            continue
        begin = first if flags & VLAN_RANGE_END else vid
        table.append(PortVlan(begin, vid, bool(flags & VLAN_PVID), bool(flags & VLAN_UNTAGGED)))
    return tuple(table)


def with_port_options(seen: SeenLink, body: bytes) -> SeenLink:
    """The link with what an RTM_NEWLINK message of the family AF_BRIDGE says of it as a port.

    The only message that tells of a change of the port's STP state.
    """
    if seen.link.port is None:
        return seen
    found = attributes(body, INTERFACE.size)
    if IFLA["IFLA_PROTINFO"] not in found:
        return seen
    options = fields.read(fields.PORT, attributes(found[IFLA["IFLA_PROTINFO"]]))
    return replace(seen, link=replace(seen.link, port=replace(seen.link.port, **options)))


def with_vlans(link: Link, vlans: tuple[PortVlan, ...]) -> Link:
    """The link with its VLAN table, as port of a bridge or as the bridge itself."""
    if link.bridge is not None:
        return replace(link, bridge=replace(link.bridge, vlans=vlans))
    if link.port is not None:
        return replace(link, port=replace(link.port, vlans=vlans))
    return link


def _carrier(flags: int, found: dict[int, bytes]) -> bool | None:
    """The kernel has no carrier to tell while the link is administratively down."""
    if not flags & IFF_UP or IFLA["IFLA_CARRIER"] not in found:
        return None
    return fields.flag(found[IFLA["IFLA_CARRIER"]])


def _kind(kind: str, data: dict[int, bytes]) -> dict[str, Any]:
    if kind == "bridge":
        return {"bridge": LiveBridge(**fields.read(fields.BRIDGE, data))}
    if kind == "bond":
        aggregation = attributes(data.get(BOND["IFLA_BOND_AD_INFO"], b""))
        return {
            "bond": LiveBond(**fields.read(fields.BOND, data), **fields.read(fields.AGGREGATION, aggregation))
        }
    if kind == "vlan":
        return {"vlan": LiveVlan(**fields.read(fields.VLAN, data))}
    if kind == "vxlan":
        return {"vxlan": LiveVxlan(**fields.read(fields.VXLAN, data))}
    return {}


def _membership(info: dict[int, bytes]) -> dict[str, Any]:
    master_kind = fields.text(info.get(INFO["IFLA_INFO_SLAVE_KIND"], b""))
    data = attributes(info.get(INFO["IFLA_INFO_SLAVE_DATA"], b""))
    if master_kind == "bridge":
        return {"port": LivePort(**fields.read(fields.PORT, data))}
    if master_kind == "bond":
        return {"slave": LiveSlave(**fields.read(fields.SLAVE, data))}
    return {}


def _lower(found: dict[int, bytes]) -> int:
    """A lower device with a namespace id lies in that namespace: its index means nothing here."""
    if IFLA["IFLA_LINK_NETNSID"] in found:
        return 0
    return _index(found, IFLA["IFLA_LINK"])


def _index(found: dict[int, bytes], attribute: int) -> int:
    return fields.integer(found.get(attribute, b""))
