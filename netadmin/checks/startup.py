"""What comes up at boot: `auto` and `allow-` lines that do not do what they say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from netadmin.checks.corrections import move_line_correction, replace_in_line
from netadmin.checks.findings import Finding, Severity
from netadmin.checks.registry import IFUPDOWN, IFUPDOWN2, Rule, looks_for
from netadmin.checks.survey import Survey
from netadmin.interfaces import Auto, Source

AFTER_IFACE = Rule(
    id="auto.after-iface",
    severity=Severity.WARNING,
    what="The `auto` or `allow-` line stands below the `iface` line of its interface.",
    why="ifupdown2 3.0.0 looks at the `auto` lines above a stanza only: the interface does not come up at boot. "
    "Classic ifupdown does not mind.",
    mend="Move the line above the stanza.",
    source="measured on ifupdown2 3.0.0; networkinterfaces.py, parse_iface()",
    dialects=IFUPDOWN2,
)
UNDEFINED = Rule(
    id="auto.undefined",
    severity=Severity.WARNING,
    what="An `auto` line names an interface that no stanza defines, in this file or a sourced one.",
    why="ifupdown2 passes over it without a word, classic ifupdown reports an unknown interface at every boot.",
    mend="Add `iface NAME inet manual`, or take the name out.",
    source="interfaces(5), auto",
)
REPEATED = Rule(
    id="auto.repeated",
    severity=Severity.HINT,
    what="An interface is named by two `auto` lines.",
    why="Once is enough; whoever removes one of them wonders why nothing changes.",
    mend="Remove one of the two.",
    source="interfaces(5), auto",
)
ALLOW_AUTO = Rule(
    id="auto.allow-auto",
    severity=Severity.WARNING,
    what="`allow-auto` instead of `auto`.",
    why="In classic ifupdown the two are one. ifupdown2 takes it for a class of its own that nobody starts at boot.",
    mend="Write `auto`.",
    source="interfaces(5) of ifupdown 0.8.41, allow-; measured on ifupdown2 3.0.0",
    dialects=IFUPDOWN2,
)
EMPTY = Rule(
    id="auto.empty",
    severity=Severity.ERROR,
    what="An `auto` or `allow-` line without a name.",
    why="At a bare `allow-…` ifupdown2 stops with an error and applies nothing at all. A bare `auto` it logs and "
    "passes over; classic ifupdown passes over both.",
    mend="Name the interfaces, or remove the line.",
    source="measured on ifupdown2 3.0.0 and ifupdown 0.8.41",
)
ALL = Rule(
    id="auto.all",
    severity=Severity.WARNING,
    what="`auto all`.",
    why="It is ifupdown2's; classic ifupdown looks for an interface called all.",
    mend="Name the interfaces, or write `auto /*`.",
    source="ifupdown2 3.0.0, process_auto(); interfaces(5) of ifupdown 0.8.41",
    dialects=IFUPDOWN,
)
PATTERN = Rule(
    id="auto.pattern",
    severity=Severity.WARNING,
    what="A pattern such as `/eth*` on an `auto` line.",
    why="Patterns are classic ifupdown's; ifupdown2 looks for an interface of exactly that name and finds none.",
    mend="Name the interfaces; ifupdown2 also knows ranges such as swp[1-4].",
    source="interfaces(5) of ifupdown 0.8.41, INTERFACE SELECTION; ifupdown2 3.0.0, process_auto()",
    dialects=IFUPDOWN2,
)
ALIAS = Rule(
    id="auto.alias",
    severity=Severity.WARNING,
    what="An alias such as eth0:1 is started, but the interface below it is not.",
    why="ifupdown2 adds an alias's address to eth0, and starts it with eth0: `auto eth0:1` alone never matches, so "
    "nothing happens.",
    mend="Write `auto eth0`, or put the address into eth0's own stanza as a further `address`.",
    source="measured on ifupdown2 3.0.0; networkinterfaces.py, parse_iface()",
    dialects=IFUPDOWN2,
)


@looks_for(AFTER_IFACE, ALIAS)
def interfaces_that_do_not_start(survey: Survey) -> Iterator[Finding]:
    lines: dict[tuple[str, str], int] = {}
    single: frozenset[int] = frozenset()
    for name, definition in survey.definitions.items():
        if definition.late and not definition.sourced:
            lines = lines or _lines_by_name(survey)
            single = single or _single(survey)
            for keyword in definition.late:
                at = lines.get((keyword, name), definition.line)
                alone = lines.get((keyword, name), 0) in single
                target = definition.parts[0].line
                yield AFTER_IFACE.in_text(
                    definition.file,
                    at,
                    f"`{keyword} {name}` stands below `iface {name}`, where ifupdown2 does not see it.",
                    f"Move it above line {target}.",
                    interface=name,
                    correction=move_line_correction(at, f"{keyword} {name}", keyword, above=target)
                    if alone
                    else None,
                )
        if ":" in name and definition.classes:
            base = survey.definitions.get(name.partition(":")[0])
            if base is None or not (base.classes or base.reached_by):
                yield ALIAS.on(
                    definition,
                    f"`{definition.classes[0]} {name}` has no effect: {name.partition(':')[0]} is not started.",
                    f"Write `auto {name.partition(':')[0]}`, or put the address into its own stanza.",
                )


@looks_for(UNDEFINED, REPEATED, ALLOW_AUTO, EMPTY, ALL, PATTERN)
def auto_lines(survey: Survey) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    elsewhere = _reads_other_files(survey)
    for stanza in survey.document.stanzas:
        if not isinstance(stanza, Auto):
            continue
        keyword = stanza.keyword
        if keyword == "allow-auto" and survey.ifupdown2:
            yield ALLOW_AUTO.in_text(
                survey.document.file,
                stanza.line,
                "ifupdown2 does not start at boot what `allow-auto` names.",
                "Write `auto`.",
                correction=replace_in_line(stanza.line, "Write auto", "allow-auto", "auto")
                if "\\" not in stanza.text
                else None,
            )
        if not stanza.names:
            fatal = keyword != "auto" and survey.ifupdown2
            yield EMPTY.in_text(
                survey.document.file,
                stanza.line,
                f"`{keyword}` names no interface"
                + ("; ifupdown2 stops here and applies nothing." if fatal else "."),
                "Name the interfaces, or remove the line.",
                severity=Severity.ERROR if fatal else Severity.WARNING if survey.ifupdown2 else Severity.HINT,
            )
        for name in takewhile(_is_name, stanza.names):
            if (keyword, name) in seen:
                yield _repeated(survey, stanza, name)
            seen.add((keyword, name))
            if name not in survey.definitions:
                yield from _undefined(survey, stanza, name, elsewhere=elsewhere)


def _is_name(word: str) -> bool:
    """Not so what begins with # and is meant as a comment; text.inline-comment says that."""
    return not word.startswith("#")


def _undefined(survey: Survey, stanza: Auto, name: str, *, elsewhere: bool) -> Iterator[Finding]:
    file = survey.document.file
    if name == "all":
        if not survey.ifupdown2:
            yield ALL.in_text(
                file,
                stanza.line,
                "Classic ifupdown looks for an interface called all.",
                "Name the interfaces.",
            )
    elif name.startswith("/"):
        if survey.ifupdown2:
            yield PATTERN.in_text(
                file,
                stanza.line,
                f"ifupdown2 knows no patterns; nothing is called {name}.",
                "Name the interfaces.",
            )
    elif "[" not in name and "=" not in name and not elsewhere:
        yield UNDEFINED.in_text(
            file,
            stanza.line,
            f"No stanza defines {name}.",
            f"Add `iface {name} inet manual`, or take the name out.",
            interface=name,
            severity=Severity.WARNING if stanza.keyword == "auto" else Severity.HINT,
        )


def _repeated(survey: Survey, stanza: Auto, name: str) -> Finding:
    return REPEATED.in_text(
        survey.document.file,
        stanza.line,
        f"{name} already stands on another `{stanza.keyword}` line.",
        "Remove one of the two.",
        interface=name,
    )


def _reads_other_files(survey: Survey) -> bool:
    """Whether the file sources others that were not handed over: the interface may be defined there."""
    sources = any(isinstance(stanza, Source) for stanza in survey.document.stanzas)
    return sources and not survey.sourced


def _lines_by_name(survey: Survey) -> dict[tuple[str, str], int]:
    return {
        (stanza.keyword, name): stanza.line
        for stanza in reversed(survey.document.stanzas)
        if isinstance(stanza, Auto)
        for name in stanza.names
    }


def _single(survey: Survey) -> frozenset[int]:
    """The lines that name one interface only and go on nowhere else, so that they can be moved as they are."""
    return frozenset(
        stanza.line
        for stanza in survey.document.stanzas
        if isinstance(stanza, Auto) and len(stanza.names) == 1 and "\\" not in stanza.text
    )
