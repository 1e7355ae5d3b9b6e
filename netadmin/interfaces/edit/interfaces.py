"""Edits of whole interfaces: add one where a person would, remove, rename and move it."""

import re
from collections.abc import Iterator, Sequence

from netadmin.interfaces.blocks import HOLDS_OPTIONS
from netadmin.interfaces.document import Document
from netadmin.interfaces.edit.comments import set_comment
from netadmin.interfaces.edit.names import is_reference, renamed_texts, set_classes
from netadmin.interfaces.edit.places import (
    first_own_place,
    insert,
    own_places,
    stanzas_of,
    take_out,
    without_blank_end,
)
from netadmin.interfaces.edit.stanzas import stanza_text
from netadmin.interfaces.edit.written import checked_word
from netadmin.interfaces.errors import EditError


def add_interface(
    document: Document,
    name: str,
    *,
    family: str = "inet",
    method: str = "manual",
    options: Sequence[tuple[str, str]] = (),
    classes: tuple[str, ...] = ("auto",),
    comment: str = "",
) -> Document:
    """Add an interface below those it stands on (ports, slaves, raw device), formatted like them.

    One that stands on none goes above the first that refers to it, else below the last interface.
    """
    _refuse_existing(document, name)
    at = _place_for(document, name, options)
    document = insert(document, at, stanza_text(document, at, name, family, method, options))
    document = set_classes(document, name, classes)
    return set_comment(document, name, comment) if comment else document


def remove_interface(document: Document, name: str) -> Document:
    """Remove all stanzas of an interface, and its name from `auto` lines and the options of others."""
    stanzas_of(document, name)
    own = own_places(document, name)
    others = renamed_texts(document, name, lambda word: None if word == name else word)
    return take_out(document, own, leaving={place: others[place] for place in others if place not in own})


def rename_interface(document: Document, old: str, new: str) -> Document:
    """Rename an interface wherever it is named, with its dotted VLANs and its aliases (`old.50`, `old:1`).

    Hooks stay as they are: `$IFACE` follows by itself, and a name in a command is the author's.
    """
    stanzas_of(document, old)
    checked_word(new, "an interface's name", interface=old)
    own_name = re.compile(rf"{re.escape(old)}(?=[.:]\d|\Z)")

    def renaming(name: str) -> str:
        return new + name[len(old) :] if own_name.match(name) else name

    renamed = {name for name in document.places if renaming(name) != name}
    for name in sorted(renamed):
        if renaming(name) not in renamed:
            _refuse_existing(document, renaming(name))
    return document.with_texts(renamed_texts(document, old, renaming))


def move_interface(
    document: Document, name: str, *, before: str | None = None, after: str | None = None
) -> Document:
    """Move an interface with all its stanzas before or after another one, or to the end."""
    beside = before or after
    if beside == name:
        return document
    if beside is not None:
        stanzas_of(document, beside)
    stanzas_of(document, name)
    own = own_places(document, name)
    text = without_blank_end("".join([document.blocks[place].text for place in own]))
    if not text.endswith(("\n", "\r")):
        text += document.newline
    rest = take_out(document, own)
    if before is not None:
        return insert(rest, first_own_place(rest, before), text)
    return insert(rest, rest.places[after][-1] + 1 if after is not None else _end(rest), text)


def _refuse_existing(document: Document, name: str) -> None:
    if name in document.places:
        raise EditError(
            f"there is an interface {name} already",
            hint="Choose another name, or edit the interface that is there.",
            interface=name,
        )


def _place_for(document: Document, name: str, options: Sequence[tuple[str, str]]) -> int:
    """Below what the interface stands on and below its peers, but above what refers to it."""
    lower = [document.places[lower][-1] for lower in _lower(name, options) if lower in document.places]
    floor = max(lower, default=-1)
    below = max([floor, *_peers(document, name, options)])
    at = below + 1 if below >= 0 else _end(document)
    referring = [first_own_place(document, other) for other in _referring(document, name)]
    return min([at, *(place for place in referring if place > floor)])


def _lower(name: str, options: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The names of what an interface stands on."""
    yield name.rpartition(".")[0]
    yield name.rpartition(":")[0]
    for key, value in options:
        if is_reference(key):
            yield from value.split()


def _peers(document: Document, name: str, options: Sequence[tuple[str, str]]) -> list[int]:
    """The stanzas of interfaces like it: VLANs of its device, else with its kind of ports, else by name."""
    device, dot, _ = name.rpartition(".")
    if dot:
        return [places[-1] for other, places in document.places.items() if other.rpartition(".")[0] == device]
    kinds = "|".join(re.sub("[_-]", "[_-]", key) for key, _ in options if is_reference(key))
    if kinds:
        like = re.compile(rf"^[ \t]*+(?:{kinds})\s", re.MULTILINE)
        ends = [places[-1] for places in document.places.values()]
        return [place for place in ends if like.search(document.blocks[place].text)]
    stem = re.compile(re.escape(name.rstrip("0123456789")) + r"\d+\Z")
    return [places[-1] for other, places in document.places.items() if stem.match(other)]


def _referring(document: Document, name: str) -> list[str]:
    """The interfaces whose options name this one, and its dotted VLANs."""
    places = renamed_texts(document, name, lambda word: f"{word}'" if word == name else word)
    blocks = [document.blocks[place] for place in places]
    dotted = [other for other in document.places if other.startswith(f"{name}.")]
    return [block.name for block in blocks if block.keyword == "iface"] + dotted


def _end(document: Document) -> int:
    """Below the last stanza that holds options; what stands below that belongs to nobody, and stays last."""
    holding = [place for place, block in enumerate(document.blocks) if block.keyword in HOLDS_OPTIONS]
    return holding[-1] + 1 if holding else len(document.blocks)
