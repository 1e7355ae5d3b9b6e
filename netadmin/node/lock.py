"""One change at a time on a node: an advisory lock that ends with the process that holds it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .config import Node
from .errors import Busy

PAUSE = 0.02


@contextmanager
def node_lock(node: Node, *, wait: float) -> Iterator[None]:
    """Hold the node's lock; `wait`: seconds to wait for whoever has it.

    flock(2): the kernel lets go when the holder dies, so a killed process leaves no lock behind.
    Raises Busy.
    """
    descriptor = _open(node)
    try:
        _take(descriptor, node, wait)
        yield
    finally:
        os.close(descriptor)


def lock_file(node: Node) -> Path:
    return node.run / "lock"


def _open(node: Node) -> int:
    node.run.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(lock_file(node), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _take(descriptor: int, node: Node, wait: float) -> None:
    until = node.clock.boottime() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if node.clock.boottime() >= until:
                raise Busy(
                    "Another order is being carried out on this node.",
                    next="Wait until it has ended, then try again.",
                ) from None
        node.clock.sleep(PAUSE)
