"""When only a reload of the whole file is sure to give the result that a reload gives."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.planning.changes import Changes
from netadmin.planning.comparing.scene import Scene
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
    yield from _lower_devices_without_stanza(changes)
    yield from _on_slaves(changes)
    yield from _below_what_stays_down(changes)


def _of_unproven_kinds(changes: Changes) -> Iterator[str]:
    for name in changes.changed:
        for definition in (changes.old_names.get(name), changes.new_names.get(name)):
            if definition is not None and (reason := beyond_partial(definition)):
                yield f"{name} is {reason}."


def _by_pattern(changes: Changes) -> Iterator[str]:
    added = [name for name in changes.changed if name not in changes.old_names]
    come_or_go = sorted({*added, *changes.removed, *changes.destroyed})
    if not come_or_go:
        return
    for scene in (changes.old, changes.new):
        for name, definition in scene.by_interface.items():
            if definition.ports is not None and definition.ports.patterns:
                yield f"{name} takes its ports by a pattern, and {come_or_go[0]} comes or goes."


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


def _lower_devices_without_stanza(changes: Changes) -> Iterator[str]:
    """The raw device of a VLAN, say: named alone it is unknown to ifupdown2, and `ifup` of the VLAN leaves it."""
    touched = {*changes.changed, *changes.dependents}
    for name, definition in changes.new.by_interface.items():
        if name not in changes.new.wanted_up or definition.ports is not None:
            continue
        for lower in changes.new.lower(name):
            link = changes.live.link(lower)
            if lower in changes.new.by_interface or link is None:
                continue
            if lower in changes.let_go or (name in touched and not link.up):
                yield f"{name} stands on {lower}, which has no stanza; only a reload of everything brings it up."


def _on_slaves(changes: Changes) -> Iterator[str]:
    """A bond gives its slaves its MTU, which bounds that of a VLAN on one of them; who comes last has the say."""
    slaves = {
        slave: name
        for name in (*changes.changed, *changes.dependents)
        for scene in (changes.old, changes.new)
        if name in scene.by_interface and scene.by_interface[name].bond is not None
        for slave in scene.lower(name)
    }
    for slave, bond in slaves.items():
        own, given = (
            changes.new_names[one].mtu if one in changes.new_names else None for one in (slave, bond)
        )
        if own is not None and bond in changes.new_names and own != (given or 1500):
            yield f"{slave} is a slave of {bond} with another MTU; which of them it gets depends on the order of all."
    for name, definition in changes.new.by_interface.items():
        if slaves and name in changes.new.wanted_up and definition.ports is None:
            for lower in slaves.keys() & changes.new.lower(name):
                yield f"{name} stands on {lower}, a slave of {slaves[lower]}; its MTU depends on the order of all."


def _below_what_stays_down(changes: Changes) -> Iterator[str]:
    """`ifup -a` and `ifreload -a` leave out or keep down an `auto` interface below one that is not `auto`, as a
    rule (ifupdown/scheduler.py, "graph roots"; ifupdown/ifupdownmain.py, `run_up`). `ifup` by its name does not.
    """
    touched = {*changes.changed, *changes.dependents}
    for scene in (changes.old, changes.new):
        for upper in scene.by_interface:
            if upper in scene.reloaded:
                continue
            wanted = _all_below(scene, upper) & scene.reloaded
            if wanted and touched & {upper, *wanted}:
                yield f"{min(wanted)} is below {upper}, which no reload brings up; as a rule it leaves both out."


def _all_below(scene: Scene, upper: str) -> set[str]:
    found: set[str] = set()
    waiting = [upper]
    while waiting:
        name = waiting.pop()
        lower = scene.lower(name) if name in scene.by_interface else ()
        waiting.extend(set(lower) - found)
        found.update(lower)
    return found
