"""Bonds: mode, slaves, link monitoring, and options that only some modes take."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.corrections import rename_option, set_value
from netadmin.checks.findings import Finding, Severity
from netadmin.checks.guess import nearest
from netadmin.checks.registry import IFUPDOWN2, Rule, looks_for
from netadmin.checks.survey import Survey, Use, first_use, port_names
from netadmin.definitions import Bond, Definition
from netadmin.definitions.values import whole

MODES = ("balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb")
HASH_POLICIES = frozenset(
    {"layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac", "0", "1", "2", "3", "4", "5"}
)
_BONDING = "Documentation/networking/bonding.rst"

MODE = Rule(
    id="bond.mode",
    severity=Severity.ERROR,
    what="`bond-mode` is none of the seven modes, by name or by number 0 to 6.",
    why="ifupdown2 warns, exits with 0 and makes the bond in the default mode balance-rr, which most switches "
    "cannot work with.",
    mend="Write one of balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb.",
    source=f"{_BONDING}, mode; ifupdown2 3.0.0, bond module",
)
HASH_POLICY = Rule(
    id="bond.hash-policy",
    severity=Severity.ERROR,
    what="`bond-xmit-hash-policy` is none that the kernel knows.",
    why="ifupdown2 warns, exits with 0 and leaves layer2.",
    mend="Write layer2, layer2+3, layer3+4, encap2+3, encap3+4 or vlan+srcmac.",
    source=f"{_BONDING}, xmit_hash_policy",
)
HASH_POLICY_MODE = Rule(
    id="bond.hash-policy-mode",
    severity=Severity.HINT,
    what="A transmit hash policy on a bond whose mode does not use one.",
    why="Only balance-xor, 802.3ad, balance-tlb and balance-alb look at it; the line has no effect.",
    mend="Remove the line, or choose the mode it was meant for.",
    source=f"{_BONDING}, xmit_hash_policy",
)
ONE_SLAVE = Rule(
    id="bond.one-slave",
    severity=Severity.HINT,
    what="A bond with a single slave.",
    why="It adds nothing until a second one is there: one cable, one failure.",
    mend="Add the second NIC, or use the first without a bond.",
    source=_BONDING,
)
NO_SLAVES = Rule(
    id="bond.no-slaves",
    severity=Severity.WARNING,
    what="A bond without slaves.",
    why="It never has a carrier. ifupdown2 does not even create it: to it, bond-slaves is what makes a bond.",
    mend="Name the NICs in `bond-slaves`, or in classic ifupdown give each `bond-master`.",
    source="ifupdown-addons-interfaces(5), bond-slaves is required; README.Debian of ifenslave",
)
SLAVES_KEY = Rule(
    id="bond.slaves-key",
    severity=Severity.WARNING,
    what="The slaves are listed by `slaves` instead of `bond-slaves`.",
    why="ifupdown2 does not read `slaves`: it exits with 0 and there is no bond. Only the script of the ifenslave "
    "package knows the old name, and ifupdown2 does not run that script.",
    mend="Write `bond-slaves`.",
    source="ifupdown2 3.0.0, bond module (overrides_ifupdown_scripts); README.Debian of ifenslave",
    dialects=IFUPDOWN2,
)
MONITORING = Rule(
    id="bond.no-monitoring",
    severity=Severity.WARNING,
    what="A bond without link monitoring.",
    why="With neither miimon nor ARP monitoring the bond does not notice that a link is gone and goes on sending "
    "into it. For 802.3ad, balance-tlb and balance-alb newer kernels fill in miimon 100 when the mode is set, which "
    "makes it a hint there.",
    mend="Write `bond-miimon 100`.",
    source=f"{_BONDING}, miimon: “It is critical that either the miimon or arp_interval … be specified”; kernel, "
    "bond_option_mode_set()",
)
BOTH_MONITORS = Rule(
    id="bond.two-monitors",
    severity=Severity.WARNING,
    what="Both `bond-miimon` and `bond-arp-interval` are set.",
    why="The kernel uses one of them; setting one switches the other off.",
    mend="Keep one of the two; miimon is right for nearly every bond.",
    source=f"{_BONDING}, arp_interval; README.Debian of ifenslave",
)
ARP_TARGETS = Rule(
    id="bond.arp-targets",
    severity=Severity.ERROR,
    what="ARP monitoring without `bond-arp-ip-target`, or with a mode that cannot do it.",
    why="Without a target nothing is monitored; 802.3ad, balance-tlb and balance-alb refuse ARP monitoring.",
    mend="Name one to sixteen addresses that always answer, or use `bond-miimon 100`.",
    source=f"{_BONDING}, arp_interval and arp_ip_target",
)
DELAYS = Rule(
    id="bond.delay-without-miimon",
    severity=Severity.ERROR,
    what="`bond-updelay` or `bond-downdelay` without `bond-miimon`.",
    why="The kernel refuses the delays while MII monitoring is off; ifupdown2 logs an error.",
    mend="Add `bond-miimon 100`, or remove the delays.",
    source=f"{_BONDING}, updelay: only valid for the miimon monitor; ifupdown2 3.0.0, check_updown_delay_nl()",
)
DELAY_MULTIPLE = Rule(
    id="bond.delay-multiple",
    severity=Severity.HINT,
    what="A delay that is no multiple of miimon.",
    why="The kernel rounds it down to the next multiple.",
    mend="Write a multiple of bond-miimon.",
    source=f"{_BONDING}, updelay and downdelay",
)
PRIMARY = Rule(
    id="bond.primary",
    severity=Severity.ERROR,
    what="`bond-primary` names an interface that is no slave of the bond.",
    why="There is nothing to prefer; the kernel forgets it without a word.",
    mend="Name one of the slaves.",
    source=f"{_BONDING}, primary",
)
PRIMARY_MODE = Rule(
    id="bond.primary-mode",
    severity=Severity.WARNING,
    what="`bond-primary` on a bond whose mode has no primary slave.",
    why="Only active-backup, balance-tlb and balance-alb have one; in the others the kernel refuses the option.",
    mend="Remove bond-primary, or choose active-backup.",
    source=f"{_BONDING}, primary",
)
LACP_OPTION = Rule(
    id="bond.lacp-option",
    severity=Severity.HINT,
    what="An option of LACP on a bond that does not speak it.",
    why="`bond-lacp-rate`, `bond-min-links` and the `bond-ad-…` options are for mode 802.3ad; ifupdown2 ignores "
    "them elsewhere.",
    mend="Remove the line, or write `bond-mode 802.3ad`.",
    source=f"{_BONDING}, lacp_rate and min_links; ifupdown2 3.0.0, _check_bond_mode_user_config()",
)
NO_MODE = Rule(
    id="bond.default-mode",
    severity=Severity.HINT,
    what="A bond without `bond-mode`.",
    why="The default is balance-rr, which reorders packets and needs a static trunk on the switch.",
    mend="Say the mode: active-backup works with any switch, 802.3ad with one that is configured for LACP.",
    source=f"{_BONDING}, mode",
)

_WITH_PRIMARY = frozenset({"active-backup", "balance-tlb", "balance-alb"})
_WITHOUT_HASH = frozenset({"balance-rr", "active-backup", "broadcast"})
_WITHOUT_ARP = frozenset({"802.3ad", "balance-tlb", "balance-alb"})
_LACP = ("bond-lacp-rate", "bond-ad-actor-system", "bond-ad-actor-sys-prio", "bond-ad-sys-priority")


@looks_for(MODE, HASH_POLICY)
def words(survey: Survey) -> Iterator[Finding]:
    for use in survey.of("bond-mode"):
        value = use.value
        if value.lower() not in MODES and not (value in "0123456" and len(value) == 1) and "#" not in value:
            guess = nearest(value.lower(), MODES)
            yield MODE.at(
                use,
                f"“{value}” is not a bond mode.",
                f"Write {guess}." if guess else f"Write one of {', '.join(MODES)}.",
                correction=set_value(use, guess) if guess else None,
            )
    for use in survey.of("bond-xmit-hash-policy"):
        if use.value.lower() not in HASH_POLICIES and "#" not in use.value:
            names = tuple(sorted(name for name in HASH_POLICIES if len(name) > 1))
            guess = nearest(use.value.lower(), names)
            yield HASH_POLICY.at(
                use,
                f"“{use.value}” is not a transmit hash policy.",
                f"Write {guess}." if guess else f"Write one of {', '.join(names)}.",
                correction=set_value(use, guess) if guess else None,
            )


@looks_for(SLAVES_KEY)
def old_name_of_slaves(survey: Survey) -> Iterator[Finding]:
    for use in survey.of("slaves"):
        if first_use(use.definition, "bond-slaves") is None:
            yield SLAVES_KEY.at(
                use,
                f"ifupdown2 does not read `slaves`, so {use.definition.name} gets none.",
                f"Write `bond-slaves {use.value}`.",
                correction=rename_option(
                    use, "bond_slaves" if _underscored(use.definition) else "bond-slaves"
                ),
            )


@looks_for(ONE_SLAVE, NO_SLAVES, NO_MODE)
def members(survey: Survey) -> Iterator[Finding]:
    joined = {use.value for use in survey.of("bond-master")}
    for definition, bond in _bonds(survey):
        use = first_use(definition, "bond-slaves") or first_use(definition, "bond-ports")
        use = use or first_use(definition, "slaves")
        listed = [] if use is None else port_names(use.value)
        if (
            use is not None
            and len(listed) == 1
            and definition.name not in joined
            and bond.slaves.patterns == ()
        ):
            yield ONE_SLAVE.at(
                use,
                f"{definition.name} has a single slave, {listed[0]}.",
                "Add a second NIC, or use this one without a bond.",
            )
        if (
            not listed
            and not bond.slaves.patterns
            and not bond.slaves.names
            and definition.name not in joined
        ):
            yield NO_SLAVES.on(
                definition,
                f"{definition.name} has no slaves.",
                "Name its NICs: `bond-slaves eth1 eth2`.",
                severity=None if use is None else Severity.HINT,
            )
        if bond.mode is None and use is not None:
            yield NO_MODE.at(
                use,
                f"{definition.name} has no bond-mode, which means balance-rr.",
                "Say the mode: `bond-mode active-backup` works with any switch.",
            )


@looks_for(MONITORING, BOTH_MONITORS, ARP_TARGETS, DELAYS, DELAY_MULTIPLE)
def link_monitoring(survey: Survey) -> Iterator[Finding]:
    for definition, bond in _bonds(survey):
        first = first_use(definition, "bond-mode") or first_use(definition, "bond-slaves")
        first = first or first_use(definition, "slaves")
        if not bond.miimon and not bond.arp_interval:
            yield from _unmonitored(definition, bond, first)
        elif bond.miimon and bond.arp_interval:
            use = first_use(definition, "bond-arp-interval")
            if use is not None:
                yield BOTH_MONITORS.at(
                    use,
                    f"{definition.name} has bond-miimon as well; the kernel uses one of the two.",
                    "Remove this line, or bond-miimon.",
                )
        if bond.arp_interval:
            yield from _arp(definition, bond)
        yield from _delays(definition, bond)


@looks_for(PRIMARY, PRIMARY_MODE, HASH_POLICY_MODE, LACP_OPTION)
def options_of_modes(survey: Survey) -> Iterator[Finding]:
    for definition, bond in _bonds(survey):
        mode = bond.mode or "balance-rr"
        if mode not in MODES:
            continue
        yield from _primary(survey, definition, bond, mode)
        use = first_use(definition, "bond-xmit-hash-policy")
        if use is not None and mode in _WITHOUT_HASH:
            yield HASH_POLICY_MODE.at(use, f"The mode {mode} uses no hash policy.", "Remove the line.")
        for option in _LACP:
            use = first_use(definition, option)
            if use is not None and mode != "802.3ad":
                yield LACP_OPTION.at(
                    use,
                    f"{use.key} has no effect in mode {mode}.",
                    "Remove the line, or write `bond-mode 802.3ad`.",
                )


def _bonds(survey: Survey) -> Iterator[tuple[Definition, Bond]]:
    names: set[str] = set()
    for use in survey.of("bond-slaves", "bond-ports", "slaves", "bond-mode"):
        definition = use.definition
        if definition.name in names or definition.bond is None or first_use(definition, "bond-master"):
            continue  # README.Debian of ifenslave: a slave may carry its bond's options
        names.add(definition.name)
        yield definition, definition.bond


def _unmonitored(definition: Definition, bond: Bond, use: Use | None) -> Iterator[Finding]:
    if use is None or (
        (miimon := first_use(definition, "bond-miimon")) is not None and whole(miimon.value) is None
    ):
        return  # a miimon that is no number has its own finding
    left_to_kernel = bond.mode in _WITHOUT_ARP and bond.miimon is None
    yield MONITORING.at(
        use,
        f"{definition.name} is {bond.mode} without miimon; whether it notices a dead link is left to the kernel."
        if left_to_kernel
        else f"{definition.name} monitors no link, so it goes on sending into a dead one.",
        "Add `bond-miimon 100`.",
        severity=Severity.HINT if left_to_kernel else None,
    )


def _arp(definition: Definition, bond: Bond) -> Iterator[Finding]:
    use = first_use(definition, "bond-arp-interval")
    if use is None:
        return
    if not bond.arp_ip_targets:
        yield ARP_TARGETS.at(
            use,
            "ARP monitoring has no targets.",
            "Add `bond-arp-ip-target` with an address that always answers, or use `bond-miimon 100`.",
        )
    elif bond.mode in _WITHOUT_ARP:
        yield ARP_TARGETS.at(
            use, f"The mode {bond.mode} cannot monitor by ARP.", "Use `bond-miimon 100` instead."
        )


def _delays(definition: Definition, bond: Bond) -> Iterator[Finding]:
    for option, delay in (("bond-updelay", bond.updelay), ("bond-downdelay", bond.downdelay)):
        use = first_use(definition, option)
        if not delay or use is None:
            continue
        if not bond.miimon:
            yield DELAYS.at(
                use,
                f"{use.key} needs bond-miimon, which is off.",
                "Add `bond-miimon 100`, or remove the line.",
            )
        elif delay % bond.miimon:
            yield DELAY_MULTIPLE.at(
                use,
                f"{delay} is no multiple of miimon {bond.miimon}; the kernel makes it "
                f"{delay - delay % bond.miimon}.",
                f"Write a multiple of {bond.miimon}.",
            )


def _primary(survey: Survey, definition: Definition, bond: Bond, mode: str) -> Iterator[Finding]:
    use = first_use(definition, "bond-primary")
    if use is None:
        return
    members = set(bond.slaves.names) | {
        u.definition.name for u in survey.of("bond-master") if u.value == definition.name
    }
    named = use.value.split()
    if members and not bond.slaves.patterns and not members.intersection(named):
        yield PRIMARY.at(
            use,
            f"{use.value} is not a slave of {definition.name}.",
            f"Write one of {', '.join(sorted(members))}.",
        )
    elif mode not in _WITH_PRIMARY:
        yield PRIMARY_MODE.at(
            use, f"The mode {mode} has no primary slave.", "Remove the line, or use active-backup."
        )


def _underscored(definition: Definition) -> bool:
    """Whether the stanza spells its options bond_mode rather than bond-mode."""
    return any(key.startswith("bond_") for part in definition.parts for key, _ in part.options)
