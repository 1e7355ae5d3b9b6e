"""Edits of an interface's options: one line each, in the place where a person would look for it."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from netadmin.interfaces.alignment import align
from netadmin.interfaces.dialect import Dialect
from netadmin.interfaces.document import Document
from netadmin.interfaces.edit.lines import (
    REACH,
    Line,
    ended,
    engine_value,
    header_at,
    join,
    new_option,
    split,
)
from netadmin.interfaces.edit.places import stanzas_of
from netadmin.interfaces.edit.written import checked_key, checked_value
from netadmin.interfaces.errors import EditError


def set_option(
    document: Document,
    interface: str,
    option: str,
    value: str,
    *,
    family: str | None = None,
    index: int = 0,
) -> Document:
    """Give the index-th occurrence of an option another value; add the option when there is none.

    Occurrences count through all stanzas of the interface, or through those of one family.
    """
    value = checked_value(value, document.dialect, interface=interface, option=option)
    found = list(_occurrences(document, interface, option, family))
    if index >= len(found):
        return add_option(document, interface, option, value, family=family)
    place, lines, at = found[index]
    if engine_value(lines[at], document.dialect.grammar) == value:
        return document
    lines[at] = with_value(lines[at], value)
    return document.with_texts({place: join(lines)})


def add_option(
    document: Document,
    interface: str,
    option: str,
    value: str,
    *,
    family: str | None = None,
    index: int | None = None,
) -> Document:
    """Add an occurrence of an option: before the index-th one, else below the last one, else by its like.

    An option that is new to the interface goes into its first stanza, of the family when that is given.
    """
    checked_key(option, document.dialect, interface=interface)
    value = checked_value(value, document.dialect, interface=interface, option=option)
    found = list(_occurrences(document, interface, option, family))
    if found:
        place, lines, at = found[-1]
        key, at = lines[at].key, at + 1
        if index is not None and index < len(found):
            place, lines, at = found[index]
    else:
        place = stanzas_of(document, interface, family)[0]
        lines = split(document.blocks[place].text, document.dialect.grammar)
        key = key_like_neighbours(document, place, lines, option)
        at = _position(lines, document.dialect.grammar.name(option))
    lines = ended(lines, document)
    lines.insert(at, new_option(document, place, lines, at, key, value))
    return document.with_texts({place: join(lines)})


def remove_option(
    document: Document, interface: str, option: str, *, family: str | None = None, index: int | None = None
) -> Document:
    """Remove the index-th occurrence of an option, or every one; EditError when there is none."""
    found = list(_occurrences(document, interface, option, family))
    if index is not None:
        found = found[index : index + 1]
    if not found:
        raise EditError(
            f"{interface} has no option {option} to remove",
            hint="Load the interface again: it may have been changed in the meantime.",
            interface=interface,
            option=option,
        )
    texts: dict[int, list[Line]] = {}
    for place, lines, at in found:
        left = texts.setdefault(place, lines)
        left[at] = Line("", "", "", "", "")
    return document.with_texts({place: join(lines) for place, lines in texts.items()})


def set_options(
    document: Document,
    interface: str,
    options: Sequence[tuple[str, str]],
    *,
    family: str | None = None,
    index: int = 0,
) -> Document:
    """Make these (key, value) pairs, in this order, the options of an interface's index-th stanza.

    Lines of options that stay are left alone, with the comments and blank lines between them; an option
    with another value keeps its line. The stanzas counted are those of the family when it is given.
    """
    grammar = document.dialect.grammar
    place = stanzas_of(document, interface, family)[index]
    lines = ended(split(document.blocks[place].text, grammar), document)
    ats = [at for at, line in enumerate(lines) if line.key][1:]
    old = [(grammar.name(lines[at].key), engine_value(lines[at], grammar)) for at in ats]
    new = [(grammar.name(key), value) for key, value in options]
    kept = _kept(old, new)
    if len(kept) == len(old) == len(new):
        return document
    below: dict[int, list[Line]] = {}
    last = header_at(lines)
    spare = dict(_replaced(old, new, kept))
    took = set(kept.values()) | set(spare.values())
    for number, (key, value) in enumerate(options):
        if number in kept:
            last = ats[kept[number]]
            continue
        checked_key(key, document.dialect, interface=interface)
        value = checked_value(value, document.dialect, interface=interface, option=key)
        if number in spare:
            last = ats[spare[number]]
            lines[last] = with_value(lines[last], value)
        else:
            below.setdefault(last, []).append(new_option(document, place, lines, last + 1, key, value))
    gone = {at for number, at in enumerate(ats) if number not in took}
    text = "".join(
        ("" if at in gone else line.text) + join(below.get(at, ())) for at, line in enumerate(lines)
    )
    return document.with_texts({place: text})


def with_value(line: Line, value: str) -> Line:
    """The option's line with another value, all else as it was."""
    return line._replace(gap=line.gap or " ", value=value)


def key_like_neighbours(document: Document, place: int, lines: Sequence[Line], option: str) -> str:
    """The option as the stanza, else the file, spells its like: `bridge_fd` beside `bridge_ports`.

    In ifupdown2 only: to classic ifupdown the two are different options.
    """
    prefix, dash, _ = option.replace("_", "-").partition("-")
    if document.dialect is not Dialect.IFUPDOWN2 or not dash:
        return option
    alike = [line.key for line in lines if line.key.startswith((f"{prefix}_", f"{prefix}-"))]
    if not alike:
        near = "".join([block.text for block in document.blocks[max(place - REACH, 0) : place + REACH]])
        underscored, dashed = near.count(f"{prefix}_"), near.count(f"{prefix}-")
        alike = [f"{prefix}_"] if underscored > dashed else [f"{prefix}-"] if dashed else []
    if not alike:
        return option
    return option.replace("-", "_") if alike[-1].startswith(f"{prefix}_") else option.replace("_", "-")


def _occurrences(
    document: Document, interface: str, option: str, family: str | None
) -> Iterator[tuple[int, list[Line], int]]:
    """Where an option stands: the stanza's place, its lines, and which of them."""
    grammar = document.dialect.grammar
    name = grammar.name(option)
    for place in stanzas_of(document, interface, family):
        lines = split(document.blocks[place].text, grammar)
        for at in range(header_at(lines) + 1, len(lines)):
            if grammar.name(lines[at].key) == name:
                yield place, lines, at


# Options that belong together, in the order in which they are usually written. ifupdown2 drops a netmask
# that stands before its address.
_ORDER = {
    name: (group, rank)
    for group, names in enumerate(
        (
            (
                "address",
                "netmask",
                "broadcast",
                "scope",
                "preferred-lifetime",
                "pointopoint",
                "gateway",
                "metric",
            ),
            ("pre-up", "up", "post-up", "pre-down", "down", "post-down"),
        )
    )
    for rank, name in enumerate(names)
}
_ADDRESSES, _HOOKS = 0, 1
_PREFIX_OF = {"slaves": "bond"}


def _position(lines: Sequence[Line], name: str) -> int:
    """Where among a stanza's lines an option goes that the stanza does not have yet."""
    header = header_at(lines)
    options = [(at, line.key.replace("_", "-")) for at, line in enumerate(lines) if line.key and at > header]
    name = name.replace("_", "-")
    group, rank = _ORDER.get(name, (_family_of(name), 0))
    alike = [(at, key) for at, key in options if _ORDER.get(key, (_family_of(key), 0))[0] == group]
    if alike:
        above = [at for at, key in alike if _ORDER.get(key, (group, 0))[1] <= rank]
        return above[-1] + 1 if above else alike[0][0]
    if group == _HOOKS:
        return options[-1][0] + 1 if options else header + 1
    plain = [at for at, key in options if _ORDER.get(key, ("", 0))[0] != _HOOKS]
    return plain[-1] + 1 if plain and group != _ADDRESSES else header + 1


def _family_of(name: str) -> str:
    """`bridge` of `bridge-ports`: options with the same beginning stand together."""
    return _PREFIX_OF.get(name) or name.partition("-")[0]


def _kept(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> dict[int, int]:
    """Which of the new options are which of the old ones: new number -> old number, both rising."""
    same = [run for run in align(old, new) if run.same]
    return {
        run.new_start + step: at for run in same for step, at in enumerate(range(run.old_start, run.old_stop))
    }


def _replaced(
    old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]], kept: dict[int, int]
) -> Iterator[tuple[int, int]]:
    """Options between two kept ones that have another value now: (new number, old number), both rising."""
    seams = [(-1, -1), *sorted(kept.items()), (len(new), len(old))]
    for (new_above, old_above), (new_below, old_below) in pairwise(seams):
        at = old_above + 1
        for number in range(new_above + 1, new_below):
            same = next((found for found in range(at, old_below) if old[found][0] == new[number][0]), None)
            if same is not None:
                yield number, same
                at = same + 1
