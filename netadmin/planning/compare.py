"""What a file asks for beside what the kernel shows, option by option.

One comparison serves three questions: has an apply done what it should (verification), what is pending against
the live state, and has somebody changed links by hand (drift).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from netadmin.definitions import Definition, Definitions
from netadmin.planning.comparing import addresses, bonds, bridges, links, openvswitch, routes, tags
from netadmin.planning.comparing.gone import compare_gone
from netadmin.planning.comparing.scene import Scene, Subject
from netadmin.planning.comparing.verdict import Comparison, Verdict, unknown
from netadmin.planning.live import LiveState

__all__ = ["Comparison", "Verdict", "compare", "compare_removed"]

# Options that a comparison speaks for. Which of them was said and how it is seen, the modules know.
SPOKEN_FOR: frozenset[str] = frozenset().union(
    links.SPEAKS_FOR,
    addresses.SPEAKS_FOR,
    routes.SPEAKS_FOR,
    bridges.SPEAKS_FOR,
    bonds.SPEAKS_FOR,
    tags.SPEAKS_FOR,
    openvswitch.SPEAKS_FOR,
)
HOOKS = frozenset({"pre-up", "up", "post-up"})
DOWN_HOOKS = frozenset({"pre-down", "down", "post-down"})


def compare(
    definitions: Definitions, state: LiveState, *, only: Collection[str] | None = None
) -> tuple[Comparison, ...]:
    """Every option of every interface that the file wants up, in file order; `only` those named.

    Interfaces that nothing brings up by itself are passed over, as are links that no file mentions.
    """
    scene = Scene(definitions, state)
    return tuple(
        comparison
        for name, definition in scene.by_interface.items()
        if name in scene.wanted_up and (only is None or name in only)
        for comparison in compare_interface(scene, name, definition)
    )


def compare_removed(before: Definitions, after: Definitions, state: LiveState) -> tuple[Comparison, ...]:
    """What is left of the interfaces that only the former file describes."""
    old, new = Scene(before, state), Scene(after, state)
    return tuple(
        comparison
        for name, definition in old.by_interface.items()
        if name not in new.by_interface
        for comparison in compare_gone(definition, name, state)
    )


def compare_interface(scene: Scene, name: str, definition: Definition) -> Iterator[Comparison]:
    """Every option of one interface."""
    yield from openvswitch.compare_openvswitch(scene, definition)
    link = scene.state.link(name)
    if link is None:
        yield Comparison(name, "link", "there", "missing", Verdict.DIFFERS, "The kernel has no such link.")
        return
    subject = Subject(scene, name, definition, link)
    yield from links.compare_link(subject)
    yield from bridges.compare_bridge(subject)
    yield from bonds.compare_bond(subject)
    yield from tags.compare_vlan(subject)
    yield from tags.compare_vxlan(subject)
    yield from addresses.compare_addresses(subject)
    if not subject.wanted_down:
        yield from routes.compare_routes(subject)
    yield from _not_shown(subject)


def _not_shown(subject: Subject) -> Iterator[Comparison]:
    """The rest of what is written: nobody can see it in the links, and nobody should think it was checked."""
    routes = {route.command for route in subject.definition.routes}
    for option in subject.definition.options.names:
        if option in SPOKEN_FOR or option in DOWN_HOOKS:
            continue
        for value in subject.definition.option_values(option):
            if option not in HOOKS:
                yield unknown(
                    subject.name, option, value, "It does not show in the kernel's links and routes."
                )
            elif value not in routes:
                yield unknown(subject.name, option, value, "What a hook does beside routes is not followed.")
