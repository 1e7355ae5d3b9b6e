"""What a definition and a link say, in the few short lines a table has room for."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.definitions import Definition, Kind
from netadmin.planning.live import Link, LiveState


def definition_lines(definition: Definition) -> tuple[str, ...]:
    """The definition in short lines: methods, addresses, ports, what is special."""
    return tuple(_definition_lines(definition))


def _definition_lines(definition: Definition) -> Iterator[str]:
    for part in definition.parts:
        if part.method != "static" or not any(key == "address" for key, _ in part.options):
            yield f"{part.family or 'both families'} {part.method or 'without method'}"
    for address in definition.addresses:
        yield str(address.ip) if address.ip else address.text
    for gateway in definition.gateways:
        yield f"gateway {gateway.text}"
    yield from _kind_lines(definition)
    if definition.mtu:
        yield f"mtu {definition.mtu}"
    if definition.hooks:
        yield f"{len(definition.hooks)} hook{'' if len(definition.hooks) == 1 else 's'}"
    if definition.hotplug:
        yield "started by hotplug"
    elif not definition.autostart:
        yield "not started at boot"


def _kind_lines(definition: Definition) -> Iterator[str]:
    if definition.bridge:
        yield f"ports {_listed(definition.bridge.ports)}"
        if definition.bridge.vlan_aware:
            yield "VLAN-aware"
    if definition.bond:
        yield f"slaves {_listed(definition.bond.slaves)}"
        yield definition.bond.mode or "balance-rr"
    if definition.vlan:
        yield f"VLAN {definition.vlan.id or '?'} on {definition.vlan.parent or '?'}"
    if definition.vxlan:
        yield f"VXLAN {definition.vxlan.id or '?'}"
    if definition.ovs:
        yield f"{definition.ovs.type} {' '.join(definition.ovs.ports or definition.ovs.bonds)}".strip()
        if definition.ovs.bridge:
            yield f"on {definition.ovs.bridge}"


def _listed(ports: object) -> str:
    names = [*getattr(ports, "names", ()), *(f"/{pattern}/" for pattern in getattr(ports, "patterns", ()))]
    return " ".join(names) or "none"


def written_options(definition: Definition | None) -> dict[tuple[str, str], str]:
    """(family, option) to value, in file order, with the method, the start and the comment as options."""
    if definition is None:
        return {}
    said: dict[tuple[str, str], list[str]] = {}
    if definition.kind is not Kind.LOOPBACK or definition.classes:
        said["", "start"] = [" ".join(definition.classes) or "manual"]
    for part in definition.parts:
        said.setdefault((part.family, "method"), []).append(part.method)
        for key, value in part.options:
            said.setdefault((part.family, key.replace("_", "-")), []).append(value)
    if definition.comment:
        said["", "comment"] = [definition.comment]
    return {option: "\n".join(values) for option, values in said.items()}


def link_status(link: Link) -> tuple[str, str]:
    """A colour's word and the words themselves: ("good", "up · 10 Gb/s")."""
    if not link.up:
        return "", "down"
    if link.carrier is False:
        return "warning", "up, no carrier"
    return "good", " · ".join(filter(None, ["up", speed(link.speed)]))


def speed(megabits: int | None) -> str:
    """1000 as "1 Gb/s"; "" when unknown."""
    if not megabits or megabits < 0:
        return ""
    return f"{megabits / 1000:g} Gb/s" if megabits >= 1000 else f"{megabits} Mb/s"


def link_lines(link: Link, state: LiveState) -> tuple[str, ...]:
    """The link in short lines: addresses, members, what it stands on."""
    return tuple(_link_lines(link, state))


def _link_lines(link: Link, state: LiveState) -> Iterator[str]:
    for address in link.addresses:
        if address.scope != "link":
            yield f"{address.address}{' (duplicate!)' if address.duplicate else ''}"
    for route in state.routes:
        if route.device == link.name and route.destination == "default" and route.gateway:
            yield f"gateway {route.gateway}"
    members = " ".join(member.name for member in state.members(link.name))
    if link.bridge:
        yield f"ports {members or 'none'}"
        if link.bridge.vlan_filtering:
            yield "VLAN-aware"
    if link.bond:
        yield f"slaves {members or 'none'}"
        yield link.bond.mode + (f", active {link.bond.active_slave}" if link.bond.active_slave else "")
    if link.vlan:
        yield f"VLAN {link.vlan.id} on {link.parent or '?'}"
    if link.vxlan:
        yield f"VXLAN {link.vxlan.id}"
    if link.master:
        yield f"in {link.master}"
    if link.name != "lo":
        yield f"mtu {link.mtu}"
