"""A reboot that is scheduled, and can be called off until it begins."""

import json
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from .config import Node
from .engine import clean_environment
from .errors import Busy, Impossible
from .guard import SYSTEMD
from .journal import Journal

UNIT = "netadmin-reboot"
# The answer to the order leaves the node before the node goes down.
SHORTEST_DELAY = 2
WAIT_THEN = 'sleep "$1"; shift; exec "$@"'


def schedule_reboot(node: Node, delay: int) -> None:
    """Reboot in so many seconds; an earlier schedule is replaced. Raises Busy, Impossible, OSError."""
    if (record := Journal(node).open()) is not None:
        raise Busy(
            f"Transaction {record.transaction} is open ({record.state}); a reboot would end it.",
            next="Confirm it or roll it back first.",
        )
    cancel_reboot(node)
    delay = max(delay, SHORTEST_DELAY)
    pid = _start_timer(node, delay) if SYSTEMD.is_dir() else _start_process(node, delay)
    note = {"at": node.clock.now() + delay, "pid": pid, "boot_id": node.clock.boot_id()}
    _path(node).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _path(node).write_text(json.dumps(note))


def cancel_reboot(node: Node) -> None:
    """Fine when none is scheduled."""
    note = _note(node)
    if note is None:
        return
    if pid := int(note["pid"]):
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGTERM)
    else:
        subprocess.run(
            ["/usr/bin/systemctl", "stop", f"{UNIT}.timer"], capture_output=True, timeout=30, check=False
        )
    _path(node).unlink(missing_ok=True)


def reboot_at(node: Node) -> float:
    """Unix seconds of the scheduled reboot, 0 without one."""
    note = _note(node)
    return float(note["at"]) if note is not None else 0.0


def _start_timer(node: Node, delay: int) -> int:
    started = subprocess.run(
        [
            "/usr/bin/systemd-run",
            f"--unit={UNIT}",
            f"--on-active={delay}",
            "--timer-property=AccuracySec=100ms",  # a minute is systemd's default
            *node.reboot,
        ],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if started.returncode:
        raise Impossible(
            f"The reboot could not be scheduled: {started.stderr.strip()}.", next="Reboot the node by hand."
        )
    return 0


def _start_process(node: Node, delay: int) -> int:
    return subprocess.Popen(
        ["/bin/sh", "-c", WAIT_THEN, "sh", str(delay), *node.reboot],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **clean_environment("")},
        start_new_session=True,
    ).pid


def _note(node: Node) -> dict[str, float] | None:
    """The schedule, unless that reboot has happened: /run may be older than the boot in a sandbox."""
    try:
        note = json.loads(_path(node).read_text())
    except (OSError, ValueError):
        return None
    return note if note.get("boot_id") == node.clock.boot_id() else None


def _path(node: Node) -> Path:
    return node.run / "reboot.json"
