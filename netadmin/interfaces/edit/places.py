"""Where stanzas stand, and how text is put between them and taken out again."""

from collections.abc import Collection, Mapping

from netadmin.interfaces.blocks import Block
from netadmin.interfaces.dialect import Grammar
from netadmin.interfaces.document import Document
from netadmin.interfaces.errors import EditError
from netadmin.interfaces.stanzas import read_header, read_rows


def stanzas_of(document: Document, interface: str, family: str | None = None) -> tuple[int, ...]:
    """The places of an interface's stanzas, of one family when it is given; EditError when there are none."""
    places = document.places.get(interface, ())
    if not places:
        raise EditError(
            f"there is no interface {interface} in this file",
            hint="Add the interface first, or look into the files that this one sources.",
            interface=interface,
        )
    if family is None:
        return places
    fitting = tuple(place for place in places if _family(document, place) == family)
    if not fitting:
        raise EditError(
            f"{interface} has no stanza of family {family or '(none)'}",
            hint="Add the family first.",
            interface=interface,
        )
    return fitting


def _family(document: Document, place: int) -> str:
    grammar = document.dialect.grammar
    rows, _ = read_rows(document.blocks[place].text, 1, grammar)
    return read_header(rows[0].value, grammar)[1]


def is_auto(keyword: str) -> bool:
    """Whether a stanza lists names: `auto`, `allow-CLASS`, `no-auto-down`, `no-scripts`."""
    return keyword == "auto" or keyword.startswith(("allow", "no-"))


def names_at(document: Document, place: int) -> list[str]:
    """The names that the `auto` or `allow-*` stanza at a place lists."""
    return names_in(document.blocks[place], document.dialect.grammar)


def names_in(block: Block, grammar: Grammar) -> list[str]:
    """The names that an `auto` or `allow-*` stanza lists."""
    rows, _ = read_rows(block.text, 1, grammar)
    return grammar.word.findall(rows[0].value)


def auto_places(document: Document, interface: str) -> list[int]:
    """The places of the `auto`, `allow-*`, `no-auto-down` and `no-scripts` stanzas that name an interface."""
    return [
        place
        for place, block in enumerate(document.blocks)
        if is_auto(block.keyword) and interface in block.text and interface in names_at(document, place)
    ]


def own_places(document: Document, interface: str) -> list[int]:
    """The places of all that is about one interface alone: its stanzas, and lines that name only it."""
    autos = [place for place in auto_places(document, interface) if names_at(document, place) == [interface]]
    return sorted([*autos, *document.places.get(interface, ())])


def first_own_place(document: Document, interface: str) -> int:
    """Where an interface begins: its first stanza, or the `auto` lines of its own right before that."""
    place = stanzas_of(document, interface)[0]
    while place > 0:
        block = document.blocks[place - 1]
        if not (is_auto(block.keyword) and block.name == interface):
            break
        if names_at(document, place - 1) != [interface]:
            break
        place -= 1
    return place


def insert(document: Document, at: int, text: str) -> Document:
    """Put a stanza's text before the block at a place, parted from its neighbours as the file does it."""
    newline = document.newline
    gap = newline if parts_by_blank_lines(document) else ""
    before = document.blocks[at - 1].text if at > 0 else ""
    lead = trail = ""
    if before and not before.endswith(("\n", "\r")):
        lead = newline
    if before and not ends_blank(before):
        lead += gap
    if at < len(document.blocks) or ends_blank(before):
        trail = gap
    return document.spliced(at, at, lead + text + trail)


def take_out(
    document: Document, places: Collection[int], *, leaving: Mapping[int, str] | None = None
) -> Document:
    """Remove blocks, but for text that is to be left of some of them.

    Where the file ends with them, the blank line that parted them from the rest goes too.
    """
    texts = dict.fromkeys(places, "") | dict(leaving or {})
    last = len(document.blocks) - 1
    if last in texts and not ends_blank(document.blocks[last].text):
        while last in texts:
            last -= 1
        if last >= 0:
            texts[last] = without_blank_end(document.blocks[last].text)
    return document.with_texts(texts)


def ends_blank(text: str) -> bool:
    """Whether the last line of a text is blank."""
    body = text.removesuffix("\n").removesuffix("\r").rstrip(" \t")
    return bool(text) and (not body or (body != text and body.endswith(("\n", "\r"))))


def without_blank_end(text: str) -> str:
    """A text without the blank lines at its end."""
    said = text.rstrip(" \t\r\n")
    rest = text[len(said) :]
    end = next(
        (end for end in ("\r\n", "\n", "\r") if end in rest and rest.lstrip(" \t").startswith(end)), ""
    )
    return said + end


def parts_by_blank_lines(document: Document) -> bool:
    """Whether most stanzas of the file end in a blank line; a file with one stanza is as good as yes."""
    ends = [ends_blank(block.text) for block in document.blocks[:-1] if block.keyword == "iface"]
    return not ends or sum(ends) * 2 >= len(ends)
