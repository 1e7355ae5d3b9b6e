"""Addresses and gateways of an interface, with the netmask rules of each engine."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_pton

from netadmin.definitions.values import whole
from netadmin.definitions.written import Part, option_name


@dataclass(frozen=True, slots=True)
class Address:
    """One `address` line. `number` and `prefix` are None when the text is not an address or its mask not a
    mask; they are what checks compare, because an `ipaddress` object costs ten times as much."""

    text: str
    family: str  # inet or inet6 by the value; the stanza's family when the value says nothing
    number: int | None
    prefix: int | None
    line: int
    netmask: str = ""  # as its own line says it, "" when there is none

    @property
    def ip(self) -> ipaddress.IPv4Interface | ipaddress.IPv6Interface | None:
        if self.number is None or self.prefix is None:
            return None
        if self.family == "inet":
            return ipaddress.IPv4Interface((self.number, self.prefix))
        return ipaddress.IPv6Interface((self.number, self.prefix))

    @property
    def network(self) -> tuple[int, int] | None:
        """First and last number of its subnet."""
        if self.number is None or self.prefix is None:
            return None
        host_bits = (32 if self.family == "inet" else 128) - self.prefix
        first = self.number >> host_bits << host_bits
        return first, first | ((1 << host_bits) - 1)


@dataclass(frozen=True, slots=True)
class Gateway:
    """One `gateway` line; `number` is None when the text is not an address."""

    text: str
    family: str
    number: int | None
    metric: int | None
    line: int

    @property
    def ip(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        if self.number is None:
            return None
        return (ipaddress.IPv4Address if self.family == "inet" else ipaddress.IPv6Address)(self.number)


def read_addresses(parts: tuple[Part, ...], *, classic: bool) -> tuple[Address, ...]:
    """Every `address` line in file order, each with the netmask that its engine gives it."""
    found = []
    for part in parts:
        texts = [
            (value, part.line_of(index))
            for index, (key, value) in enumerate(part.options)
            if key == "address"
        ]
        if not texts:
            continue
        masks = _masks_of_the_stanza(part, len(texts)) if classic else _masks_by_position(part)
        for index, (text, line) in enumerate(texts):
            mask = masks[index] if index < len(masks) else ""
            found.append(_address(text, mask, part.family, line, classic))
    return tuple(found)


def read_gateways(parts: tuple[Part, ...]) -> tuple[Gateway, ...]:
    """Every `gateway` in file order; the first `metric` of a stanza is that of all its gateways."""
    found = []
    for part in parts:
        metric = next((whole(value) for key, value in part.options if key == "metric"), None)
        for index, (key, text) in enumerate(part.options):
            if key == "gateway":
                family, number = parse_ip(text)
                found.append(Gateway(text, family or part.family, number, metric, part.line_of(index)))
    return tuple(found)


@lru_cache(maxsize=65536)
def parse_ip(text: str) -> tuple[str, int | None]:
    """("inet", number) or ("inet6", number); ("", None) for what is no address."""
    try:
        if ":" in text:
            return "inet6", int.from_bytes(inet_pton(AF_INET6, text))
        return "inet", int.from_bytes(inet_pton(AF_INET, text))
    except (OSError, ValueError):  # ValueError: a NUL or a lone surrogate inside
        return "", None


@lru_cache(maxsize=512)
def parse_mask(text: str, family: str) -> int | None:
    """Prefix length of `24`, `64` or `255.255.255.0`; None when it is no mask (holes, out of range)."""
    bits = 128 if family == "inet6" else 32
    length = whole(text)
    if length is not None:
        return length if length <= bits else None
    dotted_family, number = parse_ip(text)
    if number is None or dotted_family != "inet" or family != "inet":
        return None
    host = number ^ 0xFFFFFFFF
    return 32 - host.bit_length() if host & (host + 1) == 0 else None


def _address(text: str, mask: str, family: str, line: int, classic: bool) -> Address:
    plain, slash, prefix_text = text.partition("/")
    own_family, number = parse_ip(plain)
    if number is None:
        return Address(text, family, None, None, line, mask)
    # With both, classic takes the netmask line; ifupdown2 refuses the address, so the prefix is as good.
    written = mask if mask and (classic or not slash) else prefix_text
    if written:
        prefix = parse_mask(written, own_family)
    elif slash:
        prefix = None
    else:
        prefix = _default_prefix(own_family, number, classic)
    return Address(text, own_family, number, prefix, line, mask)


def _default_prefix(family: str, number: int, classic: bool) -> int:
    """ifupdown2 takes a bare address as a host's; classic gives IPv4 its mask by class."""
    if family == "inet6":
        return 128
    if not classic:
        return 32
    first_byte = number >> 24
    return 8 if first_byte < 128 else 16 if first_byte < 192 else 24 if first_byte < 224 else 32


def _masks_of_the_stanza(part: Part, count: int) -> list[str]:
    """Classic knows one `netmask` per stanza, wherever it stands."""
    for key, value in part.options:
        if key == "netmask":
            return [value] * count
    return []


def _masks_by_position(part: Part) -> list[str]:
    """ifupdown2's `_add_to_iface_config`: a netmask belongs to the latest address above it that has none, and
    is dropped when no address stands above it."""
    masks: list[str] = []
    addresses = 0
    for key, value in part.options:
        if key == "address":
            addresses += 1
        elif addresses and option_name(key) == "netmask":
            masks.extend([""] * (addresses - len(masks) - 1))
            masks.append(value)
    return masks
