"""The lines of a stanza as an edit handles them, and how a new line is written among them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from netadmin.interfaces.dialect import Grammar
from netadmin.interfaces.document import Document


class Line(NamedTuple):
    """A logical line in its parts; joined they are its raw text. A blank or comment line has no key."""

    indent: str
    key: str
    gap: str
    value: str
    end: str

    @property
    def text(self) -> str:
        return "".join(self)


def split(text: str, grammar: Grammar) -> list[Line]:
    """The lines of a block."""
    return [_split_line(line, grammar) for line in grammar.lines(text)]


def join(lines: Iterable[Line]) -> str:
    return "".join([line.text for line in lines])


def _split_line(raw: str, grammar: Grammar) -> Line:
    found = grammar.row.match(grammar.flatten(raw))
    if found is None or not found[1]:
        said = raw.rstrip("\r\n")
        return Line("", "", "", said, raw[len(said) :])
    key, value = found.start(1), found.start(2)
    stop = value + len(found[2].rstrip(grammar.blanks))
    return Line(raw[:key], raw[key : found.end(1)], raw[found.end(1) : value], raw[value:stop], raw[stop:])


def engine_value(line: Line, grammar: Grammar) -> str:
    """The value of an option's line as the engine reads it."""
    return grammar.unfold(line.value).strip(grammar.blanks)


def ended(lines: Sequence[Line], document: Document) -> list[Line]:
    """The lines, the last with a line end too."""
    if not lines or lines[-1].end.endswith(("\n", "\r")):
        return list(lines)
    return [*lines[:-1], lines[-1]._replace(end=lines[-1].end + document.newline)]


def header_at(lines: Sequence[Line]) -> int:
    """Where the header of a stanza stands: it is the first line that says something."""
    return next(at for at, line in enumerate(lines) if line.key)


def replace_word(value: str, number: int, word: str | None, grammar: Grammar) -> str:
    """A line with another word in the place of one; None takes the word out, with the blanks before it."""
    start, stop = list(grammar.word.finditer(grammar.flatten(value)))[number].span()
    if word is not None:
        return value[:start] + word + value[stop:]
    if start == 0:
        return value[stop:].lstrip(" \t")
    return value[:start].rstrip(" \t") + value[stop:]


def new_option(document: Document, place: int, lines: Sequence[Line], at: int, key: str, value: str) -> Line:
    """An option line formatted like the one it is going to follow.

    lines: the stanza at that place of the document; at: where the new line is going to stand among them
    """
    header = header_at(lines)
    near = [*lines[at - 1 : header : -1], *lines[at:]]
    model = next((line for line in near if line.key), None) or _model_elsewhere(document, place)
    end = line_end(lines[header], document)
    if model is None:
        return Line("\t", key, " ", value, end)
    return Line(_blanks(model.indent, ""), key, _gap_like(model, lines[header + 1 :], key), value, end)


def line_end(line: Line, document: Document) -> str:
    """The line end to write below a line: its own, without the blanks before it."""
    return line.end.lstrip(" \t\v\f") or document.newline


def _model_elsewhere(document: Document, place: int) -> Line | None:
    """An option line of a stanza nearby, those above first."""
    above, below = range(min(place, len(document.blocks) - 1), -1, -1), range(place + 1, len(document.blocks))
    for other in (*above[:REACH], *below[:REACH]):
        block = document.blocks[other]
        if block.keyword == "iface" and block.name:
            lines = split(block.text, document.dialect.grammar)
            options = [line for line in lines[header_at(lines) + 1 :] if line.key]
            if options:
                return options[0]
    return None


# How many stanzas away from an edit others still count as its neighbours.
REACH = 60


def _gap_like(model: Line, siblings: Sequence[Line], key: str) -> str:
    """What parts key and value: as in the model, or as many blanks as keep a column of values straight."""
    columns = {len(line.key) + len(line.gap) for line in siblings if len(line.gap) > 1}
    if len(model.gap) > 1 and set(model.gap) == {" "} and len(columns) == 1:
        return " " * max(1, columns.pop() - len(key))
    return _blanks(model.gap, " ") or " "


def _blanks(text: str, otherwise: str) -> str:
    """The text if it is blanks and tabs only: a joined line's indent may hold a line end."""
    return text if not text.strip(" \t") else otherwise
