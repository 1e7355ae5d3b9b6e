"""What an interface is: its options say it, the name only where the options leave it open."""

from enum import StrEnum

from netadmin.definitions.bonds import SLAVE_OPTIONS
from netadmin.definitions.vlans import id_in_name
from netadmin.definitions.written import Options, Part


class Kind(StrEnum):
    ETHERNET = "ethernet"
    BRIDGE = "bridge"
    BOND = "bond"
    VLAN = "vlan"
    VXLAN = "vxlan"
    OVS_BRIDGE = "ovs-bridge"
    OVS_BOND = "ovs-bond"
    OVS_PORT = "ovs-port"
    OVS_INT_PORT = "ovs-int-port"
    DUMMY = "dummy"
    VETH = "veth"
    ALIAS = "alias"
    LOOPBACK = "loopback"
    OTHER = "other"


# The kernel's link kind (IFLA_INFO_KIND) of each; "" is a device without one, such as a NIC.
KERNEL_KINDS = {
    Kind.BRIDGE: "bridge",
    Kind.BOND: "bond",
    Kind.VLAN: "vlan",
    Kind.VXLAN: "vxlan",
    Kind.OVS_BRIDGE: "openvswitch",
    Kind.OVS_INT_PORT: "openvswitch",
    Kind.DUMMY: "dummy",
    Kind.VETH: "veth",
}

OVS_KINDS = {
    "OVSBridge": Kind.OVS_BRIDGE,
    "OVSBond": Kind.OVS_BOND,
    "OVSPort": Kind.OVS_PORT,
    "OVSIntPort": Kind.OVS_INT_PORT,
}
LINK_TYPES = {"dummy": Kind.DUMMY, "veth": Kind.VETH}

# Options of devices that have no form of their own: tunnels, VRFs, xfrm and batman-adv interfaces.
OTHER_OPTIONS = ("tunnel-mode", "tunnel-endpoint", "vrf-table", "xfrm-id", "batman-ifaces", "provider")
OTHER_METHODS = frozenset({"ppp", "tunnel", "wvdial", "v4tunnel", "6to4", "can"})


def kind_of(name: str, parts: tuple[Part, ...], options: Options) -> Kind:
    """What an interface is. Asked from what says it outright to what a name may only hint at."""
    if name == "lo" or any(part.method == "loopback" for part in parts):
        return Kind.LOOPBACK
    if ovs_type := options.first("ovs-type"):
        return OVS_KINDS.get(ovs_type, Kind.OTHER)
    if ":" in name:
        return Kind.ALIAS
    if "bridge-ports" in options or "bridge-vlan-aware" in options:
        return Kind.BRIDGE
    if "bond-mode" in options or any(option in options for option in SLAVE_OPTIONS):
        return Kind.BOND
    if "vxlan-id" in options:
        return Kind.VXLAN
    if "vlan-raw-device" in options or "vlan-id" in options or ("." in name and id_in_name(name) is not None):
        return Kind.VLAN
    if link_type := options.first("link-type"):
        return LINK_TYPES.get(link_type, Kind.OTHER)
    if any(option in options for option in OTHER_OPTIONS):
        return Kind.OTHER
    return Kind.OTHER if any(part.method in OTHER_METHODS for part in parts) else Kind.ETHERNET
