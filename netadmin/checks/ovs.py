"""Open vSwitch: types, the bridge a port names, bonds and their modes."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.corrections import set_value
from netadmin.checks.findings import Finding, Severity
from netadmin.checks.guess import nearest
from netadmin.checks.registry import Rule, looks_for
from netadmin.checks.survey import Survey, first_use
from netadmin.definitions import Definition, Kind

TYPES = ("OVSBridge", "OVSPort", "OVSIntPort", "OVSBond", "OVSTunnel", "OVSPatchPort")
BOND_MODES = frozenset(
    {"active-backup", "balance-slb", "balance-tcp", "lacp-balance-slb", "lacp-balance-tcp"}
)
_README = "README.Debian of openvswitch-switch"

TYPE = Rule(
    id="ovs.type",
    severity=Severity.ERROR,
    what="`ovs_type` is none of OVSBridge, OVSPort, OVSIntPort, OVSBond, OVSTunnel, OVSPatchPort.",
    why="Upper and lower case count. The scripts do nothing for a type they do not know, without a word.",
    mend="Write the type exactly as listed.",
    source=_README,
)
NO_BRIDGE = Rule(
    id="ovs.no-bridge",
    severity=Severity.ERROR,
    what="An Open vSwitch port or bond has no `ovs_bridge`, or names one that this file does not define.",
    why="ovs-vsctl fails: no bridge of that name. The port does not come up.",
    mend="Define the bridge with `ovs_type OVSBridge`, and name it in `ovs_bridge`.",
    source=f"{_README}; ovs-vsctl(8), add-port",
)
WRONG_KIND = Rule(
    id="ovs.wrong-kind",
    severity=Severity.ERROR,
    what="`ovs_bridge` names an interface that is no Open vSwitch bridge.",
    why="ovs-vsctl knows its own bridges alone; a Linux bridge of that name cannot take the port.",
    mend="Name the OVSBridge, or make this interface a port of the Linux bridge by `bridge-ports`.",
    source=f"{_README}; ovs-vsctl(8), add-port",
)
PORT_MISSING = Rule(
    id="ovs.port-missing",
    severity=Severity.WARNING,
    what="`ovs_ports` names a port that has no stanza.",
    why="The bridge brings its ports up by their stanzas; without one, `ifup` of that port fails or does nothing.",
    mend="Add a stanza with `ovs_type OVSPort` and `ovs_bridge`, or take the name out of ovs_ports.",
    source=_README,
)
PORT_OTHER_BRIDGE = Rule(
    id="ovs.port-of-other-bridge",
    severity=Severity.ERROR,
    what="A port is listed in the `ovs_ports` of a bridge, but its own stanza is not an Open vSwitch port of it.",
    why="The bridge waits for a port that goes elsewhere or is none.",
    mend="Make `ovs_ports` of the bridge and `ovs_bridge` of the port agree.",
    source=_README,
)
NOT_LISTED = Rule(
    id="ovs.port-not-listed",
    severity=Severity.HINT,
    what="A port names its bridge, but the bridge's `ovs_ports` does not list it.",
    why="With classic ifupdown the bridge brings up only the ports it lists; this one waits for somebody to do it.",
    mend="Add the port to `ovs_ports` of the bridge.",
    source=_README,
)
BOND_MEMBERS = Rule(
    id="ovs.bond-members",
    severity=Severity.ERROR,
    what="An OVSBond with fewer than two interfaces in `ovs_bonds`.",
    why="ovs-vsctl add-bond refuses fewer than two.",
    mend="Name at least two NICs in `ovs_bonds`, or use an OVSPort.",
    source="ovs-vsctl(8), add-bond",
)
BOND_MODE = Rule(
    id="ovs.bond-mode",
    severity=Severity.ERROR,
    what="The bond mode in `ovs_options` is none that Open vSwitch has.",
    why="Open vSwitch's modes are not those of Linux bonds: active-backup, balance-slb and balance-tcp. The database "
    "refuses any other and the bond is not created.",
    mend="Write bond_mode=active-backup, balance-slb or balance-tcp; for LACP add lacp=active.",
    source="ovs-vswitchd.conf.db(5), Port, bond_mode",
)
TAG = Rule(
    id="ovs.tag",
    severity=Severity.ERROR,
    what="The VLAN tag in `ovs_options` is not from 0 to 4095.",
    why="The database refuses it and the port is not created.",
    mend="Write tag=1 to tag=4094.",
    source="ovs-vswitchd.conf.db(5), Port, tag",
)

_ATTACHED = frozenset({"OVSPort", "OVSIntPort", "OVSBond", "OVSTunnel", "OVSPatchPort"})


@looks_for(TYPE)
def types(survey: Survey) -> Iterator[Finding]:
    for use in survey.of("ovs-type"):
        if use.value not in TYPES and "#" not in use.value:
            folded = {name.lower(): name for name in TYPES}
            guess = folded.get(nearest(use.value.lower(), folded) or use.value.lower())
            yield TYPE.at(
                use,
                f"“{use.value}” is not an Open vSwitch type.",
                f"Write {guess}." if guess else f"Write one of {', '.join(TYPES)}.",
                correction=set_value(use, guess) if guess else None,
            )


@looks_for(NO_BRIDGE, WRONG_KIND, NOT_LISTED)
def ports_and_their_bridge(survey: Survey) -> Iterator[Finding]:
    listed = {(use.definition.name, port) for use in survey.of("ovs-ports") for port in use.value.split()}
    for use in survey.of("ovs-type"):
        if use.value not in _ATTACHED:
            continue
        port = use.definition
        line = first_use(port, "ovs-bridge")
        if line is None:
            yield NO_BRIDGE.at(
                use, f"{port.name} is an {use.value} but names no bridge.", "Add `ovs_bridge`."
            )
            continue
        bridge = survey.definitions.get(line.value)
        if bridge is None:
            yield NO_BRIDGE.at(
                line,
                f"There is no bridge {line.value} in this file.",
                "Define it with `ovs_type OVSBridge`, or correct the name.",
                severity=Severity.WARNING if _known_link(survey, line.value) else None,
            )
        elif bridge.kind is not Kind.OVS_BRIDGE:
            yield WRONG_KIND.at(
                line, f"{bridge.name} is no Open vSwitch bridge but {bridge.kind}.", "Name an OVSBridge."
            )
        elif (bridge.name, port.name) not in listed:
            yield NOT_LISTED.at(
                line,
                f"{bridge.name} does not list {port.name} in its ovs_ports.",
                f"Add {port.name} to ovs_ports of {bridge.name}.",
            )


@looks_for(PORT_MISSING, PORT_OTHER_BRIDGE)
def bridges_and_their_ports(survey: Survey) -> Iterator[Finding]:
    for use in survey.of("ovs-ports"):
        bridge = use.definition.name
        for name in use.value.split():
            port = survey.definitions.get(name)
            if port is None:
                yield PORT_MISSING.at(
                    use,
                    f"The port {name} has no stanza.",
                    f"Add `iface {name} inet manual` with `ovs_type OVSPort` and `ovs_bridge {bridge}`.",
                )
            elif port.option("ovs-bridge") != bridge:
                yield PORT_OTHER_BRIDGE.at(
                    use, _disagreement(port, bridge), f"Write `ovs_bridge {bridge}` at {name}."
                )


@looks_for(BOND_MEMBERS, BOND_MODE, TAG)
def bonds_and_tags(survey: Survey) -> Iterator[Finding]:
    for use in survey.of("ovs-type"):
        ovs = use.definition.ovs
        if use.value == "OVSBond" and ovs is not None and len(ovs.bonds) < 2:
            line = first_use(use.definition, "ovs-bonds") or use
            yield BOND_MEMBERS.at(
                line,
                f"{use.definition.name} has {'one interface' if ovs.bonds else 'no interfaces'}; a bond needs two.",
                "Name at least two NICs in `ovs_bonds`.",
            )
    for use in survey.of("ovs-options"):
        ovs = use.definition.ovs
        if ovs is None:
            continue
        if ovs.bond_mode is not None and ovs.bond_mode not in BOND_MODES:
            yield BOND_MODE.at(
                use,
                f"Open vSwitch has no bond mode {ovs.bond_mode}.",
                "Write bond_mode=active-backup, balance-slb, or balance-tcp with lacp=active.",
            )
        if ovs.tag is not None and ovs.tag > 4095:
            yield TAG.at(use, f"{ovs.tag} is not a VLAN tag.", "Write a number from 1 to 4094.")


def _disagreement(port: Definition, bridge: str) -> str:
    other = port.option("ovs-bridge")
    return (
        f"{port.name} belongs to {other}, not to {bridge}." if other else f"{port.name} names no ovs_bridge."
    )


def _known_link(survey: Survey, name: str) -> bool:
    return survey.context.nics is not None and name in survey.context.nics
