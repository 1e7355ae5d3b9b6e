"""Edits of an interface's stanzas: which it has, and by which method each is configured."""

from collections.abc import Sequence

from netadmin.interfaces.dialect import Dialect
from netadmin.interfaces.document import Document
from netadmin.interfaces.edit.lines import Line, header_at, join, new_option, replace_word, split
from netadmin.interfaces.edit.options import key_like_neighbours
from netadmin.interfaces.edit.places import insert, stanzas_of, take_out
from netadmin.interfaces.edit.written import checked_key, checked_value, checked_word
from netadmin.interfaces.errors import EditError
from netadmin.interfaces.stanzas import read_header


def set_method(
    document: Document, interface: str, method: str, *, family: str | None = None, index: int = 0
) -> Document:
    """Change the method of an interface's index-th stanza of a family; "" is the one without family."""
    checked_word(method, "a method", interface=interface, option="method")
    place = stanzas_of(document, interface, family)[index]
    grammar = document.dialect.grammar
    lines = split(document.blocks[place].text, grammar)
    at = header_at(lines)
    _, written_family, written_method, extra = read_header(grammar.unfold(lines[at].value), grammar)
    if written_method == method:
        return document
    if written_method:
        value = replace_word(lines[at].value, 2, method, grammar)
    else:  # a method needs a family before it
        value = " ".join([interface, written_family or family or "inet", method, *extra])
    lines[at] = lines[at]._replace(value=value)
    return document.with_texts({place: join(lines)})


def add_family(
    document: Document, interface: str, family: str, method: str, options: Sequence[tuple[str, str]] = ()
) -> Document:
    """Add a stanza of another family below those that an interface has, formatted like them."""
    place = stanzas_of(document, interface)[-1]
    return insert(document, place + 1, stanza_text(document, place, interface, family, method, options))


def drop_family(document: Document, interface: str, family: str) -> Document:
    """Remove the stanzas of one family of an interface that has another too.

    A comment above such a stanza stays when the next stanza is the interface's as well.
    """
    places = stanzas_of(document, interface, family)
    left = set(stanzas_of(document, interface)).difference(places)
    if not left:
        raise EditError(
            f"{interface} has no stanza but those of {family or 'no family'}",
            hint="Remove the interface, or set the method to manual.",
            interface=interface,
        )
    comments = {place: _above_header(document, place) for place in places if place + 1 in left}
    return take_out(document, places, leaving=comments)


def _above_header(document: Document, place: int) -> str:
    lines = split(document.blocks[place].text, document.dialect.grammar)
    return join(lines[: header_at(lines)])


def stanza_text(
    document: Document,
    place: int,
    interface: str,
    family: str,
    method: str,
    options: Sequence[tuple[str, str]],
) -> str:
    """The text of a new stanza, formatted like the ones around a place of the document.

    In ifupdown2 family and method may be "": the stanza then is for both families, and static.
    """
    checked_word(interface, "an interface's name", interface=interface)
    if family or method or document.dialect is not Dialect.IFUPDOWN2:
        checked_word(family, "an address family", interface=interface, option="family")
    if method or document.dialect is not Dialect.IFUPDOWN2:
        checked_word(method, "a method", interface=interface, option="method")
    header = " ".join(word for word in (interface, family, method) if word)
    lines = [Line("", "iface", " ", header, document.newline)]
    for option, value in options:
        checked_key(option, document.dialect, interface=interface)
        value = checked_value(value, document.dialect, interface=interface, option=option)
        key = key_like_neighbours(document, place, lines, option)
        lines.append(new_option(document, place, lines, len(lines), key, value))
    return join(lines)
