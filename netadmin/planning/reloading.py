"""When only a reload of the whole file is sure to give the result that a reload gives."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.planning.changes import Changes
from netadmin.planning.meaning import Target, beyond_partial, outside, targets


def why_full(changes: Changes) -> str:
    """Why the engine must be driven for everything; "" when what changed and its dependents are enough."""
    return next(_reasons(changes), "")


def _reasons(changes: Changes) -> Iterator[str]:
    if outside(changes.before.document) != outside(changes.after.document):
        yield "Text outside the interfaces' stanzas has changed, such as a source, mapping or vlan line."
    yield from _of_unproven_kinds(changes)
    yield from _by_pattern(changes)
    yield from _ports_with_addresses(changes)
    yield from _competing_routes(changes)


def _of_unproven_kinds(changes: Changes) -> Iterator[str]:
    for name in changes.changed:
        for definition in (changes.old_names.get(name), changes.new_names.get(name)):
            if definition is not None and (reason := beyond_partial(definition)):
                yield f"{name} is {reason}."


def _by_pattern(changes: Changes) -> Iterator[str]:
    patterns = [
        name
        for scene in (changes.old, changes.new)
        for name, definition in scene.by_interface.items()
        if definition.ports is not None and definition.ports.patterns
    ]
    added = [name for name in changes.changed if name not in changes.old_names]
    come_or_go = sorted({*added, *changes.removed, *changes.destroyed})
    if patterns and come_or_go:
        yield f"{patterns[0]} takes its ports by a pattern, and {come_or_go[0]} comes or goes."


def _ports_with_addresses(changes: Changes) -> Iterator[str]:
    """ifupdown2 takes a link's addresses away as it enslaves it, and sets them when the link's turn comes."""
    for name in (*changes.changed, *changes.dependents):
        for scene in (changes.old, changes.new):
            if name in scene.masters and name in scene.by_interface and scene.by_interface[name].addresses:
                yield f"{name} is a port with an address; whether it keeps it depends on the order of all."


def _competing_routes(changes: Changes) -> Iterator[str]:
    """Of several routes to one destination the kernel takes the first, so the order of everything counts."""
    touched = {*changes.changed, *changes.dependents}
    given: dict[Target, str] = {}
    for name, definition in changes.new.by_interface.items():
        if name not in changes.new.wanted_up:
            continue
        for target in targets(definition):
            other = given.setdefault(target, name)
            if other != name and touched & {name, other}:
                yield f"{other} and {name} both give a route to {target[1]}; the first to come up wins."
