"""Which of the old values of a repeated option became which of the new ones."""

from collections.abc import Sequence
from difflib import SequenceMatcher


def aligned(old: Sequence[str], new: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Pairs of places in order: (old, new) kept or replaced, (old, None) removed, (None, new) added.

    Equal values stay in their place, so that taking the first of three addresses away removes one line
    instead of rewriting two and removing the third.
    """
    if len(old) <= 1 and len(new) <= 1:
        return [(0 if old else None, 0 if new else None)] if old or new else []
    pairs: list[tuple[int | None, int | None]] = []
    for _tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        both = min(i2 - i1, j2 - j1)
        pairs.extend((i1 + step, j1 + step) for step in range(both))
        pairs.extend((place, None) for place in range(i1 + both, i2))
        pairs.extend((None, place) for place in range(j1 + both, j2))
    return pairs
