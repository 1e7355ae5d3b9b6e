"""Edits of the comment that belongs to an interface."""

from netadmin.interfaces.dialect import Dialect
from netadmin.interfaces.document import Document
from netadmin.interfaces.edit.lines import ended, header_at, line_end, split
from netadmin.interfaces.edit.places import first_own_place, stanzas_of
from netadmin.interfaces.edit.written import refuse_broken_bytes, refuse_line_breaks
from netadmin.interfaces.errors import EditError
from netadmin.interfaces.stanzas import comment_of, comment_range


def set_comment(document: Document, interface: str, comment: str) -> Document:
    """Set the comment of an interface, its lines parted by line feeds; "" removes it.

    It is written where it stands now; a new one goes above the interface, its `auto` line included.
    """
    new = [line.strip() for line in comment.strip("\n").split("\n")] if comment.strip() else []
    for line in new:
        _refuse(line, document.dialect, interface)
    place = _commented_place(document, interface)
    grammar = document.dialect.grammar
    if comment_of(document.blocks[place].text, grammar) == "\n".join(new):
        return document
    lines = ended(split(document.blocks[place].text, grammar), document)
    texts = [line.text for line in lines]
    where = comment_range(texts, grammar)
    end = line_end(lines[header_at(lines)], document)
    sign = _sign(texts[where.start]) if where else "# "
    written = [f"{sign}{line}".rstrip() + end for line in new]
    texts[where.start : where.stop] = written
    return document.with_texts({place: "".join(texts)})


def _refuse(line: str, dialect: Dialect, interface: str) -> None:
    refuse_line_breaks(line, "the comment", interface=interface, option="comment")
    refuse_broken_bytes(line, "the comment", dialect, interface=interface, option="comment")
    if line.rstrip().endswith("\\"):
        raise EditError(
            "a line of the comment ends in a backslash, which makes ifupdown2 swallow the next line",
            hint="Leave the backslash at the end out.",
            interface=interface,
            option="comment",
        )


def _commented_place(document: Document, interface: str) -> int:
    """The block that holds the interface's comment; where a new one goes when there is none."""
    grammar = document.dialect.grammar
    first = first_own_place(document, interface)
    stanzas = stanzas_of(document, interface)
    own: list[int] = [*range(first, stanzas[0]), *stanzas]
    for place in own:
        if comment_range(grammar.lines(document.blocks[place].text), grammar):
            return place
    return first


def _sign(line: str) -> str:
    """What a comment line begins with: its indent, the signs, the blanks behind them."""
    body = line.lstrip(" \t").lstrip("#")
    said = body.strip()
    return line[: line.index(said)] if said else line[: len(line) - len(body)] + " "
