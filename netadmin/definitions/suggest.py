"""What a form offers before anyone types: free names, free ports, a gateway."""

import ipaddress
from collections.abc import Collection, Iterable

from netadmin.definitions.kinds import Kind
from netadmin.definitions.model import Definition, Definitions

MOST_BRIDGES = 4095  # vmbr0 to vmbr4094
LONGEST_NAME = 15  # IFNAMSIZ of linux/if.h less the final NUL

PORT_KINDS = frozenset({Kind.ETHERNET, Kind.BOND, Kind.VLAN, Kind.VXLAN, Kind.DUMMY, Kind.VETH})


def next_bridge_name(definitions: Definitions, links: Collection[str] = ()) -> str | None:
    """The first of vmbr0 … vmbr4094 that neither the files nor the node have; None when all are taken."""
    return _first_free((f"vmbr{number}" for number in range(MOST_BRIDGES)), definitions, links)


def next_bond_name(definitions: Definitions, links: Collection[str] = ()) -> str | None:
    """The first free bondN."""
    return _first_free((f"bond{number}" for number in range(MOST_BRIDGES)), definitions, links)


def vlan_name(device: str, tag: int) -> str:
    """DEVICE.TAG, or vlanTAG where that is longer than the kernel takes."""
    name = f"{device}.{tag}"
    return name if len(name) <= LONGEST_NAME else f"vlan{tag}"


def free_ports(definitions: Definitions, links: Collection[str] = ()) -> tuple[str, ...]:
    """The devices that a bridge or bond could take: those the files define, then those the node has besides,
    without the ones that are taken or that hold an address themselves."""
    defined = [
        name for definition in definitions.values() if _may_be_port(definition) for name in definition.names
    ]
    undefined = [link for link in links if link not in definitions and link != "lo"]
    taken = definitions.masters
    return tuple(name for name in dict.fromkeys([*defined, *undefined]) if name not in taken)


def gateway_for(address: str) -> str | None:
    """The gateway that an address's subnet most likely has: its first host, or its last when the address is
    the first; None for a subnet without another host and for what is no address."""
    try:
        own = ipaddress.ip_interface(address)
    except ValueError:
        return None
    spare = own.max_prefixlen - own.network.prefixlen
    if spare == 0:
        return None
    low, high = int(own.network.network_address), int(own.network.broadcast_address)
    if spare > 1:  # RFC 3021 and RFC 6164: of two addresses both are hosts
        low, high = low + 1, high - (own.version == 4)
    number = low if int(own.ip) != low else high
    return str(type(own.ip)(number))


def _first_free(names: Iterable[str], definitions: Definitions, links: Collection[str]) -> str | None:
    return next((name for name in names if name not in definitions and name not in links), None)


def _may_be_port(definition: Definition) -> bool:
    addressed = definition.addresses or any(part.method in ("dhcp", "auto") for part in definition.parts)
    return definition.kind in PORT_KINDS and not addressed
