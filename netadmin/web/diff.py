"""Two texts compared line by line, with the line numbers of both, as a table shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

CONTEXT = 3  # unchanged lines around a change


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line: ``kind`` is "added", "removed", "same" or "place" (lines left out before this one)."""

    kind: str
    text: str
    old: int | None = None
    new: int | None = None

    @property
    def sign(self) -> str:
        """What stands before the line in a unified difference."""
        return {"added": "+", "removed": "-"}.get(self.kind, " ")

    @property
    def word(self) -> str:
        """The same for who cannot see the sign."""
        return {"added": "added", "removed": "removed"}.get(self.kind, "")


def diff_lines(old: str, new: str) -> tuple[DiffLine, ...]:
    """The difference with a few unchanged lines around each change; empty for equal texts."""
    return tuple(_lines(old.split("\n"), new.split("\n")))


def _lines(before: list[str], after: list[str]) -> Iterator[DiffLine]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(CONTEXT):
        _, start, _, new_start, _ = group[0]
        if start or new_start:
            yield DiffLine("place", f"line {new_start + 1}")
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                for offset in range(i2 - i1):
                    yield DiffLine("same", before[i1 + offset], i1 + offset + 1, j1 + offset + 1)
                continue
            for number in range(i1, i2):
                yield DiffLine("removed", before[number], old=number + 1)
            for number in range(j1, j2):
                yield DiffLine("added", after[number], new=number + 1)
