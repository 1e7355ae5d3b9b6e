"""Interfaces that have left the file: what is still there of them."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.definitions import Definition
from netadmin.planning.comparing.scene import OVS_KINDS
from netadmin.planning.comparing.verdict import Comparison, compared, unknown
from netadmin.planning.live import Link, LiveState

LEASED = ("dhcp", "bootp")


def compare_gone(before: Definition, name: str, state: LiveState) -> Iterator[Comparison]:
    """A link that the file had made is to be gone; a NIC stays, without the addresses that the file gave it."""
    if before.kind in OVS_KINDS:
        yield _in_openvswitch(before, name, state)
    link = state.link(name)
    if before.wanted_kind:
        seen = "none" if link is None else "there"
        why = "Nothing took it down: the engine may never have brought it up, or did not say that it failed."
        yield compared(name, "link", "none", seen, why)
    elif link is not None:
        left = tuple(_addresses_left(before, link))
        why = "The file no longer gives it, and nothing took it away."
        yield compared(name, "address", "none", " ".join(left) or "none", why)


def _in_openvswitch(before: Definition, name: str, state: LiveState) -> Comparison:
    if state.ovs is None:
        return unknown(name, "ovs-type", "none", "ovs-vsctl is not there, or the database does not answer.")
    there = name in state.ovs.bridges or any(port.name == name for port in state.ovs.ports)
    return compared(name, "ovs-type", "none", before.option("ovs-type") if there else "none")


def _addresses_left(before: Definition, link: Link) -> Iterator[str]:
    given = {str(address.ip) for address in before.addresses}
    for address in link.addresses:
        leased = address.family == "inet" and address.dynamic and before.method("inet") in LEASED
        if address.address in given or leased:
            yield address.address
