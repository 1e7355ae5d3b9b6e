"""Three versions of one thing, and what becomes of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from netadmin.interfaces.document import Document


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that both sides changed, and not to the same.

    interface: "" for text that belongs to no interface
    option: an option's name, "method", "auto" or "allow-CLASS", "comment"; "" for a stanza or text as a whole
    base, ours, theirs: the values, those of a repeated option one a line; None where it is not there
    """

    interface: str
    option: str
    base: str | None
    ours: str | None
    theirs: str | None


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged document, in which conflicts stand as in ours, and the conflicts."""

    document: Document
    conflicts: tuple[Conflict, ...]


class Values(NamedTuple):
    """What became of a list of values, and whether both sides changed the same of it."""

    merged: list[str]
    conflict: bool


def merge_values(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Values:
    """Merge the occurrences of one option. Several are a set in which each side adds and removes some.

    It is a conflict when both change a single value, or both replace or remove the same of several.
    """
    base, ours, theirs = list(base), list(ours), list(theirs)
    if ours == theirs or theirs == base:
        return Values(ours, False)
    if ours == base:
        return Values(theirs, False)
    if max(len(base), len(ours), len(theirs)) == 1:
        return Values(ours, True)
    gone_ours, gone_theirs = Counter(base) - Counter(ours), Counter(base) - Counter(theirs)
    come_ours, come_theirs = Counter(ours) - Counter(base), Counter(theirs) - Counter(base)
    if gone_ours & gone_theirs and come_ours != come_theirs:
        return Values(ours, True)
    kept = _without(ours, gone_theirs - gone_ours)
    added = _without(_only(theirs, come_theirs), come_ours)
    return Values(kept + added, False)


def _without(values: Sequence[str], gone: Counter[str]) -> list[str]:
    left, kept = Counter(gone), []
    for value in values:
        if left[value] > 0:
            left[value] -= 1
        else:
            kept.append(value)
    return kept


def _only(values: Sequence[str], wanted: Counter[str]) -> list[str]:
    """Of each value as many as wanted, the last ones."""
    left, kept = Counter(wanted), []
    for value in reversed(values):
        if left[value] > 0:
            left[value] -= 1
            kept.append(value)
    return kept[::-1]
