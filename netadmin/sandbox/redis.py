"""A Redis of our own: reachable by a unix socket in a folder that only its user may enter, else by nothing.

The machine's own Redis, if it has one, is neither asked nor touched. What the broker holds is live
state and orders on their way, all of it sent again after a restart, so nothing is written to disk.
"""

import os
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from netadmin.sandbox import packages
from netadmin.sandbox.errors import SandboxError
from netadmin.sandbox.switch import TIED

START_LIMIT = 15  # seconds
SOCKET_LENGTH = 107  # unix(7): sun_path holds 108 bytes with the closing NUL


class RedisServer:
    """One server; `url` is what Celery and redis-py connect to."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.resolve()
        self.socket = self.directory / "redis.sock"
        self.log = self.directory / "redis.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise SandboxError(f"Redis in {self.directory} is not running.", hint="Call start() first.")
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Returns when it answers. Raises SandboxError with its own last words when it does not."""
        if len(os.fsencode(self.socket)) > SOCKET_LENGTH:
            raise SandboxError(
                f"The path {self.socket} is too long for a unix socket.", hint="Use a shorter data folder."
            )
        self.directory.mkdir(parents=True, exist_ok=True)
        self.directory.chmod(0o700)
        self.socket.unlink(missing_ok=True)
        root = packages.unpacked("redis-server")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                (*TIED, packages.program(root, "redis-server"), *self._options()),
                env={**os.environ, **packages.environment(root)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._await()

    def kill(self) -> None:
        """kill -9, as a crash would end it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _options(self) -> tuple[str, ...]:
        listen = ("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "600")
        keep = ("--save", "", "--appendonly", "no", "--dir", str(self.directory))
        return (*listen, *keep, "--daemonize", "no", "--loglevel", "notice")

    def _await(self) -> None:
        end = time.monotonic() + START_LIMIT
        while self.running and time.monotonic() < end:
            if self._answers():
                return
            time.sleep(0.02)
        self.stop()
        last = self.log.read_text(errors="replace").strip().splitlines()[-1:]
        raise SandboxError(f"Redis did not start: {' '.join(last)}", hint=f"Its log: {self.log}")

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False
