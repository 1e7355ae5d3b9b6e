"""Lines that belong to no stanza, or to another one than they seem to."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.corrections import replace_in_line
from netadmin.checks.findings import Finding, Severity
from netadmin.checks.guess import nearest
from netadmin.checks.registry import IFUPDOWN, IFUPDOWN2, Rule, looks_for
from netadmin.checks.survey import Survey
from netadmin.definitions import is_known
from netadmin.interfaces import Iface, Mapping, Option, Source, Verbatim, Vlan

KEYWORDS = (
    "auto",
    "iface",
    "source",
    "mapping",
    "allow-hotplug",
    "source-directory",
    "no-auto-down",
    "no-scripts",
)
CLASSIC_KEYWORDS = ("mapping", "no-auto-down", "no-scripts", "rename")

UNKNOWN = Rule(
    id="line.unknown",
    severity=Severity.ERROR,
    what="A line outside any stanza that begins with no word an engine knows.",
    why="ifupdown2 logs an error, exits with 1 and applies the rest; classic ifupdown refuses the whole file, so no "
    "interface comes up.",
    mend="Correct the first word, move the line into its stanza, or put # before it.",
    source="interfaces(5), FILE FORMAT; measured on ifupdown2 3.0.0 and ifupdown 0.8.41",
)
ORPHAN = Rule(
    id="line.option-outside",
    severity=Severity.ERROR,
    what="An option stands where no `iface` stanza is open.",
    why="`auto`, `allow-…` and `source` lines end the stanza above them. ifupdown2 logs an error for the option and "
    "goes on without it; classic ifupdown refuses the whole file.",
    mend="Move the line below the `iface` line it belongs to.",
    source="interfaces(5), FILE FORMAT; measured on ifupdown2 3.0.0 and ifupdown 0.8.41",
)
BARE = Rule(
    id="line.bare-keyword",
    severity=Severity.ERROR,
    what="`iface` or `source` with nothing behind it.",
    why="ifupdown2 stops with “list index out of range” and applies nothing at all; classic ifupdown refuses the file.",
    mend="Complete the line, or remove it.",
    source="measured on ifupdown2 3.0.0 and ifupdown 0.8.41",
)
NO_VALUE = Rule(
    id="option.no-value",
    severity=Severity.ERROR,
    what="An option without a value.",
    why="ifupdown2 logs an error and skips it; classic ifupdown refuses the whole file.",
    mend="Write the value behind it, or remove the line.",
    source="measured on ifupdown2 3.0.0 and ifupdown 0.8.41",
)
CLASSIC_ONLY = Rule(
    id="line.classic-only",
    severity=Severity.WARNING,
    what="`mapping`, `no-auto-down`, `no-scripts` or `rename`: words of classic ifupdown.",
    why="ifupdown2 logs an error at top level; below an `iface` line it takes them for options of that interface.",
    mend="Remove the lines on a node with ifupdown2.",
    source="interfaces(5) of ifupdown 0.8.41; measured on ifupdown2 3.0.0",
    dialects=IFUPDOWN2,
)
VLAN_STANZA = Rule(
    id="line.vlan-stanza",
    severity=Severity.WARNING,
    what="A line that begins with `vlan`.",
    why="In ifupdown2 that word ends the stanza above and opens one of its own, for a VLAN of a VLAN-aware bridge: "
    "the options below belong to it. Meant as an option, it tears the stanza apart.",
    mend="Write `vlan-id` for the VLAN of an interface. For a bridge's VLAN the name must be a number.",
    source="measured on ifupdown2 3.0.0; networkinterfaces.py, network_elems",
    dialects=IFUPDOWN2,
)
RANGE = Rule(
    id="name.range",
    severity=Severity.WARNING,
    what="A range such as `swp[1-3]` as a name.",
    why="Only ifupdown2 makes several interfaces of it; to classic ifupdown it is one strange name.",
    mend="Write a stanza for each, or classic ifupdown's `auto /swp*=swp`.",
    source="ifupdown2 3.0.0, utils.parse_iface_range(); interfaces(5) of ifupdown 0.8.41",
    dialects=IFUPDOWN,
)


@looks_for(UNKNOWN, ORPHAN, BARE, CLASSIC_ONLY)
def lines_of_nobody(survey: Survey) -> Iterator[Finding]:
    document = survey.document
    grammar = document.dialect.grammar
    for stanza in document.stanzas:
        if isinstance(stanza, Verbatim):
            at = stanza.line
            for line in grammar.lines(stanza.text):
                if grammar.means_something(line):
                    yield from _of_nobody(survey, line, at)
                at += len(grammar.line.findall(line))
        elif isinstance(stanza, Source) and not stanza.pattern:
            yield _bare(survey, stanza.keyword, stanza.line)
    for keyword in CLASSIC_KEYWORDS:
        if survey.ifupdown2:
            for use in survey.of(keyword):
                yield CLASSIC_ONLY.at(
                    use,
                    f"ifupdown2 takes `{use.key}` for an option of {use.definition.name}.",
                    "Remove it on a node with ifupdown2.",
                )


@looks_for(NO_VALUE)
def options_without_value(survey: Survey) -> Iterator[Finding]:
    for stanza in survey.document.stanzas:
        if isinstance(stanza, (Iface, Vlan, Mapping)):
            for option in stanza.options:
                if not option.value:
                    yield _no_value(survey, stanza, option)


@looks_for(VLAN_STANZA)
def vlan_stanzas(survey: Survey) -> Iterator[Finding]:
    for stanza in survey.document.stanzas:
        if isinstance(stanza, Vlan) and (not _is_number(stanza.name) or _indented(survey, stanza)):
            yield VLAN_STANZA.in_text(
                survey.document.file,
                stanza.line,
                f"`vlan {stanza.name}` ends the stanza above and opens one of its own.",
                "Write `vlan-id` if the id of an interface is meant.",
            )


@looks_for(RANGE)
def ranges(survey: Survey) -> Iterator[Finding]:
    for name, definition in survey.definitions.items():
        if "[" in name:
            yield RANGE.on(
                definition,
                f"To classic ifupdown, {name} is one interface.",
                "Write a stanza for each interface.",
            )


def _of_nobody(survey: Survey, line: str, at: int) -> Iterator[Finding]:
    grammar, file = survey.document.dialect.grammar, survey.document.file
    words: list[str] = grammar.word.findall(line)
    if not words:
        return
    first = words[0].removeprefix("\ufeff")
    if first == "iface" and len(words) == 1:
        yield _bare(survey, first, at)
    elif first in CLASSIC_KEYWORDS or first == "source-directory":
        if survey.ifupdown2:
            yield CLASSIC_ONLY.in_text(
                file, at, f"ifupdown2 does not know `{first}`.", "Remove the line on a node with ifupdown2."
            )
    elif first != words[0] and first in KEYWORDS:
        return  # text.byte-order-mark says it
    elif len(words) > 1 and is_known(first, survey.document.dialect):
        yield ORPHAN.in_text(
            file,
            at,
            f"`{first}` stands outside any iface stanza.",
            "Move the line below the `iface` line it belongs to.",
            option=first,
        )
    else:
        yield _unknown(survey, first, len(words), at)


def _unknown(survey: Survey, first: str, words: int, at: int) -> Finding:
    folded = first.lower()
    guess = folded if folded in KEYWORDS else nearest(folded, KEYWORDS)
    if guess and words > 1:
        return UNKNOWN.in_text(
            survey.document.file,
            at,
            f"“{first}” begins no stanza.",
            f"Write {guess}.",
            correction=replace_in_line(at, f"Write {guess}", first, guess),
        )
    return UNKNOWN.in_text(
        survey.document.file,
        at,
        f"“{first}” begins no stanza.",
        "Move the line into its stanza, or put # before it.",
    )


def _bare(survey: Survey, keyword: str, line: int) -> Finding:
    then = "ifupdown2 stops here and applies nothing" if survey.ifupdown2 else "the file is refused"
    return BARE.in_text(
        survey.document.file, line, f"`{keyword}` stands alone; {then}.", "Complete the line, or remove it."
    )


def _no_value(survey: Survey, stanza: Iface | Vlan | Mapping, option: Option) -> Finding:
    return NO_VALUE.in_text(
        survey.document.file,
        option.line,
        f"`{option.key}` has no value.",
        "Write the value behind it, or remove the line.",
        interface=stanza.name if isinstance(stanza, Iface) else "",
        family=stanza.family if isinstance(stanza, Iface) else "",
        option=option.key,
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _indented(survey: Survey, stanza: Vlan) -> bool:
    """Written further in than a header, as an option would be."""
    grammar = survey.document.dialect.grammar
    header = next((line for line in grammar.lines(stanza.text) if grammar.means_something(line)), "")
    return header[:1] in (" ", "\t")
