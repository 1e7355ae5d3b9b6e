"""The deadline's keeper: started before the first change, it needs no worker, no broker and no web.

Where systemd runs, it is a transient timer (`systemctl list-timers 'netadmin-guard-*'`) whose service rolls back;
systemd starts that service again when it is killed. Elsewhere it is a process in a session of its own. The deadline
itself is always read from the journal and measured on CLOCK_BOOTTIME: a guard that is woken too early waits on, and
extending the deadline touches neither timer nor process. Should the process be killed, the node's worker, which looks
every second, and every console command end what is overdue.
"""

import math
import os
import subprocess
from pathlib import Path

from . import watch
from .config import Node
from .errors import EngineError
from .journal import Record
from .lock import lock_file

SYSTEMD = Path("/run/systemd/system")
READY_WITHIN = 10.0


def arm(node: Node, record: Record) -> str:
    """Start the guard of a transaction; returns what was started. Raises EngineError when it does not start."""
    return _arm_timer(node, record) if SYSTEMD.is_dir() else _start_process(node, record)


def disarm(transaction: str) -> None:
    """Take away the timer of a transaction that has ended; a guard process sees for itself that it has."""
    if SYSTEMD.is_dir():
        stop = ["/usr/bin/systemctl", "stop", f"{_unit(transaction)}.timer"]
        subprocess.run(stop, capture_output=True, timeout=30, check=False)


def _arm_timer(node: Node, record: Record) -> str:
    """Two clocks, whichever comes first: CLOCK_MONOTONIC, which stands still in suspend, and CLOCK_REALTIME, which is
    right at once after it but can be set. Without default dependencies, since systemd.timer(5) lets a timer by the
    calendar wait for the time to be synchronised: at boot, for the network that is on trial.
    """
    unit = _unit(record.transaction)
    settings = [f"--setenv={name}={value}" for name, value in _environment(node).items()]
    started = subprocess.run(
        [
            "/usr/bin/systemd-run",
            f"--unit={unit}",
            f"--description=Roll back netadmin transaction {record.transaction} unless it is confirmed",
            f"--on-active={record.wait}",
            f"--on-calendar=@{math.ceil(node.clock.now()) + record.wait}",
            "--timer-property=AccuracySec=100ms",
            "--timer-property=DefaultDependencies=no",
            "--property=Restart=on-failure",
            "--property=RestartSec=1",
            # However often it is killed, and sparing the daemons that hooks of the saved file have started.
            "--property=StartLimitIntervalSec=0",
            "--property=KillMode=process",
            *settings,
            *guard_command(node, record.transaction),
        ],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if started.returncode:
        raise _not_started(started.stderr.strip())
    return f"timer {unit}.timer\n"


def _unit(transaction: str) -> str:
    return f"netadmin-guard-{transaction}"


def _start_process(node: Node, record: Record) -> str:
    """The program that waits has no imports worth the name; it becomes the whole guard at the deadline."""
    node.run.mkdir(mode=0o700, parents=True, exist_ok=True)
    reading, writing = os.pipe()
    try:
        with (node.run / "guard.log").open("ab") as log:
            child = subprocess.Popen(
                [
                    node.python,
                    "-IS",
                    watch.__file__,
                    str(writing),
                    str(node.state / "transactions" / record.transaction / "record.json"),
                    str(lock_file(node)),
                    *guard_command(node, record.transaction),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **_environment(node)},
                cwd="/",
                pass_fds=(writing,),
                start_new_session=True,
            )
    finally:
        os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        pid = pipe.read().decode()
    child.wait(READY_WITHIN)
    if not pid:
        raise _not_started(f"it ended with code {child.returncode}")
    return f"guard process {pid}\n"


def guard_command(node: Node, transaction: str) -> list[str]:
    return [node.python, "-m", "netadmin.node", "guard", transaction]


def _environment(node: Node) -> dict[str, str]:
    """Without the broker: the guard needs none, and its address may hold a password that `ps` would show."""
    return {**node.environment(), "NETADMIN_BROKER": "", "PYTHONPATH": str(Path(__file__).parents[2])}


def _not_started(why: str) -> EngineError:
    return EngineError(
        f"The guard of the deadline did not start: {why}.",
        state="Nothing has changed on the node.",
        next="Without a guard nothing is applied; see to the cause and try again.",
    )
