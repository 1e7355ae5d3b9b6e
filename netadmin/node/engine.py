"""The engines that make a file's network real, driven as programs: ifupdown2 and classic ifupdown."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from netadmin.interfaces import Dialect

from .config import Node
from .errors import EngineBusy, EngineMissing
from .programs import Heard, Outcome, run

PROGRAMS = "/usr/sbin:/sbin:/usr/bin:/bin"
PYTHON = "/usr/bin/python3"

# ifreload, ifup and ifdown of ifupdown2 end with this while another of them holds /run/network/.lock.
IFUPDOWN2_LOCKED = 89
LOCK_PATIENCE, LOCK_PAUSE = 10.0, 0.2

# What the file's size suggests: 50 s for 4094 bridges were measured on two slow cores.
LIMIT_BASE, LIMIT_PER_INTERFACE = 120.0, 0.1

# The engines read /etc/network/interfaces and nothing else everywhere, so another file is laid over that name,
# in a mount namespace of their own: nobody else sees it, and it is gone when they end. The session's id in the
# environment tells the engine's own processes from daemons that hooks have left behind.
UNDER_ANOTHER_FILE = 'mount --bind -- "$1" "$2" && shift 2 && NETADMIN_ENGINE=$$ exec "$@"'
UNDER_THE_SAVED_FILE = 'NETADMIN_ENGINE=$$ exec "$@"'


@dataclass(frozen=True, slots=True)
class Engine:
    """One installed engine. `limit`: seconds a command may take before it is killed."""

    dialect: Dialect
    version: str
    saved: Path
    limit: float

    def reload(self, leaving: Path, entering: Path, *, transaction: str, heard: Heard) -> Outcome:
        """Make the whole file live. ifupdown has no reload: everything goes down, then up."""
        if self.dialect is Dialect.IFUPDOWN2:
            return self._run(("ifreload", "-a"), entering, transaction, heard)
        self._run(("ifdown", "--all"), leaving, transaction, heard)
        return self._run(("ifup", "--all"), entering, transaction, heard)

    def up(self, names: Sequence[str], text: Path, *, transaction: str, heard: Heard) -> Outcome:
        """Bring interfaces up as that file has them."""
        return self._run(("ifup", *names), text, transaction, heard)

    def down(self, names: Sequence[str], text: Path, *, transaction: str, heard: Heard) -> Outcome:
        """Take interfaces down; that file is the one they were brought up from."""
        return self._run(("ifdown", *names), text, transaction, heard)

    def _run(self, command: tuple[str, ...], text: Path, transaction: str, heard: Heard) -> Outcome:
        """Raises EngineBusy and EngineOverdue."""
        heard(f"$ {' '.join(command)}\n")
        _make_lock_folder()
        environment = clean_environment(transaction)
        until = time.monotonic() + LOCK_PATIENCE
        while True:
            outcome = run(
                self._command(command, text), environment=environment, limit=self.limit, heard=heard
            )
            if not self._is_locked_out(outcome):
                return outcome
            if time.monotonic() >= until:
                raise EngineBusy(
                    f"{command[0]} is being run by somebody else on this node.",
                    state="Links may differ from the saved file.",
                    next="Wait until the other run has ended, then try again.",
                )
            time.sleep(LOCK_PAUSE)

    def _command(self, command: tuple[str, ...], text: Path) -> list[str]:
        program = (_program(command[0]), *command[1:])
        if self.dialect is Dialect.IFUPDOWN2:
            # Its own first line says `env python3`, which inside a virtual environment is the wrong one.
            program = (PYTHON, *program)
        if text == self.saved:
            return ["sh", "-c", UNDER_THE_SAVED_FILE, "sh", *program]
        over = ["sh", "-c", UNDER_ANOTHER_FILE, "sh", str(text), str(self.saved), *program]
        return ["unshare", "--mount", "--propagation", "private", *over]

    def _is_locked_out(self, outcome: Outcome) -> bool:
        return self.dialect is Dialect.IFUPDOWN2 and outcome.code == IFUPDOWN2_LOCKED


def _make_lock_folder() -> None:
    """ifupdown2 takes a missing /run/network for a lock that somebody holds."""
    Path("/run/network").mkdir(parents=True, exist_ok=True)


def engine_of(node: Node, *texts: str) -> Engine:
    """The node's engine, with the time it may take for the longest of these texts. Raises EngineMissing."""
    interfaces = max(text.count("iface ") for text in texts)
    return find_engine(node.engine, saved=node.saved, interfaces=interfaces, limit=node.engine_limit)


def find_engine(wanted: str, *, saved: Path, interfaces: int, limit: float | None = None) -> Engine:
    """The engine of this node; `wanted`: "auto" or a dialect's name. Raises EngineMissing."""
    dialect = _present() if wanted == "auto" else Dialect(wanted)
    if limit is None:
        limit = LIMIT_BASE + LIMIT_PER_INTERFACE * interfaces
    return Engine(dialect, _version(dialect), saved, limit)


def clean_environment(transaction: str) -> dict[str, str]:
    """Nothing of ours leaks into hooks; the transaction's id marks every process the engine starts."""
    return {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "NETADMIN_TRANSACTION": transaction,
    }


def _present() -> Dialect:
    if _found("ifreload"):
        return Dialect.IFUPDOWN2
    if _found("ifup"):
        return Dialect.IFUPDOWN
    raise _missing("ifreload (ifupdown2) nor ifup (ifupdown)")


def _program(name: str) -> str:
    found = _found(name)
    if found is None:
        raise _missing(name)
    return found


def _found(name: str) -> str | None:
    """ifupdown2's scripts are run by naming the interpreter, so they need not be executable."""
    return shutil.which(name, mode=os.F_OK, path=PROGRAMS)


def _missing(what: str) -> EngineMissing:
    return EngineMissing(
        f"There is no {what} in {PROGRAMS}.",
        state="Nothing has changed on the node.",
        next="Install the package ifupdown2 (or ifupdown) on the node.",
    )


def _version(dialect: Dialect) -> str:
    if dialect is Dialect.IFUPDOWN2:
        return _first(r"""__version__ = ['"](.+?)['"]""", _text(Path(_program("ifreload")).resolve().parent))
    said = subprocess.run(
        [_program("ifup"), "--version"],
        capture_output=True,
        text=True,
        env=clean_environment(""),
        check=False,
    )
    return _first(r"version (\S+)", said.stdout + said.stderr)


def _text(package: Path) -> str:
    """Asking ifupdown2 itself for its version takes `dpkg -l` and a fifth of a second."""
    try:
        return (package / "__init__.py").read_text()
    except OSError:
        return ""


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else "unknown"
