"""What happens on the node without an order: files edited by hand, a deadline that passes, a guard's rollback."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from .config import Node
from .errors import NodeError
from .journal import Journal, Record
from .messages import AnyReport
from .rebooting import reboot_at
from .reporting import node_report, sourced_texts
from .transaction import end_overdue

EVERY = 1.0  # seconds

log = logging.getLogger(__name__)

FileMark = tuple[int, int, int] | None  # modification time, size, inode; None for no file


class Notice(threading.Thread):
    """Looks every second, which costs a few stat(2) calls and works on every file system.

    Reports the node when a file or the schedule of a reboot changed, and the newest transaction when its
    journal did, whoever wrote it. Ends a transaction whose deadline has passed, as the guard does too.
    """

    def __init__(self, node: Node, put: Callable[[AnyReport], None]) -> None:
        super().__init__(name="notice", daemon=True)
        self._node, self._put = node, put
        self._journal = Journal(node)
        self._stopped = threading.Event()
        self._files: tuple[object, ...] = ()
        self._record: Record | None = None
        self._sourced: tuple[Path, ...] = ()

    def stop(self) -> None:
        self._stopped.set()

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._look()
            except (NodeError, OSError) as error:
                log.warning("Not everything on the node could be looked at: %s", error)
            self._stopped.wait(EVERY)

    def _look(self) -> None:
        end_overdue(self._node, emit=self._put, journal=self._journal)
        record = self._journal.newest()
        if record is not None and record != self._record:
            self._record = record
            self._put(self._journal.report(record))
        files = self._marks()
        if files != self._files:
            self._sourced = self._sourced_files()
            # Taken before the report: what changes while it is made is noticed next time. Remembered after it: a report
            # that could not be made is made next time.
            files = self._marks()
            self._put(node_report(self._node))
            self._files = files

    def _marks(self) -> tuple[object, ...]:
        own = (self._node.saved, self._node.staged)
        return (*map(_mark, (*own, *self._sourced)), self._folder_marks(), reboot_at(self._node))

    def _folder_marks(self) -> tuple[FileMark, ...]:
        """A new file in a folder that is sourced from changes the folder."""
        folders = dict.fromkeys(
            (self._node.network / "interfaces.d", *(path.parent for path in self._sourced))
        )
        return tuple(_mark(folder) for folder in folders if folder != self._node.network)

    def _sourced_files(self) -> tuple[Path, ...]:
        return tuple(self._node.root / name.lstrip("/") for name in sourced_texts(self._node))


def _mark(path: Path) -> FileMark:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
