"""Two texts compared line by line, with the line numbers of both, as a table shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netadmin.interfaces.alignment import Run, align

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
    runs = align(before, after)
    for run in runs:
        if run.same:
            yield from _around(run, after, first=run is runs[0], last=run is runs[-1])
            continue
        for number in range(run.old_start, run.old_stop):
            yield DiffLine("removed", before[number], old=number + 1)
        for number in range(run.new_start, run.new_stop):
            yield DiffLine("added", after[number], new=number + 1)


def _around(run: Run, lines: list[str], *, first: bool, last: bool) -> Iterator[DiffLine]:
    """Of equal lines those right below one change and right above the next."""
    below = run.new_start if first else min(run.new_start + CONTEXT, run.new_stop)
    above = run.new_stop if last else max(run.new_stop - CONTEXT, below)
    shift = run.old_start - run.new_start
    for number in range(run.new_start, below):
        yield DiffLine("same", lines[number], number + shift + 1, number + 1)
    if below < above and not last:
        yield DiffLine("place", f"line {above + 1}")
    for number in range(above, run.new_stop):
        yield DiffLine("same", lines[number], number + shift + 1, number + 1)
