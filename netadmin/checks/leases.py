"""Leases beside other stanzas: ifupdown2 asks servers by the method of an interface's first stanza alone."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.findings import Finding, Severity
from netadmin.checks.registry import IFUPDOWN2, Rule, looks_for
from netadmin.checks.survey import Survey

NOT_ASKED = Rule(
    id="dhcp.not-asked",
    severity=Severity.WARNING,
    what="A stanza with the method `dhcp` stands below one of the same interface that has another method.",
    why="ifupdown2 takes the method of the first stanza for all of them: no DHCP client is started, the interface "
    "gets no lease, and the exit code is 0.",
    mend="Put the stanza with `dhcp` first.",
    source="measured on ifupdown2 3.0.0; addons/dhcp.py, which goes by one method and a list of families",
    dialects=IFUPDOWN2,
)
BOTH_FAMILIES = Rule(
    id="dhcp.both-families",
    severity=Severity.WARNING,
    what="An interface's first stanza has the method `dhcp`, and a stanza of the other family has another method.",
    why="ifupdown2 then asks for leases of both families. Where no DHCPv6 server answers, bringing the interface up "
    "waits for one, a minute and more.",
    mend="Write the other family's addresses into the stanza with `dhcp`, where ifupdown2 sets them all the same.",
    source="measured on ifupdown2 3.0.0; addons/dhcp.py, _up()",
    dialects=IFUPDOWN2,
)

LEASED = frozenset({"dhcp", "dhcp6"})


@looks_for(NOT_ASKED, BOTH_FAMILIES)
def leases_beside_other_stanzas(survey: Survey) -> Iterator[Finding]:
    for definition in survey.definitions.values():
        first, *others = definition.parts or (None,)
        for part in others:
            if first is None or (part.method in LEASED) == (first.method in LEASED):
                continue
            if part.method in LEASED:
                yield NOT_ASKED.on(
                    definition,
                    f"{definition.name} gets no lease: its first stanza, in line {first.line}, is {first.method}.",
                    "Put this stanza above the others of the interface.",
                    part=part,
                )
            elif part.family != first.family:
                yield BOTH_FAMILIES.on(
                    definition,
                    f"{definition.name} asks servers for {part.family} too, since its first stanza is {first.method}.",
                    f"Write these options into the stanza in line {first.line}, unless a server is meant.",
                    part=part,
                )
