"""Values as the engines spell them: switches, whole numbers, seconds, ranges of ids."""

from functools import lru_cache

ON = frozenset({"yes", "on", "1", "true"})
OFF = frozenset({"no", "off", "0", "false"})

IdRanges = tuple[tuple[int, int], ...]  # inclusive ranges, as written: ((2, 2), (10, 20))


@lru_cache(maxsize=4096)
def switch(text: str | None) -> bool | None:
    """yes, on, 1 → True; no, off, 0 → False; None for anything else, or nothing."""
    if text is None:
        return None
    word = text.lower()
    return True if word in ON else False if word in OFF else None


@lru_cache(maxsize=4096)
def whole(text: str | None) -> int | None:
    """A whole number without sign, or None when the text is not one."""
    return int(text) if text and len(text) <= 18 and text.isascii() and text.isdigit() else None


@lru_cache(maxsize=4096)
def seconds(text: str | None) -> float | None:
    """Seconds, with a fraction where brctl(8) takes one (`bridge_fd 0.5`)."""
    if not text:
        return None
    before, point, after = text.partition(".")
    if whole(before) is None or (point and whole(after) is None):
        return None
    return float(text)


def id_ranges(text: str) -> IdRanges | None:
    """`2-4094`, `10 20,30-40` as inclusive ranges; None when a word is neither an id nor a range."""
    ranges = []
    for word in text.replace(",", " ").split():
        first, dash, last = word.partition("-")
        low = whole(first)
        high = whole(last) if dash else low
        if low is None or high is None:
            return None
        ranges.append((low, high))
    return tuple(ranges)
