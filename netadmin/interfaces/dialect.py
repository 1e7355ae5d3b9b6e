"""The two readings of interfaces(5): how ifupdown2 and classic ifupdown cut a text into lines and words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Dialect(StrEnum):
    """The engine whose reading of the text counts."""

    IFUPDOWN2 = "ifupdown2"
    IFUPDOWN = "ifupdown"

    @property
    def grammar(self) -> "Grammar":
        return _GRAMMARS[self]


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a dialect's parser recognises.

    Its patterns work on flat text: as long as the raw text, but with the line ends that the engine joins
    away turned into blanks. A line of flat text is a logical line, and stands where it does in the raw text.

    flatten: raw text -> flat text
    unfold: a raw logical line -> the line as the engine joins it
    name: an option's key -> the name the engine looks up, `bridge-ports` for `bridge_ports` in ifupdown2
    stanza: finds stanzas: (free lines above, header line, keyword, second word, lines below)
    row: finds lines: (first word, the rest), both empty for a comment or a blank line
    line: finds lines, each with its end
    word: finds words
    blanks: what the engine strips from both ends of a line
    """

    flatten: Callable[[str], str]
    unfold: Callable[[str], str]
    name: Callable[[str], str]
    stanza: re.Pattern[str]
    row: re.Pattern[str]
    line: re.Pattern[str]
    word: re.Pattern[str]
    blanks: str

    def lines(self, text: str) -> list[str]:
        """The logical lines of a raw text, each with its end; joined they are the text."""
        flat = self.flatten(text)
        if flat is text:
            return self.line.findall(text)
        return [text[found.start() : found.end()] for found in self.line.finditer(flat)]

    def means_something(self, line: str) -> bool:
        """Whether a line is neither blank nor a comment."""
        return line.lstrip(self.blanks)[:1] not in ("", "#")


def _flatten_ifupdown2(text: str) -> str:
    """Every backslash joins what stands around it: networkinterfaces.py, process_interfaces."""
    if "\\" not in text:
        return text
    pieces = text.split("\\")
    last = len(pieces) - 1
    for number, piece in enumerate(pieces):
        if number > 0:
            core = piece.lstrip()
            piece = " " * (len(piece) - len(core)) + core
        if number < last:
            core = piece.rstrip()
            piece = core + " " * (len(piece) - len(core))
        pieces[number] = piece
    return " ".join(pieces)


def _unfold_ifupdown2(line: str) -> str:
    first, *others = line.split("\\")
    if not others:
        return line
    *between, last = others
    return " ".join([first.rstrip(), *(piece.strip() for piece in between), last.lstrip()])


def _flatten_ifupdown(text: str) -> str:
    """A backslash right before the line end joins the next line, except in a comment: config.c, get_line."""
    if "\\\n" not in text:
        return text
    *lines, last = text.split("\n")
    flat, joined = [], False
    for line in lines:
        comment = not joined and line.lstrip(" \t\v\f\r").startswith("#")
        joined = line.endswith("\\") and not comment
        flat.append(f"{line[:-1]}  " if joined else f"{line}\n")
    return "".join([*flat, last])


def _unfold_ifupdown(line: str) -> str:
    return line.replace("\\\n", "")


def _name_ifupdown2(key: str) -> str:
    return key.replace("_", "-")


def _name_ifupdown(key: str) -> str:
    return key


# A stanza with more lines than this is found in pieces.
_PIECE = 65_536


def _patterns(
    *, keywords: str, end: str, ends: str, blanks: str, space: str, word: str
) -> dict[str, re.Pattern[str]]:
    """Build a dialect's patterns, with a cost linear in the text whatever the text is.

    Repeats of one character are possessive. Repeats of lines are not, as Python before 3.11.5 gets those
    wrong (gh-106052), and need not be: a line can be matched in one way only. They are bounded, because the
    matcher remembers each.

    end: a line end; ends: its characters; blanks: those that may indent; space: what parts words
    """
    inner, blank, void = rf"[^{ends}]", rf"[{blanks}]", rf"[{blanks}{ends}]"
    free = rf"(?:{void}*+\#{inner}*+(?:{end}|\Z)){{0,{_PIECE}}}{void}*(?:(?<!{inner})|\Z)"
    keyword = rf"(?:{keywords})(?={space}|{end}|\Z)"
    stanza = rf"""
        ({free})
        ({blank}*+({keyword}){space}*+({word}*+){inner}*+(?:{end}|\Z))?
        ((?:{free}{blank}*+(?!{keyword}|\#){inner}++(?:{end}|\Z)){{0,{_PIECE}}})
    """
    row = rf"(?!\Z){blank}*+(?:(?!\#)({word}++){space}*+)?({inner}*+)(?:{end}|\Z)"
    line = rf"{inner}++(?:{end})?|{end}"
    return {
        "stanza": re.compile(stanza, re.VERBOSE),
        "row": re.compile(row),
        "line": re.compile(line),
        "word": re.compile(f"{word}++"),
    }


_GRAMMARS = {
    Dialect.IFUPDOWN2: Grammar(
        flatten=_flatten_ifupdown2,
        unfold=_unfold_ifupdown2,
        name=_name_ifupdown2,
        blanks=" \t\r\n",
        **_patterns(
            keywords=r"auto|iface|source|vlan|allow(?:-\S*+)?",
            end=r"(?:\r\n?|\n)",
            ends=r"\r\n",
            blanks=r"\ \t",
            space=r"[^\S\r\n]",
            word=r"\S",
        ),
    ),
    Dialect.IFUPDOWN: Grammar(
        flatten=_flatten_ifupdown,
        unfold=_unfold_ifupdown,
        name=_name_ifupdown,
        blanks=" \t\v\f\r\n",
        **_patterns(
            keywords=r"auto|iface|mapping|source|source-directory|no-auto-down|no-scripts|rename"
            r"|allow-[^\ \t\v\f\r\n]++",
            end=r"\n",
            ends=r"\n",
            blanks=r"\ \t\v\f\r",
            space=r"[\ \t\v\f\r]",
            word=r"[^\ \t\v\f\r\n]",
        ),
    ),
}
