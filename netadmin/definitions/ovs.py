"""Open vSwitch: bridges, bonds, ports and internal ports as openvswitch's ifupdown integration names them."""

import re
from dataclasses import dataclass

from netadmin.definitions.values import whole
from netadmin.definitions.written import Options

_TAG = re.compile(r"(?:^|\s)tag=(\d+)(?=\s|$)")
_BOND_MODE = re.compile(r"(?:^|\s)bond_mode=(\S+)")


@dataclass(frozen=True, slots=True)
class Ovs:
    """`type` as written (OVSBridge, OVSBond, OVSPort, OVSIntPort, …); `bonds` are the NICs of an OVSBond;
    `tag` and `bond_mode` are read from `ovs-options`."""

    type: str
    bridge: str | None
    ports: tuple[str, ...]
    bonds: tuple[str, ...]
    options: str | None
    tag: int | None
    bond_mode: str | None
    extra: tuple[str, ...]


def read_ovs(options: Options) -> Ovs:
    settings = options.first("ovs-options") or ""
    tag = _TAG.search(settings)
    bond_mode = _BOND_MODE.search(settings)
    return Ovs(
        type=options.first("ovs-type") or "",
        bridge=options.first("ovs-bridge"),
        ports=options.words("ovs-ports"),
        bonds=options.words("ovs-bonds"),
        options=options.first("ovs-options"),
        tag=whole(tag[1]) if tag else None,
        bond_mode=bond_mode[1] if bond_mode else None,
        extra=tuple(written.value for written in options.all("ovs-extra")),
    )
