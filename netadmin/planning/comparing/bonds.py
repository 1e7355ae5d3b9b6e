"""A bond: mode, slaves, and the options that its mode knows."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.planning.comparing.scene import Subject
from netadmin.planning.comparing.verdict import Comparison, compared, unknown

# Option, field of the definition and of the live bond, modes that know it (none: all of them).
# Linux, Documentation/networking/bonding.rst.
LACP = frozenset({"802.3ad"})
HASHING = frozenset({"balance-xor", "802.3ad", "balance-tlb"})
WITH_PRIMARY = frozenset({"active-backup", "balance-tlb", "balance-alb"})
ANY: frozenset[str] = frozenset()
OPTIONS = (
    ("bond-miimon", "miimon", ANY),
    ("bond-updelay", "updelay", ANY),
    ("bond-downdelay", "downdelay", ANY),
    ("bond-min-links", "min_links", ANY),
    ("bond-arp-interval", "arp_interval", ANY),
    ("bond-arp-ip-target", "arp_ip_targets", ANY),
    ("bond-xmit-hash-policy", "xmit_hash_policy", HASHING),
    ("bond-lacp-rate", "lacp_rate", LACP),
    ("bond-primary", "primary", WITH_PRIMARY),
    ("bond-primary-reselect", "primary_reselect", WITH_PRIMARY),
)

SPEAKS_FOR = frozenset(
    {"bond-mode", "bond-slaves", "bond-ports", "slaves", *(option for option, *_ in OPTIONS)}
)


def compare_bond(subject: Subject) -> Iterator[Comparison]:
    bond, live = subject.definition.bond, subject.link.bond
    if bond is None or live is None:
        return
    mode = bond.mode or "balance-rr"
    if bond.mode is not None:
        yield compared(subject.name, "bond-mode", bond.mode, live.mode)
    yield _slaves(subject)
    for option, field, modes in OPTIONS:
        wanted, seen = getattr(bond, field), getattr(live, field)
        if wanted is None or wanted == ():
            continue
        if modes and mode not in modes:
            yield unknown(subject.name, option, wanted, f"It has no effect in the mode {mode}.", seen)
        else:
            yield compared(subject.name, option, wanted, seen, _rounding(option))


def _slaves(subject: Subject) -> Comparison:
    wanted = tuple(sorted(_all_slaves(subject)))
    seen = tuple(sorted(link.name for link in subject.scene.state.members(subject.name)))
    return compared(subject.name, "bond-slaves", wanted, seen)


def _all_slaves(subject: Subject) -> set[str]:
    """Those that the bond lists, and in classic those whose own `bond-master` names it."""
    listed = set(subject.scene.lower(subject.name))
    return listed | {port for port, masters in subject.scene.masters.items() if subject.name in masters}


def _rounding(option: str) -> str:
    if option in ("bond-updelay", "bond-downdelay"):
        return "The driver rounds delays down to a multiple of miimon."
    return ""
