"""What a change means for others: guests on bridges, whom it cuts off, what the kernel lacks, how long it
settles."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from ipaddress import ip_address, ip_interface, ip_network

from netadmin.definitions import Definition, Kind
from netadmin.planning.changes import Changes
from netadmin.planning.comparing.scene import is_hotplug
from netadmin.planning.live import LiveState
from netadmin.planning.meaning import OF_LEASES, differing_options

PERSON = 30  # seconds for someone to see that the page still answers, and to confirm
# Until the partner speaks, at the latest (IEEE 802.1AX 6.4.4: Fast_ and Slow_Periodic_Time), and both agree.
LACP_SECONDS = {"fast": 3, "slow": 32}
DHCP_SECONDS = 60  # dhclient.conf(5), timeout
DEFAULT_FORWARD_DELAY = 15.0

FEATURES = {
    Kind.BOND: "bonding",
    Kind.VLAN: "8021q",
    Kind.BRIDGE: "bridge",
    Kind.VXLAN: "vxlan",
    Kind.DUMMY: "dummy",
    Kind.VETH: "veth",
    Kind.OVS_BRIDGE: "openvswitch",
    Kind.OVS_BOND: "openvswitch",
    Kind.OVS_PORT: "openvswitch",
    Kind.OVS_INT_PORT: "openvswitch",
}
# Options that stay in the kernel when their line is removed: the engine sets what it is told, and resets only
# addresses, MTU, alias, ports and slaves.
STICKY = ("bridge-", "bond-", "hwaddress")
NOT_STICKY = frozenset({"bridge-ports", "bond-slaves", "bridge-waitport", "bridge-maxwait"})


def guests_of(changes: Changes, touched: Collection[str] | None) -> tuple[tuple[str, str], ...]:
    """(bridge, link) of every port that neither file mentions; of the touched bridges, None for all."""
    mentioned = {
        name for scene in (changes.old, changes.new) for name in (*scene.by_interface, *scene.masters)
    }
    return tuple(
        (link.master, link.name)
        for link in changes.live.links
        if link.master
        and link.name not in mentioned
        and (touched is None or link.master in touched)
        and (link.master in changes.old_names or link.master in changes.new_names)
        and link.port is not None
    )


def missing_features(changes: Changes, features: frozenset[str] | None) -> tuple[str, ...]:
    """What the kernel lacks for the interfaces that are brought up."""
    if features is None:
        return ()
    needed = {feature for name in changes.to_bring_up for feature in _needs(changes.new_names[name])}
    return tuple(sorted(needed - features))


def _needs(definition: Definition) -> Iterator[str]:
    if definition.kind in FEATURES:
        yield FEATURES[definition.kind]
    if definition.bridge is not None and definition.bridge.vlan_aware:
        yield "bridge-vlan"


def settling(changes: Changes) -> tuple[int, str]:
    """Seconds until the network carries again what it will carry, and why; (0, "") when nothing settles."""
    lacp = max((_lacp(changes, name) for name in changes.to_bring_up), default=0)
    stp = max((_spanning_tree(changes, name) for name in changes.to_bring_up), default=0)
    dhcp = DHCP_SECONDS if any(_asks_server(changes, name) for name in changes.to_bring_up) else 0
    reasons = [
        *([f"LACP needs up to {lacp} s to agree with the switch"] if lacp else []),
        *([f"spanning tree listens and learns for {stp} s"] if stp else []),
        *([f"a DHCP server may take {dhcp} s to answer"] if dhcp else []),
    ]
    if not reasons:
        return 0, ""
    sentence = f"{', '.join(reasons)}; {PERSON} s are left to confirm."
    return lacp + stp + dhcp + PERSON, sentence[0].upper() + sentence[1:]


def _lacp(changes: Changes, name: str) -> int:
    bond = changes.new_names[name].bond
    if bond is None or bond.mode != "802.3ad":
        return 0
    if not _differs(changes, name, "bond-"):
        return 0
    return LACP_SECONDS.get(bond.lacp_rate or "slow", LACP_SECONDS["slow"])


def _spanning_tree(changes: Changes, name: str) -> int:
    """A new port listens and learns for one forward delay each (IEEE 802.1D 8.4)."""
    bridge = changes.new_names[name].bridge
    if bridge is None or not bridge.stp or not _differs(changes, name, "bridge-"):
        return 0
    delay = DEFAULT_FORWARD_DELAY if bridge.forward_delay is None else bridge.forward_delay
    return round(2 * delay)


def _asks_server(changes: Changes, name: str) -> bool:
    methods = {part.method for part in changes.new_names[name].parts}
    return bool(methods & OF_LEASES - {"auto"}) and _differs(changes, name, "method")


def _differs(changes: Changes, name: str, prefix: str) -> bool:
    """Whether a link is new or made anew, or an option of that prefix changes."""
    old, new = changes.old_names.get(name), changes.new_names[name]
    if old is None or name in changes.destroyed or changes.live.link(name) is None:
        return True
    return any(option.startswith(prefix) for option in differing_options(old, new))


def risks(changes: Changes, admin_address: str = "") -> Iterator[str]:
    """What somebody may lose, one sentence each, the worst first."""
    yield from _way_of_the_admin(changes, admin_address)
    yield from _default_routes(changes)
    yield from _addresses(changes)
    yield from _interruptions(changes)
    yield from _sticky_options(changes)
    yield from _left_as_they_are(changes)


def _way_of_the_admin(changes: Changes, admin_address: str) -> Iterator[str]:
    device = _device_towards(changes.live, admin_address)
    link = changes.live.link(device)
    if link is None or device not in {*changes.changed, *changes.destroyed}:
        return
    way = f"You come from {admin_address}, which the node reaches through {device}"
    if device in changes.destroyed:
        yield f"{way}, and {device} is taken down."
        return
    if device in changes.removed:
        yield f"{way}, and {device} leaves the file: it stays as it is, but no boot brings it up again."
        return
    kept = {str(address.ip) for address in changes.new_names[device].addresses}
    lost = [
        address.address
        for address in link.addresses
        if not address.dynamic and address.scope == "global" and address.address not in kept
    ]
    if lost:
        yield f"{way}, and {device} loses {', '.join(lost)}: the page may go on at another address only."
    else:
        yield f"{way}, and {device} changes."


def _device_towards(live: LiveState, address: str) -> str:
    """The device of the longest matching route; "" for an address that is none, or the node's own."""
    try:
        wanted = ip_address(address)
    except ValueError:
        return ""
    if wanted.is_loopback:
        return ""
    family = "inet" if wanted.version == 4 else "inet6"
    best, device = -1, ""
    for route in live.routes:
        if route.family != family:
            continue
        length = 0
        if route.destination != "default":
            network = ip_network(route.destination, strict=False)
            if wanted not in network:
                continue
            length = network.prefixlen
        if length > best:
            best, device = length, route.device
    return device


def _default_routes(changes: Changes) -> Iterator[str]:
    for family, word in (("inet", "IPv4"), ("inet6", "IPv6")):
        old, new = _defaults(changes, family, old=True), _defaults(changes, family, old=False)
        if old and not new:
            yield f"The {word} default route ({', '.join(old)}) goes: the node reaches its own subnets only."
        elif old and new and old != new:
            yield f"The {word} default route changes from {', '.join(old)} to {', '.join(new)}."


def _defaults(changes: Changes, family: str, *, old: bool) -> list[str]:
    scene = changes.old if old else changes.new
    given = [
        f"{gateway.text} on {name}"
        for name, definition in scene.by_interface.items()
        if name in scene.wanted_up
        for gateway in definition.gateways
        if gateway.family == family
    ]
    by_server = [
        f"a server's on {name}"
        for name, definition in scene.by_interface.items()
        if name in scene.wanted_up and definition.method(family) in OF_LEASES
    ]
    return given + by_server


def _addresses(changes: Changes) -> Iterator[str]:
    kept = {
        (address.family, address.number)
        for name, definition in changes.new.by_interface.items()
        if name in changes.new.wanted_up
        for address in definition.addresses
    }
    for name in changes.changed:
        link = changes.live.link(name)
        old = changes.old_names.get(name)
        if link is None or old is None:
            continue
        given = {str(address.ip) for address in old.addresses}
        lost = [
            one.address
            for one in link.addresses
            if one.address in given and (one.family, int(ip_interface(one.address).ip)) not in kept
        ]
        if lost:
            yield f"{', '.join(lost)} on {name} goes: whoever uses it is cut off."


def _interruptions(changes: Changes) -> Iterator[str]:
    for name in changes.to_take_down:
        guests = [link for _bridge, link in guests_of(changes, {name})]
        if name in changes.new_names:
            who = f" and its guests ({', '.join(guests)}) lose the network meanwhile" if guests else ""
            yield f"{name} is taken down and made anew{who}."
        elif guests:
            yield f"{name} goes, and its guests ({', '.join(guests)}) lose the network."


def _sticky_options(changes: Changes) -> Iterator[str]:
    for name in changes.changed:
        old, new = changes.old_names.get(name), changes.new_names.get(name)
        if old is None or new is None or name in changes.destroyed:
            continue
        stuck = sorted(
            option
            for option in old.options.names
            if option not in new.options and option.startswith(STICKY) and option not in NOT_STICKY
        )
        if stuck:
            yield f"{name} keeps the value of {', '.join(stuck)} until it is made anew or the node reboots."


def _left_as_they_are(changes: Changes) -> Iterator[str]:
    """Changed interfaces that neither an apply nor a boot brings up."""
    for name in changes.changed:
        if name not in changes.new.by_interface or name in changes.new.wanted_up:
            continue
        if is_hotplug(changes.new_names[name]):
            yield f"{name} is not there yet, so nothing is done now; it is brought up when it is plugged in."
        else:
            yield f"Nothing in the file starts {name}: an apply leaves it alone, the change counts from its next ifup."
