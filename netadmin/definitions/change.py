"""From two states of a definition to the smallest edit of its document."""

from collections.abc import Sequence

from netadmin.definitions.model import Definition
from netadmin.definitions.written import Part
from netadmin.interfaces import Document, EditError, edit


def change(document: Document, before: Definition | None, after: Definition | None) -> Document:
    """The document with `after` in the place of `before`; None for an interface that is added or removed.

    Nothing is touched in which the two written forms agree. Raises EditError for a value that does not fit
    into its line, and for an interface that is gone or there already.
    """
    if after is None:
        return edit.remove_interface(document, before.name) if before is not None else document
    if before is None:
        return _added(document, after)
    if before.name != after.name:
        document = edit.rename_interface(document, before.name, after.name)
    document = _families_changed(document, after.name, before.parts, after.parts)
    if before.classes != after.classes:
        document = edit.set_classes(document, after.name, after.classes)
    if before.comment != after.comment:
        document = edit.set_comment(document, after.name, after.comment)
    return document


def _added(document: Document, new: Definition) -> Document:
    first, *rest = new.parts
    document = edit.add_interface(
        document,
        new.name,
        family=first.family,
        method=first.method,
        options=first.options,
        classes=new.classes,
        comment=new.comment,
    )
    for part in rest:
        document = edit.add_family(document, new.name, part.family, part.method, part.options)
    return document


def _families_changed(
    document: Document, name: str, before: Sequence[Part], after: Sequence[Part]
) -> Document:
    """New families come before old ones go: the last stanza of an interface is never away."""
    for family in dict.fromkeys(part.family for part in after):
        old = [part for part in before if part.family == family]
        new = [part for part in after if part.family == family]
        if len(new) < len(old):
            raise _refuse_fewer(name, family)
        for place, part in enumerate(new):
            if place < len(old):
                document = _part_changed(document, name, old[place], part, place)
            else:
                document = edit.add_family(document, name, family, part.method, part.options)
    for family in dict.fromkeys(part.family for part in before):
        if all(part.family != family for part in after):
            document = edit.drop_family(document, name, family)
    return document


def _refuse_fewer(name: str, family: str) -> EditError:
    return EditError(
        f"{name} has several stanzas of family {family or '(none)'}, and one of them cannot be taken away alone",
        hint="Edit the text of the interface, where each of them is seen with its comments.",
        interface=name,
    )


def _part_changed(document: Document, name: str, old: Part, new: Part, place: int) -> Document:
    if old.method != new.method:
        document = edit.set_method(document, name, new.method, family=new.family, index=place)
    if old.options != new.options:
        document = edit.set_options(document, name, new.options, family=new.family, index=place)
    return document
