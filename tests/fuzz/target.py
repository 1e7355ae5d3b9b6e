"""What is fuzzed: a file is read, given its meaning, checked, compared and merged; none of it may raise."""

import time

from netadmin.checks import check
from netadmin.definitions import definitions
from netadmin.interfaces import Dialect, differences, merge, parse, render

# Parts an input into base, ours and theirs; an input without it is cut in halves for ours and theirs.
SEPARATOR = b"%%%\n"
# Processor seconds: for any input, and for each byte of it on top.
BASE_COST, BYTE_COST = 2.0, 0.001


def survive(data: bytes) -> None:
    """Put an input through everything; AssertionError when a promise breaks, or when it takes too long."""
    texts = [part.decode("utf-8", "surrogateescape") for part in data.split(SEPARATOR)[:3]]
    if len(texts) < 3:
        half = len(texts[0]) // 2
        texts = [texts[0], texts[0][:half], texts[0][half:]]
    start = time.process_time()
    for dialect in Dialect:
        base, ours, theirs = (parse(text, dialect=dialect) for text in texts)
        assert render(base) == texts[0]
        check(definitions(base, sourced=[ours]))
        merged = merge(base, ours, theirs)
        differences(base, merged.document)
        assert render(merge(base, base, theirs).document) == texts[2]
    took = time.process_time() - start
    assert took < BASE_COST + BYTE_COST * len(data), f"{len(data)} bytes took {took:.1f} s"
