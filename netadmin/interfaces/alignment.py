"""Which items of an old list became which of a new one."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

# Above this many comparisons, lists are first taken apart at the items that stand once in either.
_WORTH_COMPARING = 1_000_000


class Run(NamedTuple):
    """old[old_start:old_stop] became new[new_start:new_stop]."""

    same: bool
    old_start: int
    old_stop: int
    new_start: int
    new_stop: int


def align(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Run]:
    """Runs of equal and of different items, in order, that cover both lists.

    Items that stay at either end are told first, so that two long lists with one difference cost little.
    """
    runs: list[Run] = []
    for run in _runs(old, new, 0, 0):
        if runs and runs[-1].same and run.same:
            run = Run(True, runs[-1].old_start, run.old_stop, runs.pop().new_start, run.new_stop)
        runs.append(run)
    return runs


def _runs(old: Sequence[Hashable], new: Sequence[Hashable], old_at: int, new_at: int) -> Iterator[Run]:
    """The runs of two lists that begin at these places of longer ones; none is empty on both sides."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    old_stop, new_stop = len(old) - tail, len(new) - tail
    if head:
        yield Run(True, old_at, old_at + head, new_at, new_at + head)
    if head < old_stop or head < new_stop:
        yield from _differing(old[head:old_stop], new[head:new_stop], old_at + head, new_at + head)
    if tail:
        yield Run(True, old_at + old_stop, old_at + len(old), new_at + new_stop, new_at + len(new))


def _differing(old: Sequence[Hashable], new: Sequence[Hashable], old_at: int, new_at: int) -> Iterator[Run]:
    if len(old) * len(new) <= _WORTH_COMPARING:
        for tag, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            yield Run(tag == "equal", old_at + a1, old_at + a2, new_at + b1, new_at + b2)
        return
    a = b = 0
    for old_place, new_place in _anchors(old, new):
        yield from _runs(old[a:old_place], new[b:new_place], old_at + a, new_at + b)
        a, b = old_place + 1, new_place + 1
        yield Run(True, old_at + old_place, old_at + a, new_at + new_place, new_at + b)
    if a == b == 0:
        yield Run(False, old_at, old_at + len(old), new_at, new_at + len(new))
    else:
        yield from _runs(old[a:], new[b:], old_at + a, new_at + b)


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The places of items that stand once in either list, the most of them that are in the same order in both
    (Bram Cohen's "patience diff")."""
    in_old, in_new = Counter(old), Counter(new)
    places = {item: place for place, item in enumerate(new) if in_new[item] == 1}
    pairs = [(at, places[item]) for at, item in enumerate(old) if in_old[item] == 1 and item in places]
    ends: list[int] = []  # by length the least place in `new` at which a rising row of that length ends
    before: list[int | None] = []  # by pair the one that comes before it in the longest row it ends
    last: list[int] = []  # by length the pair that ends it
    for number, (_at, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        if length == len(ends):
            ends.append(place)
            last.append(number)
        else:
            ends[length], last[length] = place, number
        before.append(last[length - 1] if length else None)
    row: list[tuple[int, int]] = []
    step = last[-1] if last else None
    while step is not None:
        row.append(pairs[step])
        step = before[step]
    return row[::-1]


def _common(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))
