"""Names of interfaces: what the kernel takes, and what a reader expects."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netadmin.checks.findings import Finding, Severity
from netadmin.checks.registry import Rule, looks_for
from netadmin.checks.survey import Survey
from netadmin.definitions import Definition, Kind

LONGEST = 15

TOO_LONG = Rule(
    id="name.too-long",
    severity=Severity.ERROR,
    what="A name of more than 15 characters.",
    why="The kernel holds 16 bytes with the final zero and refuses a longer name; no engine can create or find it.",
    mend="Shorten the name to 15 characters.",
    source="kernel, IFNAMSIZ in include/uapi/linux/if.h, dev_valid_name()",
)
INVALID = Rule(
    id="name.invalid",
    severity=Severity.ERROR,
    what="A name with a character that the kernel does not take: `/`, `%` or a control character; or `.` and `..`.",
    why="The kernel refuses the name; `%d` it would replace by a number.",
    mend="Use letters, digits, `-`, `_` and `.`.",
    source="kernel, dev_valid_name() and dev_alloc_name()",
)
MISLEADING = Rule(
    id="name.misleading",
    severity=Severity.HINT,
    what="A name that says another kind than the options do: `vmbr3` without `bridge-ports`, `bond0` that is no bond.",
    why="The options decide. A reader, or a script that goes by names, is misled; often a line is missing.",
    mend="Add the missing option, such as `bridge-ports none`, or rename the interface.",
    source="naming convention ethN, vmbrN, bondN, DEVICE.TAG",
)
NUMBER = Rule(
    id="name.bridge-number",
    severity=Severity.HINT,
    what="A bridge called vmbrN with N above 4094.",
    why="Tools that know the naming convention look for vmbr0 to vmbr4094.",
    mend="Take a free number from 0 to 4094.",
    source="naming convention vmbrN, 0 ≤ N ≤ 4094",
)

_BONDS = (Kind.BOND, Kind.OVS_BOND, Kind.OTHER)
_ODD = re.compile(r"[/%\x00-\x1f\x7f]")


@looks_for(TOO_LONG, INVALID)
def names_the_kernel_takes(survey: Survey) -> Iterator[Finding]:
    for name, definition in survey.definitions.items():
        if len(name) > LONGEST or not name.isascii():
            yield from _too_long(survey, definition)
        if _ODD.search(name) or name in (".", ".."):
            yield from _odd(survey, definition)


@looks_for(MISLEADING, NUMBER)
def names_a_reader_expects(survey: Survey) -> Iterator[Finding]:
    bridges = {use.definition.name for use in survey.of("bridge-ports", "bridge-vlan-aware", "ovs-type")}
    for name, definition in survey.definitions.items():
        if name.startswith("vmbr") and name[4:].isdecimal():
            if name not in bridges:
                yield _misleading(definition, "a bridge", "Add `bridge-ports none`, or rename it.")
            elif len(name) > 7 and int(name[4:]) > 4094:
                yield NUMBER.on(definition, f"{name} is beyond vmbr4094.", "Take a number from 0 to 4094.")
        elif name.startswith("bond") and name[4:].isdecimal() and definition.kind not in _BONDS:
            yield _misleading(definition, "a bond", "Add `bond-slaves`, or rename it.")


def _too_long(survey: Survey, definition: Definition) -> Iterator[Finding]:
    for name in definition.names:
        size = (
            len(name.partition(":")[0].encode("utf-8", "surrogateescape"))
            if survey.ifupdown2
            else _size(name)
        )
        if size > LONGEST:
            yield TOO_LONG.on(
                definition,
                f"{name} has {size} {'characters' if name.isascii() else 'bytes'}; the kernel takes {LONGEST}.",
                f"Shorten it, such as to {name[:LONGEST]}." if name.isascii() else "Shorten it.",
            )
            return


def _size(name: str) -> int:
    return 0 if name.startswith("/") else len(name.encode("utf-8", "surrogateescape"))


def _odd(survey: Survey, definition: Definition) -> Iterator[Finding]:
    name = definition.name
    if not survey.ifupdown2 and name.startswith("/"):
        return  # a pattern
    if "%" in name and survey.context.mako:
        return  # the template's
    odd = _ODD.search(name)
    yield INVALID.on(
        definition,
        f"The kernel takes no {ascii(odd[0]) if odd else name} in a name.",
        "Use letters, digits, -, _ and a dot.",
    )


def _misleading(definition: Definition, kind: str, hint: str) -> Finding:
    return MISLEADING.on(
        definition, f"{definition.name} is called like {kind} but is {_called(definition.kind)}.", hint
    )


def _called(kind: Kind) -> str:
    return "a plain interface" if kind is Kind.ETHERNET else f"of the kind {kind}"
