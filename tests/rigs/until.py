"""Waiting for something to become true, with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], *, within: float = 20, every: float = 0.05) -> T:
    """The first true value of `condition`, asked again and again. Raises TimeoutError with the last one."""
    end = time.monotonic() + within
    while not (value := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"still {value!r} after {within} s")
        time.sleep(every)
    return value
