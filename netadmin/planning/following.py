"""Comparing a file with one live state after another: what an event left alone is not compared again."""

from __future__ import annotations

from typing import Any

from netadmin.definitions import Definition, Definitions
from netadmin.planning.compare import Comparison, compare_interface
from netadmin.planning.comparing.scene import OVS_KINDS, Scene
from netadmin.planning.live import LiveState


class Follower:
    """Gives what `compare` gives, at the cost of what differs from the state before.

    Threads may share it: each leaves a result of its own state behind, and all of it is right for that state.
    """

    def __init__(self, definitions: Definitions) -> None:
        self._scene = Scene(definitions, LiveState(""))
        # By interface what its comparisons were made from, and what came of it.
        self._known: dict[str, tuple[tuple[Any, ...], tuple[Comparison, ...]]] = {}
        self._result: tuple[LiveState, tuple[Comparison, ...]] | None = None

    def compare(self, state: LiveState) -> tuple[Comparison, ...]:
        """As `compare` of the definitions and this state."""
        if self._result is not None and self._result[0] is state:
            return self._result[1]
        scene = self._scene = self._scene.at(state)
        before, known = self._known, {}
        defaults = tuple(route for route in state.routes if route.destination == "default")
        for name, definition in scene.by_interface.items():
            if name not in scene.wanted_up:
                continue
            looked_at = _looked_at(scene, name, definition, defaults)
            had = before.get(name)
            if had is None or had[0] != looked_at:
                had = looked_at, tuple(compare_interface(scene, name, definition))
            known[name] = had
        result = tuple(comparison for _, made in known.values() for comparison in made)
        self._known, self._result = known, (state, result)
        return result


def _looked_at(scene: Scene, name: str, definition: Definition, defaults: tuple[Any, ...]) -> tuple[Any, ...]:
    """All of the state that the comparisons of an interface read: its link, those it stands on, its members;
    default routes, and other routes only where a hook gives one. Whose member it ought to be follows from the
    file and from whether its link is there."""
    state = scene.state
    return (
        state.link(name),
        [state.link(device) for device in scene.lower(name)],
        state.members(name),
        state.routes if definition.routes else defaults,
        state.ovs if definition.kind in OVS_KINDS else None,
    )
