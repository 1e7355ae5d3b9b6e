"""What two definitions of one interface have to do with each other, and with the link that is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from ipaddress import ip_address

from netadmin.definitions import Address, Definition, Kind
from netadmin.interfaces import Auto, Dialect, Document, Iface
from netadmin.planning.comparing.scene import OVS_KINDS, is_auto, is_hotplug
from netadmin.planning.live import Link

# Changing these touches the interface alone. Everything else may reach what stands on it: an MTU, a port
# list, a VLAN's id.
LOCAL_OPTIONS = frozenset(
    {
        *("address", "netmask", "broadcast", "scope", "pointopoint", "preferred-lifetime"),
        *("gateway", "metric"),
        *("pre-up", "up", "post-up", "pre-down", "down", "post-down", "alias", "description"),
        *("dns-nameservers", "dns-nameserver", "dns-search", "dns-domain"),
    }
)
LOGICAL = frozenset({"bridge", "bond", "vlan", "vxlan"})  # links that somebody made, for certain
OF_LEASES = frozenset({"dhcp", "auto", "dhcp6", "ppp"})

Meaning = tuple[object, ...]
Target = tuple[str, str, int | None]  # family, destination, metric
Subnet = tuple[str, int, int]  # family, first and last number


def meaning(definition: Definition | None) -> Meaning | None:
    """What an engine makes of it: everything but the comment, and `_` for `-` in names."""
    if definition is None:
        return None
    parts = tuple((part.family, part.method, _options(part.options)) for part in definition.read_parts)
    return (parts, is_auto(definition), is_hotplug(definition), definition.classes)


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


def other_device(link: Link, new: Definition, *, made: bool) -> str:
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


def lease_left_behind(old: Definition | None, new: Definition) -> str:
    """ifupdown2 releases a lease only on interfaces with one stanza (addons/address.py, `_pre_up`)."""
    if old is None or len(new.parts) < 2:
        return ""
    for part in old.parts:
        if part.method in OF_LEASES and new.method(part.family) != part.method:
            return f"the lease of its method {part.method} must be released"
    return ""


def outside(document: Document) -> tuple[str, ...]:
    """The text that speaks of no single interface, without comments and blank lines."""
    texts = (stanza.text for stanza in document.stanzas if not isinstance(stanza, Iface | Auto))
    lines = (line.strip() for text in texts for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def beyond_partial(definition: Definition) -> str:
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


def targets(definition: Definition) -> set[Target]:
    """Where its routes lead; a server's lease may bring a default route too."""
    gateways = {(gateway.family, "default", gateway.metric) for gateway in definition.gateways}
    leased = {("inet", "default", None)} if definition.method("inet") == "dhcp" else set[Target]()
    routes = {(route.family, route.destination, route.metric) for route in definition.routes}
    return gateways | leased | routes


def subnet(address: Address) -> Subnet | None:
    return None if address.network is None else (address.family, *address.network)


def shares_subnets(old: Collection[Address], new: Collection[Address]) -> bool:
    """Whether the IPv4 addresses change, and one that stays was not the only one of its subnet."""
    before = [address for address in old if address.family == "inet"]
    after = [str(address.ip) for address in new if address.family == "inet"]
    if [str(address.ip) for address in before] == after:
        return False
    subnets = [subnet(address) for address in before]
    return any(
        str(address.ip) in after and subnets.count(own) > 1
        for address, own in zip(before, subnets, strict=True)
    )


def routes_through(definition: Definition, subnets: Collection[Subnet]) -> bool:
    for route in definition.routes:
        try:
            via = ip_address(route.via)
        except ValueError:
            continue
        family = "inet" if via.version == 4 else "inet6"
        if any(family == one and first <= int(via) <= last for one, first, last in subnets):
            return True
    return False


def gateways(definition: Definition | None) -> tuple[tuple[str, int | None], ...]:
    """What gives it default routes: gateways with their metric, and the server that it asks."""
    if definition is None:
        return ()
    given = tuple((gateway.text, gateway.metric) for gateway in definition.gateways)
    return (*given, ("a server's", None)) if definition.method("inet") == "dhcp" else given


def words_of_hooks(definition: Definition) -> frozenset[str]:
    return frozenset(word.strip("'\";,") for hook in definition.hooks for word in hook.command.split())
