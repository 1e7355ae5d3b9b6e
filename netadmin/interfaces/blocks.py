"""A text cut into blocks: one stanza each, with the comments and blank lines that belong to it."""

from typing import NamedTuple

from netadmin.interfaces.dialect import Grammar


class Block(NamedTuple):
    """The text of one stanza. The blocks of a document, joined, are its text.

    keyword: the first word of the stanza's header line, "" for text that belongs to no stanza
    name: the second word of the header line, "" when there is none
    """

    text: str
    keyword: str = ""
    name: str = ""


# The groups of a grammar's `stanza` pattern: free lines above, header, keyword, second word, lines below.
_Part = tuple[str, str, str, str, str]

# Keywords whose stanza goes on below the header line.
HOLDS_OPTIONS = frozenset({"iface", "vlan", "mapping"})


def cut(text: str, grammar: Grammar) -> tuple[Block, ...]:
    """Cut a text where its stanzas begin.

    Lines without meaning that stand between two stanzas go where a reader would put them: comments right
    above a header to that stanza, comments right below an option and blank lines to the stanza above, and
    comments with a blank line on either side to nobody.
    """
    flat = grammar.flatten(text)
    parts: list[_Part] = grammar.stanza.findall(flat)
    if flat is not text:
        parts = _take_from(text, parts)
    blocks: list[Block] = []
    for gap, header, keyword, name, body in parts:
        if body and not header and blocks:  # the next piece of a long stanza
            above, keyword_above, name_above = blocks[-1]
            blocks[-1] = Block(above + gap + body, keyword_above, name_above)
            continue
        if gap:
            if "#" not in gap and blocks:
                above, keyword_above, name_above = blocks[-1]
                blocks[-1] = Block(above + gap, keyword_above, name_above)
            else:
                header = _share_out(gap, header, blocks, grammar)
        if keyword in HOLDS_OPTIONS and name:
            blocks.append(Block(header + body, keyword, name))
        else:
            if header:
                blocks.append(Block(header, keyword, name))
            if body:
                _append_free(body, blocks)
    return tuple(blocks)


def _take_from(text: str, parts: list[_Part]) -> list[_Part]:
    """The same parts out of the raw text: flat text has its length."""
    raw, start = [], 0
    for gap, header, keyword, name, body in parts:
        above, below = start + len(gap), start + len(gap) + len(header)
        end = below + len(body)
        raw.append((text[start:above], text[above:below], keyword, name, text[below:end]))
        start = end
    return raw


def _share_out(gap: str, header: str, blocks: list[Block], grammar: Grammar) -> str:
    """Share the free lines between two stanzas out; return the header with the comments that belong to it."""
    lines = grammar.lines(gap)
    blank = [number for number, line in enumerate(lines) if not line.strip()]
    written = [number for number, line in enumerate(lines) if line.strip()]
    head = 0  # where the stanza above ends
    tail = len(lines)  # where the stanza below begins
    if blocks and blocks[-1].keyword:
        if blank:
            head = next((number for number in written if number > blank[0]), tail)
        elif header:
            head = _further_in(lines, header)
        else:
            head = tail
    if header:
        tail = max(head, blank[-1] + 1 if blank else 0)
    if head:
        above, keyword, name = blocks[-1]
        blocks[-1] = Block(above + "".join(lines[:head]), keyword, name)
    if head < tail:
        _append_free("".join(lines[head:tail]), blocks)
    return "".join(lines[tail:]) + header


def _further_in(lines: list[str], header: str) -> int:
    """How many comments stand further in than the header below: they are options put aside."""
    margin = _indent(header)
    return next((number for number, line in enumerate(lines) if _indent(line) <= margin), len(lines))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _append_free(text: str, blocks: list[Block]) -> None:
    """Text that belongs to nobody; what follows such text directly is one block with it."""
    if blocks and not blocks[-1].keyword:
        blocks[-1] = Block(blocks[-1].text + text)
    else:
        blocks.append(Block(text))
