"""What a new interface begins as: the next free name, the options one would write by hand."""

from __future__ import annotations

from netadmin.definitions import Definition, Kind, Part
from netadmin.definitions.suggest import next_bond_name, next_bridge_name
from netadmin.web.interfaces.desk import Desk
from netadmin.web.interfaces.fields import BEGINNINGS

NAMES = {Kind.DUMMY: "dummy", Kind.VXLAN: "vxlan", Kind.OVS_INT_PORT: "ovsint"}


def beginning(kind: Kind, desk: Desk, *, name: str = "") -> Definition:
    """A definition of the kind for the form to start from; ``name`` where the admin came from a link."""
    return Definition(
        name=name or _free_name(kind, desk),
        parts=(Part("inet", "manual", BEGINNINGS[kind]),),
        classes=("auto",),
        dialect=desk.node.dialect,
    )


def _free_name(kind: Kind, desk: Desk) -> str:
    taken, links = desk.text.definitions, desk.links()
    if kind in (Kind.BRIDGE, Kind.OVS_BRIDGE):
        return next_bridge_name(taken, links) or ""
    if kind in (Kind.BOND, Kind.OVS_BOND):
        return next_bond_name(taken, links) or ""
    if kind is Kind.ETHERNET:
        return next((nic for nic in sorted(desk.node.nics or ()) if nic not in taken), "")
    if kind in NAMES:
        names = (f"{NAMES[kind]}{number}" for number in range(4096))
        return next(name for name in names if name not in taken and name not in links)
    return ""
