"""Addresses: those the file gives, those a server gives, and those that nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_interface

from netadmin.definitions import Address
from netadmin.planning.comparing.scene import Subject
from netadmin.planning.comparing.verdict import Comparison, Verdict, compared, unknown
from netadmin.planning.live import LinkAddress

SPEAKS_FOR = frozenset({"address", "netmask", "broadcast", "network", "scope"})
DYNAMIC = {"dhcp": "inet", "bootp": "inet"}  # for inet stanzas; of inet6 it is these three
DYNAMIC6 = ("auto", "dhcp", "dhcp6")
LOOPBACK = ("127.0.0.1/8", "::1/128")


def compare_addresses(subject: Subject) -> Iterator[Comparison]:
    """Where one address is missing and another one too much, that is one difference: this wanted, that seen."""
    seen = {address.address: address for address in subject.link.addresses}
    wanted = dict.fromkeys(map(_normal, _static_addresses(subject)))
    extra = [
        _extra(subject, address)
        for text, address in seen.items()
        if text not in wanted and not _expected(subject, address)
    ]
    for text in wanted:
        instead = [one for one in extra if one.verdict is Verdict.DIFFERS and _same_family(one.seen, text)]
        yield _static(subject, text, seen.get(text), " ".join(one.seen for one in instead))
        if text not in seen:
            extra = [one for one in extra if one not in instead]
    yield from _dynamic(subject)
    yield from extra


def _static_addresses(subject: Subject) -> Iterator[Address]:
    """Of the interface and its aliases, without those beside a method that asks a server."""
    for definition in (subject.definition, *subject.scene.aliases.get(subject.name, ())):
        for address in definition.addresses:
            method = definition.method(address.family)
            if method not in ("dhcp", "ppp"):
                yield address


def _normal(address: Address) -> str:
    """What is no address stays as it is written: no engine sets it, so no link shows it."""
    return str(address.ip) if address.ip is not None else address.text


def _same_family(one: str, other: str) -> bool:
    return (":" in one) == (":" in other)


def _static(subject: Subject, wanted: str, seen: LinkAddress | None, instead: str) -> Comparison:
    if seen is None:
        why = "An IPv6 address goes when its link goes down." if ":" in wanted else ""
        return Comparison(subject.name, "address", wanted, instead or "none", Verdict.DIFFERS, why)
    if seen.duplicate:
        why = "Another host on the network has this address (duplicate address detection)."
        return Comparison(subject.name, "address", wanted, f"{wanted} duplicate", Verdict.DIFFERS, why)
    if seen.tentative:
        why = "Duplicate address detection has not ended."
        return Comparison(subject.name, "address", wanted, f"{wanted} tentative", Verdict.DIFFERS, why)
    return compared(subject.name, "address", wanted, wanted)


def _dynamic(subject: Subject) -> Iterator[Comparison]:
    for part in subject.definition.parts:
        family = "inet6" if part.family == "inet6" else "inet"
        if part.method not in (DYNAMIC6 if family == "inet6" else DYNAMIC):
            continue
        given = tuple(
            address.address
            for address in subject.link.addresses
            if address.family == family and address.dynamic and address.scope == "global"
        )
        option = f"{family} {part.method}"
        if given:
            yield Comparison(subject.name, option, "an address", " ".join(given), Verdict.AS_WANTED)
        elif part.method == "auto":
            yield unknown(subject.name, option, "an address", "No router has announced a prefix.", "none")
        else:
            why = "No server has answered yet, or none is there."
            yield Comparison(subject.name, option, "an address", "none", Verdict.DIFFERS, why)


def _expected(subject: Subject, address: LinkAddress) -> bool:
    """What the kernel and routers give by themselves."""
    return (
        address.dynamic
        or address.scope == "link"
        or address.address in LOOPBACK
        or ("dhcp" in subject.methods and address.family == "inet")
    )


def _extra(subject: Subject, address: LinkAddress) -> Comparison:
    text = address.address
    if ip_interface(text).network.num_addresses == 1:
        why = "A single address that is not in the file: something like keepalived may have put it there."
        return unknown(subject.name, "address", "none", why, text)
    if text.partition("/")[0] in " ".join(subject.hook_words):
        return unknown(subject.name, "address", "none", "A hook speaks of it.", text)
    why = "The file does not give this address."
    return Comparison(subject.name, "address", "none", text, Verdict.DIFFERS, why)
