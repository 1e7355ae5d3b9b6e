"""Addresses against each other: the same one twice, and subnets that overlap."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.findings import Finding, Severity
from netadmin.checks.registry import Rule, looks_for
from netadmin.checks.survey import Placed, Survey

DUPLICATE = Rule(
    id="address.duplicate",
    severity=Severity.ERROR,
    what="Two interfaces have the same address.",
    why="ifupdown2 exits with 0 and sets both. The node then answers for the address on both links, and its own "
    "packets leave by whichever route came first.",
    mend="Give each interface an address of its own. On a bridge, the address belongs to the bridge alone.",
    source="measured on ifupdown2 3.0.0 (exit code 0, silent, both set)",
)
REPEATED = Rule(
    id="address.repeated",
    severity=Severity.HINT,
    what="One interface has the same address twice, in its own stanzas or in those of its alias.",
    why="The second line does nothing, and classic ifupdown fails on it: “File exists”.",
    mend="Remove one of the two lines.",
    source="ip-address(8)",
)
OVERLAP = Rule(
    id="address.overlap",
    severity=Severity.WARNING,
    what="The subnets of two interfaces overlap.",
    why="For the addresses that lie in both the kernel uses one interface only, the one with the longer prefix or "
    "the one that came up first; hosts behind the other are unreachable.",
    mend="Check the prefix lengths. Two interfaces in one network belong into one bond or one bridge, or into "
    "separate VRFs.",
    source="Documentation/networking/ip-sysctl.rst, arp_filter; RFC 4632, section 5.1",
)

Key = tuple[str, str, int, int]  # table, family, first number of the subnet, prefix length


@looks_for(DUPLICATE, REPEATED)
def same_address_twice(survey: Survey) -> Iterator[Finding]:
    first: dict[tuple[str, int], Placed] = {}
    for placed in survey.addresses:
        address = placed.address
        if not address.number or _link_local(placed):
            continue
        earlier = first.setdefault((address.family, address.number), placed)
        if earlier is placed:
            continue
        if _base(earlier.name) == _base(placed.name):
            yield REPEATED.at(
                placed.use,
                f"{address.text} already stands in line {earlier.use.line}.",
                "Remove one of the two lines.",
            )
        elif _table(survey, earlier) == _table(survey, placed):
            yield _duplicate(earlier, placed)


@looks_for(OVERLAP)
def overlapping_subnets(survey: Survey) -> Iterator[Finding]:
    """By one sort: a subnet can only overlap with those that are still open when it begins."""
    spans = sorted(_spans(survey), key=lambda span: (span[0], span[1], -span[2]))
    open_spans: list[tuple[tuple[str, str], int, int, Placed]] = []
    for span in spans:
        while open_spans and (open_spans[-1][0] != span[0] or open_spans[-1][2] < span[1]):
            open_spans.pop()
        if open_spans and (finding := _overlap(open_spans[-1][3], span[3])):
            yield finding
        open_spans.append(span)


def _spans(survey: Survey) -> Iterator[tuple[tuple[str, str], int, int, Placed]]:
    """Those of real subnets: a host's /32, a point-to-point and a link-local address claim no network."""
    tables = bool(survey.uses.get("vrf"))
    peers = bool(survey.uses.get("pointopoint"))
    for placed in survey.addresses:
        address = placed.address
        network = address.network
        if network is None or network[0] == network[1] or not address.number or _link_local(placed):
            continue
        if peers and placed.use.definition.option("pointopoint"):
            continue
        table = _table(survey, placed) if tables else ""
        yield (table, address.family), network[0], network[1], placed


def _overlap(wide: Placed, narrow: Placed) -> Finding | None:
    if wide.name == narrow.name or wide.address.number == narrow.address.number:
        return None  # several addresses of one network, or address.duplicate says it
    if _base(wide.name) == _base(narrow.name):
        return None  # eth0 and its alias eth0:1 are one link
    same = wide.address.network == narrow.address.network
    later, earlier = (narrow, wide) if narrow.use.line >= wide.use.line else (wide, narrow)
    started = _started(wide) and _started(narrow)
    return OVERLAP.at(
        later.use,
        f"{_written(later)} is in the same network as {_written(earlier)} of {earlier.name}."
        if same
        else f"The subnet of {_written(later)} overlaps with {_written(earlier)} of {earlier.name}.",
        "Check the prefix lengths; two interfaces in one network belong into one bond or bridge.",
        severity=Severity.WARNING if same and started else Severity.HINT,
    )


def _duplicate(earlier: Placed, placed: Placed) -> Finding:
    """An error where both claim the subnet and both come up; routed set-ups share one address as a /32."""
    claims = all(network[0] != network[1] for p in (earlier, placed) if (network := p.address.network))
    sure = claims and _started(earlier) and _started(placed)
    return DUPLICATE.at(
        placed.use,
        f"{placed.address.text.partition('/')[0]} is already the address of {earlier.name} "
        f"(line {earlier.use.line}).",
        "Give one of the two another address.",
        severity=Severity.ERROR if sure else Severity.HINT,
    )


def _table(survey: Survey, placed: Placed) -> str:
    return placed.use.definition.option("vrf") or "" if "vrf" in survey.uses else ""


def _started(placed: Placed) -> bool:
    return bool(placed.use.definition.classes)


def _link_local(placed: Placed) -> bool:
    """fe80::1 on every interface is how many routers are set up; link-local addresses belong to a link."""
    number = placed.address.number or 0
    return number >> 118 == 0xFE80 >> 6 if placed.address.family == "inet6" else number >> 16 == 0xA9FE


def _base(name: str) -> str:
    return name.partition(":")[0]


def _written(placed: Placed) -> str:
    address = placed.address
    return address.text if "/" in address.text else f"{address.text}/{address.prefix}"
