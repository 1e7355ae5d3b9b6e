"""What the kernel says about addresses: RTM_NEWADDR and RTM_DELADDR messages."""

from __future__ import annotations

import struct
from socket import AF_INET

from pyroute2.netlink.rtnl.ifaddrmsg import ifaddrmsg

from netadmin.node.facts import fields
from netadmin.node.facts.netlink import attributes, numbers
from netadmin.planning.live import LinkAddress

ADDRESS = struct.Struct("BBBBI")  # struct ifaddrmsg: family, prefix length, flags, scope, index
SCOPES = {0: "global", 200: "site", 253: "link", 254: "host"}
IFA = numbers(ifaddrmsg)
DAD_FAILED, DEPRECATED, TENTATIVE, PERMANENT = 0x08, 0x20, 0x40, 0x80  # IFA_F_*


def link_address(body: bytes) -> tuple[int, LinkAddress]:
    """The address and the index of its link.

    For IPv4 IFA_LOCAL is the link's own address and IFA_ADDRESS the peer's on a point-to-point link;
    for IPv6 IFA_LOCAL is only there when a peer is.
    """
    family, prefix, flags, scope, index = ADDRESS.unpack_from(body)
    found = attributes(body, ADDRESS.size)
    flags = fields.integer(found[IFA["IFA_FLAGS"]]) if IFA["IFA_FLAGS"] in found else flags
    remote = found[IFA["IFA_ADDRESS"]]
    own = found.get(IFA["IFA_LOCAL"], remote)
    return index, LinkAddress(
        address=f"{fields.ip_address(own)}/{prefix}",
        family="inet" if family == AF_INET else "inet6",
        scope=SCOPES.get(scope, str(scope)),
        label=fields.text(found.get(IFA["IFA_LABEL"], b"")),
        peer=fields.ip_address(remote) if own != remote else "",
        dynamic=not flags & PERMANENT,
        tentative=bool(flags & TENTATIVE),
        duplicate=bool(flags & DAD_FAILED),
        deprecated=bool(flags & DEPRECATED),
    )
