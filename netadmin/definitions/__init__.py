"""The typed meaning of the stanzas of one interface: a bridge with its ports, a bond with its mode."""

from netadmin.definitions import suggest
from netadmin.definitions.addresses import Address, Gateway
from netadmin.definitions.bonds import HASH_POLICIES, LACP_RATES, MODES, Bond
from netadmin.definitions.bridges import Bridge, PortSettings
from netadmin.definitions.change import change
from netadmin.definitions.hooks import Hook, Route
from netadmin.definitions.kinds import Kind
from netadmin.definitions.model import Definition, Definitions, from_json, to_json
from netadmin.definitions.options import engines_of, is_known, known_options
from netadmin.definitions.ovs import Ovs
from netadmin.definitions.ports import Ports
from netadmin.definitions.read import definitions
from netadmin.definitions.vlans import Vlan, Vxlan
from netadmin.definitions.written import Part

__all__ = [
    "HASH_POLICIES",
    "LACP_RATES",
    "MODES",
    "Address",
    "Bond",
    "Bridge",
    "Definition",
    "Definitions",
    "Gateway",
    "Hook",
    "Kind",
    "Ovs",
    "Part",
    "PortSettings",
    "Ports",
    "Route",
    "Vlan",
    "Vxlan",
    "change",
    "definitions",
    "engines_of",
    "from_json",
    "is_known",
    "known_options",
    "suggest",
    "to_json",
]
