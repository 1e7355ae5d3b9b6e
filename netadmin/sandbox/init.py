"""Process 1 of a sandbox: brings the node up as systemd would, keeps its worker running, ends or reboots.

Order of a boot, as on a node: the boot step (it may take a staged file), `ifup -a` and the hotplugged,
the worker.
SIGTERM powers off; SIGUSR1 reboots, which is what NETADMIN_REBOOT sends. Started by sandbox.py in new
namespaces with a socket over which it tells how far it is, one JSON object per line:
the machine sends a Setup → {"pid"} → it plugs the NICs in and sends a line → {"up", "boot", "ifup"},
or {"error"} at any point.
"""

import importlib.util
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from netadmin.sandbox import view
from netadmin.sandbox.errors import SandboxError

REBOOT = 85  # exit status by which the machine knows that the node wants to come up again
CLEAN = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
IFDOWN_LIMIT = 20  # seconds; a hook that hangs must not keep the sandbox from rebooting
STOP_LIMIT = 5
CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Setup:
    """What the machine hands to a boot: by the socket, for a command line can be read by every user."""

    view: view.View
    hostname: str
    engine: str
    command: tuple[str, ...]
    respawn: bool
    environment: dict[str, str]

    def to_json(self) -> str:
        paths = {
            "directory": str(self.view.directory),
            "layer": str(self.view.layer),
            "visible": [str(path) for path in self.view.visible],
            "shared": [str(path) for path in self.view.shared],
            "hidden": [str(path) for path in self.view.hidden],
        }
        rest = {
            name: getattr(self, name) for name in ("hostname", "engine", "command", "respawn", "environment")
        }
        return json.dumps({"view": paths, **rest})

    @classmethod
    def from_json(cls, text: str) -> "Setup":
        values = json.loads(text)
        paths = values.pop("view")
        seen = view.View(
            directory=Path(paths["directory"]),
            layer=Path(paths["layer"]),
            visible=tuple(map(Path, paths["visible"])),
            shared=tuple(map(Path, paths["shared"])),
            hidden=tuple(map(Path, paths["hidden"])),
        )
        return cls(view=seen, command=tuple(values.pop("command")), **values)


def main() -> int:
    machine = socket.socket(fileno=int(sys.argv[1]))
    orders = machine.makefile("r")
    setup = Setup.from_json(orders.readline())
    signals = _watch_signals()
    _tell(
        machine, pid=int(Path("/proc/self").readlink().name)
    )  # still the machine's /proc: its number for us
    try:
        view.enter(setup.view, hostname=setup.hostname)
    except SandboxError as error:
        _tell(machine, error=error.message, hint=error.hint)
        return 1
    orders.readline()  # the NICs are plugged in
    boot = _boot_step(setup)
    ifup = _networking(setup.engine, "ifup")
    _hotplug(setup.engine)
    _tell(machine, up=True, boot=boot, ifup=ifup)
    return _tend(setup, signals)


def _tell(machine: socket.socket, **event: object) -> None:
    machine.sendall(json.dumps(event).encode() + b"\n")


def _watch_signals() -> int:
    """A descriptor from which the numbers of arriving signals are read."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    return reader


def _boot_step(setup: Setup) -> int:
    if importlib.util.find_spec("netadmin.node.__main__") is None:
        return 0
    step = [sys.executable, "-m", "netadmin.node", "boot"]
    return subprocess.run(step, cwd=CHECKOUT, env={**CLEAN, **setup.environment}, check=False).returncode


def _networking(engine: str, verb: str, limit: float | None = None) -> int:
    """`ifup -a` or `ifdown -a` as the engine's networking.service runs it."""
    exclude = ["--exclude=lo"] if verb == "ifdown" else []
    command = [*_program(engine, verb), "-a", *exclude]
    try:
        return subprocess.run(command, env=CLEAN, check=False, timeout=limit).returncode
    except subprocess.TimeoutExpired:
        return -signal.SIGKILL


def _hotplug(engine: str) -> None:
    """What start-networking of ifupdown2 does after that, and udev for classic ifupdown (80-ifupdown.rules).

    Most nodes have nothing of the kind, and asking the engine costs every sandbox a quarter of a second.
    """
    files = (path for path in Path("/etc/network").rglob("*") if path.is_file())
    if not any(b"hotplug" in path.read_bytes() for path in files):
        return
    query = [*_program(engine, "ifquery"), "--list", "--allow=hotplug"]
    listed = subprocess.run(query, env=CLEAN, check=False, stdout=subprocess.PIPE, text=True).stdout.split()
    there = [name for name in listed if Path("/sys/class/net", name).exists()]
    if there:
        subprocess.run([*_program(engine, "ifup"), *there], env=CLEAN, check=False)


def _program(engine: str, name: str) -> list[str]:
    # ifupdown2 begins with `env python3`, which inside a virtual environment finds the wrong one.
    return ["/usr/bin/python3", f"/usr/sbin/{name}"] if engine == "ifupdown2" else [f"/sbin/{name}"]


def _tend(setup: Setup, signals: int) -> int:
    """Keep the worker running and reap orphans until told to end; the exit status of process 1."""
    worker = _start(setup)
    pause, due = 1.0, None
    while True:
        select.select([signals], [], [], None if due is None else max(0.0, due - time.monotonic()))
        arrived = _arrived(signals)
        if arrived & {signal.SIGTERM, signal.SIGUSR1}:
            _stop(worker)
            if signal.SIGUSR1 not in arrived:
                return 0
            _networking(setup.engine, "ifdown", IFDOWN_LIMIT)
            return REBOOT
        if worker is not None and worker.poll() is not None:
            print(f"sandbox: the worker ended with {worker.returncode}", flush=True)
            worker, due = None, time.monotonic() + pause if setup.respawn else None
        _reap(worker)
        if due is not None and time.monotonic() >= due:
            print("sandbox: starting the worker again", flush=True)
            worker, pause, due = _start(setup), min(pause * 2, 30.0), None


def _start(setup: Setup) -> subprocess.Popen[bytes] | None:
    if not setup.command:
        return None
    return subprocess.Popen(setup.command, cwd=CHECKOUT, env={**CLEAN, **setup.environment})


def _arrived(signals: int) -> set[int]:
    try:
        return set(os.read(signals, 4096))
    except BlockingIOError:
        return set()


def _reap(worker: subprocess.Popen[bytes] | None) -> None:
    """Bury the orphans that process 1 inherits; the worker's own end is left to its Popen."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or (worker is not None and ended.si_pid == worker.pid):
            return
        os.waitpid(ended.si_pid, 0)


def _stop(worker: subprocess.Popen[bytes] | None) -> None:
    if worker is None or worker.poll() is not None:
        return
    worker.terminate()
    try:
        worker.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
