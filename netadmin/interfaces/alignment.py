"""Which items of an old list became which of a new one."""

from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

# Above this many comparisons two lists are taken as different from their first to their last difference.
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
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    old_stop, new_stop = len(old) - tail, len(new) - tail
    runs = [Run(True, 0, head, 0, head)]
    if (old_stop - head) * (new_stop - head) > _WORTH_COMPARING:
        runs.append(Run(False, head, old_stop, head, new_stop))
    else:
        matcher = SequenceMatcher(None, old[head:old_stop], new[head:new_stop], autojunk=False)
        for tag, *places in matcher.get_opcodes():
            a1, a2, b1, b2 = (place + head for place in places)
            runs.append(Run(tag == "equal", a1, a2, b1, b2))
    runs.append(Run(True, old_stop, len(old), new_stop, len(new)))
    return [run for run in runs if run.old_start < run.old_stop or run.new_start < run.new_stop]


def _common(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))
