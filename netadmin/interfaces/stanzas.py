"""What a block of text says: an interface with its options, names to bring up, a file to read, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from netadmin.interfaces.blocks import HOLDS_OPTIONS, Block
from netadmin.interfaces.dialect import Grammar


class Option(NamedTuple):
    """One `key value` line.

    key: as written
    name: as the engine looks it up: `bridge-ports` for `bridge_ports` in ifupdown2
    value: as the engine reads it, continued lines joined; `$IFACE` stays as it is written. "" when the line
        has a key only, which ifupdown2 skips and classic ifupdown refuses
    line: 1-based, where the option begins
    """

    key: str
    name: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Stanza:
    """A piece of the document; `text` is all of it, `line` where its header stands (1-based)."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Iface(Stanza):
    """`iface NAME FAMILY METHOD` and its options.

    family, method: as written, "" when absent; extra: the header's further words, such as `inherits TEMPLATE`
    comment: the comment above the stanza (or above the `auto` line that stands directly before it and names
        only this interface), else the one inside it, without `#`
    """

    name: str
    family: str
    method: str
    options: tuple[Option, ...]
    extra: tuple[str, ...]
    comment: str


@dataclass(frozen=True, slots=True)
class Auto(Stanza):
    """`auto NAME…` or `allow-CLASS NAME…`; in classic ifupdown `no-auto-down` and `no-scripts` too."""

    keyword: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mapping(Stanza):
    """Classic ifupdown's `mapping PATTERN…` with its `script` and `map` lines."""

    patterns: tuple[str, ...]
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Vlan(Stanza):
    """ifupdown2's `vlan NAME`: a VLAN of a VLAN-aware bridge, with options like an interface."""

    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Source(Stanza):
    """`source PATTERN…` or `source-directory PATTERN…`; ifupdown2 reads the first pattern only."""

    keyword: str
    patterns: tuple[str, ...]

    @property
    def pattern(self) -> str:
        return self.patterns[0] if self.patterns else ""


@dataclass(frozen=True, slots=True)
class Verbatim(Stanza):
    """Comments, blank lines and lines that no engine understands: kept as they are."""


def read(block: Block, line: int, grammar: Grammar, comment_above: str = "") -> tuple[Stanza, int]:
    """Read a block that begins at a line; return its stanza and how many lines the block takes.

    comment_above: of the `auto` line that stands directly before and names only this interface
    """
    text, keyword, name = block
    if not keyword or keyword == "rename" or (keyword in HOLDS_OPTIONS and not name):
        return Verbatim(text, line), sum(1 for _ in grammar.line.finditer(text))
    rows, height = read_rows(text, line, grammar)
    header = rows[0]
    if keyword == "iface":
        comment = comment_above or (comment_of(text, grammar) if "#" in text else "")
        name, family, method, extra = read_header(header.value, grammar)
        return Iface(text, header.line, name, family, method, tuple(rows[1:]), extra, comment), height
    words = tuple(grammar.word.findall(header.value))
    if keyword in ("source", "source-directory"):
        return Source(text, header.line, keyword, words), height
    if keyword == "mapping":
        return Mapping(text, header.line, words, tuple(rows[1:])), height
    if keyword == "vlan":
        return Vlan(text, header.line, name, tuple(rows[1:])), height
    return Auto(text, header.line, keyword, words), height


def read_header(value: str, grammar: Grammar) -> tuple[str, str, str, tuple[str, ...]]:
    """Name, family, method and further words out of what follows `iface`."""
    name, *words = grammar.word.findall(value)
    stop = words.index("inherits") if "inherits" in words[:2] else 2
    family, method, *_ = (*words[:stop], "", "")
    return name, family, method, tuple(words[stop:])


def read_rows(text: str, line: int, grammar: Grammar) -> tuple[list[Option], int]:
    """The lines of a block that say something, its header first, and how many lines it has in all."""
    flat = grammar.flatten(text)
    if flat is not text:
        return _read_folded_rows(text, flat, line, grammar)
    name, blanks = grammar.name, grammar.blanks
    rows = grammar.row.findall(text)
    said = [
        Option(key, name(key), rest.rstrip(blanks), at) for at, (key, rest) in enumerate(rows, line) if key
    ]
    return said, len(rows)


def _read_folded_rows(text: str, flat: str, line: int, grammar: Grammar) -> tuple[list[Option], int]:
    """The same for a block in which the engine joins lines."""
    said, at = [], line
    for found in grammar.row.finditer(flat):
        if key := found[1]:
            down_to_key = grammar.line.findall(text[found.start() : found.end(1)])
            rest = grammar.unfold(text[found.start(2) : found.end(2)]).strip(grammar.blanks)
            said.append(Option(key, grammar.name(key), rest, at + len(down_to_key) - 1))
        at += len(grammar.line.findall(text[found.start() : found.end()]))
    return said, at - line


def comment_of(text: str, grammar: Grammar) -> str:
    """The comment that a block's text holds, without `#`; several lines are parted by line feeds."""
    lines = grammar.lines(text)
    return "\n".join(uncomment(lines[at]) for at in comment_range(lines, grammar))


def comment_range(lines: Sequence[str], grammar: Grammar) -> range:
    """Which lines of a block are its comment: above the header, else below it, else after the last option.

    Comments between two options stay out: they explain the option below, or are options put aside.
    """
    said = [number for number, line in enumerate(lines) if grammar.means_something(line)]
    if not said:
        return range(0)
    for first in (0, said[0] + 1, said[-1] + 1):
        stop = first
        while stop < len(lines) and lines[stop].lstrip(grammar.blanks).startswith("#"):
            stop += 1
        if stop > first:
            return range(first, stop)
    return range(0)


def uncomment(line: str) -> str:
    """The text of a comment line."""
    return line.strip().lstrip("#").strip()
