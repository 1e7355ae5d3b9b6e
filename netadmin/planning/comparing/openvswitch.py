"""Open vSwitch: bridges and ports as its database has them."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.definitions import Definition, Kind
from netadmin.planning.comparing.scene import OVS_KINDS, Scene
from netadmin.planning.comparing.verdict import Comparison, compared, unknown
from netadmin.planning.live import OpenVSwitch

SPEAKS_FOR = frozenset({"ovs-type", "ovs-bridge", "ovs-ports", "ovs-bonds", "ovs-options"})


def compare_openvswitch(scene: Scene, definition: Definition) -> Iterator[Comparison]:
    if definition.kind not in OVS_KINDS:
        return
    if scene.state.ovs is None:
        why = "ovs-vsctl is not there, or the database does not answer."
        yield unknown(definition.name, "ovs-type", definition.option("ovs-type"), why)
    elif definition.kind is Kind.OVS_BRIDGE:
        yield from _bridge(definition, scene.state.ovs)
    else:
        yield from _port(definition, scene.state.ovs)


def _bridge(definition: Definition, ovs: OpenVSwitch) -> Iterator[Comparison]:
    there = definition.name in ovs.bridges
    yield compared(definition.name, "ovs-type", "OVSBridge", "OVSBridge" if there else "no bridge")
    if there and definition.ovs is not None:
        wanted = tuple(sorted(definition.ovs.ports))
        ports = {port.name for port in ovs.ports if port.bridge == definition.name}
        yield compared(definition.name, "ovs-ports", wanted, tuple(sorted(ports.intersection(wanted))))


def _port(definition: Definition, ovs: OpenVSwitch) -> Iterator[Comparison]:
    wanted = definition.ovs
    if wanted is None:
        return
    port = next((port for port in ovs.ports if port.name == definition.name), None)
    if port is None:
        yield compared(definition.name, "ovs-bridge", wanted.bridge or "a bridge", "none")
        return
    yield compared(definition.name, "ovs-bridge", wanted.bridge, port.bridge)
    if wanted.tag is not None:
        yield compared(definition.name, "ovs-options tag", wanted.tag, port.tag)
    if wanted.bonds:
        yield compared(
            definition.name, "ovs-bonds", tuple(sorted(wanted.bonds)), tuple(sorted(port.interfaces))
        )
    if wanted.bond_mode is not None:
        yield compared(definition.name, "ovs-options bond_mode", wanted.bond_mode, port.bond_mode)
