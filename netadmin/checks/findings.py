"""What a check says: a finding with severity and place, and the one obvious correction if there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netadmin.interfaces import Document


class Severity(StrEnum):
    """How much a finding matters: an error will not work, a warning may surprise, a hint could be better."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Correction:
    """The one obvious mend of a finding: a label for its button and the edit of the document behind it."""

    label: str
    edit: Callable[[Document], Document]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about what is wrong, one about what to write instead, and where.

    `id` is stable and explained in docs/findings.md. `line` counts from 1; 0 means the file as a whole.
    `interface`, `family` and `option` are "" where the finding is about something wider. A finding in a
    sourced file names that file and carries no correction, because sourced files are not written.
    """

    id: str
    severity: Severity
    message: str
    hint: str
    file: str = ""
    line: int = 0
    interface: str = ""
    family: str = ""
    option: str = ""
    correction: Correction | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the node the file is for; the defaults mean "nothing", and then nothing is assumed.

    `nics`: names of the network cards the node has, None when unknown. `mako`: whether ifupdown2 there finds
    python3-mako and so renders the file as a template. `features`: of "bonding", "8021q", "bridge-vlan",
    "vxlan", "openvswitch", "dummy" those the kernel there has, None when unknown.
    """

    nics: frozenset[str] | None = None
    mako: bool = False
    features: frozenset[str] | None = None


def to_json(finding: Finding) -> dict[str, str | int]:
    """The finding as plain values; its correction is represented by the label."""
    return {
        "id": finding.id,
        "severity": str(finding.severity),
        "message": finding.message,
        "hint": finding.hint,
        "file": finding.file,
        "line": finding.line,
        "interface": finding.interface,
        "family": finding.family,
        "option": finding.option,
        "correction": finding.correction.label if finding.correction else "",
    }
