"""Addresses as they are written: readable, with a mask, usable, and taken by the method of their stanza."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.corrections import move_option_below_address, remove_option
from netadmin.checks.findings import Finding, Severity
from netadmin.checks.guess import means_address
from netadmin.checks.registry import IFUPDOWN2, Rule, looks_for
from netadmin.checks.survey import Placed, Survey, Use
from netadmin.definitions.addresses import parse_ip, parse_mask

INVALID = Rule(
    id="address.invalid",
    severity=Severity.ERROR,
    what="The value of `address` is not an IP address, or what stands behind its slash is no prefix length.",
    why="ifupdown2 warns, exits with 0 and brings the link up without any of the stanza's addresses; classic "
    "ifupdown's `ip address add` fails and the interface stays down.",
    mend="Write ADDRESS/PREFIX, such as 192.168.1.2/24 or 2001:db8::2/64.",
    source="interfaces(5), inet static and inet6 static; measured on ifupdown2 3.0.0 (exit code 0, link up without)",
)
NETMASK_INVALID = Rule(
    id="address.netmask-invalid",
    severity=Severity.ERROR,
    what="The value of `netmask` is neither a dotted mask without holes nor a prefix length.",
    why="The engine cannot form the address; ifupdown2 then sets none and exits with 0.",
    mend="Write a mask such as 255.255.255.0, or better, ADDRESS/PREFIX on the address line and no netmask.",
    source="interfaces(5), inet static, option netmask; RFC 4632, section 3.1",
)
NETMASK_FIRST = Rule(
    id="address.netmask-first",
    severity=Severity.ERROR,
    what="A `netmask` stands above its `address`.",
    why="ifupdown2 binds a netmask to the address above it. One that comes first is dropped without a word, and the "
    "address becomes a /32: no neighbour is reachable and no gateway either.",
    mend="Move the netmask below the address, or write ADDRESS/PREFIX.",
    source="measured on ifupdown2 3.0.0",
    dialects=IFUPDOWN2,
)
DETAIL_FIRST = Rule(
    id="address.detail-first",
    severity=Severity.WARNING,
    what="A `broadcast`, `scope` or `preferred-lifetime` stands above the `address` it is meant for.",
    why="ifupdown2 binds these to the address above them and drops without a word what comes before any address.",
    mend="Move the line below the address.",
    source="measured on ifupdown2 3.0.0",
    dialects=IFUPDOWN2,
)
DETAIL_INVALID = Rule(
    id="address.detail-invalid",
    severity=Severity.ERROR,
    what="The value of `broadcast`, `pointopoint`, `scope` or `preferred-lifetime` is not one the kernel takes.",
    why="The address is refused together with it.",
    mend="`broadcast` and `pointopoint` take an address (classic also + or - for broadcast), `scope` one of global, "
    "site, link, host, and `preferred-lifetime` seconds or forever.",
    source="interfaces(5), inet static and inet6 static; ip-address(8)",
)
BARE = Rule(
    id="address.without-prefix",
    severity=Severity.WARNING,
    what="An address with neither a prefix length nor a `netmask`.",
    why="ifupdown2 makes it a single host (/32 or /128), so nothing else is on the link; classic ifupdown guesses "
    "an IPv4 mask by the address classes of 1981.",
    mend="Write ADDRESS/PREFIX. If a single host is meant, write /32 or /128.",
    source="measured on ifupdown2 3.0.0; ifupdown 0.8.41, compute_v4_mask(); RFC 4632 on the end of address classes",
)
TWO_MASKS = Rule(
    id="address.prefix-and-netmask",
    severity=Severity.WARNING,
    what="An address has a prefix length and a `netmask` line as well.",
    why="ifupdown2 takes the prefix length, classic ifupdown the netmask: a reader cannot know which counts.",
    mend="Remove the netmask line.",
    source="interfaces(5), inet static: netmask is deprecated; ifupdown2 3.0.0, address module",
)
NETWORK = Rule(
    id="address.network",
    severity=Severity.WARNING,
    what="The host part of an IPv4 address is zero: it is the name of the network.",
    why="The kernel takes it, but neighbours treat it as an old form of broadcast and do not answer.",
    mend="Choose an address between the network's and the broadcast address.",
    source="RFC 1122, section 3.2.1.3; RFC 3021 exempts /31",
)
BROADCAST = Rule(
    id="address.broadcast",
    severity=Severity.WARNING,
    what="The address is its subnet's broadcast address.",
    why="The kernel takes it, but then answers to everybody's broadcasts and cannot be reached by anyone.",
    mend="Choose an address between the network's and the broadcast address.",
    source="RFC 1122, section 3.2.1.3; RFC 3021 exempts /31",
)
UNUSABLE = Rule(
    id="address.unusable",
    severity=Severity.ERROR,
    what="The address is one that no interface can have: multicast, reserved, or from the loopback network "
    "outside lo.",
    why="The kernel refuses a multicast address, and routes the others nowhere.",
    mend="Write an address of the network that the interface is connected to.",
    source="RFC 1112, section 4; RFC 1122, section 3.2.1.3; RFC 4291, section 2.7",
)
OTHER_FAMILY = Rule(
    id="address.other-family",
    severity=Severity.ERROR,
    what="An IPv6 address in an `inet` stanza, or an IPv4 address in an `inet6` one.",
    why="Classic ifupdown runs `ip -4` or `ip -6` by the stanza's family, and the address is refused. ifupdown2 "
    "takes it, which surprises the next reader.",
    mend="Give the interface a stanza of the other family and put the address there.",
    source="interfaces(5), INET and INET6 ADDRESS FAMILY; ifupdown2 3.0.0, address module",
)
MISSING = Rule(
    id="address.missing",
    severity=Severity.WARNING,
    what="The method is `static` but no address is given.",
    why="ifupdown2 brings the link up without one and exits with 0; classic ifupdown refuses to bring it up.",
    mend="Add an `address`, or write `manual` for an interface that is meant to have none.",
    source="interfaces(5), inet static: address is required; ifupdown2 3.0.0, address module",
)
METHOD = Rule(
    id="address.method",
    severity=Severity.WARNING,
    what="An `address` in a stanza whose method does not take one.",
    why="Classic ifupdown ignores it without a word under `manual`, `dhcp` and `auto`. ifupdown2 sets it all "
    "the same, beside what DHCP brings.",
    mend="Write `static`, or remove the address.",
    source="interfaces(5), the options of each method; ifupdown2 3.0.0, address module",
)

_SCOPES = frozenset({"global", "universe", "site", "link", "host", "nowhere"})


@looks_for(INVALID, NETMASK_INVALID, BARE, TWO_MASKS, OTHER_FAMILY)
def address_lines(survey: Survey) -> Iterator[Finding]:
    masks: dict[tuple[str, str], Use] = {}
    for line in survey.of("netmask"):
        masks.setdefault((line.definition.name, line.value), line)
    narrow = {id(line.part) for line in survey.of("netmask", "pointopoint")}
    for placed in survey.addresses:
        address, use = placed
        mask = masks.get((placed.name, address.netmask), use) if address.netmask else use
        if address.number is None or address.prefix is None:
            yield from _unreadable(survey, placed, mask)
            continue
        family = use.part.family
        if family and family != address.family and family in ("inet", "inet6"):
            yield OTHER_FAMILY.at(
                use,
                f"{address.text} is an {_spoken(address.family)} address in an {family} stanza.",
                f"Move it into a stanza `iface {placed.name} {address.family} static`.",
                severity=Severity.HINT if survey.ifupdown2 else Severity.ERROR,
            )
        if address.netmask and "/" in address.text:
            yield _two_masks(survey, placed, mask)
        elif not address.netmask and "/" not in address.text and id(use.part) not in narrow:
            yield from _bare(placed)


@looks_for(NETWORK, BROADCAST, UNUSABLE)
def usable_addresses(survey: Survey) -> Iterator[Finding]:
    for placed in survey.addresses:
        address = placed.address
        number, prefix = address.number, address.prefix
        if number is None or prefix is None:
            continue
        if address.family == "inet6":
            if number >> 120 == 0xFF:
                yield _unusable(placed, "a multicast address")
            continue
        if number >> 28 >= 14 or (number >> 24 == 127 and not _may_loop_back(placed)):
            yield _unusable(placed, _reserved_kind(number))
        elif prefix < 31 and number:
            host = number & ((1 << (32 - prefix)) - 1)
            if host == 0:
                yield NETWORK.at(
                    placed.use,
                    f"{address.text} is the network itself: its host part is zero.",
                    "Choose an address inside the network.",
                )
            elif host == (1 << (32 - prefix)) - 1:
                yield BROADCAST.at(
                    placed.use,
                    f"{address.text} is the broadcast address of its subnet.",
                    "Choose an address inside the network.",
                )


@looks_for(NETMASK_FIRST, DETAIL_FIRST, DETAIL_INVALID)
def lines_that_belong_to_an_address(survey: Survey) -> Iterator[Finding]:
    address: dict[int, int] = {}  # by stanza, the place of its first address
    for placed in survey.addresses:
        address.setdefault(id(placed.use.part), placed.use.place)
    for use in survey.of("netmask", "broadcast", "scope", "preferred-lifetime"):
        if survey.ifupdown2 and use.place < address.get(id(use.part), 0):
            yield _first(survey, use)
        if use.key != "netmask" and not _detail_is_valid(use):
            yield _invalid_detail(use)
    for use in survey.of("pointopoint"):
        if parse_ip(use.value.partition("/")[0])[1] is None:
            yield _invalid_detail(use)


@looks_for(MISSING)
def static_without_address(survey: Survey) -> Iterator[Finding]:
    for definition in survey.definitions.values():
        for part in definition.parts:
            if part.method == "static" and not any(key == "address" for key, _ in part.whole.options):
                if any(key in ("pre-up", "up", "post-up") for key, _ in part.options) or means_address(part):
                    continue  # the address comes by a command, or the line has a finding of its own
                yield MISSING.on(
                    definition,
                    f"{definition.name} is static but has no address.",
                    "Add `address ADDRESS/PREFIX`, or write `manual` when none is meant.",
                    part=part,
                )


@looks_for(METHOD)
def addresses_their_method_does_not_take(survey: Survey) -> Iterator[Finding]:
    for use in survey.of("address"):
        method = use.part.method
        if method not in ("manual", "dhcp", "auto", "dhcp6") or use.value == "0.0.0.0":  # noqa: S104 — not a bind
            continue
        if survey.ifupdown2:
            yield METHOD.at(
                use,
                f"{use.definition.name} is {method} and yet has the address {use.value}; ifupdown2 sets it.",
                "Write `static` if the address is meant." if method == "manual" else "Keep one of the two.",
                severity=Severity.HINT,
            )
        else:
            yield METHOD.at(
                use,
                f"The method {method} ignores the address {use.value}.",
                "Write `static`, or remove the address.",
            )


def _unreadable(survey: Survey, placed: Placed, mask: Use) -> Iterator[Finding]:
    address, use = placed
    host, _, prefix = address.text.partition("/")
    if "#" in address.text:
        return  # text.inline-comment says it already
    if address.number is None:
        yield INVALID.at(use, f"“{host}” is not an IP address.", _advice(host))
    elif address.netmask and (not prefix or not survey.ifupdown2):
        yield NETMASK_INVALID.at(
            mask,
            f"“{address.netmask}” is not a netmask.",
            "Write a mask such as 255.255.255.0, or put the prefix length behind the address: /24.",
        )
    else:
        limit = 128 if address.family == "inet6" else 32
        yield INVALID.at(
            use, f"“/{prefix}” is not a prefix length.", f"Write a number from 0 to {limit} behind the slash."
        )


def _advice(host: str) -> str:
    if "%" in host:
        return "Write the address without the zone behind “%”; the stanza names the interface."
    octets = host.split(".")
    if len(octets) == 4 and all(octet.isdecimal() for octet in octets):
        return "Each of the four numbers goes from 0 to 255, without leading zeros."
    return "Write ADDRESS/PREFIX, such as 192.168.1.2/24 or 2001:db8::2/64."


def _two_masks(survey: Survey, placed: Placed, mask: Use) -> Finding:
    address = placed.address
    own = parse_mask(address.text.partition("/")[2], address.family)
    agree = own == parse_mask(address.netmask, address.family)
    said = "repeats it." if agree else "says something else."
    return TWO_MASKS.at(
        mask,
        f"{address.text} already has a prefix length; the netmask {address.netmask} {said}",
        "Remove the netmask line." if agree else "Decide which of the two is right, and remove the netmask.",
        correction=remove_option(mask) if agree else None,
        severity=Severity.HINT if agree else Severity.WARNING,
    )


def _bare(placed: Placed) -> Iterator[Finding]:
    """On lo a single host is what is meant; 0.0.0.0 is an old way to write none."""
    address = placed.address
    if address.number and placed.name.partition(":")[0] != "lo":
        yield BARE.at(
            placed.use,
            f"{address.text} has no prefix length, so it becomes /{address.prefix}.",
            f"Write the prefix length, such as {address.text}/{'64' if address.family == 'inet6' else '24'}.",
        )


def _first(survey: Survey, use: Use) -> Finding:
    if use.key == "netmask":
        return NETMASK_FIRST.at(
            use,
            f"ifupdown2 drops the netmask {use.value}, because it stands before the address.",
            "Move it below the address line.",
            correction=move_option_below_address(use),
        )
    return DETAIL_FIRST.at(
        use,
        f"ifupdown2 drops `{use.key} {use.value}`, because it stands before the address.",
        "Move it below the address line.",
        correction=move_option_below_address(use),
    )


def _detail_is_valid(use: Use) -> bool:
    value = use.value
    if "#" in value:
        return True
    if use.key == "broadcast":
        return value in ("+", "-") or parse_ip(value.partition("/")[0])[0] == "inet"
    if use.key == "scope":
        return value in _SCOPES or (value.isdecimal() and value.isascii() and len(value) < 4)
    return value == "forever" or (value.isdecimal() and value.isascii())


def _invalid_detail(use: Use) -> Finding:
    wanted = {
        "scope": "Write global, site, link or host.",
        "preferred-lifetime": "Write a number of seconds, or forever.",
        "preferred_lifetime": "Write a number of seconds, or forever.",
    }.get(use.key, "Write an IP address.")
    return DETAIL_INVALID.at(use, f"“{use.value}” is not a value for {use.key}.", wanted)


def _unusable(placed: Placed, kind: str) -> Finding:
    return UNUSABLE.at(
        placed.use,
        f"{placed.address.text} is {kind}, no interface can have it.",
        "Write an address of the network that the interface is connected to.",
    )


def _may_loop_back(placed: Placed) -> bool:
    """lo, its aliases, and a VRF, which has a loopback network of its own."""
    return placed.name.partition(":")[0] == "lo" or placed.use.definition.option("vrf-table") is not None


def _reserved_kind(number: int) -> str:
    if number >> 24 == 127:
        return "an address of the loopback network"
    return "a multicast address" if number >> 28 == 14 else "from a reserved range"


def _spoken(family: str) -> str:
    return "IPv6" if family == "inet6" else "IPv4"
