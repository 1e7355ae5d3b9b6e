"""Which field of the form stands for which option, kind by kind: data, for the form to be built from."""

from __future__ import annotations

from dataclasses import dataclass

from netadmin.definitions import HASH_POLICIES, LACP_RATES, MODES, Kind

Choices = tuple[tuple[str, str], ...]

ON_OFF: Choices = (("", "not set"), ("on", "on"), ("off", "off"))
YES_NO: Choices = (("", "not set"), ("yes", "yes"), ("no", "no"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One option of a kind as a field.

    `aliases`: other names of the option; the one the stanza uses is kept. `choices`: the values there are, by
    their canonical spelling. `ports`: the value is a list of devices, which is offered for ticking off.
    `many`: the option may stand there several times, which is one line each in the field.
    `rare`: few set it; it is folded away while it is not set. `device`: the value names a device; those that are
    known are offered, and any other may be typed.
    """

    option: str
    label: str
    hint: str = ""
    choices: Choices = ()
    aliases: tuple[str, ...] = ()
    ports: bool = False
    number: bool = False
    many: bool = False
    rare: bool = False
    device: bool = False

    @property
    def field(self) -> str:
        """The name of the form's field."""
        return self.option.replace("-", "_")


def _named(values: tuple[str, ...], first: str = "not set") -> Choices:
    return (("", first), *((value, value) for value in values))


MODE_HINTS = {
    "balance-rr": "balance-rr: packets in turn over all slaves",
    "active-backup": "active-backup: one slave carries, the next takes over",
    "balance-xor": "balance-xor: by hash; the switch must group the ports",
    "broadcast": "broadcast: everything on every slave",
    "802.3ad": "802.3ad: LACP; the switch must speak it",
    "balance-tlb": "balance-tlb: outgoing by load",
    "balance-alb": "balance-alb: outgoing and incoming by load",
}

LINK = (
    Entry("mtu", "MTU", "Empty: the driver's own, mostly 1500.", number=True),
    Entry("hwaddress", "MAC address", "Empty: the device's own."),
)

BRIDGE = (
    Entry("bridge-ports", "Ports", "Also: all, regex, glob as interfaces(5) has them.", ports=True),
    Entry("bridge-vlan-aware", "VLAN-aware", "One bridge that keeps VLANs apart by their tag.", YES_NO),
    Entry("bridge-vids", "VLANs of the ports", "2-4094, or a list: 2 10 20-30."),
    Entry("bridge-pvid", "Untagged VLAN", "The VLAN of packets without a tag; 1 unless set.", number=True),
    Entry("bridge-stp", "Spanning tree", "Off is usual; on where two ports reach the same switch.", ON_OFF),
    Entry("bridge-fd", "Forward delay", "Seconds a port listens before it forwards; 0 with STP off."),
    Entry("bridge-hello", "STP hello time", "Seconds.", rare=True),
    Entry("bridge-maxage", "STP max age", "Seconds.", rare=True),
    Entry(
        "bridge-bridgeprio", "STP priority", "0 to 65535, the lowest becomes root.", number=True, rare=True
    ),
    Entry("bridge-ageing", "Ageing", "Seconds until an unheard MAC address is forgotten.", rare=True),
    Entry("bridge-mcsnoop", "Multicast snooping", "", YES_NO, rare=True),
)
BOND = (
    Entry("bond-slaves", "Slaves", "The NICs it is made of.", aliases=("bond-ports", "slaves"), ports=True),
    Entry("bond-mode", "Mode", choices=(("", "not set"), *((mode, MODE_HINTS[mode]) for mode in MODES))),
    Entry("bond-miimon", "Link check every", "Milliseconds; 100 is usual, 0 never looks.", number=True),
    Entry("bond-primary", "Primary slave", "active-backup, balance-tlb and balance-alb only.", device=True),
    Entry(
        "bond-xmit-hash-policy",
        "Hash policy",
        "balance-xor, 802.3ad and balance-tlb only.",
        _named(HASH_POLICIES),
    ),
    Entry("bond-lacp-rate", "LACP rate", "802.3ad only: fast asks every second.", _named(LACP_RATES)),
    Entry(
        "bond-min-links",
        "Least links",
        "802.3ad only: fewer than these, and the bond is down.",
        number=True,
        rare=True,
    ),
    Entry(
        "bond-updelay", "Up delay", "Milliseconds until a slave that is back is used.", number=True, rare=True
    ),
    Entry(
        "bond-downdelay",
        "Down delay",
        "Milliseconds until a slave that is gone is dropped.",
        number=True,
        rare=True,
    ),
)
VLAN = (
    Entry("vlan-raw-device", "Device", "What it runs on; a name like eth0.50 says it already.", device=True),
    Entry("vlan-id", "VLAN id", "1 to 4094; a name like eth0.50 says it already.", number=True),
    Entry("vlan-protocol", "Protocol", "802.1ad for the outer tag of QinQ.", _named(("802.1q", "802.1ad"))),
)
VXLAN = (
    Entry("vxlan-id", "VXLAN id", "0 to 16777215.", number=True),
    Entry("vxlan-local-tunnelip", "Local address", "The tunnel's own end."),
    Entry("vxlan-remoteip", "Remote addresses", "The other ends, one a line.", many=True),
    Entry("vxlan-svcnodeip", "Multicast group", "Instead of remote addresses."),
    Entry("vxlan-physdev", "Device", "What it runs on.", device=True),
    Entry("vxlan-port", "UDP port", "4789 unless set.", number=True, rare=True),
    Entry("vxlan-learning", "Learning", "", ON_OFF, rare=True),
    Entry("vxlan-ageing", "Ageing", "Seconds.", number=True, rare=True),
)
OVS_BRIDGE = (
    Entry("ovs-ports", "Ports", "The ports' own stanzas name this bridge.", ports=True),
    Entry("ovs-mtu", "MTU of the bridge", number=True),
    Entry("ovs-options", "Options", "As ovs-vsctl takes them."),
)
OVS_BOND = (
    Entry("ovs-bonds", "Slaves", "The NICs it is made of.", ports=True),
    Entry("ovs-bridge", "Bridge", "The Open vSwitch bridge it belongs to.", device=True),
    Entry("ovs-options", "Options", "bond_mode=… lacp=… tag=… trunks=…"),
    Entry("ovs-mtu", "MTU of the port", number=True),
)
OVS_PORT = (
    Entry("ovs-bridge", "Bridge", "The Open vSwitch bridge it belongs to.", device=True),
    Entry("ovs-options", "Options", "tag=… trunks=… vlan_mode=…"),
    Entry("ovs-mtu", "MTU of the port", number=True),
)

BY_KIND: dict[Kind, tuple[Entry, ...]] = {
    Kind.BRIDGE: BRIDGE,
    Kind.BOND: BOND,
    Kind.VLAN: VLAN,
    Kind.VXLAN: VXLAN,
    Kind.OVS_BRIDGE: OVS_BRIDGE,
    Kind.OVS_BOND: OVS_BOND,
    Kind.OVS_PORT: OVS_PORT,
    Kind.OVS_INT_PORT: OVS_PORT,
}

# What a new interface of a kind begins with, as one would write it by hand.
BEGINNINGS: dict[Kind, tuple[tuple[str, str], ...]] = {
    Kind.ETHERNET: (),
    Kind.BRIDGE: (("bridge-ports", "none"), ("bridge-stp", "off"), ("bridge-fd", "0")),
    Kind.BOND: (("bond-slaves", "none"), ("bond-mode", "active-backup"), ("bond-miimon", "100")),
    Kind.VLAN: (),
    Kind.VXLAN: (),
    Kind.DUMMY: (("link-type", "dummy"),),
    Kind.OVS_BRIDGE: (("ovs-type", "OVSBridge"),),
    Kind.OVS_BOND: (("ovs-type", "OVSBond"), ("ovs-options", "bond_mode=active-backup")),
    Kind.OVS_INT_PORT: (("ovs-type", "OVSIntPort"),),
}
TITLES = {
    Kind.ETHERNET: "Ethernet",
    Kind.BRIDGE: "Linux bridge",
    Kind.BOND: "Bond",
    Kind.VLAN: "VLAN",
    Kind.VXLAN: "VXLAN",
    Kind.DUMMY: "Dummy",
    Kind.VETH: "Veth",
    Kind.OVS_BRIDGE: "Open vSwitch bridge",
    Kind.OVS_BOND: "Open vSwitch bond",
    Kind.OVS_PORT: "Open vSwitch port",
    Kind.OVS_INT_PORT: "Open vSwitch internal port",
    Kind.ALIAS: "Alias",
    Kind.LOOPBACK: "Loopback",
    Kind.OTHER: "Other",
}
METHODS = {
    "inet": ("static", "dhcp", "manual", "loopback", "ppp", "tunnel"),
    "inet6": ("static", "auto", "dhcp", "manual", "loopback", "v4tunnel"),
    "": ("static", "dhcp", "auto", "manual", "loopback"),
}
HOOKS = ("pre-up", "up", "post-up", "pre-down", "down", "post-down")
