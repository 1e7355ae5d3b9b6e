"""Options: mistyped, out of place, not read by the engine, given twice, or with a value it does not take."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.corrections import rename_option, set_value
from netadmin.checks.findings import Correction, Finding, Severity
from netadmin.checks.guess import nearest
from netadmin.checks.registry import Rule, looks_for
from netadmin.checks.survey import Survey, Use
from netadmin.checks.vocabulary import VALUES, subject
from netadmin.definitions import Kind, engines_of, is_known, known_options
from netadmin.interfaces import Dialect

MISTYPED = Rule(
    id="option.mistyped",
    severity=Severity.ERROR,
    what="An option that no engine knows, one slip away from one that it does: `adress` for `address`.",
    why="ifupdown2 exits with 0 and says nothing: the interface comes up without that setting. Classic ifupdown "
    "hands it to the scripts, where nobody reads it.",
    mend="Correct the name.",
    source="measured on ifupdown2 3.0.0 (exit code 0, silent); interfaces(5), IFACE OPTIONS",
)
UNKNOWN = Rule(
    id="option.unknown",
    severity=Severity.HINT,
    what="An option that neither the engine nor a well-known script reads.",
    why="It has no effect unless a script of this node under /etc/network/if-*.d looks for it.",
    mend="Check the name. If one of your scripts reads it, all is well.",
    source="interfaces(5), ENVIRONMENT VARIABLES: every option is handed to scripts as IF_…",
)
NOT_READ = Rule(
    id="option.not-read",
    severity=Severity.WARNING,
    what="An option that only the other engine, or a package beside it, reads.",
    why="This node's engine passes over it without a word, so the setting is not made.",
    mend="Use what this engine has for it, or a `post-up` command.",
    source="ifupdown-addons-interfaces(5) of ifupdown2 3.0.0; interfaces(5) of ifupdown 0.8.41",
)
MISPLACED = Rule(
    id="option.misplaced",
    severity=Severity.WARNING,
    what="An option of a bridge, bond, VXLAN or Open vSwitch on an interface of another kind.",
    why="It has no effect there; ifupdown2 at best warns about it. Often the line that makes the interface what it "
    "should be is missing.",
    mend="Add `bridge-ports`, `bond-slaves`, `vxlan-id` or `ovs_type`, or move the line to the interface it is for.",
    source="ifupdown2 3.0.0, the modules' kinds of links (“invalid use of bridge attribute on non-bridge stanza”)",
)
REPEATED = Rule(
    id="option.repeated",
    severity=Severity.WARNING,
    what="An option that counts once stands twice in a stanza.",
    why="ifupdown2 takes the first and forgets the others. Classic ifupdown joins them to one value with a line "
    "break in it, which mostly fails; of several `address` lines it sets the first alone.",
    mend="Keep one of them. In classic ifupdown give each further address a stanza of its own.",
    source="measured on ifupdown2 3.0.0 and ifupdown 0.8.41",
)
VALUE = Rule(
    id="option.value",
    severity=Severity.ERROR,
    what="A value that the option does not take: a word where a number is wanted, a number out of the kernel's range.",
    why="The kernel or the engine refuses it; ifupdown2 logs that at best, exits with 0 and leaves the default.",
    mend="Write one of the values named in the finding.",
    source="ifupdown-addons-interfaces(5); Documentation/networking/bonding.rst and bridge.rst; bridge(8)",
)
HWADDRESS = Rule(
    id="option.hwaddress",
    severity=Severity.ERROR,
    what="`hwaddress` is no MAC address, or one that belongs to a group.",
    why="The kernel refuses it, and the interface keeps its own address or does not come up.",
    mend="Write six bytes such as 02:00:5e:10:00:01; the second digit must be even. Classic also takes `random`.",
    source="IEEE 802, section 8.2.2; interfaces(5), option hwaddress; kernel, is_valid_ether_addr()",
)
SHADOWED = Rule(
    id="option.two-spellings",
    severity=Severity.WARNING,
    what="The same option in both spellings, `bridge_ports` and `bridge-ports`, in one stanza.",
    why="ifupdown2 reads them as one option given twice; scripts of classic ifupdown get one variable for both.",
    mend="Keep one of the two.",
    source="measured on ifupdown2 3.0.0; interfaces(5), ENVIRONMENT VARIABLES",
)

# May stand several times in one stanza.
_MANY = frozenset(
    {"pre-up", "up", "post-up", "pre-down", "down", "post-down", "address", "netmask", "broadcast", "scope"}
    | {
        "preferred-lifetime",
        "pointopoint",
        "gateway",
        "metric",
        "bridge-ports",
        "bridge-vids",
        "bridge-trunk",
    }
    | {
        "vxlan-remoteip",
        "address-virtual",
        "ovs-ports",
        "ovs-extra",
        "bridge-mcqv4src",
        "vrrp",
        "script",
        "map",
    }
    | {"dns-nameservers", "dns-nameserver", "dns-search", "bridge-vlan-vni-map"}
)
_ONCE_IN_CLASSIC = frozenset({"address", "netmask", "broadcast", "scope", "pointopoint", "gateway", "metric"})
_MAKES = {
    "bridge": ("bridge-ports", frozenset({Kind.BRIDGE, Kind.OVS_BRIDGE})),
    "bond": ("bond-slaves", frozenset({Kind.BOND, Kind.OVS_BOND})),
    "vxlan": ("vxlan-id", frozenset({Kind.VXLAN, Kind.LOOPBACK})),
    "ovs": (
        "ovs_type",
        frozenset({Kind.OVS_BRIDGE, Kind.OVS_BOND, Kind.OVS_PORT, Kind.OVS_INT_PORT, Kind.OTHER}),
    ),
}
_INSTEAD = {
    "bond-arp-interval": "Use `bond-miimon 100`, or write the value into /sys/class/net by a post-up command.",
    "bond-master": "List the slaves in `bond-slaves` of the bond.",
    "bridge-portprio": "ifupdown2 spells it bridge-portprios, with PORT=VALUE.",
    "bridge-pathcost": "ifupdown2 spells it bridge-pathcosts, with PORT=VALUE.",
    "bridge-hw": "ifupdown2 spells it hwaddress.",
    "accept-ra": "Write `post-up sysctl -w net.ipv6.conf.$IFACE.accept_ra=2`, or the value that is meant.",
    "privext": "Write `post-up sysctl -w net.ipv6.conf.$IFACE.use_tempaddr=2`, or the value that is meant.",
}
_OWN_FINDING = frozenset({"slaves", "source-directory", "mapping", "no-auto-down", "no-scripts", "rename"})


@looks_for(MISTYPED, UNKNOWN, NOT_READ)
def names(survey: Survey) -> Iterator[Finding]:
    dialect = survey.document.dialect
    for name, uses in survey.uses.items():
        if is_known(uses[0].key, dialect) and not _MIXED.intersection((name,)):
            continue
        for use in uses:
            if not is_known(use.key, dialect) and name not in _OWN_FINDING:
                yield _unknown(survey, use, name)


@looks_for(MISPLACED)
def places(survey: Survey) -> Iterator[Finding]:
    for name, uses in survey.uses.items():
        about = subject(name)
        if not about or name in _SELF_MAKING:
            continue
        makes, kinds = _MAKES[about]
        members = _members(survey, about)
        slaves = {id(use.part) for use in survey.of("bond-master")} if about == "bond" else set()
        for use in uses:
            definition = use.definition
            if definition.name in members or definition.kind in kinds:
                continue
            if id(use.part) in slaves:
                continue  # README.Debian of ifenslave: a slave may carry its bond's options
            yield MISPLACED.at(
                use,
                f"{use.key} is for {_SPOKEN[about]}, and {definition.name} is none.",
                f"Add `{makes}` if it should be one, or move the line.",
            )


@looks_for(REPEATED, SHADOWED)
def repetitions(survey: Survey) -> Iterator[Finding]:
    for name, uses in survey.uses.items():
        if len(uses) < 2 or (name in _MANY and (survey.ifupdown2 or name not in _ONCE_IN_CLASSIC)):
            continue
        before = uses[0]
        for use in uses[1:]:
            if use.part is before.part:
                yield _again(survey, before, use)
            else:
                before = use


@looks_for(VALUE)
def values(survey: Survey) -> Iterator[Finding]:
    for name in VALUES.keys() & survey.uses.keys():
        takes = VALUES[name]
        good: set[str] = set()
        for use in survey.uses[name]:
            value = use.part.options[use.place][1]
            if value in good:
                continue
            if takes.admits(value):
                good.add(value)
            elif value and "#" not in value and not _per_port(value):
                guess = nearest(value.lower(), takes.words) if takes.words else None
                yield VALUE.at(
                    use,
                    f"“{value}” is not a value for {use.key}.",
                    f"Write {takes.spoken()}.",
                    correction=set_value(use, guess) if guess else None,
                )


@looks_for(HWADDRESS)
def hardware_addresses(survey: Survey) -> Iterator[Finding]:
    for use in survey.of("hwaddress"):
        text = use.value.removeprefix("ether").strip()
        if (text == "random" and not survey.ifupdown2) or "#" in text or text.startswith("$"):
            continue
        octets = text.replace("-", ":").split(":")
        good = len(octets) == 6 and all(
            len(o) in (1, 2) and set(o.lower()) <= set("0123456789abcdef") for o in octets
        )
        if not good:
            yield HWADDRESS.at(
                use, f"“{text}” is not a MAC address.", "Write six bytes, such as 02:00:5e:10:00:01."
            )
        elif int(octets[0], 16) & 1 or not any(int(octet, 16) for octet in octets):
            yield HWADDRESS.at(
                use, f"{text} belongs to a group, not to one interface.", "The second digit must be even."
            )


_SELF_MAKING = frozenset(
    {"bridge-ports", "bridge-vlan-aware", "bond-slaves", "bond-ports", "bond-mode", "ovs-type"}
)
_SPOKEN = {"bridge": "a bridge", "bond": "a bond", "vxlan": "a VXLAN", "ovs": "an Open vSwitch interface"}
_MIXED = frozenset({"accept-ra", "request-prefix"})  # classic knows one of their two spellings


def _unknown(survey: Survey, use: Use, name: str) -> Finding:
    dialect = survey.document.dialect
    if engines_of(use.key) or use.key in ("accept_ra", "accept-ra"):
        other = "classic ifupdown" if dialect is Dialect.IFUPDOWN2 else "ifupdown2"
        here = "ifupdown2" if dialect is Dialect.IFUPDOWN2 else "classic ifupdown"
        return NOT_READ.at(
            use,
            f"{here} does not read {use.key}; {other} does.",
            _INSTEAD.get(name, "Use what this engine has for it, or a `post-up` command."),
        )
    folded = name.lower()
    if is_known(folded, dialect):
        return _mistyped(survey, use, folded)
    guess = nearest(folded, known_options(dialect))
    if guess and len(folded) > 3:
        return _mistyped(survey, use, guess)
    return UNKNOWN.at(
        use,
        f"Nothing is known to read {use.key}.",
        "Check the name; if a script of this node reads it, all is well.",
    )


def _mistyped(survey: Survey, use: Use, guess: str) -> Finding:
    written = guess.replace("-", "_") if "_" in use.key else guess
    correction: Correction | None = rename_option(use, written)
    return MISTYPED.at(use, f"There is no option {use.key}.", f"Write {written}.", correction=correction)


def _again(survey: Survey, first: Use, use: Use) -> Finding:
    if first.key != use.key:
        return SHADOWED.at(
            use,
            f"{use.key} and {first.key} (line {first.line}) are one option.",
            "Keep one of the two.",
        )
    return REPEATED.at(
        use,
        f"{use.key} already stands in line {first.line}"
        + (", and ifupdown2 takes that one." if survey.ifupdown2 else "."),
        "Keep one of the two.",
    )


def _members(survey: Survey, about: str) -> set[str]:
    """The interfaces that the option's subject fits, by the line that makes them what they are."""
    made_by = {
        "bridge": ("bridge-ports", "bridge-vlan-aware"),
        "bond": ("bond-slaves", "bond-ports", "slaves", "bond-mode"),
        "vxlan": ("vxlan-id", "bridge-vlan-vni-map"),
        "ovs": ("ovs-type",),
    }[about]
    return {use.definition.name for use in survey.of(*made_by)}


def _per_port(value: str) -> bool:
    """`eth0=on eth1=off`: a list for the ports of a bridge."""
    return "=" in value
