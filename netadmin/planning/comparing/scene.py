"""What every comparison looks at: the definitions, the live state, and what follows from both at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from netadmin.definitions import Definition, Definitions, Kind
from netadmin.interfaces import Dialect
from netadmin.planning.live import Link, LiveRoute, LiveState

OVS_KINDS = frozenset({Kind.OVS_BRIDGE, Kind.OVS_BOND, Kind.OVS_PORT, Kind.OVS_INT_PORT})


@dataclass(frozen=True)  # no slots: what is derived is kept in the instance's dict
class Scene:
    definitions: Definitions
    state: LiveState

    @cached_property
    def by_interface(self) -> dict[str, Definition]:
        """The definition of every interface, those of a range such as `swp[1-3]` one by one.

        What sourced files say of an interface too counts as if it stood below the interface's own stanzas.
        """
        more = defaultdict(list)
        for definition in self.definitions.sourced:
            more[definition.name].append(definition)
        return {
            name: _with_parts_of(definition, more[definition.name])
            for definition in self.definitions.values()
            if definition.kind is not Kind.ALIAS
            for name in definition.names
        }

    @cached_property
    def aliases(self) -> dict[str, list[Definition]]:
        """`eth0:1` and the like by the device whose addresses they are."""
        found = defaultdict(list)
        for definition in self.definitions.values():
            if definition.kind is Kind.ALIAS:
                found[definition.name.partition(":")[0]].append(definition)
        return found

    @cached_property
    def wanted_up(self) -> frozenset[str]:
        """The interfaces that a boot brings up: what a reload does, and `allow-hotplug` where the link is there.

        ifupdown2's networking.service does that itself (start-networking, `ifup_hotplug`), classic ifupdown leaves
        it to udev (80-ifupdown.rules).
        """
        there = (
            name
            for name, definition in self.by_interface.items()
            if is_hotplug(definition) and self.state.link(name) is not None
        )
        return self.reloaded | self._with_lower(there)

    @cached_property
    def reloaded(self) -> frozenset[str]:
        """The interfaces that a reload of the whole file brings up.

        Those marked `auto`, and everything that those stand on: both engines bring a bridge's ports up
        with it. In ifupdown2 `auto` counts only above the `iface` line it names.
        """
        return self._with_lower(name for name, definition in self.by_interface.items() if is_auto(definition))

    def _with_lower(self, names: Iterable[str]) -> frozenset[str]:
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in found or name not in self.by_interface:
                continue
            found.add(name)
            waiting.extend(self.lower(name))
        return frozenset(found)

    def lower(self, name: str) -> tuple[str, ...]:
        """The links that an interface stands on, patterns in port lists resolved against the node's links."""
        definition = self.by_interface[name]
        if definition.ports is None:
            return definition.lower
        if not definition.ports.patterns:
            return definition.ports.names
        return tuple(port for port in definition.ports.matching(self._link_names) if port != name)

    @cached_property
    def masters(self) -> dict[str, tuple[str, ...]]:
        """For every link the bridges and bonds whose lists or whose own word it belongs to."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name, definition in self.by_interface.items():
            if definition.ports is not None:
                for port in self.lower(name):
                    found[port].append(name)
            if definition.master is not None and definition.kind not in OVS_KINDS:
                found[name].append(definition.master)
        return {port: tuple(dict.fromkeys(names)) for port, names in found.items()}

    @cached_property
    def main_routes(self) -> dict[tuple[str, str], list[LiveRoute]]:
        """The routes of the main table by family and destination."""
        found = defaultdict(list)
        for route in self.state.routes:
            found[route.family, route.destination].append(route)
        return dict(found)

    def at(self, state: LiveState) -> Scene:
        """The same definitions and another state; what follows from them and the links' names alone is kept."""
        scene = Scene(self.definitions, state)
        scene.__dict__["by_interface"], scene.__dict__["aliases"] = self.by_interface, self.aliases
        if scene._link_names == self._link_names:
            for kept in ("wanted_up", "reloaded", "masters"):
                scene.__dict__[kept] = getattr(self, kept)
        return scene

    @cached_property
    def _link_names(self) -> tuple[str, ...]:
        return tuple(link.name for link in self.state.links)


@dataclass(frozen=True)
class Subject:
    """One interface of a scene whose link is there."""

    scene: Scene
    name: str
    definition: Definition
    link: Link

    @property
    def ifupdown2(self) -> bool:
        return self.definition.dialect is Dialect.IFUPDOWN2

    @property
    def wanted_down(self) -> bool:
        """`link-down yes` (ifupdown2, addons/link.py)."""
        return (self.definition.option("link-down") or "").lower() in ("yes", "on", "1", "true")

    @property
    def hook_words(self) -> frozenset[str]:
        """Everything that its hooks say, word by word: what they may have changed cannot be blamed on others."""
        return frozenset(word for hook in self.definition.hooks for word in hook.command.split())

    @property
    def methods(self) -> frozenset[str]:
        return frozenset(part.method for part in self.definition.parts)


def is_auto(definition: Definition) -> bool:
    """Whether `ifup -a` takes it by its own name."""
    return definition.autostart and "auto" not in _unread(definition)


def is_hotplug(definition: Definition) -> bool:
    """Whether a boot takes it by its own name once its link is there."""
    return definition.hotplug and "allow-hotplug" not in _unread(definition)


def _unread(definition: Definition) -> tuple[str, ...]:
    """Classes given below the last `iface` line, which ifupdown2 does not read."""
    return definition.late if definition.dialect is Dialect.IFUPDOWN2 else ()


def _with_parts_of(definition: Definition, others: list[Definition]) -> Definition:
    parts = tuple(part for other in others if other is not definition for part in other.parts)
    return replace(definition, parts=(*definition.parts, *parts)) if parts else definition
