"""What somebody probably meant to type."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from netadmin.definitions import Part


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The one candidate that a single slip of the finger turns into `word`, or two slips in a long word.

    A slip is a letter too many, too few, wrong, or two neighbours swapped. None when no candidate is that near,
    or when several are equally near: a guess that may be wrong is worse than none.
    """
    allowed = 1 if len(word) < 8 else 2
    best: list[str] = []
    letters = frozenset(word) if len(word) < 40 else frozenset()
    for candidate in candidates:
        # A slip changes the length by one at most, and the set of letters by two.
        if abs(len(candidate) - len(word)) > allowed or len(letters ^ _letters(candidate)) > 2 * allowed:
            continue
        slips = _slips(word, candidate, allowed)
        if slips < allowed:
            best, allowed = [candidate], slips
        elif slips == allowed:
            best.append(candidate)
    return best[0] if len(best) == 1 and len(word) > 2 else None


@lru_cache(maxsize=1024)
def _letters(word: str) -> frozenset[str]:
    return frozenset(word)


def means_address(part: Part) -> bool:
    """Whether a stanza without address has one under a mistyped name, which has its own finding."""
    return any(_is_address_mistyped(key) for key, _ in part.options)


@lru_cache(maxsize=4096)
def _is_address_mistyped(key: str) -> bool:
    return key != "address" and nearest(key.lower(), ("address",)) is not None


def _slips(word: str, other: str, most: int) -> int:
    """Edit distance with swaps of neighbours (optimal string alignment); `most` + 1 stands for any more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        last, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
