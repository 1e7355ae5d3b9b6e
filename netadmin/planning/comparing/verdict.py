"""What one option of one interface asks for, beside what the kernel shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    AS_WANTED = "as-wanted"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`wanted` and `seen` are texts for people; `why` says what a difference or an unknown means."""

    interface: str
    option: str
    wanted: str
    seen: str
    verdict: Verdict
    why: str = ""


def compared(interface: str, option: str, wanted: object, seen: object, why: str = "") -> Comparison:
    """As wanted when both are equal; `why` belongs to the difference."""
    if wanted == seen:
        return Comparison(interface, option, text(wanted), text(seen), Verdict.AS_WANTED)
    return Comparison(interface, option, text(wanted), text(seen), Verdict.DIFFERS, why)


def unknown(interface: str, option: str, wanted: object, why: str, seen: object = "") -> Comparison:
    return Comparison(interface, option, text(wanted), text(seen), Verdict.UNKNOWN, why)


def text(value: object) -> str:
    """`yes` and `no` as interfaces(5) has them, whole numbers without a fraction, lists with blanks."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return " ".join(text(item) for item in value) or "none"
    return str(value)
