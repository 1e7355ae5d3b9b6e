"""One process that is kept running, as systemd would keep it: when it dies it is started again, ever more slowly."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from netadmin.sandbox.switch import TIED

FIRST_PAUSE = 1.0  # seconds before a process that died is started again; doubled with every death
LONGEST_PAUSE = 30.0
SETTLED = 60.0  # seconds after which a process counts as healthy, and the next death as the first


class Service:
    """A command with its environment and its log file; not running until start()."""

    def __init__(
        self, name: str, command: Sequence[str], *, log: Path, cwd: Path, environment: Mapping[str, str]
    ) -> None:
        self.name = name
        self.command = tuple(command)
        self.log = log
        self._cwd = cwd
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = FIRST_PAUSE
        self._due: float | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches the supervisor alone, which ends its services in order.
            self._process = subprocess.Popen(
                (*TIED, *self.command),
                cwd=self._cwd,
                env={**os.environ, **self._environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._started, self._due = time.monotonic(), None

    def tend(self) -> str:
        """Start the process again when it has died and its pause is over; what there is to say about it."""
        if self._process is None or self._process.poll() is None:
            return ""
        now = time.monotonic()
        if self._due is None:
            if now - self._started > SETTLED:
                self._pause = FIRST_PAUSE
            self._due = now + self._pause
            said = (
                f"{self.name} ended with {self._process.returncode}; starting it again in {self._pause:.0f} s"
            )
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            return f"{said} (its log: {self.log})"
        if now >= self._due:
            self.start()
        return ""

    def stop(self, limit: float = 8) -> None:
        """Ask it to end; after `limit` seconds, end it. Safe to call twice."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(limit)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
