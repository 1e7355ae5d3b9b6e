"""VLAN and VXLAN devices: what they stand on and which id they carry."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.planning.comparing.scene import Subject
from netadmin.planning.comparing.verdict import Comparison, compared, unknown

SPEAKS_FOR = frozenset(
    {
        *("vlan-id", "vlan-protocol", "vlan-raw-device", "vxlan-id", "vxlan-local-tunnelip", "vxlan-port"),
        *("vxlan-physdev", "vxlan-ageing", "vxlan-learning", "vxlan-mcastgrp"),
        *("vxlan-svcnodeip", "vxlan-remoteip"),
    }
)
REFUSED = "No engine changes this on a device that is there; it must be taken down and made anew."


def compare_vlan(subject: Subject) -> Iterator[Comparison]:
    vlan, live = subject.definition.vlan, subject.link.vlan
    if vlan is None or live is None:
        return
    if vlan.id is not None:
        yield compared(subject.name, "vlan-id", vlan.id, live.id, REFUSED)
    yield compared(subject.name, "vlan-protocol", vlan.protocol, live.protocol, REFUSED)
    yield compared(subject.name, "vlan-raw-device", vlan.parent, subject.link.parent, REFUSED)


def compare_vxlan(subject: Subject) -> Iterator[Comparison]:
    vxlan, live = subject.definition.vxlan, subject.link.vxlan
    if vxlan is None or live is None:
        return
    if vxlan.id is not None:
        yield compared(subject.name, "vxlan-id", vxlan.id, live.id, REFUSED)
    if vxlan.local is not None:
        yield compared(subject.name, "vxlan-local-tunnelip", vxlan.local, live.local)
    if vxlan.port is not None:
        yield compared(subject.name, "vxlan-port", vxlan.port, live.port)
    if vxlan.physdev is not None:
        yield compared(subject.name, "vxlan-physdev", vxlan.physdev, subject.link.parent, REFUSED)
    if vxlan.ageing is not None:
        yield compared(subject.name, "vxlan-ageing", vxlan.ageing, live.ageing)
    if vxlan.learning is not None:
        yield compared(subject.name, "vxlan-learning", _on(vxlan.learning), live.learning)
    if vxlan.group is not None:
        yield compared(subject.name, "vxlan-mcastgrp", vxlan.group, live.remote)
    if vxlan.service_node is not None:
        yield compared(subject.name, "vxlan-svcnodeip", vxlan.service_node, live.remote)
    if vxlan.remotes:
        why = "Peers stand in the forwarding table, which is not read."
        yield unknown(subject.name, "vxlan-remoteip", vxlan.remotes, why)


def _on(value: str) -> bool:
    return value.lower() in ("yes", "on", "1", "true")
