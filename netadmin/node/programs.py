"""Programs run with a limit on their time: heard line by line, killed with all they started, the culprit named."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .errors import EngineOverdue

Heard = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    output: str
    seconds: float


def run(command: Sequence[str], *, environment: Mapping[str, str], limit: float, heard: Heard) -> Outcome:
    """Run in a session of its own; `heard` gets the output (both streams) as it comes.

    A daemon that the program leaves behind with our pipe open does not keep us: what counts is the program's end.
    Raises EngineOverdue after `limit` seconds, when it and its descendants have been killed. SIGTERM is no use:
    ifupdown2 hangs on it for ever, its lock held.
    """
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=dict(environment),
        cwd="/",
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101 -- it was asked for, two lines up
    with process.stdout as stream:
        os.set_blocking(stream.fileno(), False)
        output, ended = _listen(process.pid, stream.fileno(), began + limit, heard)
        if not ended:
            culprits = kill_tree(process.pid)
            process.wait()
            raise _overdue(command, limit, culprits)
        code = process.wait()
    return Outcome(code, output, time.monotonic() - began)


def orphans(transaction: str) -> list[int]:
    """The engine's own processes of that transaction whose parent of ours is gone; daemons of hooks are not."""
    mark = f"NETADMIN_TRANSACTION={transaction}".encode()
    return [pid for pid in _pids() if mark in (words := _words(pid, "environ")) and _is_engine(pid, words)]


def kill(pids: Iterable[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def kill_tree(pid: int) -> tuple[str, ...]:
    """Kill a process and all its descendants; returns the command lines of those that had no children."""
    children: dict[int, list[int]] = {}
    for other in _pids():
        children.setdefault(_parent(other), []).append(other)
    tree = [pid]
    for member in tree:
        tree.extend(children.get(member, ()))
    leaves = tuple(_command_line(member) for member in tree if member not in children)
    kill(tree)
    return tuple(leaf for leaf in leaves if leaf)


def _listen(pid: int, stream: int, until: float, heard: Heard) -> tuple[str, bool]:
    """What the program said, and whether it ended by itself."""
    pieces: list[str] = []

    def take() -> bool:
        data = _read(stream)
        if data:
            pieces.append(data.decode("utf-8", "replace"))
            heard(pieces[-1])
        return data is None

    pidfd = os.pidfd_open(pid)
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            selector.register(pidfd, selectors.EVENT_READ)
            while (left := until - time.monotonic()) > 0:
                ready = {key.fd for key, _ in selector.select(left)}
                if stream in ready and take():
                    selector.unregister(stream)
                if pidfd in ready:
                    if stream in selector.get_map():
                        take()
                    return "".join(pieces), True
        return "".join(pieces), False
    finally:
        os.close(pidfd)


def _read(stream: int) -> bytes | None:
    """All that has been written so far; None at the end of the stream."""
    data = b""
    with suppress(BlockingIOError):
        while piece := os.read(stream, 65536):
            data += piece
        return data or None
    return data


def _overdue(command: Sequence[str], limit: float, culprits: tuple[str, ...]) -> EngineOverdue:
    return EngineOverdue(
        f"The engine did not end within {limit:.0f} s and was killed. It was waiting for: "
        f"{'; '.join(culprits) or ' '.join(command[-2:])}.",
        state="Links are somewhere between the two files.",
        next="See whether that program (a hook of an interface, a DHCP client) can end by itself.",
    )


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _words(pid: int, file: str) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/{file}").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return []


def _command_line(pid: int) -> str:
    return b" ".join(_words(pid, "cmdline")).decode("utf-8", "replace").strip()


def _parent(pid: int) -> int:
    return _status(pid)[1]


def _is_engine(pid: int, words: list[bytes]) -> bool:
    return f"NETADMIN_ENGINE={_status(pid)[3]}".encode() in words


def _status(pid: int) -> list[int]:
    """State (0 here), parent, process group and session: proc(5), /proc/pid/stat from the third field on."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return [0, 0, 0, 0]
    fields = text.rpartition(")")[2].split()
    return [0, *(int(field) for field in fields[1:4])]
