"""One `make run` per data folder: the second says that one is running, and where."""

import fcntl
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class AlreadyRunningError(Exception):
    """Another process has the data folder; `address` is where it answers, empty while it is still starting."""

    def __init__(self, pid: int, address: str) -> None:
        self.pid = pid
        self.address = address
        where = f"at {address}" if address else "and is still starting"
        super().__init__(f"netadmin is already running here, {where} (process {pid}).")


class Claim:
    """Held for as long as the process lives: the kernel drops the lock when it ends, in whatever way."""

    def __init__(self, data: Path) -> None:
        self._path = data / "running"
        self._file = self._path.open("a+")

    def __enter__(self) -> Self:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid, address = self._read()
            self._file.close()
            raise AlreadyRunningError(pid, address) from error
        self.announce("")
        return self

    def announce(self, address: str) -> None:
        """Leave word where this one answers."""
        self._file.seek(0)
        self._file.truncate()
        json.dump({"pid": os.getpid(), "address": address}, self._file)
        self._file.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._path.unlink(missing_ok=True)
        self._file.close()

    def _read(self) -> tuple[int, str]:
        self._file.seek(0)
        try:
            said = json.load(self._file)
            return int(said["pid"]), str(said["address"])
        except (ValueError, KeyError):  # it is writing this very moment
            return 0, ""
