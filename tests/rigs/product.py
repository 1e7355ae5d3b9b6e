"""The product as `make run` starts it: real broker, sandbox node, workers and web server.

with Product(directory, "--port", "8300") as product:
    ready = product.ready()      # address and password
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

CHECKOUT = Path(__file__).parents[2]
READY = re.compile(r"Open +(?P<address>\S+)\n +Login +(?P<login>\S+) / (?P<password>\S+)\n")


@dataclass(frozen=True, slots=True)
class Ready:
    """Where the product answers, and who may log in."""

    address: str
    login: str
    password: str


class Product:
    """One `manage.py run` with its data in a folder of its own; `said` is what it has printed so far."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        self.said = ""
        environment = {**os.environ, "NETADMIN_DATA": str(data)}
        environment.setdefault("NETADMIN_CACHE", str(CHECKOUT / "var/packages"))
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "run", *options],
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ready(self) -> Ready:
        """Waits until it says where it is. Raises AssertionError with what it said when it ends before."""
        return Ready(**self.until_said(READY).groupdict())

    def until_said(self, pattern: re.Pattern[str]) -> re.Match[str]:
        assert self.process.stdout
        while not (found := pattern.search(self.said)):
            line = self.process.stdout.readline()
            assert line, f"it ended: {self.said}"
            self.said += line
        return found

    def end(self, number: int = signal.SIGINT) -> str:
        """Ends it by a signal, Ctrl-C's as a rule; everything it said."""
        assert self.process.stdout
        if self.process.poll() is None:
            self.process.send_signal(number)
        if not self.process.stdout.closed:
            self.said += self.process.stdout.read()  # to its end
            self.process.stdout.close()
        self.process.wait()
        return self.said

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
