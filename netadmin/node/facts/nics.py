"""The links of a node that no engine makes: its network cards."""

from __future__ import annotations

from netadmin.planning.live import Link, LiveState

STAND_INS = ("veth", "dummy")


def nics(state: LiveState) -> tuple[str, ...]:
    """Names of the network cards; where there are none, of what stands in for them.

    Hardware has no link kind. A container or a rig has none of it: its cards are one end of a veth pair
    whose other end lies outside, or dummies.
    """
    hardware = tuple(link.name for link in state.links if link.kind == "")
    return hardware or tuple(link.name for link in state.links if _stands_in(link))


def _stands_in(link: Link) -> bool:
    return link.kind in STAND_INS and not link.parent
