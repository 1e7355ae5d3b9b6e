"""Default gateways: one per family, reachable, and not the interface itself."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.findings import Finding, Severity
from netadmin.checks.guess import means_address
from netadmin.checks.registry import Rule, looks_for
from netadmin.checks.subnets import Subnets
from netadmin.checks.survey import Survey, Use, paired, uses_in
from netadmin.definitions import Address, Definition, Gateway

INVALID = Rule(
    id="gateway.invalid",
    severity=Severity.ERROR,
    what="The value of `gateway` is not an IP address.",
    why="The engine hands it to `ip route`, which refuses it: the node comes up without a default route.",
    mend="Write one IPv4 or IPv6 address without a prefix length.",
    source="interfaces(5), inet static, option gateway; ip-route(8)",
)
UNREACHABLE = Rule(
    id="gateway.unreachable",
    severity=Severity.WARNING,
    what="The gateway lies in none of the subnets of its interface.",
    why="The kernel refuses a next hop it cannot reach on the link. ifupdown2 sets the route as onlink, so it "
    "installs, exits with 0, and packets go nowhere unless the router answers ARP for that address.",
    mend="Correct the gateway, or the prefix length of the address. Where a provider really has its router "
    "outside the subnet, add the address with a `pointopoint`, or a host route by `up ip route add`.",
    source="ip-route(8), onlink; measured on ifupdown2 3.0.0 (exit code 0, silent)",
)
OWN_ADDRESS = Rule(
    id="gateway.own-address",
    severity=Severity.ERROR,
    what="The gateway is an address of this node.",
    why="The node would send everything to itself; the kernel refuses a local address as next hop.",
    mend="Write the router's address.",
    source="kernel, fib_check_nh(): a next hop must not be local",
)
RESERVED = Rule(
    id="gateway.reserved-address",
    severity=Severity.ERROR,
    what="The gateway is the network's own or its broadcast address.",
    why="Neither belongs to a router; the kernel refuses a broadcast address as next hop.",
    mend="Write the router's address; it is often the first or the last usable one of the subnet.",
    source="RFC 1122, section 3.2.1.3; RFC 3021 for /31",
)
SEVERAL = Rule(
    id="gateway.several",
    severity=Severity.WARNING,
    what="More than one default gateway for the same family, with the same metric.",
    why="ifupdown2 exits with 0 and which one wins depends on the order in which the interfaces come up; with "
    "classic ifupdown the second `ip route add` fails and its interface stays unconfigured.",
    mend="Keep one gateway, or give the others a higher `metric`; routes to single networks belong into "
    "`up ip route add`.",
    source="interfaces(5), options gateway and metric; measured on ifupdown2 3.0.0 (exit code 0, silent)",
)
NO_ADDRESS = Rule(
    id="gateway.without-address",
    severity=Severity.WARNING,
    what="A gateway on an interface that has no address of that family.",
    why="Without an address the kernel has no source address and no subnet in which the gateway could be found.",
    mend="Add the address, or move the gateway to the interface that has it.",
    source="ip-route(8)",
)
FAMILY = Rule(
    id="gateway.other-family",
    severity=Severity.ERROR,
    what="The gateway is an IPv6 address in an `inet` stanza, or an IPv4 address in an `inet6` one.",
    why="Classic ifupdown calls `ip -4` or `ip -6` by the stanza's family, and that command fails.",
    mend="Move the line into the stanza of its family. ifupdown2 takes it in either, but a reader does not expect it.",
    source="interfaces(5), INET and INET6 ADDRESS FAMILY",
)


@looks_for(INVALID, UNREACHABLE, OWN_ADDRESS, RESERVED, NO_ADDRESS, FAMILY)
def gateways_of_interfaces(survey: Survey) -> Iterator[Finding]:
    seen = ""
    for use in survey.of("gateway"):
        definition = use.definition
        if definition.name == seen:
            continue  # all gateways of an interface were looked at with its first
        seen = definition.name
        around = _Around(definition)
        for gateway, line in paired(definition.gateways, list(uses_in(definition, "gateway"))):
            yield from _gateway(survey, line, gateway, around)


@looks_for(SEVERAL)
def several_gateways(survey: Survey) -> Iterator[Finding]:
    first: dict[tuple[str, str, int | None], str] = {}
    named: set[str] = set()
    for use in survey.of("gateway"):
        definition = use.definition
        if definition.name in named:
            continue
        named.add(definition.name)
        table = definition.option("vrf") or ""
        for gateway, line in paired(definition.gateways, list(uses_in(definition, "gateway"))):
            place = (gateway.family, table, gateway.metric)
            earlier = first.setdefault(place, f"{definition.name} ({gateway.text})")
            if gateway.number is not None and earlier != f"{definition.name} ({gateway.text})":
                yield SEVERAL.at(
                    line,
                    f"{gateway.text} is a second default gateway for {_family(gateway.family)}; "
                    f"the first is on {earlier}.",
                    "Remove one of the two, or give this one a metric of its own, such as `metric 200`.",
                )


def _gateway(survey: Survey, use: Use, gateway: Gateway, around: _Around) -> Iterator[Finding]:
    if gateway.number is None:
        if gateway.text and "#" not in gateway.text:  # text.inline-comment says it already
            yield INVALID.at(
                use,
                f"“{gateway.text}” is not an IP address.",
                "Write the router's address without a prefix, such as 192.168.1.1.",
            )
        return
    if use.part.family in ("inet", "inet6") and use.part.family != gateway.family:
        yield FAMILY.at(
            use,
            f"{gateway.text} is an address of {_family(gateway.family)}, but this is an {use.part.family} stanza.",
            f"Move it into a stanza `iface {use.definition.name} {gateway.family} static`.",
            severity=Severity.HINT if survey.ifupdown2 else Severity.ERROR,
        )
    yield from _against_addresses(use, gateway, gateway.number, around)


class _Around:
    """What the addresses of an interface say about its gateways, asked once for all of them."""

    def __init__(self, definition: Definition) -> None:
        readable = [address for address in definition.addresses if address.network]
        self.own = {(address.family, address.number) for address in readable}
        self.families = {address.family for address in readable}
        self.reserved = {number for address in readable for number in _reserved(address)}
        self.subnets = Subnets(readable)
        self.more_come = _addresses_come_otherwise(definition)
        self.peers = _peers_are_reached_otherwise(definition)
        self.spoken = ", ".join(f"{a.text}{'/' + a.netmask if a.netmask else ''}" for a in readable[:3])


def _against_addresses(use: Use, gateway: Gateway, number: int, around: _Around) -> Iterator[Finding]:
    if (gateway.family, number) in around.own:
        yield OWN_ADDRESS.at(
            use,
            f"{gateway.text} is the address of {use.definition.name} itself, not of a router.",
            "Write the router's address.",
        )
    elif gateway.family == "inet" and number in around.reserved:
        yield RESERVED.at(
            use,
            f"{gateway.text} is the network or broadcast address of the subnet, no router can have it.",
            "Write the router's address.",
        )
    elif gateway.family not in around.families:
        if not around.more_come:
            yield NO_ADDRESS.at(
                use,
                f"{use.definition.name} has a gateway but no {_family(gateway.family)} address.",
                "Add the address of this interface, or move the gateway to the interface that has one.",
            )
    elif not (around.peers or _link_local(gateway) or around.subnets.hold(gateway.family, number)):
        yield UNREACHABLE.at(
            use,
            f"The gateway {gateway.text} is in none of the subnets of {use.definition.name} ({around.spoken}).",
            "Check the gateway and the prefix length of the address.",
        )


def _peers_are_reached_otherwise(definition: Definition) -> bool:
    """As the peer of a point-to-point link, or by a route that a hook adds."""
    return definition.option("pointopoint") is not None or any(
        "route" in hook.command for hook in definition.hooks if hook.phase in _UP
    )


_UP = frozenset({"pre-up", "up", "post-up"})


def _reserved(address: Address) -> tuple[int, ...]:
    wide = address.family == "inet" and address.prefix is not None and address.prefix < 31
    return (address.network or ()) if wide else ()


def _link_local(gateway: Gateway) -> bool:
    return gateway.family == "inet6" and (gateway.number or 0) >> 118 == 0xFE80 >> 6


def _addresses_come_otherwise(definition: Definition) -> bool:
    """By DHCP or autoconfiguration, by a hook, or by a line that could not be read, which has its own finding."""
    methods = {part.method for part in definition.parts}
    commands = any("addr" in hook.command for hook in definition.hooks) or any(
        map(means_address, definition.parts)
    )
    return (
        bool(methods - {"static", "manual", ""})
        or commands
        or any(a.network is None for a in definition.addresses)
    )


def _family(family: str) -> str:
    return "IPv6" if family == "inet6" else "IPv4"
