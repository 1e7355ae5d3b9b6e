"""A bridge: its options, its ports, their settings, and the VLAN table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netadmin.definitions import Bridge, PortSettings
from netadmin.planning.comparing.scene import Subject
from netadmin.planning.comparing.verdict import Comparison, compared, unknown
from netadmin.planning.live import Link, LiveBridge, PortVlan

Table = frozenset[tuple[int, bool, bool]]  # VLAN, PVID, untagged

# Option, field of the definition, field of the live bridge.
OPTIONS = (
    ("bridge-stp", "stp", "stp"),
    ("bridge-fd", "forward_delay", "forward_delay"),
    ("bridge-hello", "hello", "hello_time"),
    ("bridge-maxage", "max_age", "max_age"),
    ("bridge-ageing", "ageing", "ageing_time"),
    ("bridge-bridgeprio", "priority", "priority"),
    ("bridge-vlan-aware", "vlan_aware", "vlan_filtering"),
    ("bridge-vlan-protocol", "vlan_protocol", "vlan_protocol"),
)
MULTICAST = {"bridge-mcsnoop": "multicast_snooping", "bridge-mcquerier": "multicast_querier"}
# Field of the settings, option as people know it, field of the live port.
PORT_OPTIONS = (
    ("learning", "bridge-learning", "learning"),
    ("unicast_flood", "bridge-unicast-flood", "unicast_flood"),
    ("multicast_flood", "bridge-multicast-flood", "multicast_flood"),
    ("broadcast_flood", "bridge-broadcast-flood", "broadcast_flood"),
    ("arp_nd_suppress", "bridge-arp-nd-suppress", "arp_nd_suppress"),
    ("isolated", "bridge-isolated", "isolated"),
    ("path_cost", "bridge-pathcosts", "cost"),
    ("priority", "bridge-portprios", "priority"),
    ("fast_leave", "bridge-portmcfl", "fast_leave"),
)
SPEAKS_FOR = frozenset(
    {
        *("bridge-ports", "bridge-waitport", "bridge-maxwait"),
        *("bridge-vids", "bridge-trunk", "bridge-pvid", "bridge-access", "bridge-allow-untagged"),
        *("bridge-port-pvids", "bridge-port-vids", "bridge-pathcost", "bridge-portprio"),
        *(option for option, _field, _live in OPTIONS),
        *(option for _field, option, _live in PORT_OPTIONS),
        *MULTICAST,
    }
)
WITHOUT_STP = ("bridge-fd", "bridge-hello", "bridge-maxage")


def compare_bridge(subject: Subject) -> Iterator[Comparison]:
    bridge, live = subject.definition.bridge, subject.link.bridge
    if bridge is None or live is None:
        return
    yield from _options(subject, bridge, live)
    yield from _ports(subject)
    for port in subject.scene.lower(subject.name):
        link = subject.scene.state.link(port)
        if link is not None and link.port is not None and link.master == subject.name:
            yield from _port_settings(subject, bridge, link)
            if bridge.vlan_aware:
                yield _vlan_table(subject, bridge, link)


def _options(subject: Subject, bridge: Bridge, live: LiveBridge) -> Iterator[Comparison]:
    for option, field, live_field in OPTIONS:
        wanted, seen = getattr(bridge, field), getattr(live, live_field)
        if wanted is None or subject.definition.option(option) is None:
            continue
        if option in WITHOUT_STP and not bridge.stp and wanted != seen:
            yield unknown(subject.name, option, wanted, "Without spanning tree it has no effect.", seen)
        elif option == "bridge-ageing" and wanted != seen and live.stp and seen == 2 * live.forward_delay:
            why = "Spanning tree shortens it to two forward delays while its topology changes."
            yield unknown(subject.name, option, wanted, why, seen)
        else:
            yield compared(subject.name, option, wanted, seen)
    for option, value in bridge.multicast:
        if option in MULTICAST and value in ("0", "1", "yes", "no", "on", "off"):
            yield compared(
                subject.name, option, value in ("1", "yes", "on"), getattr(live, MULTICAST[option])
            )


def _ports(subject: Subject) -> Iterator[Comparison]:
    """Guests' ports, which no file mentions, are none of its business; a port of another's list is."""
    wanted = tuple(sorted(subject.scene.lower(subject.name)))
    known = subject.scene.by_interface
    members = [link.name for link in subject.scene.state.members(subject.name)]
    seen = tuple(sorted(name for name in members if name in wanted or name in known))
    yield compared(subject.name, "bridge-ports", wanted, seen)


def _port_settings(subject: Subject, bridge: Bridge, link: Link) -> Iterator[Comparison]:
    for settings in _settings_of(subject, bridge, link.name):
        for field, option, live_field in PORT_OPTIONS:
            wanted = getattr(settings, field)
            if wanted is not None:
                yield compared(link.name, option, wanted, getattr(link.port, live_field))


def _settings_of(subject: Subject, bridge: Bridge, port: str) -> Iterator[PortSettings]:
    """What the bridge's lists say of a port, and what its own stanza says."""
    yield from (settings for name, settings in bridge.port_settings if name == port)
    own = subject.scene.by_interface.get(port)
    if own is not None and own.port is not None:
        yield own.port


def _vlan_table(subject: Subject, bridge: Bridge, link: Link) -> Comparison:
    wanted = _wanted_table(bridge, list(_settings_of(subject, bridge, link.name)))
    seen = _expanded(link.port.vlans if link.port is not None else ())
    why = "" if wanted == seen else _difference(wanted, seen)
    return compared(link.name, "bridge-vids", table_text(wanted), table_text(seen), why)


def _wanted_table(bridge: Bridge, settings: list[PortSettings]) -> Table:
    """ifupdown2 (addons/bridge.py, `_apply_bridge_vlan_aware_port_settings_all`): an access port has its one
    VLAN; any other the port's VLANs or else the bridge's, and the port's PVID, the bridge's, or 1."""
    own = PortSettings()
    for setting in settings:
        if setting.access is not None:
            return frozenset({(setting.access, True, True)})
        own = setting
    vids = own.vids if own.vids is not None else bridge.vids
    tagged = {vid for first, last in vids for vid in range(first, min(last, 4094) + 1)}
    if own.allow_untagged is False:
        return frozenset((vid, False, False) for vid in tagged)
    pvid = own.pvid or bridge.pvid or 1
    return frozenset({(pvid, True, True)} | {(vid, False, False) for vid in tagged - {pvid}})


def _expanded(vlans: Iterable[PortVlan]) -> Table:
    return frozenset(
        (vid, vlan.pvid, vlan.untagged) for vlan in vlans for vid in range(vlan.first, vlan.last + 1)
    )


def _difference(wanted: Table, seen: Table) -> str:
    missing = {vid for vid, _pvid, _untagged in wanted} - {vid for vid, _pvid, _untagged in seen}
    extra = {vid for vid, _pvid, _untagged in seen} - {vid for vid, _pvid, _untagged in wanted}
    parts = [f"missing: {_ranges(missing)}"] if missing else []
    parts += [f"too many: {_ranges(extra)}"] if extra else []
    return "; ".join(parts) or "The PVID or an untagged VLAN is another."


def table_text(table: Table) -> str:
    """`1 (PVID, untagged) 2-4094`."""
    special = [(vid, pvid, untagged) for vid, pvid, untagged in sorted(table) if pvid or untagged]
    plain = {vid for vid, pvid, untagged in table if not pvid and not untagged}
    marked = [f"{vid} ({_mark(pvid, untagged)})" for vid, pvid, untagged in special]
    return " ".join([*marked, *([_ranges(plain)] if plain else [])]) or "none"


def _mark(pvid: bool, untagged: bool) -> str:
    return ", ".join([*(["PVID"] if pvid else []), *(["untagged"] if untagged else [])])


def _ranges(vids: set[int]) -> str:
    found: list[list[int]] = []
    for vid in sorted(vids):
        if found and found[-1][1] == vid - 1:
            found[-1][1] = vid
        else:
            found.append([vid, vid])
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)
