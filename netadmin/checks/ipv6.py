"""IPv6 addresses that are of an old kind, or that mean something else than one host."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.findings import Finding, Severity
from netadmin.checks.registry import Rule, looks_for
from netadmin.checks.survey import Survey

SITE_LOCAL = Rule(
    id="ipv6.site-local",
    severity=Severity.HINT,
    what="An address from fec0::/10, the old site-local range.",
    why="It was taken back in 2004; software treats it as any other address or refuses it.",
    mend="Use a unique local address from fd00::/8.",
    source="RFC 3879, section 4; RFC 4193",
)
MAPPED = Rule(
    id="ipv6.mapped",
    severity=Severity.WARNING,
    what="An IPv4 address in IPv6 clothing, such as ::ffff:192.0.2.1.",
    why="Such addresses exist inside a host, for programs; they are not to be used on a link.",
    mend="Write the IPv4 address in an `inet` stanza.",
    source="RFC 4291, section 2.5.5.2; RFC 4038, section 4.2",
)
SUBNET_ROUTER = Rule(
    id="ipv6.subnet-router",
    severity=Severity.WARNING,
    what="The host part of an IPv6 address is zero.",
    why="That is the subnet-router anycast address, which every router of the subnet has; as a host's own address it "
    "collides with them.",
    mend="Give the host part a number, such as ::1 or ::2.",
    source="RFC 4291, section 2.6.1; RFC 6164 exempts /127",
)
UNSPECIFIED = Rule(
    id="ipv6.unspecified",
    severity=Severity.ERROR,
    what="The address is `::`, which means “no address”.",
    why="The kernel refuses it.",
    mend="Write the address of this host.",
    source="RFC 4291, section 2.5.2",
)


@looks_for(SITE_LOCAL, MAPPED, SUBNET_ROUTER, UNSPECIFIED)
def kinds_of_addresses(survey: Survey) -> Iterator[Finding]:
    for placed in survey.addresses:
        address = placed.address
        number, prefix = address.number, address.prefix
        if address.family != "inet6" or number is None or prefix is None:
            continue
        if number == 0:
            yield UNSPECIFIED.at(placed.use, ":: means “no address”.", "Write the address of this host.")
        elif number >> 118 == 0xFEC0 >> 6:
            yield SITE_LOCAL.at(
                placed.use,
                f"{address.text} is site-local, a range taken back in 2004.",
                "Use one from fd00::/8.",
            )
        elif number >> 32 == 0xFFFF:
            yield MAPPED.at(
                placed.use,
                f"{address.text} is an IPv4 address in IPv6 form; no link has such an address.",
                "Write the IPv4 address in an `inet` stanza.",
            )
        elif prefix < 127 and number & ((1 << (128 - prefix)) - 1) == 0:
            yield SUBNET_ROUTER.at(
                placed.use,
                f"The host part of {address.text} is zero: that address belongs to every router of the subnet.",
                "Give the host part a number, such as ::2.",
            )
