"""The link itself: kind, state, MTU, hardware address, alias, and whose member it is."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.definitions import Kind
from netadmin.planning.comparing.scene import OVS_KINDS, Subject
from netadmin.planning.comparing.verdict import Comparison, Verdict, compared, unknown

SPEAKS_FOR = frozenset({"mtu", "ovs-mtu", "hwaddress", "alias", "link-down", "link-type", "bond-master"})
DEFAULT_MTU = 1500
MADE_BY_FILES = ("bridge", "bond", "vlan", "vxlan")


def compare_link(subject: Subject) -> Iterator[Comparison]:
    yield from _kind(subject)
    yield from _admin_state(subject)
    if subject.link.up and not subject.wanted_down:
        yield from _operational_state(subject)
    yield from _mtu(subject)
    yield from _hardware_address(subject)
    yield from _alias(subject)
    yield from _master(subject)


def _kind(subject: Subject) -> Iterator[Comparison]:
    wanted, seen = subject.definition.wanted_kind, subject.link.kind
    if wanted:
        why = "An engine leaves a link of another kind as it is; it must be taken down and made anew."
        yield compared(subject.name, "kind", wanted, seen, why)
    elif subject.definition.kind is Kind.ETHERNET and seen in MADE_BY_FILES:
        why = "The file describes no such device; something else has made it, or an earlier file."
        yield unknown(subject.name, "kind", "as it is", why, seen)


def _admin_state(subject: Subject) -> Iterator[Comparison]:
    """Classic ifupdown's `manual` brings nothing up by itself (interfaces(5), the manual method)."""
    up = "up" if subject.link.up else "down"
    if not subject.ifupdown2 and subject.methods == {"manual"} and subject.name not in subject.scene.masters:
        yield unknown(subject.name, "state", "as its hooks leave it", "The method manual sets nothing.", up)
    else:
        yield compared(subject.name, "state", "down" if subject.wanted_down else "up", up)


def _operational_state(subject: Subject) -> Iterator[Comparison]:
    """No file can give a carrier; but a bond or a bridge whose member has one should have one, too."""
    seen = subject.link.operstate
    if seen in ("up", "unknown"):
        yield Comparison(subject.name, "operational state", "up", seen, Verdict.AS_WANTED)
        return
    lower = subject.scene.lower(subject.name)
    members = [member for member in map(subject.scene.state.link, lower) if member is not None]
    if not members and subject.definition.kind is Kind.BRIDGE:
        return  # a bridge without ports has no carrier to wait for
    carrying = [member.name for member in members if member.up and member.carrier]
    if carrying:
        why = (
            f"{', '.join(carrying)} has a carrier: spanning tree, LACP or the partner may still be settling."
        )
        yield compared(subject.name, "operational state", "up", seen, why)
    else:
        why = "There is no carrier: the cable, or what is at its other end."
        yield unknown(subject.name, "operational state", "up", why, seen)


def _mtu(subject: Subject) -> Iterator[Comparison]:
    wanted, seen = subject.definition.mtu, subject.link.mtu
    if wanted is not None:
        yield compared(subject.name, "mtu", wanted, seen)
        return
    usual = _usual_mtus(subject)
    if usual and seen not in usual and "mtu" not in subject.hook_words:
        why = "The file says nothing of an MTU, so this is not what the engine would set."
        wanted_text = " or ".join(str(mtu) for mtu in sorted(usual))
        yield Comparison(subject.name, "mtu", wanted_text, str(seen), Verdict.DIFFERS, why)


def _usual_mtus(subject: Subject) -> set[int]:
    """What ifupdown2 leaves where no MTU is written (addons/address.py, `_process_mtu_config_mtu_none`).

    1500; a VLAN has its lower device's; a bridge may follow its ports. Empty where it sets none.
    """
    kind, state = subject.definition.kind, subject.scene.state
    lower = {link.mtu for name in subject.scene.lower(subject.name) if (link := state.link(name))}
    if not subject.ifupdown2 or kind in OVS_KINDS or subject.link.slave is not None:
        return set()
    if kind is Kind.VLAN:
        return lower
    if kind in (Kind.ETHERNET, Kind.BRIDGE, Kind.BOND):
        return lower | {DEFAULT_MTU}
    return set()


def _hardware_address(subject: Subject) -> Iterator[Comparison]:
    wanted = subject.definition.hwaddress
    if wanted is None:
        return
    if wanted.count(":") != 5:
        yield unknown(
            subject.name, "hwaddress", wanted, "The engine chooses the address.", subject.link.address
        )
    else:
        yield compared(subject.name, "hwaddress", wanted.lower(), subject.link.address)


def _alias(subject: Subject) -> Iterator[Comparison]:
    wanted = subject.definition.option("alias")
    if wanted is not None and subject.ifupdown2:
        yield compared(subject.name, "alias", wanted, subject.link.alias)


def _master(subject: Subject) -> Iterator[Comparison]:
    wanted, seen = subject.scene.masters.get(subject.name, ()), subject.link.master
    if subject.definition.kind in OVS_KINDS or seen == "ovs-system":
        return
    if seen in wanted:
        yield compared(subject.name, "master", seen, seen)
    elif wanted or seen:
        yield compared(subject.name, "master", wanted[-1] if wanted else "none", seen or "none")
