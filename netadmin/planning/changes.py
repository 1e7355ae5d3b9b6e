"""Which interfaces an apply changes, how deep each change goes, and whom else it reaches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from netadmin.definitions import Definition, Definitions, Kind
from netadmin.planning.comparing.scene import OVS_KINDS, Scene, is_auto, is_hotplug
from netadmin.planning.live import LiveState
from netadmin.planning.meaning import (
    LOCAL_OPTIONS,
    LOGICAL,
    differing_options,
    gateways,
    lease_left_behind,
    meaning,
    other_device,
    routes_through,
    shares_subnets,
    subnet,
    words_of_hooks,
)


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
            name for name in names if meaning(self.old_names.get(name)) != meaning(self.new_names.get(name))
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
        other = other_device(link, new, made=self.is_made(name))
        return other or (lease_left_behind(old, new) if name in self.old.wanted_up else "")

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
            and (self.is_made(name) or (_is_started(self.old_names[name]) and name not in still_needed))
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
    def let_go(self) -> frozenset[str]:
        """Links that leave a bridge or bond: a bond closes those it lets go, ifupdown2 what a bridge had."""
        return frozenset(
            port
            for name in self.changed
            if name in self.old.by_interface and self.old.by_interface[name].ports is not None
            for port in self.old.lower(name)
            if name not in self.new.masters.get(port, ())
        )

    @cached_property
    def released(self) -> frozenset[str]:
        """Links that leave a bridge or bond and are wanted up for themselves."""
        return self.let_go & self.new.wanted_up

    @cached_property
    def losing_gateways(self) -> tuple[str, ...]:
        """Interfaces that stay and give fewer default routes than before."""
        return tuple(
            name
            for name in self.changed
            if name in self.old_names
            and name in self.new_names
            and set(gateways(self.old_names[name])) - set(gateways(self.new_names[name]))
        )

    @cached_property
    def after_reload(self) -> tuple[str, ...]:
        """What a reload of everything may have brought up too early, or passes over."""
        late = {*self.released, *self.taking_over, *self._of_changed_mtus, *self._sharing_subnets}
        late |= self.new.wanted_up - self.new.reloaded
        if self.losing_gateways:
            late |= self._with_gateways
        return tuple(name for name in self.to_bring_up if name in late)

    @cached_property
    def taking_over(self) -> dict[str, set[str]]:
        """Masters that get a link from others which stay, and those others.

        ifupdown2 enslaves by a batch of ip(8) and does not strike the link off its former master in its own
        memory (lib/nlcache.py, `force_add_slave_list`): the kernel's message does, in another thread. When the
        former master's turn comes before that message, it takes the link out of its new master again,
        with exit code 0 (addons/bridge.py, `_add_ports`).
        """
        found: dict[str, set[str]] = {}
        for link, masters in self.new.masters.items():
            for master in masters:
                found.setdefault(master, set()).update(self._former_masters(link))
        return {master: formers for master, formers in found.items() if formers}

    @cached_property
    def bring_up_again(self) -> tuple[str, ...]:
        """What of `to_bring_up` may have come too early in it, though that is the best order there is.

        Of two masters that take a link from each other one has to be the first.
        """
        place = {name: number for number, name in enumerate(self.to_bring_up)}
        return tuple(
            name
            for name in self.to_bring_up
            if name in self._of_changed_mtus | self._sharing_subnets
            or any(place.get(former, -1) > place[name] for former in self.taking_over.get(name, ()))
        )

    @cached_property
    def _of_changed_mtus(self) -> frozenset[str]:
        """VLANs that ifupdown2 may give an MTU that their device does not have: the former one, or 0.

        A VLAN without an `mtu` line gets the MTU of its device (addons/address.py, `_process_mtu_config_mtu_none`),
        as far as ifupdown2 knows it. It hears of a changed one by the kernel's message. Having changed a bond, it
        takes its own request for what it knows (lib/nlcache.py,
        `tx_nlpacket_get_response_with_error_and_cache_on_ack`): without an MTU, until that message comes.
        """
        lower = (name for name in self.changed if name in self.new_names and self._may_have_another_mtu(name))
        return frozenset(
            name
            for name in self._above(lower)
            if name in self.new.by_interface and self.new.by_interface[name].vlan is not None
        )

    def _may_have_another_mtu(self, name: str) -> bool:
        old, new = self.old_names.get(name), self.new_names[name]
        return new.bond is not None or old is None or old.mtu != new.mtu

    @cached_property
    def _sharing_subnets(self) -> frozenset[str]:
        """Interfaces that may lose addresses which they keep.

        With the first address of a subnet the kernel takes the others away (net/ipv4/devinet.c, `__inet_del_ifa`).
        ifupdown2 adds none that is still in its memory of the kernel (lib/nlcache.py, `addr_add`).
        """
        return frozenset(
            name
            for name in self.changed
            if name in self.old_names
            and name in self.new_names
            and shares_subnets(self.old_names[name].addresses, self.new_names[name].addresses)
        )

    def _former_masters(self, link: str) -> Iterator[str]:
        """Bridges and bonds that had this link, let it go and stay."""
        for former in self.old.masters.get(link, ()):
            if former in self.new.by_interface and former not in self.new.masters.get(link, ()):
                yield former

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
            yield from self._former_masters(link)
        if name in self.new.by_interface and self.new.by_interface[name].gateways:
            yield from (other for other in self.losing_gateways if other != name)

    @cached_property
    def stale_addresses(self) -> dict[str, tuple[str, ...]]:
        """Addresses that go with the change, where ifupdown2 leaves them.

        It purges no address of an interface that has several stanzas (addons/address.py,
        `process_addresses`: "interface has multiple iface stanzas, skip purging existing addresses"), and
        taking a NIC down it gives up at the first address that is gone already, as the others of a subnet
        are once its first one has been deleted (`_down`).
        """
        names = dict.fromkeys((*self.to_take_down, *self.to_bring_up))
        found = {name: tuple(self._stale_addresses(name)) for name in names}
        return {name: stale for name, stale in found.items() if stale}

    def _stale_addresses(self, name: str) -> Iterator[str]:
        old, new, link = self.old_names.get(name), self.new_names.get(name), self.live.link(name)
        if old is None or link is None:
            return
        going_down = name in self.destroyed
        if self.is_made(name) if going_down else new is None or len(new.parts) < 2:
            return
        given = {str(address.ip) for address in old.addresses}
        kept = set() if new is None or going_down else {str(address.ip) for address in new.addresses}
        stale = [address.address for address in link.addresses if address.address in given - kept]
        if not going_down or len(stale) > 1:
            yield from stale

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
            found
            for name in self.changed
            for by_name in (self.old_names, self.new_names)
            if name in by_name
            for address in by_name[name].addresses
            if (found := subnet(address)) is not None
        ]
        return {
            name
            for name, definition in self.new.by_interface.items()
            if definition.hooks
            and (names & words_of_hooks(definition) or routes_through(definition, subnets))
        }

    @cached_property
    def _with_gateways(self) -> set[str]:
        """When one gateway changes, every other: the kernel may have room for a route it refused before."""
        for name in self.changed:
            old, new = self.old_names.get(name), self.new_names.get(name)
            if gateways(old) != gateways(new) or (gateways(old) and name in self.destroyed):
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


def _is_started(definition: Definition) -> bool:
    """Whether somebody but a person has brought it up, by its own name."""
    return is_auto(definition) or is_hotplug(definition)


def _by_name(definitions: Definitions) -> dict[str, Definition]:
    return {name: definition for definition in definitions.values() for name in definition.names}
