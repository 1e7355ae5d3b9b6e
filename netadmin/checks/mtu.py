"""MTU: within the kernel's limits, and in order along bond, VLAN, bridge and tunnel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netadmin.checks.corrections import set_value
from netadmin.checks.findings import Finding, Severity
from netadmin.checks.registry import Rule, looks_for
from netadmin.checks.survey import Standing, Survey, Use
from netadmin.definitions import Definition, Kind
from netadmin.definitions.values import whole

DEFAULT = 1500
LOWEST, HIGHEST = 68, 65536
IPV6_LOWEST = 1280
_OVERHEAD = {"inet": 50, "inet6": 70}  # outer Ethernet, IP, UDP and VXLAN headers

INVALID = Rule(
    id="mtu.invalid",
    severity=Severity.ERROR,
    what="The MTU is not a whole number from 68 to 65536.",
    why="No Ethernet device takes it; ifupdown2 logs that and exits with 0, and the old MTU stays.",
    mend="Write 1500 for ordinary Ethernet, up to 9000 or 9216 for jumbo frames, never less than 1280 with IPv6.",
    source="RFC 791 (68); kernel, ETH_MIN_MTU and ETH_MAX_MTU; RFC 8200, section 5 (1280)",
)
BOND = Rule(
    id="mtu.bond-slave",
    severity=Severity.WARNING,
    what="A slave's MTU differs from its bond's.",
    why="The kernel sets a slave's MTU to the bond's when it is enslaved, so the slave's own line has no effect or "
    "breaks larger frames, depending on the order.",
    mend="Set the MTU on the bond only.",
    source="Documentation/networking/bonding.rst; kernel, bond_enslave(): dev_set_mtu(slave, bond mtu)",
)
VLAN = Rule(
    id="mtu.vlan",
    severity=Severity.ERROR,
    what="A VLAN's MTU is larger than its raw device's.",
    why="The kernel refuses it (ERANGE); ifupdown2 warns, exits with 0 and leaves the VLAN at the raw device's MTU.",
    mend="Raise the MTU of the raw device, or lower the VLAN's.",
    source="kernel, vlan_dev_change_mtu(); ifupdown2 3.0.0, _check_mtu_config()",
)
BRIDGE = Rule(
    id="mtu.bridge-port",
    severity=Severity.WARNING,
    what="A bridge has a larger MTU than one of its ports.",
    why="Frames that are larger than the port's MTU are dropped at that port without a word: small packets pass, "
    "transfers hang.",
    mend="Raise the port's MTU, or lower the bridge's.",
    source="kernel, br_dev_queue_push_xmit(): is_skb_forwardable(); Documentation/networking/bridge.rst",
)
OVS = Rule(
    id="mtu.ovs-port",
    severity=Severity.WARNING,
    what="A port's `ovs_mtu` is larger than its Open vSwitch bridge's.",
    why="The bridge's own port keeps the smaller MTU, and larger packets of the host are dropped.",
    mend="Give bridge and ports the same ovs_mtu.",
    source="ovs-vswitchd.conf.db(5), Interface, mtu_request",
)
VXLAN = Rule(
    id="mtu.vxlan",
    severity=Severity.WARNING,
    what="A VXLAN's MTU leaves no room for the tunnel's headers on the device it runs over.",
    why="The outer packets become larger than the underlay's MTU, are fragmented or dropped, and transfers hang.",
    mend="Keep 50 bytes below the underlay's MTU (70 over IPv6), or raise the underlay's.",
    source="RFC 7348, section 4.3",
)
IPV6 = Rule(
    id="mtu.ipv6",
    severity=Severity.ERROR,
    what="An interface with an IPv6 address has an MTU under 1280.",
    why="The kernel switches IPv6 off on such a link: its addresses disappear.",
    mend="Set the MTU to 1280 or more.",
    source="RFC 8200, section 5; kernel, addrconf_notify(): NETDEV_CHANGEMTU below IPV6_MIN_MTU",
)


@looks_for(INVALID, IPV6)
def sizes(survey: Survey) -> Iterator[Finding]:
    for use in survey.of("mtu", "ovs-mtu"):
        size = whole(use.value)
        if size is None or not LOWEST <= size <= HIGHEST:
            if "#" not in use.value:
                yield INVALID.at(
                    use,
                    f"“{use.value}” is not an MTU.",
                    f"Write a whole number from {IPV6_LOWEST} to {HIGHEST}, such as 1500.",
                )
        elif size < IPV6_LOWEST and any(a.family == "inet6" for a in use.definition.addresses):
            yield IPV6.at(
                use,
                f"With an MTU of {size} the kernel switches IPv6 off on {use.definition.name}.",
                f"Write {IPV6_LOWEST} or more.",
                correction=set_value(use, str(IPV6_LOWEST)),
            )


@looks_for(BOND, VLAN, BRIDGE, VXLAN)
def order_along_devices(survey: Survey) -> Iterator[Finding]:
    if not survey.uses.get("mtu"):
        return
    sizes: dict[str, Use] = {}
    for use in survey.of("mtu"):
        sizes.setdefault(use.definition.name, use)
    for name, standing in survey.standing.items():
        lower = survey.definitions.get(name)
        if lower is None:
            continue
        for stands in standing:
            use_of = sizes.get(name if stands.role == "slave" else stands.upper.name)
            if use_of is not None and (finding := _order(stands, lower, use_of)):
                yield finding
    yield from _dotted_vlans(survey, sizes)


@looks_for(OVS)
def open_vswitch_order(survey: Survey) -> Iterator[Finding]:
    for use in survey.of("ovs-mtu"):
        size = whole(use.value)
        bridge = survey.definitions.get(use.definition.option("ovs-bridge") or "")
        if size is None or bridge is None:
            continue
        limit = bridge.mtu or DEFAULT
        if size > limit:
            yield OVS.at(
                use,
                f"The port's MTU {size} is larger than the {limit} of its bridge {bridge.name}.",
                f"Give {bridge.name} `ovs_mtu {size}`, or lower this one.",
            )


def _order(stands: Standing, lower: Definition, use: Use) -> Finding | None:
    """`use` is the MTU line of the slave, for other roles that of the upper interface."""
    size = whole(use.value)
    if size is None:
        return None
    if stands.role == "slave":
        return _slave(stands.upper, use, size)
    if stands.role == "port":
        return _port(lower, use, size)
    if stands.role == "raw device":
        return _vlan(lower, use, size)
    return _vxlan(stands.upper, lower, use, size) if stands.role == "physical device" else None


def _slave(bond: Definition, use: Use, size: int) -> Finding | None:
    limit = bond.mtu or DEFAULT
    if size == limit:
        return None
    said = f"has an MTU of {limit}" if bond.mtu else f"has none, which means {limit}"
    return BOND.at(
        use,
        f"The slave's MTU {size} will not last: its bond {bond.name} {said}.",
        f"Write `mtu {size}` on {bond.name} and leave it out here.",
        severity=Severity.HINT if size > limit else Severity.WARNING,
    )


def _port(port: Definition, use: Use, size: int) -> Finding | None:
    limit = port.mtu
    if limit is None and port.kind is Kind.ETHERNET:
        limit = DEFAULT  # unless the NIC's driver knows better; other kinds follow what they stand on
    if limit is None or limit >= size:
        return None
    return BRIDGE.at(
        use,
        f"The bridge's MTU {size} is larger than the {limit} of its port {port.name}.",
        f"Write `mtu {size}` on {port.name}, or lower the bridge's.",
        severity=Severity.WARNING if port.mtu else Severity.HINT,
    )


def _vlan(raw: Definition, use: Use, size: int) -> Finding | None:
    limit = raw.mtu
    if limit is None and not raw.lower and size > DEFAULT:
        limit = DEFAULT
    if limit is None or size <= limit:
        return None
    return VLAN.at(
        use,
        f"The VLAN's MTU {size} is larger than the {limit} of {raw.name}, which carries it.",
        f"Write `mtu {size}` on {raw.name}, or lower this one to {limit}.",
        severity=None if raw.mtu else Severity.WARNING,
    )


def _vxlan(vxlan: Definition, underlay: Definition, use: Use, size: int) -> Finding | None:
    limit = underlay.mtu or DEFAULT
    local = vxlan.vxlan.local if vxlan.vxlan else None
    overhead = _OVERHEAD["inet6" if local and ":" in local else "inet"]
    if size + overhead <= limit:
        return None
    return VXLAN.at(
        use,
        f"An MTU of {size} needs {size + overhead} bytes on {underlay.name}, which has {limit}.",
        f"Write `mtu {limit - overhead}`, or raise the MTU of {underlay.name}.",
    )


def _dotted_vlans(survey: Survey, sizes: Mapping[str, Use]) -> Iterator[Finding]:
    """Those whose raw device is in their name alone."""
    for name, use in sizes.items():
        definition = use.definition
        if "." not in name or definition.option("vlan-raw-device") or definition.vlan is None:
            continue
        raw = survey.definitions.get(definition.vlan.parent)
        size = whole(use.value)
        if raw is not None and size is not None and (finding := _vlan(raw, use, size)):
            yield finding
