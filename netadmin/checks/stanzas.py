"""The `iface` line: family, method, and what stands behind them."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.corrections import replace_in_line, set_method_of
from netadmin.checks.findings import Correction, Finding, Severity
from netadmin.checks.guess import nearest
from netadmin.checks.registry import BOTH, IFUPDOWN, IFUPDOWN2, Rule, looks_for
from netadmin.checks.survey import Survey
from netadmin.interfaces import Dialect, Iface, Source

# ifupdown2 3.0.0, networkinterfaces.py; interfaces(5) of ifupdown 0.8.41, the sections on address families.
METHODS: dict[Dialect, dict[str, frozenset[str]]] = {
    Dialect.IFUPDOWN2: dict.fromkeys(
        ("inet", "inet6"), frozenset({"static", "manual", "loopback", "dhcp", "dhcp6", "ppp", "tunnel"})
    ),
    Dialect.IFUPDOWN: {
        "inet": frozenset(
            {"loopback", "static", "manual", "dhcp", "bootp", "tunnel", "ppp", "wvdial", "ipv4ll"}
        ),
        "inet6": frozenset({"auto", "loopback", "static", "manual", "dhcp", "tunnel", "v4tunnel", "6to4"}),
        "ipx": frozenset({"static", "dynamic"}),
        "can": frozenset({"static"}),
        "link": frozenset({"none"}),
    },
}

METHOD = Rule(
    id="method.unknown",
    severity=Severity.ERROR,
    what="The method behind the family is none that any engine knows; mostly a slip such as `maunal`.",
    why="ifupdown2 logs an error and brings the interface up without a method; classic ifupdown refuses the whole "
    "file, so no interface comes up.",
    mend="Write static, manual, dhcp or loopback.",
    source="interfaces(5); measured on ifupdown2 3.0.0 and ifupdown 0.8.41",
)
OTHER_ENGINE = Rule(
    id="method.other-engine",
    severity=Severity.WARNING,
    what="A method that only the other engine has.",
    why="ifupdown2 logs an error for `inet6 auto` and applies the stanza all the same; classic ifupdown refuses the "
    "whole file for a method it does not have.",
    mend="Use a method of this node's engine; for ifupdown2, leave IPv6 autoconfiguration to the kernel.",
    source="interfaces(5); measured on ifupdown2 3.0.0 and ifupdown 0.8.41",
)
FAMILY = Rule(
    id="family.unknown",
    severity=Severity.ERROR,
    what="The word behind the interface's name is no address family.",
    why="ifupdown2 logs an error and forgets the method; classic ifupdown refuses the whole file.",
    mend="Write inet for IPv4 or inet6 for IPv6.",
    source="interfaces(5), IFACE; ifupdown2 3.0.0, _validate_addr_family()",
)
INCOMPLETE = Rule(
    id="stanza.incomplete",
    severity=Severity.ERROR,
    what="An `iface` line without family or method.",
    why="ifupdown2 reads it as both families and as static; classic ifupdown refuses the whole file.",
    mend="Write both: `iface eth0 inet manual`.",
    source="interfaces(5), IFACE; measured on ifupdown 0.8.41",
    dialects=IFUPDOWN,
)
EXTRA_WORDS = Rule(
    id="stanza.extra-words",
    severity=Severity.WARNING,
    what="Words behind the method.",
    why="ifupdown2 ignores them without a word, classic ifupdown says so and ignores them, except for `inherits`.",
    mend="Remove them, or write each option on a line of its own.",
    source="measured on ifupdown2 3.0.0 and ifupdown 0.8.41",
)
INHERITS = Rule(
    id="stanza.inherits",
    severity=Severity.WARNING,
    what="`inherits TEMPLATE` behind the method.",
    why="It is classic ifupdown's; ifupdown2 ignores it without a word, and the template's options are missing.",
    mend="Copy the template's options into the stanza.",
    source="interfaces(5) of ifupdown 0.8.41, inherits; measured on ifupdown2 3.0.0",
    dialects=IFUPDOWN2,
)
NOT_LOOPBACK = Rule(
    id="loopback.other-interface",
    severity=Severity.WARNING,
    what="The method `loopback` on an interface other than lo.",
    why="It brings up a loopback interface and gives it nothing; a NIC gets no address.",
    mend="Write manual, static or dhcp.",
    source="interfaces(5), the loopback method",
)
LO_METHOD = Rule(
    id="loopback.method",
    severity=Severity.WARNING,
    what="lo has another method than `loopback`.",
    why="127.0.0.1 and ::1 come with that method; local services talk over them.",
    mend="Write `iface lo inet loopback`; further addresses may stand in the same stanza or in one of their own.",
    source="interfaces(5), the loopback method",
)
NO_LO = Rule(
    id="loopback.missing",
    severity=Severity.HINT,
    what="No file says `iface lo inet loopback`.",
    why="The network scripts bring up what is written; local services expect 127.0.0.1.",
    mend="Begin the file with `auto lo` and `iface lo inet loopback`.",
    source="interfaces(5), EXAMPLE; the file that Debian's installer writes",
)
EMPTY = Rule(
    id="file.empty",
    severity=Severity.WARNING,
    what="The file defines no interface and sources no other file.",
    why="`ifreload -a` says “nothing to reload” and exits with 0: what is up stays up, and at the next boot nothing "
    "comes up.",
    mend="Write at least `auto lo` and `iface lo inet loopback`.",
    source="measured on ifupdown2 3.0.0",
    dialects=IFUPDOWN2,
)
ONLY_LO = Rule(
    id="file.only-loopback",
    severity=Severity.HINT,
    what="The file defines lo and nothing else.",
    why="`ifreload -a` then takes down every interface that it brought up before, also the one you are connected by.",
    mend="Nothing, when another program looks after the network. Otherwise write the interfaces of this node.",
    source="measured on ifupdown2 3.0.0",
    dialects=IFUPDOWN2,
)
TWO_STANZAS = Rule(
    id="stanza.repeated",
    severity=Severity.HINT,
    what="An interface has two stanzas of the same family.",
    why="That is legal and both count. But ifupdown2 then removes no address that was taken out of the file, until "
    "the interface goes down (“interface has multiple iface stanzas, skip purging existing addresses”).",
    mend="Put the options of both into one stanza.",
    source="ifupdown2 3.0.0, address module, process_addresses()",
    dialects=IFUPDOWN2,
)


@looks_for(METHOD, OTHER_ENGINE, FAMILY, INCOMPLETE, EXTRA_WORDS, INHERITS)
def headers(survey: Survey) -> Iterator[Finding]:
    dialect = survey.document.dialect
    methods = METHODS[dialect]
    for iface in survey.document.ifaces:
        if not iface.extra and iface.method in methods.get(iface.family, ()):
            continue
        yield from _family_and_method(iface, dialect, survey.document.file)
        yield from _further_words(survey, iface)


@looks_for(NOT_LOOPBACK, LO_METHOD, NO_LO)
def loopback(survey: Survey) -> Iterator[Finding]:
    definitions = survey.definitions
    for iface in survey.document.ifaces:
        if iface.method == "loopback" and iface.name != "lo" and not iface.name.startswith("lo:"):
            yield NOT_LOOPBACK.in_text(
                survey.document.file,
                iface.line,
                f"loopback is for lo; {iface.name} gets no address by it.",
                "Write manual, static or dhcp.",
                interface=iface.name,
                family=iface.family,
            )
    lo = definitions.get("lo")
    if lo is None:
        if survey.document.ifaces:
            yield NO_LO.in_text(
                survey.document.file,
                0,
                "lo is not defined.",
                "Begin the file with `auto lo` and `iface lo inet loopback`.",
            )
    elif not any(part.method == "loopback" for part in lo.parts):
        yield LO_METHOD.on(
            lo, f"lo has the method {lo.parts[0].method or 'static'}.", "Write `iface lo inet loopback`."
        )


@looks_for(EMPTY, ONLY_LO)
def hardly_any_interface(survey: Survey) -> Iterator[Finding]:
    if len(survey.definitions) > 1 or any(isinstance(stanza, Source) for stanza in survey.document.stanzas):
        return
    file = survey.document.file
    if not survey.definitions:
        yield EMPTY.in_text(
            file, 0, "No interface is defined; nothing comes up at boot.", "Write at least the stanza of lo."
        )
    elif "lo" in survey.definitions:
        yield ONLY_LO.in_text(
            file,
            survey.definitions["lo"].line,
            "Only lo is defined; a reload takes every other interface down.",
            "Write the interfaces of this node, unless another program looks after them.",
            interface="lo",
        )


@looks_for(TWO_STANZAS)
def repeated_stanzas(survey: Survey) -> Iterator[Finding]:
    for definition in survey.definitions.values():
        parts = definition.parts
        if len(parts) < 2 or definition.name == "lo":
            continue
        first: dict[str, int] = {}
        for part in parts:
            line = first.setdefault(part.family, part.line)
            if line != part.line:
                yield TWO_STANZAS.on(
                    definition,
                    f"{definition.name} has two stanzas {part.family}; ifupdown2 then removes no old address.",
                    f"Put these options into the stanza in line {line}.",
                    part=part,
                )
                break


def _family_and_method(iface: Iface, dialect: Dialect, file: str) -> Iterator[Finding]:
    families = METHODS[dialect]
    if not iface.family or not iface.method:
        if dialect is Dialect.IFUPDOWN and not iface.extra:
            yield INCOMPLETE.in_text(
                file,
                iface.line,
                f"`iface {iface.name}` lacks {'its method' if iface.family else 'family and method'}.",
                f"Write `iface {iface.name} {iface.family or 'inet'} manual`, or the method that is meant.",
                interface=iface.name,
                family=iface.family,
            )
        if not iface.family:
            return
    if iface.family not in families:
        yield _unknown_family(iface, dialect, file)
    elif iface.method and iface.method not in families[iface.family]:
        yield _unknown_method(iface, dialect, file)


def _unknown_family(iface: Iface, dialect: Dialect, file: str) -> Finding:
    guess = nearest(iface.family, ("inet", "inet6")) or _FAMILIES_MEANT.get(iface.family.lower())
    return FAMILY.in_text(
        file,
        iface.line,
        f"“{iface.family}” is not an address family.",
        f"Write {guess}." if guess else "Write inet for IPv4 or inet6 for IPv6.",
        correction=_instead(iface, iface.family, guess) if guess else None,
        interface=iface.name,
        family=iface.family,
    )


def _unknown_method(iface: Iface, dialect: Dialect, file: str) -> Finding:
    known = METHODS[dialect][iface.family]
    elsewhere = any(iface.method in METHODS[engine].get(iface.family, ()) for engine in BOTH)
    if elsewhere:
        refuses = dialect is Dialect.IFUPDOWN
        return OTHER_ENGINE.in_text(
            file,
            iface.line,
            f"{'Classic ifupdown' if refuses else 'ifupdown2'} has no method {iface.method} for {iface.family}.",
            f"Use one of {', '.join(sorted(known))}.",
            severity=Severity.ERROR if refuses else Severity.WARNING,
            interface=iface.name,
            family=iface.family,
        )
    guess = nearest(iface.method.lower(), known) or _METHODS_MEANT.get(iface.method.lower())
    return METHOD.in_text(
        file,
        iface.line,
        f"“{iface.method}” is not a method of {iface.family}.",
        f"Write {guess}." if guess else f"Write one of {', '.join(sorted(known))}.",
        correction=set_method_of(iface, guess) if guess else None,
        interface=iface.name,
        family=iface.family,
    )


_FAMILIES_MEANT = {
    "ipv4": "inet",
    "ip4": "inet",
    "inet4": "inet",
    "ip": "inet",
    "ipv6": "inet6",
    "ip6": "inet6",
}
_METHODS_MEANT = {"none": "manual", "dhcpv4": "dhcp", "dhcp4": "dhcp", "dynamic": "dhcp"}


def _instead(iface: Iface, word: str, guess: str) -> Correction | None:
    return None if "\\" in iface.text else replace_in_line(iface.line, f"Write {guess}", word, guess)


def _further_words(survey: Survey, iface: Iface) -> Iterator[Finding]:
    if not iface.extra or iface.extra[0].startswith("#"):
        return  # text.inline-comment says it
    file = survey.document.file
    if iface.extra[0] == "inherits":
        if survey.ifupdown2:
            yield INHERITS.in_text(
                file,
                iface.line,
                f"ifupdown2 ignores `{' '.join(iface.extra)}`.",
                "Copy the template's options into this stanza.",
                interface=iface.name,
                family=iface.family,
            )
    else:
        yield EXTRA_WORDS.in_text(
            file,
            iface.line,
            f"`{' '.join(iface.extra)}` stands behind the method, where nothing is read.",
            "Remove it, or write each option on a line of its own.",
            interface=iface.name,
            family=iface.family,
        )
