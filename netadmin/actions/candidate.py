"""The texts that stand around a change set: its base, the newest revision, and the candidate it would stage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from netadmin.definitions import Definition, Definitions, change, definitions
from netadmin.interfaces import Dialect, Document, parse, render
from netadmin.interfaces.edit import replace_interface_text
from netadmin.models import Change, ChangeSet, Node


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """One text with what it means; read once, and the same object for whoever asks for the same text again."""

    text: str
    document: Document
    definitions: Definitions
    sourced: tuple[Document, ...]


def content(node: Node, text: str) -> Content:
    """The text as the node's engine would read it, with the files it sources."""
    return _read(text, node.dialect, tuple(node.sourced.items()))


# A page asks for the same few texts at every event of its node: saved, staged, a draft or two.
@lru_cache(maxsize=8)
def _read(text: str, dialect: Dialect, sourced: tuple[tuple[str, str], ...]) -> Content:
    document = parse(text, dialect=dialect)
    others = tuple(parse(text, dialect=dialect, file=path) for path, text in sourced)
    return Content(text, document, definitions(document, sourced=others), others)


def current(node: Node) -> Content:
    """The newest saved file that is known; empty when the node never reported one."""
    revision = node.revision
    return content(node, "" if revision is None else revision.text)


def base(change_set: ChangeSet) -> Content:
    """The revision the change set was made on."""
    return content(change_set.node, change_set.base.text)


def candidate(change_set: ChangeSet) -> Content:
    """The text that the change set would stage: the base with every change carried out in order."""
    document = carried_out(base(change_set).document, change_set.changes.all())
    return content(change_set.node, render(document))


def carried_out(document: Document, changes: Iterable[Change]) -> Document:
    """The document with every change made.

    A change is the way from what the document has to the change's ``after``: made twice, it is made once.
    The change without an interface holds the file as a whole and comes first.
    """
    for made in sorted(changes, key=lambda made: made.interface != ""):
        document = _made(document, made)
    return document


def _made(document: Document, made: Change) -> Document:
    if not made.interface:
        return parse(made.text, dialect=document.dialect)
    present = own(definitions(document))
    after = made.definition_after
    before = (made.before and present.get(made.before["name"])) or (after and present.get(after.name))
    document = change(document, before or None, after)
    if after is None or made.text is None:
        return document
    return replace_interface_text(document, after.name, made.text)


def own(found: Definitions) -> dict[str, Definition]:
    """The definitions of the saved file itself, without those of sourced files."""
    return {name: definition for name, definition in found.items() if not definition.sourced}
