"""Linux bridges: ports, spanning tree, VLAN filtering, and the settings of single ports."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.corrections import set_value
from netadmin.checks.findings import Finding, Severity
from netadmin.checks.registry import IFUPDOWN2, Rule, looks_for
from netadmin.checks.survey import Survey, Use, first_use, port_names
from netadmin.definitions import Definition
from netadmin.definitions.values import switch, whole

FORWARD_DELAY = Rule(
    id="bridge.forward-delay",
    severity=Severity.ERROR,
    what="With spanning tree on, the forward delay is not 2 to 30 seconds; or it is no number at all.",
    why="The kernel refuses it, ifupdown2 logs that, exits with 0 and leaves 15 seconds; the `bridge-fd 0` that "
    "goes with `bridge-stp off` has no effect once STP is on.",
    mend="Write `bridge-fd 15`, or at least 2.",
    source="IEEE 802.1D, table 17-1; kernel, br_set_forward_delay(): BR_MIN_FORWARD_DELAY 2 s, maximum 30 s",
)
TIMERS = Rule(
    id="bridge.stp-timers",
    severity=Severity.HINT,
    what="Hello time, maximum age and forward delay do not fit together.",
    why="Unless maximum age is at most twice (forward delay less 1), and at least twice (hello time plus 1), "
    "a tree can form loops for a while when the topology changes.",
    mend="Use the defaults: hello 2, maximum age 20, forward delay 15.",
    source="IEEE 802.1D, section 17.14",
)
SEVERAL_UPLINKS = Rule(
    id="bridge.uplinks-without-stp",
    severity=Severity.WARNING,
    what="A bridge without spanning tree has more than one physical uplink.",
    why="If the two cables lead to the same network, that is a loop: broadcasts circle until nothing else passes.",
    mend="Put the NICs into a bond and bridge the bond, or switch on `bridge-stp`. If they lead to different "
    "networks on purpose, all is well.",
    source="IEEE 802.1D; Documentation/networking/bridge.rst, STP",
)
PORT_ADDRESS = Rule(
    id="bridge.port-address",
    severity=Severity.ERROR,
    what="An interface that is a port of a bridge or a slave of a bond has an address of its own.",
    why="ifupdown2 ignores it; with classic ifupdown it is set, but what arrives on the link goes to the bridge or "
    "the bond, so it cannot be reached.",
    mend="Move the address to the bridge or the bond and write `inet manual` here.",
    source="ifupdown2 3.0.0, is_addr_ip_allowed_on(); kernel, rx handler of bridge and bond ports",
)
PORT_METHOD = Rule(
    id="bridge.port-method",
    severity=Severity.WARNING,
    what="A port of a bridge or a slave of a bond asks for its address by DHCP.",
    why="The client runs on a link whose frames go to the bridge or the bond; it waits in vain and delays the boot.",
    mend="Write `inet manual` here and `inet dhcp` on the bridge or the bond.",
    source="kernel, rx handler of bridge and bond ports; interfaces(5), inet dhcp",
)
NOT_VLAN_AWARE = Rule(
    id="bridge.not-vlan-aware",
    severity=Severity.WARNING,
    what="VLAN settings of a port or a bridge, but the bridge does not filter VLANs.",
    why="Without `bridge-vlan-aware yes` the kernel keeps no VLAN table for it: the settings have no effect and "
    "frames of all VLANs pass.",
    mend="Write `bridge-vlan-aware yes` on the bridge, or remove the VLAN settings.",
    source="ifupdown-addons-interfaces(5), bridge-vlan-aware; bridge(8), vlan",
)
SECOND_VLAN_AWARE = Rule(
    id="bridge.second-vlan-aware",
    severity=Severity.WARNING,
    what="More than one bridge has `bridge-vlan-aware yes`.",
    why="As Debian ships it, ifupdown2 passes over every one but the first, with all its options: “ignoring interface "
    "… Only one object with attribute 'bridge-vlan-aware yes' allowed”.",
    mend="On the node, write `multiple_vlan_aware_bridge_support=1` into /etc/network/ifupdown2/ifupdown2.conf; or "
    "keep to one VLAN-aware bridge.",
    source="ifupdown2 3.0.0, ifupdownmain.py, _check_config_no_repeats(), and ifupdown2.conf",
    dialects=IFUPDOWN2,
)
VIDS = Rule(
    id="bridge.vids",
    severity=Severity.ERROR,
    what="A list of VLAN ids holds something that is no id from 1 to 4094, or a range that does not ascend.",
    why="ifupdown2 cannot parse the list, logs that, exits with 0 and sets none of it.",
    mend="Write ids and ascending ranges: `bridge-vids 2-100 200`.",
    source="IEEE 802.1Q, section 9.6 (0 and 4095 are reserved); ifupdown2 3.0.0: “unable to parse vids”",
)
PVID = Rule(
    id="bridge.pvid",
    severity=Severity.ERROR,
    what="`bridge-access` or `bridge-pvid` is not a VLAN id from 1 to 4094.",
    why="The kernel refuses the id and the port stays in the default VLAN 1, or in none.",
    mend="Write one number from 1 to 4094.",
    source="IEEE 802.1Q, section 9.6; kernel, br_vlan_valid_id()",
)
ACCESS_AND_TRUNK = Rule(
    id="bridge.access-and-trunk",
    severity=Severity.WARNING,
    what="`bridge-access` stands beside `bridge-vids` or `bridge-pvid` on one port.",
    why="ifupdown2 then ignores vids and pvid.",
    mend="Keep bridge-access for a port of one VLAN, or vids and pvid for a trunk.",
    source="ifupdown2 3.0.0, check_bridge_port_vid_attrs()",
)
VLAN_PORT = Rule(
    id="bridge.vlan-port",
    severity=Severity.WARNING,
    what="A VLAN interface is a port of a VLAN-aware bridge.",
    why="ifupdown2 calls that unsupported: the tag is taken off before the bridge's own filter sees the frame.",
    mend="Make the raw device the port and name the VLAN in bridge-vids, or make the bridge a plain one.",
    source="ifupdown2 3.0.0, check_bridge_vlan_aware_port()",
)
OFF_BRIDGE = Rule(
    id="bridge.port-option-off-bridge",
    severity=Severity.WARNING,
    what="An option for bridge ports on an interface that is a port of no bridge.",
    why="There is no port to set it on. ifupdown2 warns “invalid use of bridge attribute” and goes on.",
    mend="Add the interface to a bridge's `bridge-ports`, or remove the option.",
    source="ifupdown2 3.0.0, bridge module; bridge(8), link set",
)
ALL_PORTS = Rule(
    id="bridge.ports-all",
    severity=Severity.WARNING,
    what="`bridge-ports all`.",
    why="ifupdown2 looks for a link named “all” and finds none. With classic ifupdown it takes every NIC there is, "
    "also one plugged in later.",
    mend="Name the ports.",
    source="bridge-utils-interfaces(5), bridge_ports; ifupdown2 3.0.0, parse_port_list()",
)


@looks_for(FORWARD_DELAY, TIMERS)
def spanning_tree(survey: Survey) -> Iterator[Finding]:
    with_stp = {use.definition.name for use in survey.of("bridge-stp", "mstpctl-stp") if switch(use.value)}
    for use in survey.of("bridge-fd"):
        value = use.value
        delay = whole(value.partition(".")[0])
        if delay is None:
            if "#" not in value:
                yield FORWARD_DELAY.at(
                    use, f"“{value}” is not a number of seconds.", "Write 15, or 0 without STP."
                )
        elif use.definition.name in with_stp and not 2 <= delay <= 30:
            yield FORWARD_DELAY.at(
                use,
                f"With STP on, the forward delay must be 2 to 30 seconds, not {value}.",
                "Write `bridge-fd 15`, the default.",
                correction=set_value(use, "15"),
            )
    said: set[str] = set()
    for use in survey.of("bridge-maxage", "bridge-hello"):
        if use.definition.name in with_stp and use.definition.name not in said:
            said.add(use.definition.name)
            yield from _timers(use)


@looks_for(SEVERAL_UPLINKS)
def uplinks(survey: Survey) -> Iterator[Finding]:
    for use in survey.of("bridge-ports"):
        value = use.value
        if value == "none" or " " not in value:
            continue
        nics = [name for name in port_names(value) if _is_nic(survey, name)]
        if len(nics) < 2:
            continue
        stp = use.definition.option("bridge-stp") or use.definition.option("mstpctl-stp")
        if not switch(stp):
            yield SEVERAL_UPLINKS.at(
                use,
                f"{use.definition.name} joins {_list(nics)} without spanning tree; "
                "if both lead to one network, that is a loop.",
                "Put them into a bond, or write `bridge-stp on`.",
            )


@looks_for(PORT_ADDRESS, PORT_METHOD)
def enslaved_interfaces(survey: Survey) -> Iterator[Finding]:
    for name, standing in survey.standing.items():
        master = next((s.upper for s in standing if s.role in ("port", "slave")), None)
        definition = survey.definitions.get(name)
        if master is None or definition is None or definition.name == master.name:
            continue
        for part in definition.parts:
            if part.method in ("dhcp", "dhcp6"):
                yield PORT_METHOD.on(
                    definition,
                    f"{name} belongs to {master.name}, where DHCP on it never gets an answer.",
                    f"Write `inet manual` here and DHCP on {master.name}.",
                    part=part,
                )
        use = first_use(definition, "address")
        if use is not None and not use.value.startswith(_OLD_FORM_OF_NONE):
            yield PORT_ADDRESS.at(
                use,
                f"{name} belongs to {master.name}, so its address {use.value} cannot be reached.",
                f"Move the address to {master.name} and write `inet manual` here.",
            )


@looks_for(SECOND_VLAN_AWARE)
def vlan_aware_bridges(survey: Survey) -> Iterator[Finding]:
    first: Use | None = None
    for use in survey.of("bridge-vlan-aware"):
        if use.value != "yes":  # by that word alone: `true` and `on` are not counted
            continue
        if first is not None and use.definition.name != first.definition.name:
            yield SECOND_VLAN_AWARE.at(
                use,
                f"ifupdown2 passes over {use.definition.name} as Debian ships it: {first.definition.name} is "
                "VLAN-aware already.",
                "Allow several in /etc/network/ifupdown2/ifupdown2.conf (multiple_vlan_aware_bridge_support=1).",
            )
        first = first or use


@looks_for(VIDS, PVID, ACCESS_AND_TRUNK)
def vlan_ids(survey: Survey) -> Iterator[Finding]:
    for use in survey.of("bridge-vids", "bridge-trunk"):
        bad = next((word for word in use.value.replace(",", " ").split() if not _is_range(word)), None)
        if bad is not None and bad != "none" and "#" not in use.value:
            yield VIDS.at(
                use,
                f"“{bad}” is no VLAN id from 1 to 4094 and no ascending range of them.",
                "Write ids and ranges, such as `2-100 200`.",
            )
    for use in survey.of("bridge-access", "bridge-pvid"):
        for word in use.value.split():
            number = word.rpartition("=")[2]
            if not _is_id(number):
                yield PVID.at(use, f"“{number}” is not a VLAN id.", "Write one number from 1 to 4094.")
    for use in survey.of("bridge-access"):
        if use.definition.option("bridge-vids") or use.definition.option("bridge-pvid"):
            yield ACCESS_AND_TRUNK.at(
                use,
                f"With bridge-access, ifupdown2 ignores the bridge-vids and bridge-pvid of {use.definition.name}.",
                "Keep either bridge-access or the other two.",
            )


@looks_for(NOT_VLAN_AWARE, OFF_BRIDGE, VLAN_PORT)
def settings_of_ports(survey: Survey) -> Iterator[Finding]:
    aware = {use.definition.name for use in survey.of("bridge-vlan-aware") if switch(use.value)}
    bridges = {use.definition.name for use in survey.of("bridge-ports", "bridge-vlan-aware", "ovs-type")}
    patterns = _any_pattern(survey)
    for use in survey.of(*_PORT_OPTIONS):
        name = use.definition.name
        if name in bridges:
            if use.key.replace("_", "-") in _VLAN_OPTIONS and name not in aware:
                yield _not_aware(use, name)
            continue
        masters = [s.upper.name for s in survey.standing.get(name, ()) if s.role == "port"]
        if not masters:
            if not patterns:
                yield _off_bridge(use, name, bridges)
        elif use.key.replace("_", "-") in _VLAN_OPTIONS and not aware.intersection(masters):
            yield _not_aware(use, masters[0])
    for use in survey.of("bridge-ports"):
        if use.definition.name in aware:
            yield from _vlan_ports(survey, use)


@looks_for(ALL_PORTS)
def every_nic_as_port(survey: Survey) -> Iterator[Finding]:
    for use in survey.of("bridge-ports"):
        if use.value == "all":
            yield ALL_PORTS.at(
                use,
                "ifupdown2 looks for a link named “all”."
                if survey.ifupdown2
                else f"{use.definition.name} takes every NIC, also one plugged in later.",
                "Name the ports, such as `bridge-ports eth0`.",
                severity=Severity.WARNING if survey.ifupdown2 else Severity.HINT,
            )


_VLAN_OPTIONS = frozenset(
    {"bridge-access", "bridge-vids", "bridge-pvid", "bridge-trunk", "bridge-allow-untagged"}
)
_PORT_OPTIONS = (
    "bridge-access", "bridge-vids", "bridge-pvid", "bridge-trunk", "bridge-allow-untagged", "bridge-learning",
    "bridge-unicast-flood", "bridge-multicast-flood", "bridge-broadcast-flood", "bridge-arp-nd-suppress",
    "bridge-portmcrouter", "bridge-portmcfl", "bridge-isolated", "bridge-l2protocol-tunnel",
)  # fmt: skip


_OLD_FORM_OF_NONE = "0.0.0.0"  # noqa: S104 — bridges' ports were written so before `manual`; nothing is bound


def _timers(use: Use) -> Iterator[Finding]:
    bridge = use.definition.bridge
    if bridge is None:
        return
    hello, age = bridge.hello or 2, bridge.max_age or 20
    delay = bridge.forward_delay if bridge.forward_delay is not None else 15
    if not 2 * (delay - 1) >= age >= 2 * (hello + 1):
        yield TIMERS.at(
            use,
            f"Hello {hello:g}, maximum age {age:g} and forward delay {delay:g} do not fit together.",
            "Use hello 2, maximum age 20 and forward delay 15.",
        )


def _off_bridge(use: Use, name: str, bridges: set[str]) -> Finding:
    return OFF_BRIDGE.at(
        use,
        f"{use.key} has no effect: {name} is a port of no bridge.",
        f"Add {name} to a bridge's bridge-ports, or remove the line.",
        severity=Severity.WARNING if bridges else Severity.HINT,
    )


def _any_pattern(survey: Survey) -> bool:
    """Whether a bridge takes its ports by pattern, so that any interface may be one."""
    if "bridge-ports-condone-regex" in survey.uses:
        return True
    return any(
        not _PATTERNS.isdisjoint(use.value.split()) for use in survey.of("bridge-ports") if " " in use.value
    ) or any(use.value == "all" for use in survey.of("bridge-ports"))


_PATTERNS = frozenset({"regex", "glob", "all"})


def _not_aware(use: Use, bridge: str) -> Finding:
    return NOT_VLAN_AWARE.at(
        use,
        f"{use.key} has no effect: {bridge} is not VLAN-aware.",
        f"Write `bridge-vlan-aware yes` on {bridge}, or remove this line.",
    )


def _vlan_ports(survey: Survey, use: Use) -> Iterator[Finding]:
    for port in port_names(use.value):
        definition = survey.definitions.get(port)
        if definition is not None and definition.vlan is not None:
            yield VLAN_PORT.at(
                use,
                f"{port} is a VLAN; ifupdown2 does not support it as port of the VLAN-aware {use.definition.name}.",
                f"Make {definition.vlan.parent or 'its raw device'} the port, and name the VLAN in bridge-vids.",
            )


def _is_range(word: str) -> bool:
    first, dash, last = word.partition("-")
    if not dash:
        return _is_id(first)
    return _is_id(first) and _is_id(last) and int(first) <= int(last)


def _is_id(text: str) -> bool:
    number = whole(text)
    return number is not None and 1 <= number <= 4094


def _is_nic(survey: Survey, name: str) -> bool:
    """A bond, VLAN or virtual device is a choice of its own; a plain name without options is a cable."""
    definition: Definition | None = survey.definitions.get(name)
    if definition is None:
        return "." not in name and not name.startswith(
            ("veth", "tap", "bond", "vmbr", "dummy", "fwpr", "fwln", "vnet")
        )
    return definition.kind == "ethernet" and not name.startswith(("veth", "tap", "dummy", "bond"))


def _list(names: list[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1]
