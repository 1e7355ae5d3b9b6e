"""VLAN interfaces: id, raw device, protocol."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.findings import Finding, Severity
from netadmin.checks.registry import Rule, looks_for
from netadmin.checks.survey import Survey, first_use
from netadmin.definitions import Definition, Vlan
from netadmin.definitions.values import whole

LOWEST, HIGHEST = 1, 4094

ID = Rule(
    id="vlan.id",
    severity=Severity.ERROR,
    what="The VLAN id, in `vlan-id` or at the end of the name, is not a number from 1 to 4094.",
    why="The kernel refuses it; ifupdown2 logs an error and the device is not created.",
    mend="Write an id from 1 to 4094.",
    source="IEEE 802.1Q, section 9.6 (0 and 4095 are reserved); kernel, vlan_validate()",
)
NO_ID = Rule(
    id="vlan.no-id",
    severity=Severity.ERROR,
    what="An interface with `vlan-raw-device` has neither `vlan-id` nor an id in its name.",
    why="ifupdown2 fails with “could not determine vlanid”; the device is not created.",
    mend="Add `vlan-id 100`, or name it DEVICE.100.",
    source="ifupdown2 3.0.0, vlan module; vlan-interfaces(5)",
)
NO_DEVICE = Rule(
    id="vlan.no-raw-device",
    severity=Severity.ERROR,
    what="An interface has a `vlan-id`, but nothing says on which device.",
    why="ifupdown2 makes a VLAN of it only when `vlan-raw-device` is there or the name holds a dot; so nothing is "
    "created.",
    mend="Add `vlan-raw-device eth0`, or name it DEVICE.ID.",
    source="ifupdown2 3.0.0, vlan module; vlan-interfaces(5)",
)
NAME_DIFFERS = Rule(
    id="vlan.name-differs",
    severity=Severity.WARNING,
    what="The name says one VLAN or device, the options another.",
    why="The options win; whoever reads the name is misled.",
    mend="Rename the interface, or correct the option.",
    source="naming convention DEVICE.TAG; ifupdown2 3.0.0, vlan module",
)
PROTOCOL = Rule(
    id="vlan.protocol",
    severity=Severity.ERROR,
    what="`vlan-protocol` is neither 802.1q nor 802.1ad.",
    why="The kernel knows no other; the device is not created.",
    mend="Write 802.1q, or 802.1ad for the outer tag of QinQ.",
    source="ip-link(8), type vlan, protocol; kernel, vlan_validate()",
)
DUPLICATE = Rule(
    id="vlan.duplicate",
    severity=Severity.ERROR,
    what="Two interfaces are the same VLAN of the same device.",
    why="The kernel creates the first and refuses the second (EEXIST); ifupdown2 exits with 0.",
    mend="Remove one, or correct its id.",
    source="kernel, vlan_check_real_dev()",
)
PARENT_KIND = Rule(
    id="vlan.parent-kind",
    severity=Severity.WARNING,
    what="The raw device is the loopback interface or an alias.",
    why="lo carries no VLANs, and an alias is a second address, not a device: nothing can be created on either.",
    mend="Name a NIC, a bond, a bridge or another VLAN.",
    source="kernel, vlan_check_real_dev(): NETIF_F_VLAN_CHALLENGED; ip-address(8), label",
)


@looks_for(ID, NO_ID, NO_DEVICE, NAME_DIFFERS, PARENT_KIND, DUPLICATE)
def vlans(survey: Survey) -> Iterator[Finding]:
    first: dict[tuple[str, int, str], str] = {}
    for definition, vlan in _vlans(survey):
        yield from _identity(definition, vlan)
        yield from _parent(definition, vlan)
        if vlan.id is None or not vlan.parent:
            continue
        earlier = first.setdefault((vlan.parent, vlan.id, vlan.protocol), definition.name)
        if earlier != definition.name:
            yield DUPLICATE.on(
                definition,
                f"{definition.name} is VLAN {vlan.id} of {vlan.parent}, and so is {earlier}.",
                "Remove one of the two, or correct its id.",
            )


@looks_for(PROTOCOL)
def protocols(survey: Survey) -> Iterator[Finding]:
    for use in survey.of("vlan-protocol"):
        if use.value.lower() not in ("802.1q", "802.1ad") and "#" not in use.value:
            yield PROTOCOL.at(use, f"“{use.value}” is not a VLAN protocol.", "Write 802.1q or 802.1ad.")


def _vlans(survey: Survey) -> Iterator[tuple[Definition, Vlan]]:
    """In file order: those that an option makes one, and those whose name does."""
    said = {use.definition.name for use in survey.of("vlan-raw-device", "vlan-id")}
    for name, definition in survey.definitions.items():
        if ("." in name or name in said) and (vlan := definition.vlan) is not None:
            yield definition, vlan


def _identity(definition: Definition, vlan: Vlan) -> Iterator[Finding]:
    written = first_use(definition, "vlan-id")
    if vlan.id is None and written is None:
        yield NO_ID.on(
            definition,
            f"Nothing says which VLAN {definition.name} is.",
            "Add `vlan-id` with a number from 1 to 4094.",
        )
    elif vlan.id is None or not LOWEST <= vlan.id <= HIGHEST:
        message = f"“{written.value if written else vlan.id}” is not a VLAN id."
        hint = f"Write a number from {LOWEST} to {HIGHEST}."
        yield ID.at(written, message, hint) if written else ID.on(definition, message, hint)
    if not vlan.parent:
        yield NO_DEVICE.on(
            definition,
            f"Nothing says which device {definition.name} is a VLAN of.",
            "Add `vlan-raw-device`, such as eth0.",
        )
    yield from _against_name(definition, vlan)


def _against_name(definition: Definition, vlan: Vlan) -> Iterator[Finding]:
    base, dot, tag = definition.name.rpartition(".")
    if not dot:
        return
    use = first_use(definition, "vlan-id")
    if use is not None and vlan.id is not None and whole(tag) not in (None, vlan.id):
        yield NAME_DIFFERS.at(
            use,
            f"The name {definition.name} says VLAN {tag}, the option says {vlan.id}.",
            "Rename the interface, or correct the id.",
        )
    use = first_use(definition, "vlan-raw-device")
    if use is not None and use.value != base and base:
        yield NAME_DIFFERS.at(
            use,
            f"The name {definition.name} says device {base}, the option says {use.value}.",
            "Rename the interface, or correct the raw device.",
            severity=Severity.HINT,
        )


def _parent(definition: Definition, vlan: Vlan) -> Iterator[Finding]:
    parent = vlan.parent
    if parent == "lo" or ":" in parent:
        use = first_use(definition, "vlan-raw-device")
        message, hint = f"{parent} cannot carry a VLAN.", "Name a NIC, a bond or a bridge."
        yield PARENT_KIND.at(use, message, hint) if use else PARENT_KIND.on(definition, message, hint)
