"""VLAN and VXLAN devices: what they stand on and which id they carry."""

from dataclasses import dataclass

from netadmin.definitions.values import whole
from netadmin.definitions.written import Options


@dataclass(frozen=True, slots=True)
class Vlan:
    """`parent` is the raw device; `id` None when neither option nor name gives one."""

    parent: str
    id: int | None
    protocol: str  # 802.1q or 802.1ad, lower case; what is neither stays as written


@dataclass(frozen=True, slots=True)
class Vxlan:
    """`id` is the VNI; `remotes` are unicast peers, `service_node` the one that replicates for all, `group`
    the multicast group. ifupdown2 3.0.0 takes each of the two for its own kind of address alone."""

    id: int | None
    local: str | None
    remotes: tuple[str, ...]
    group: str | None
    port: int | None
    physdev: str | None
    service_node: str | None
    ageing: int | None
    learning: str | None


def read_vlan(name: str, options: Options) -> Vlan:
    """`eth0.100`, `eth0.100.10` (QinQ, on eth0.100), or any name with `vlan-raw-device` and `vlan-id`.

    Without `vlan-id` both engines take it from the name: what follows the last dot, or `vlan` (ifupdown2
    `modulebase._get_vlan_id`, classic's if-pre-up.d/vlan).
    """
    base, dot, _tag = name.rpartition(".")
    written_id = options.first("vlan-id")
    return Vlan(
        parent=options.first("vlan-raw-device") or (base if dot else ""),
        id=whole(written_id) if written_id is not None else id_in_name(name),
        protocol=(options.first("vlan-protocol") or "802.1q").lower(),
    )


def id_in_name(name: str) -> int | None:
    """100 for `eth0.100`, `eth0.5.100`, `vlan100` and `vlan0100`."""
    _base, dot, tag = name.rpartition(".")
    if dot:
        return whole(tag)
    return whole(name[4:]) if name.startswith("vlan") else None


def read_vxlan(options: Options) -> Vxlan:
    first = options.first
    return Vxlan(
        id=whole(first("vxlan-id")),
        local=first("vxlan-local-tunnelip"),
        remotes=options.words("vxlan-remoteip"),
        group=first("vxlan-mcastgrp", "vxlan-mcastgrp6"),
        port=whole(first("vxlan-port")),
        physdev=first("vxlan-physdev"),
        service_node=first("vxlan-svcnodeip", "vxlan-svcnodeip6"),
        ageing=whole(first("vxlan-ageing")),
        learning=first("vxlan-learning"),
    )
