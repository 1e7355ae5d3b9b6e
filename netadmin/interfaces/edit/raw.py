"""Edits of raw text: all that is about one interface, or a piece that is about none."""

import re

from netadmin.interfaces.blocks import Block, cut
from netadmin.interfaces.document import Document
from netadmin.interfaces.edit.places import is_auto, names_in, own_places, stanzas_of, without_blank_end
from netadmin.interfaces.errors import EditError


def interface_text(document: Document, name: str) -> str:
    """The text of an interface as a raw editor shows it: its stanzas, and `auto` lines that name only it."""
    stanzas_of(document, name)
    return without_blank_end("".join([document.blocks[place].text for place in own_places(document, name)]))


def replace_interface_text(document: Document, name: str, text: str) -> Document:
    """Put what a raw editor saves in the place of all that is about an interface.

    The text may hold stanzas of that name, lines that name only it, and comments; line ends become those
    of the file. Each stanza goes where its predecessor stood, all to the first place when their number
    differs; blank lines below the interface stay.
    """
    own = own_places(document, name)
    shown = interface_text(document, name)
    text = _as_in_file(document, without_blank_end(text), name)
    if text in (shown, shown + document.newline):
        return document
    blocks = cut(text, document.dialect.grammar)
    _refuse_foreign(blocks, name, document)
    texts = [block.text for block in blocks]
    last = len(own) - 1
    if len(texts) != len(own):
        texts = ["".join(texts), *[""] * last]
        last = 0 if own[-1] - own[0] > last else last  # 0 when others stand in between
    below = document.blocks[own[last]].text
    texts[last if len(blocks) == len(own) else 0] += below[len(without_blank_end(below)) :]
    return document.with_texts(dict(zip(own, texts, strict=True)))


def replace_verbatim(document: Document, old: str, new: str) -> Document:
    """Put another text in the place of a stanza that belongs to no interface: comments, `source`, `mapping`.

    old: the stanza's text as it is; new: "" removes it
    """
    place = next(
        (
            place
            for place, block in enumerate(document.blocks)
            if block.text == old and block.keyword != "iface"
        ),
        None,
    )
    if place is None:
        raise EditError(
            "the text to replace is not in the file any more",
            hint="Load the file again: it may have been changed in the meantime.",
        )
    new = _as_in_file(document, new, "") if new else ""
    for block in cut(new, document.dialect.grammar):
        if block.keyword == "iface":
            raise EditError(
                f"the text holds a stanza of interface {block.name}",
                hint="Add it as an interface, or edit the text of that interface.",
                interface=block.name,
            )
    return document.with_texts({place: new})


def _as_in_file(document: Document, text: str, name: str) -> str:
    """The text with the file's line ends; EditError when its first or last line would join a neighbour's."""
    text = re.sub(r"\r\n?|\n", document.newline, text)
    if not text.endswith(document.newline):
        text += document.newline
    flat = document.dialect.grammar.flatten(f"x\n{text}x")
    if flat[1] != "\n" or flat[-2] not in "\r\n":
        raise EditError(
            "the text begins or ends with a backslash, which joins it to the lines around it",
            hint="Leave that backslash out.",
            interface=name,
        )
    return text


def _refuse_foreign(blocks: tuple[Block, ...], name: str, document: Document) -> None:
    """EditError for what is not about the interface alone."""
    grammar = document.dialect.grammar
    for block in blocks:
        said = next((line for line in grammar.lines(block.text) if grammar.means_something(line)), "")
        own_stanza = block.keyword == "iface" and block.name == name
        own_names = is_auto(block.keyword) and names_in(block, grammar) == [name]
        if said and not own_stanza and not own_names:
            raise EditError(
                f"the line {said.strip()!r} is not about {name} alone",
                hint=f"Keep to lines of {name} here; all else is edited in its own place.",
                interface=name,
            )
    if not any(block.keyword == "iface" for block in blocks):
        raise EditError(
            f"the text has no stanza of {name}",
            hint="Remove the interface if it is to go.",
            interface=name,
        )
