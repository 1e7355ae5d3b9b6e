"""Lower devices: they must exist, be taken once, and not stand on themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from netadmin.checks.findings import Finding, Severity
from netadmin.checks.registry import Rule, looks_for
from netadmin.checks.survey import Standing, Survey, Use, first_use
from netadmin.definitions import Definition, Kind

USED_TWICE = Rule(
    id="device.used-twice",
    severity=Severity.ERROR,
    what="An interface is a port or slave of two others.",
    why="The kernel gives a link one master. ifupdown2 moves it to the second one and exits with 1; the first is "
    "left without it.",
    mend="Keep it in one of the two; a bridge on a VLAN (eth0.10) leaves the device itself to the other.",
    source="kernel, netdev_master_upper_dev_link(); measured on ifupdown2 3.0.0",
)
REPEATED = Rule(
    id="device.listed-twice",
    severity=Severity.HINT,
    what="A list of ports or slaves names the same interface twice.",
    why="It is taken once; probably another one was meant.",
    mend="Correct or remove the second.",
    source="ifupdown2 3.0.0, bridge and bond modules",
)
LOOP = Rule(
    id="device.loop",
    severity=Severity.ERROR,
    what="An interface stands on itself, directly or by way of others.",
    why="None of them can come up first. The kernel refuses the last link of the circle (ELOOP).",
    mend="Take one of them out of the circle.",
    source="kernel, netdev_has_upper_dev(); ifupdown2 3.0.0, dependency graph",
)
MISSING = Rule(
    id="device.missing",
    severity=Severity.WARNING,
    what="A port, slave or raw device is called like a network card, and the node has no such card.",
    why="ifupdown2 brings a bridge up without the port and exits with 1; a VLAN without its device does not come up.",
    mend="Correct the name; `ip link` shows those that are there.",
    source="measured on ifupdown2 3.0.0",
)
ABSENT_NIC = Rule(
    id="device.absent",
    severity=Severity.WARNING,
    what="A stanza for a NIC that the node does not have.",
    why="ifupdown2 warns “interface not recognized” and exits with 0; classic ifupdown fails for it at boot.",
    mend="Correct the name, or remove the stanza when the card is gone.",
    source="measured on ifupdown2 3.0.0",
)
ALIAS_AS_PORT = Rule(
    id="device.alias",
    severity=Severity.ERROR,
    what="An alias such as eth0:1 is used as a port, slave or raw device.",
    why="An alias is a second address of a device, not a device.",
    mend="Name the device itself.",
    source="ip-address(8), label",
)
SLAVE_KIND = Rule(
    id="device.slave-kind",
    severity=Severity.ERROR,
    what="A bond's slave is a bridge or the loopback interface.",
    why="Bonding joins network cards, or what behaves like one. A bridge below a bond is the wrong way round, and lo "
    "has no link that could fail.",
    mend="Put the NICs into the bond, and the bond into the bridge.",
    source="Documentation/networking/bonding.rst",
)
BRIDGE_AS_PORT = Rule(
    id="device.bridge-as-port",
    severity=Severity.ERROR,
    what="A bridge, or the loopback interface, is the port of a bridge.",
    why="The kernel refuses it (ELOOP for a bridge, EINVAL for lo).",
    mend="Connect two bridges by a veth pair, or make them one.",
    source="kernel, br_add_if()",
)


@looks_for(USED_TWICE, REPEATED, ALIAS_AS_PORT)
def devices_and_their_masters(survey: Survey) -> Iterator[Finding]:
    for name, standing in survey.standing.items():
        if ":" in name:
            for stands in standing:
                yield ALIAS_AS_PORT.at(
                    stands.use,
                    f"{name} is an alias, a second address of {name.partition(':')[0]}, and no device.",
                    f"Write {name.partition(':')[0]}.",
                )
        elif len(standing) > 1:
            yield from _masters(name, standing)
    for use in survey.of("bridge-ports", "bond-slaves"):
        if " " in use.value:
            yield from _twice_in_one_list(use)


@looks_for(LOOP)
def loops(survey: Survey) -> Iterator[Finding]:
    """Walks down from every interface once; what is finished is not walked again, so the cost is linear."""
    below = _below(survey)
    finished: set[str] = set()
    for start in below:
        path: dict[str, Iterator[str]] = {}
        name = start
        while name:
            if name not in path:
                if name in finished:
                    name = next(reversed(path), "")
                    continue
                path[name] = iter(below.get(name, ()))
            following = next(path[name], "")
            if not following:
                finished.add(name)
                del path[name]
                name = next(reversed(path), "")
            elif following in path:
                yield _loop(survey, [*path], following)
                finished.update(path)
                break
            elif following not in finished:
                name = following


@looks_for(MISSING, ABSENT_NIC)
def devices_that_are_not_there(survey: Survey) -> Iterator[Finding]:
    nics = survey.context.nics
    if not nics:
        return
    made = _made_by_hooks(survey)
    instead = _instead(nics)
    for name, standing in survey.standing.items():
        base = name.partition(".")[0]
        if name in survey.definitions or name in made or not _CARD.match(name):
            continue
        if base in nics or base in survey.definitions:
            continue  # ifupdown2 and bridge-utils make eth0.10 by themselves when eth0 is there
        for stands in standing:
            yield MISSING.at(
                stands.use,
                f"{stands.upper.name} wants {name} as its {stands.role}, and the node has no such interface.",
                instead,
            )
    for name, definition in survey.definitions.items():
        if name in nics or not _CARD.match(name) or definition.kind is not Kind.ETHERNET:
            continue
        logical = not survey.ifupdown2 and not definition.classes  # a template, or what a mapping maps to
        if name not in made and not logical:
            yield _absent(definition, instead)


@looks_for(SLAVE_KIND, BRIDGE_AS_PORT)
def kinds_of_lower_devices(survey: Survey) -> Iterator[Finding]:
    bridges = {use.definition.name for use in survey.of("bridge-ports")}
    for name in {"lo", *bridges} & survey.standing.keys():
        what = "the loopback interface" if name == "lo" else "a bridge"
        for stands in survey.standing[name]:
            if stands.role == "slave":
                yield SLAVE_KIND.at(
                    stands.use, f"{name} is {what} and cannot be a slave.", "Name NICs as slaves."
                )
            elif stands.role == "port" and stands.upper.name != name:
                yield BRIDGE_AS_PORT.at(
                    stands.use, f"{name} is {what} and cannot be a port.", "Connect bridges by a veth pair."
                )


# Names that the kernel and udev give to network cards (systemd.net-naming-scheme(7)); what is called otherwise may
# be made by another program, such as tap0 or docker0.
_CARD = re.compile(r"(?:(?:eth|em|usb)\d|en[opsxbv]|p\d+p\d|wl[opsx\da]|ww[opsx\d]|ib[ps\d])[^\[/:]*$")


def _masters(name: str, standing: Sequence[Standing]) -> Iterator[Finding]:
    taken: Standing | None = None
    for stands in sorted(standing, key=lambda stands: stands.use.line):
        if stands.role not in ("port", "slave", "OVS port"):
            continue
        if taken is None:
            taken = stands
        elif taken.upper.name != stands.upper.name:
            yield USED_TWICE.at(
                stands.use,
                f"{name} is already a {taken.role} of {taken.upper.name}; it cannot also be a {stands.role} of "
                f"{stands.upper.name}.",
                f"Take it out of one of the two, or use a VLAN of it, such as {name}.10.",
            )


def _twice_in_one_list(use: Use) -> Iterator[Finding]:
    words = use.value.split()
    if len(set(words)) == len(words) or {"regex", "glob"} & set(words):
        return
    twice = Counter(words).most_common(1)[0][0]
    yield REPEATED.at(use, f"{twice} stands twice in this list.", "Correct or remove the second.")


def _below(survey: Survey) -> dict[str, list[str]]:
    """By interface, what it stands on; dotted VLANs stand on what their name says."""
    below: dict[str, list[str]] = {}
    for name, standing in survey.standing.items():
        for stands in standing:
            if stands.role != "OVS port" or name == stands.upper.name:
                below.setdefault(stands.upper.name, []).append(name)
    for name in survey.definitions:
        if "." in name:
            vlan = survey.definitions[name].vlan
            if vlan is not None and vlan.parent:
                below.setdefault(name, []).append(vlan.parent)
    return below


def _loop(survey: Survey, path: list[str], again: str) -> Finding:
    circle = path[path.index(again) :]
    definition = survey.definitions[circle[-1]]
    use = next((first_use(definition, option) for option in _LOWER if first_use(definition, option)), None)
    if len(circle) == 1:
        message, hint = f"{again} stands on itself.", f"Take {again} out of its own list."
    else:
        shown = [*circle, again] if len(circle) < 8 else [*circle[:4], "…", again]
        message = f"{' stands on '.join(shown)}: a circle."
        hint = "Take one of them out of the circle."
    return LOOP.at(use, message, hint) if use else LOOP.on(definition, message, hint)


_LOWER = (
    "bridge-ports",
    "bond-slaves",
    "bond-ports",
    "slaves",
    "vlan-raw-device",
    "vxlan-physdev",
    "ovs-bonds",
)


def _absent(definition: Definition, instead: str) -> Finding:
    hotplugged = "allow-hotplug" in definition.classes or not definition.classes
    return ABSENT_NIC.on(
        definition,
        f"The node has no interface {definition.name}.",
        instead,
        severity=Severity.HINT if hotplugged else Severity.WARNING,
    )


def _instead(nics: frozenset[str]) -> str:
    there = sorted(nic for nic in nics if nic != "lo" and not nic.startswith(("veth", "tap", "fw")))
    if not there or len(there) > 12:
        return "Correct the name, or remove it."
    return f"Correct the name, or remove it; the node has {', '.join(there)}."


def _made_by_hooks(survey: Survey) -> set[str]:
    """What commands such as `ip link add NAME type dummy`, `ip tuntap add NAME` or `iw … interface add` make; and
    whatever a `pre-up` of its own may make, such as `wg-quick up wg0`."""
    made = {use.definition.name for use in survey.of("pre-up")}
    for use in survey.of("pre-up", "up", "post-up"):
        command = use.value
        if " add" in command or "tunctl" in command:
            made.update(command.split())
    return made
