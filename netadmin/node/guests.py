"""Links on a bridge that no file mentions: a VM's tap, a container's veth. They are never ours to lose."""

from collections.abc import Iterable, Iterator

from netadmin.planning.live import Link, LiveState, PortVlan

from .messages import Guest

Command = tuple[str, ...]


def guests_of(pairs: Iterable[tuple[str, str]], before: LiveState, now: LiveState) -> tuple[Guest, ...]:
    """How the guests stand now; `pairs`: bridge and link, as they were before."""
    return tuple(_guest(bridge, link, before, now) for bridge, link in pairs)


def ways_back(guests: Iterable[Guest], before: LiveState, now: LiveState) -> Iterator[Command]:
    """The commands that put guests back on their bridge as they were, VLANs included."""
    for guest in guests:
        was, is_ = before.link(guest.link), now.link(guest.link)
        if was is None or is_ is None or now.link(guest.bridge) is None:
            continue
        if is_.master != guest.bridge:
            yield ("ip", "link", "set", "dev", guest.link, "master", guest.bridge)
        if was.up and not is_.up:
            yield ("ip", "link", "set", "dev", guest.link, "up")
        yield from _vlans_back(was, is_, guest.bridge)


def _guest(bridge: str, name: str, before: LiveState, now: LiveState) -> Guest:
    was, is_ = before.link(name), now.link(name)
    if is_ is None:
        return Guest(bridge, name, attached=False, up=False, detail="the link itself is gone")
    detail = "" if was is None or was.up == is_.up else f"was {'up' if was.up else 'down'} before"
    return Guest(bridge, name, attached=is_.master == bridge, up=is_.up, detail=detail)


def _vlans_back(was: Link, is_: Link, bridge: str) -> Iterator[Command]:
    """A port's VLAN table goes with its place on the bridge: bridge(8), vlan add."""
    if was.port is None or not was.port.vlans:
        return
    if is_.port is not None and is_.master == bridge and is_.port.vlans == was.port.vlans:
        return
    for vlan in was.port.vlans:
        yield ("bridge", "vlan", "add", "vid", _range(vlan), "dev", was.name, *_flags(vlan))


def _range(vlan: PortVlan) -> str:
    return str(vlan.first) if vlan.first == vlan.last else f"{vlan.first}-{vlan.last}"


def _flags(vlan: PortVlan) -> Command:
    return (*(("pvid",) if vlan.pvid else ()), *(("untagged",) if vlan.untagged else ()))
