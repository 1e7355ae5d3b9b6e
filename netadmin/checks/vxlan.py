"""VXLAN: identifier, tunnel end points, underlay."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.findings import Finding, Severity
from netadmin.checks.registry import Rule, looks_for
from netadmin.checks.survey import Survey, first_use
from netadmin.definitions.addresses import parse_ip
from netadmin.definitions.values import whole

HIGHEST_ID = 16777215

ID = Rule(
    id="vxlan.id",
    severity=Severity.ERROR,
    what="`vxlan-id` is not a number from 1 to 16777215.",
    why="The identifier has 24 bits. ifupdown2 logs an error and the tunnel is not created.",
    mend="Write a number from 1 to 16777215, the same on both ends.",
    source="RFC 7348, section 5",
)
DUPLICATE_ID = Rule(
    id="vxlan.duplicate-id",
    severity=Severity.ERROR,
    what="Two VXLANs have the same identifier, port and underlay.",
    why="The kernel refuses the second (EEXIST); ifupdown2 goes on without it.",
    mend="Give each its own vxlan-id.",
    source="kernel, vxlan_config_validate()",
)
END_POINT = Rule(
    id="vxlan.end-point",
    severity=Severity.ERROR,
    what="A tunnel end point is not an IP address: vxlan-local-tunnelip, vxlan-remoteip or vxlan-svcnodeip.",
    why="ifupdown2 refuses to configure the interface and logs an error.",
    mend="Write an address without prefix length.",
    source="ifupdown2 3.0.0, vxlan module; RFC 7348, section 4",
)
LOCAL_UNKNOWN = Rule(
    id="vxlan.local-address",
    severity=Severity.WARNING,
    what="`vxlan-local-tunnelip` is no address that an interface of this file has.",
    why="The kernel sends the tunnel's packets from an address that this node does not have; no answer comes back.",
    mend="Write the address of the interface that the tunnel runs over.",
    source="ip-link(8), type vxlan, local",
)
GROUP = Rule(
    id="vxlan.multicast-group",
    severity=Severity.ERROR,
    what="A multicast group without `vxlan-physdev`, or one that is no multicast address.",
    why="The kernel must know on which device to join the group; ifupdown2 logs an error.",
    mend="Add `vxlan-physdev`, or write a unicast peer in vxlan-remoteip.",
    source="ifupdown2 3.0.0, vxlan module; kernel, vxlan_config_validate()",
)
NO_PEER = Rule(
    id="vxlan.no-peer",
    severity=Severity.HINT,
    what="A VXLAN with no remote, no service node and no multicast group.",
    why="It knows nobody to send unknown and broadcast frames to; only a control plane such as BGP EVPN can tell it.",
    mend="Add `vxlan-remoteip` for each peer, unless a routing daemon does it.",
    source="ip-link(8), type vxlan; RFC 7348, section 4",
)

_END_POINTS = ("vxlan-local-tunnelip", "vxlan-svcnodeip", "vxlan-svcnodeip6", "vxlan-remoteip")


@looks_for(ID, DUPLICATE_ID)
def identifiers(survey: Survey) -> Iterator[Finding]:
    first: dict[tuple[int, str, str], str] = {}
    for use in survey.of("vxlan-id"):
        number = whole(use.value)
        if number is None or not 1 <= number <= HIGHEST_ID:
            if "#" not in use.value:
                yield ID.at(
                    use, f"“{use.value}” is not a VXLAN id.", f"Write a number from 1 to {HIGHEST_ID}."
                )
            continue
        port = use.definition.option("vxlan-port") or ""
        underlay = use.definition.option("vxlan-physdev") or ""
        earlier = first.setdefault((number, port, underlay), use.definition.name)
        if earlier != use.definition.name:
            yield DUPLICATE_ID.at(
                use, f"The id {number} is already that of {earlier}.", "Give each VXLAN its own id."
            )


@looks_for(END_POINT, LOCAL_UNKNOWN)
def end_points(survey: Survey) -> Iterator[Finding]:
    if not any(option in survey.uses for option in _END_POINTS):
        return
    own = {placed.address.number for placed in survey.addresses}
    leased = _any_dynamic(survey)
    for use in survey.of(*_END_POINTS):
        host = use.value.partition("/")[0]
        number = parse_ip(host)[1]
        if number is None:
            if "#" not in use.value:
                yield END_POINT.at(
                    use, f"“{use.value}” is not an IP address.", "Write an address, such as 10.0.0.2."
                )
        elif use.key.replace("_", "-") == "vxlan-local-tunnelip" and number not in own and not leased:
            yield LOCAL_UNKNOWN.at(
                use,
                f"No interface of this file has the address {host}.",
                "Write the address of the interface that the tunnel runs over.",
            )


@looks_for(GROUP, NO_PEER)
def peers(survey: Survey) -> Iterator[Finding]:
    for use in survey.of("vxlan-mcastgrp", "vxlan-mcastgrp6"):
        family, number = parse_ip(use.value.partition("/")[0])
        if number is None or not _is_multicast(family, number):
            yield GROUP.at(
                use, f"“{use.value}” is not a multicast address.", "Write one from 224.0.0.0/4 or ff00::/8."
            )
        elif first_use(use.definition, "vxlan-physdev") is None:
            yield GROUP.at(
                use,
                "A multicast group needs the device it is joined on.",
                "Add `vxlan-physdev` with the name of the underlay, such as eth0.",
            )
    fed = {use.definition.name for use in survey.of(*_PEERS)}
    for use in survey.of("vxlan-id"):
        if use.definition.name not in fed:
            yield NO_PEER.at(
                use,
                f"{use.definition.name} knows no peer to send broadcasts to.",
                "Add `vxlan-remoteip`, unless a routing daemon fills its table.",
            )


_PEERS = frozenset({"vxlan-remoteip", "vxlan-svcnodeip", "vxlan-svcnodeip6", "vxlan-mcastgrp", "vxlan-mcastgrp6",
                    "vxlan-mcastgrp-map", "up", "post-up", "pre-up"})  # fmt: skip


def _any_dynamic(survey: Survey) -> bool:
    return any(
        part.method in ("dhcp", "auto", "ppp") for d in survey.definitions.values() for part in d.parts
    )


def _is_multicast(family: str, number: int) -> bool:
    return number >> 28 == 14 if family == "inet" else number >> 120 == 0xFF
