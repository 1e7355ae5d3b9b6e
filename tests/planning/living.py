"""A live state as it would be after a text was brought up, for tests of what is pure."""

from netadmin.definitions import Definitions, Kind, definitions
from netadmin.interfaces import Dialect, parse
from netadmin.planning.comparing.scene import Scene
from netadmin.planning.live import (
    Link,
    LinkAddress,
    LiveBond,
    LiveBridge,
    LivePort,
    LiveRoute,
    LiveSlave,
    LiveState,
    LiveVlan,
    LiveVxlan,
)

NICS = ("eth0", "eth1", "eth2", "eth3")


def read(text: str, dialect: Dialect = Dialect.IFUPDOWN2) -> Definitions:
    return definitions(parse(text, dialect=dialect))


def brought_up(text: str, *extra: Link, dialect: Dialect = Dialect.IFUPDOWN2) -> LiveState:
    """NICs eth0 to eth3 and whatever the text creates, with addresses, masters and default routes."""
    found = read(text, dialect)
    delivered = (Link(index, name) for index, name in enumerate(("lo", *NICS), 1))
    scene = Scene(found, LiveState("boot", links=tuple(delivered)))
    names = dict.fromkeys(("lo", *NICS, *scene.wanted_up))
    links = [_link(scene, index, name) for index, name in enumerate(names, 1)]
    routes = [
        LiveRoute("default", gateway.family, gateway.text, name)
        for name in scene.wanted_up
        for gateway in scene.by_interface[name].gateways
    ]
    return LiveState("boot", links=(*links, *extra), routes=tuple(routes))


def _link(scene: Scene, index: int, name: str) -> Link:
    definition = scene.by_interface.get(name)
    master = next(iter(scene.masters.get(name, ())), "")
    kind_of_master = scene.by_interface[master].kind if master in scene.by_interface else None
    stood_on = {lower for upper in scene.wanted_up for lower in scene.lower(upper)}
    usual = {
        "up": name in scene.wanted_up or name in stood_on,
        "carrier": True,
        "operstate": "up",
        "master": master,
        "port": LivePort() if kind_of_master is Kind.BRIDGE else None,
        "slave": LiveSlave() if kind_of_master is Kind.BOND else None,
    }
    if definition is None:
        return Link(index, name, "loopback" if name == "lo" else "", **usual)
    vlan, vxlan = definition.vlan, definition.vxlan
    return Link(
        index,
        name,
        definition.wanted_kind,
        addresses=tuple(LinkAddress(str(one.ip), one.family) for one in definition.addresses),
        bridge=LiveBridge() if definition.bridge else None,
        bond=LiveBond(mode=definition.bond.mode or "balance-rr") if definition.bond else None,
        vlan=LiveVlan(vlan.id or 0, vlan.protocol) if vlan else None,
        vxlan=LiveVxlan(vxlan.id or 0) if vxlan else None,
        parent=vlan.parent if vlan else "",
        **usual,
    )
