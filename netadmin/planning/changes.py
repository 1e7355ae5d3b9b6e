"""Which interfaces an apply changes, how deep each change goes, and whom else it reaches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address

from netadmin.definitions import Address, Definition, Definitions, Kind
from netadmin.interfaces import Auto, Dialect, Document, Iface
from netadmin.planning.comparing.scene import OVS_KINDS, Scene, is_auto
from netadmin.planning.live import Link, LiveState

# Changing these touches the interface alone. Everything else may reach what stands on it: an MTU, a port
# list, a VLAN's id.
LOCAL_OPTIONS = frozenset(
    {
        *(
            "address",
            "netmask",
            "broadcast",
            "scope",
            "pointopoint",
            "preferred-lifetime",
            "gateway",
            "metric",
        ),
        *("pre-up", "up", "post-up", "pre-down", "down", "post-down", "alias", "description"),
        *("dns-nameservers", "dns-nameserver", "dns-search", "dns-domain"),
    }
)
LOGICAL = frozenset({"bridge", "bond", "vlan", "vxlan"})  # links that somebody made, for certain
OF_LEASES = frozenset({"dhcp", "auto", "dhcp6", "ppp"})


@dataclass(frozen=True)  # no slots: what is derived is kept in the instance's dict
class Changes:
    """Two files and a live state. Interfaces are named as the kernel knows them."""

    before: Definitions
    after: Definitions
    live: LiveState

    @cached_property
    def old(self) -> Scene:
        return Scene(self.before, self.live)

    @cached_property
    def new(self) -> Scene:
        return Scene(self.after, self.live)

    @cached_property
    def old_names(self) -> dict[str, Definition]:
        return _by_name(self.before)

    @cached_property
    def new_names(self) -> dict[str, Definition]:
        return _by_name(self.after)

    @cached_property
    def changed(self) -> tuple[str, ...]:
        """What is added, removed or written differently, in the order of the new file."""
        names = dict.fromkeys((*self.new_names, *self.old_names))
        return tuple(
            name for name in names if _meaning(self.old_names.get(name)) != _meaning(self.new_names.get(name))
        )

    @cached_property
    def removed(self) -> frozenset[str]:
        return frozenset(name for name in self.changed if name not in self.new_names)

    @cached_property
    def rebuilt(self) -> frozenset[str]:
        """Interfaces that no engine turns into what the new file says while their link is there."""
        return frozenset(name for name in self.changed if name in self.new_names and self.why_rebuilt(name))

    def is_made(self, name: str) -> bool:
        """Whether the link is one that an engine makes and takes away. A dummy or a veth may be a stand-in NIC."""
        link, old = self.live.link(name), self.old_names.get(name)
        if link is None:
            return False
        return link.kind in LOGICAL or (old is not None and old.kind in (Kind.DUMMY, Kind.VETH))

    def why_rebuilt(self, name: str) -> str:
        """Why the link must be made anew; "" when it need not be."""
        link, new = self.live.link(name), self.new_names[name]
        if link is None or new.kind in OVS_KINDS:
            return ""
        old = self.old_names.get(name)
        return _other_device(link, new, made=self.is_made(name)) or _lease_left_behind(old, new)

    @cached_property
    def destroyed(self) -> frozenset[str]:
        """Links that go away on the way: removed and rebuilt ones, and the VLANs that go with their device."""
        found: set[str] = set()
        waiting = [*self._taken_away, *self.rebuilt]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._standing_on(name, ("vlan", "vxlan")))
        return frozenset(found)

    @cached_property
    def _taken_away(self) -> frozenset[str]:
        """Removed interfaces that a reload takes down: those it brought up itself, and devices it had made.

        A removed NIC that another interface still stands on stays up for that one's sake.
        """
        still_needed = {lower for name in self.new.wanted_up for lower in self.new.lower(name)}
        return frozenset(
            name
            for name in self.removed
            if self.live.link(name) is not None
            and (self.is_made(name) or (is_auto(self.old_names[name]) and name not in still_needed))
        )

    @cached_property
    def dependents(self) -> tuple[str, ...]:
        """Interfaces written as before that must be brought up again, in the order of the new file."""
        reached = {*self.destroyed, *self._masters_of(self.destroyed)}
        reached |= self._above(name for name in self.changed if not self._is_local(name))
        reached |= self._newly_wanted | self.released
        reached |= self._masters_of(self.removed) | self._with_hooks_about_changed | self._with_gateways
        return tuple(
            name
            for name in self.new.by_interface
            if name in reached and name not in self.changed and name in self.new.wanted_up
        )

    @cached_property
    def released(self) -> frozenset[str]:
        """Links that leave a bridge or bond and are wanted up for themselves: a bond closes those it lets go."""
        return frozenset(
            port
            for name in self.changed
            if name in self.old.by_interface and self.old.by_interface[name].ports is not None
            for port in self.old.lower(name)
            if name not in self.new.masters.get(port, ()) and port in self.new.wanted_up
        )

    @cached_property
    def losing_gateways(self) -> tuple[str, ...]:
        """Interfaces that stay and give fewer default routes than before."""
        return tuple(
            name
            for name in self.changed
            if name in self.old_names
            and name in self.new_names
            and set(_gateways(self.old_names[name])) - set(_gateways(self.new_names[name]))
        )

    @cached_property
    def after_reload(self) -> tuple[str, ...]:
        """What a reload of everything may have brought up too early."""
        late = set(self.released)
        if self.losing_gateways:
            late |= self._with_gateways
        return tuple(name for name in self.to_bring_up if name in late)

    @cached_property
    def to_bring_up(self) -> tuple[str, ...]:
        """Changed interfaces and dependents that the new file wants up, in an order that works.

        Lower devices come before what stands on them, a master that lets a link go before the link and its
        next master, and an interface that loses its gateway before those that have one: the kernel refuses a
        second default route.
        """
        wanted = {*self.changed, *self.dependents} & self.new.wanted_up
        return tuple(_in_order(wanted, self.new.by_interface, self._first_comes))

    @cached_property
    def to_take_down(self) -> tuple[str, ...]:
        """What must be down before anything comes up, upper devices first."""
        names = self.destroyed & self.old.by_interface.keys()
        return tuple(reversed(_in_order(names, self.old.by_interface, self.old.lower)))

    @cached_property
    def all_to_take_down(self) -> tuple[str, ...]:
        """For an engine without reload: whatever is brought up again and was up, upper devices first."""
        names = {*self.to_take_down, *(name for name in self.to_bring_up if name in self.old.wanted_up)}
        known = names & self.old.by_interface.keys()
        return tuple(reversed(_in_order(known, self.old.by_interface, self.old.lower)))

    def _first_comes(self, name: str) -> Iterator[str]:
        lower = self.new.lower(name)
        yield from lower
        for link in (name, *lower):
            for former in self.old.masters.get(link, ()):
                if former in self.new.by_interface and former not in self.new.masters.get(link, ()):
                    yield former
        if name in self.new.by_interface and self.new.by_interface[name].gateways:
            yield from (other for other in self.losing_gateways if other != name)

    @cached_property
    def stale_addresses(self) -> dict[str, tuple[str, ...]]:
        """Addresses that the old file gave and the new one does not, where ifupdown2 leaves them.

        It purges no address of an interface that has several stanzas (addons/address.py,
        `process_addresses`: "interface has multiple iface stanzas, skip purging existing addresses").
        """
        found = {}
        for name in self.to_bring_up:
            old, new, link = self.old_names.get(name), self.new_names[name], self.live.link(name)
            if old is None or link is None or name in self.destroyed or len(new.parts) < 2:
                continue
            given = {str(address.ip) for address in old.addresses}
            kept = {str(address.ip) for address in new.addresses}
            stale = tuple(one.address for one in link.addresses if one.address in given - kept)
            if stale:
                found[name] = stale
        return found

    @cached_property
    def why_full(self) -> str:
        """Why only a reload of the whole file is sure to give the right result; "" when it is not needed."""
        if _outside(self.before.document) != _outside(self.after.document):
            return "Text outside the interfaces' stanzas has changed, such as a source, mapping or vlan line."
        for name in self.changed:
            for definition in (self.old_names.get(name), self.new_names.get(name)):
                if definition is not None and (reason := _beyond_partial(definition)):
                    return f"{name} is {reason}."
        if self._patterns and self._come_or_go:
            one, other = self._patterns[0], self._come_or_go[0]
            return f"{one} takes its ports by a pattern, and {other} comes or goes."
        return self._competing_routes

    @cached_property
    def _competing_routes(self) -> str:
        """Of several routes to one destination the kernel takes the first, so the order of everything counts."""
        touched = {*self.changed, *self.dependents}
        given: dict[Target, str] = {}
        for name in self.new.by_interface:
            if name not in self.new.wanted_up:
                continue
            for target in _targets(self.new.by_interface[name]):
                other = given.setdefault(target, name)
                if other != name and touched & {name, other}:
                    return f"{other} and {name} both give a route to {target[1]}; the first to come up wins."
        return ""

    @cached_property
    def _patterns(self) -> list[str]:
        return [
            name
            for scene in (self.old, self.new)
            for name, definition in scene.by_interface.items()
            if definition.ports is not None and definition.ports.patterns
        ]

    @cached_property
    def _come_or_go(self) -> list[str]:
        added = [name for name in self.changed if name not in self.old_names]
        return sorted({*added, *self.removed, *self.destroyed})

    @cached_property
    def _newly_wanted(self) -> frozenset[str]:
        """Interfaces without `auto` that something has begun to stand on."""
        return self.new.wanted_up - self.old.wanted_up

    def _is_local(self, name: str) -> bool:
        """Whether a change can be felt by no other interface."""
        old, new = self.old_names.get(name), self.new_names.get(name)
        if old is None or new is None or name in self.rebuilt:
            return False
        return all(option in LOCAL_OPTIONS for option in differing_options(old, new))

    def _standing_on(self, name: str, kinds: Collection[str]) -> Iterator[str]:
        for upper, link in ((upper, self.live.link(upper)) for upper in self._uppers.get(name, ())):
            if link is not None and link.kind in kinds:
                yield upper

    def _masters_of(self, names: Iterable[str]) -> set[str]:
        return {
            master
            for name in names
            for scene in (self.old, self.new)
            for master in scene.masters.get(name, ())
        }

    def _above(self, names: Iterable[str]) -> set[str]:
        """Everything that stands on these, however high."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            for upper in self._uppers.get(waiting.pop(), ()):
                if upper not in found:
                    found.add(upper)
                    waiting.append(upper)
        return found

    @cached_property
    def _uppers(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for scene in (self.old, self.new):
            for name in scene.by_interface:
                for lower in scene.lower(name):
                    found.setdefault(lower, []).append(name)
        return found

    @cached_property
    def _with_hooks_about_changed(self) -> set[str]:
        """Interfaces whose hooks name a changed one, or add a route through its subnets.

        A reload would run them again, and the kernel takes routes away with the address they need.
        """
        names = frozenset(self.changed)
        subnets = [
            subnet
            for name in self.changed
            for by_name in (self.old_names, self.new_names)
            if name in by_name
            for address in by_name[name].addresses
            if (subnet := _subnet(address)) is not None
        ]
        return {
            name
            for name, definition in self.new.by_interface.items()
            if definition.hooks
            and (names & _words_of_hooks(definition) or _routes_through(definition, subnets))
        }

    @cached_property
    def _with_gateways(self) -> set[str]:
        """When one gateway changes, every other: the kernel may have room for a route it refused before."""
        for name in self.changed:
            old, new = self.old_names.get(name), self.new_names.get(name)
            if _gateways(old) != _gateways(new) or (old and old.gateways and name in self.destroyed):
                return {other for other, one in self.new.by_interface.items() if one.gateways}
        return set()


def _in_order(
    names: Collection[str],
    file_order: Iterable[str],
    first_comes: Callable[[str], Iterable[str]],
) -> list[str]:
    """As in the file, but for each name those first that must come before it."""
    done: dict[str, None] = {}
    in_file = dict.fromkeys(file_order)

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in done or name in path:
            return
        if name in in_file:
            for earlier in first_comes(name):
                visit(earlier, (*path, name))
        done[name] = None

    for name in in_file:
        if name in names:
            visit(name, ())
    return [name for name in done if name in names]


def _by_name(definitions: Definitions) -> dict[str, Definition]:
    return {name: definition for definition in definitions.values() for name in definition.names}


Meaning = tuple[object, ...]


def _meaning(definition: Definition | None) -> Meaning | None:
    """What an engine makes of it: everything but the comment, and `_` for `-` in names."""
    if definition is None:
        return None
    parts = tuple((part.family, part.method, _options(part.options)) for part in definition.read_parts)
    auto = definition.autostart and "auto" not in definition.late
    return (parts, auto, definition.classes)


def _options(options: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((key.replace("_", "-"), value) for key, value in options)


def differing_options(old: Definition, new: Definition) -> Iterator[str]:
    """Names of the options whose values differ; "method" stands for everything about stanzas themselves."""
    if [(part.family, part.method) for part in old.parts] != [
        (part.family, part.method) for part in new.parts
    ]:
        yield "method"
    for option in {*old.options.names, *new.options.names}:
        if old.option_values(option) != new.option_values(option):
            yield option


def _other_device(link: Link, new: Definition, *, made: bool) -> str:
    """What of a link stays as it was made: kind, and a VLAN's or VXLAN's identity."""
    wanted = new.wanted_kind
    if wanted != link.kind and (wanted in LOGICAL or (not wanted and made)):
        return f"it is a {link.kind or 'plain device'} and becomes a {wanted or 'plain device'}"
    if new.vlan is not None and link.vlan is not None:
        if new.vlan.id is not None and new.vlan.id != link.vlan.id:
            return f"its VLAN id changes from {link.vlan.id} to {new.vlan.id}"
        if new.vlan.protocol != link.vlan.protocol:
            return f"its protocol changes from {link.vlan.protocol} to {new.vlan.protocol}"
        if new.vlan.parent != link.parent:
            return f"its raw device changes from {link.parent or 'none'} to {new.vlan.parent}"
    if new.vxlan is not None and link.vxlan is not None:
        if new.vxlan.id is not None and new.vxlan.id != link.vxlan.id:
            return f"its VXLAN id changes from {link.vxlan.id} to {new.vxlan.id}"
        if new.vxlan.physdev is not None and new.vxlan.physdev != link.parent:
            return f"its device changes from {link.parent or 'none'} to {new.vxlan.physdev}"
    return ""


def _lease_left_behind(old: Definition | None, new: Definition) -> str:
    """ifupdown2 releases a lease only on interfaces with one stanza (addons/address.py, `_pre_up`)."""
    if old is None or len(new.parts) < 2:
        return ""
    for part in old.parts:
        if part.method in OF_LEASES and new.method(part.family) != part.method:
            return f"the lease of its method {part.method} must be released"
    return ""


def _outside(document: Document) -> tuple[str, ...]:
    """The text that speaks of no single interface, without comments and blank lines."""
    texts = (stanza.text for stanza in document.stanzas if not isinstance(stanza, Iface | Auto))
    lines = (line.strip() for text in texts for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def _beyond_partial(definition: Definition) -> str:
    """What an interface is that only a reload of everything is known to handle."""
    if definition.dialect is Dialect.IFUPDOWN:
        return ""
    if definition.kind is Kind.ALIAS:
        return "an alias, which ifupdown2 does not bring up by itself"
    if definition.kind in OVS_KINDS:
        return "a part of Open vSwitch"
    if definition.kind is Kind.OTHER:
        return "of a kind whose reload has not been proven in parts"
    if definition.sourced:
        return "defined in a sourced file"
    return ""


Target = tuple[str, str, int | None]  # family, destination, metric


def _targets(definition: Definition) -> set[Target]:
    gateways = {(gateway.family, "default", gateway.metric) for gateway in definition.gateways}
    return gateways | {(route.family, route.destination, route.metric) for route in definition.routes}


Subnet = tuple[str, int, int]  # family, first and last number


def _subnet(address: Address) -> Subnet | None:
    return None if address.network is None else (address.family, *address.network)


def _routes_through(definition: Definition, subnets: Collection[Subnet]) -> bool:
    for route in definition.routes:
        try:
            via = ip_address(route.via)
        except ValueError:
            continue
        family = "inet" if via.version == 4 else "inet6"
        if any(family == one and first <= int(via) <= last for one, first, last in subnets):
            return True
    return False


def _gateways(definition: Definition | None) -> tuple[tuple[str, int | None], ...]:
    return tuple((gateway.text, gateway.metric) for gateway in definition.gateways) if definition else ()


def _words_of_hooks(definition: Definition) -> frozenset[str]:
    return frozenset(word.strip("'\";,") for hook in definition.hooks for word in hook.command.split())
