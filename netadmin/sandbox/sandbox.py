"""A node to try things on: namespaces of its own, stand-in NICs, a private /etc/network, the real engine.

    with Sandbox(directory, engine=Dialect.IFUPDOWN2) as node:
        node.start()
        node.interfaces.write_text(...)
        node.run(["ifreload", "-a"])
        node.reboot()

The directory holds what a node keeps over a reboot and may be started again later; see init.py for
what a boot does and view.py for what is seen from inside. Nothing of it reaches the machine: when the
thread that started it ends, in whatever way, the kernel ends every process and removes every link.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from netadmin.interfaces import Dialect
from netadmin.sandbox import packages
from netadmin.sandbox.errors import BootError, NamespacesError, SandboxError
from netadmin.sandbox.init import CHECKOUT, CLEAN, REBOOT, STOP_LIMIT, Setup
from netadmin.sandbox.switch import TIED, Switch
from netadmin.sandbox.view import PERSISTENT, View

NICS = ("eth0", "eth1", "eth2", "eth3")
HOOK_FOLDERS = ("if-pre-up.d", "if-up.d", "if-down.d", "if-post-down.d", "interfaces.d")
# What a node has and a minimal machine may lack. Without brctl ifupdown2 warns at every run.
TOOLS = ("bridge-utils", "procps")
BOOT_LIMIT = 180  # seconds: four thousand bridges take forty
NAMESPACES = ("--net", "--mount", "--pid", "--fork", "--uts", "--ipc")

# What the Debian based installer of a hypervisor leaves behind: one bridge on the first NIC.
INSTALLED = """\
auto lo
iface lo inet loopback

iface eth0 inet manual

auto vmbr0
iface vmbr0 inet static
	address 192.168.10.2
	netmask 255.255.255.0
	gateway 192.168.10.1
	bridge_ports eth0
	bridge_stp off
	bridge_fd 0
"""


class Sandbox:
    """One node. `interfaces` is its /etc/network/interfaces as a file of this machine's.

    environment: variables for the boot step and the worker; shared: folders of this machine that
    the node may write at the same place, such as that of the broker's socket; hidden: folders it
    must not see into; text: what the file holds at the first start; extra_packages: further Debian
    packages the node has.
    """

    def __init__(
        self,
        directory: Path,
        *,
        engine: Dialect = Dialect.IFUPDOWN2,
        nics: Sequence[str] = NICS,
        environment: Mapping[str, str] | None = None,
        shared: Sequence[Path] = (),
        hidden: Sequence[Path] = (),
        hostname: str = "sandbox",
        text: str = INSTALLED,
        extra_packages: Sequence[str] = (),
    ) -> None:
        self.directory = directory.resolve()
        self.engine = Dialect(engine)
        self.nics = tuple(nics)
        self.hostname = hostname
        self.shared = tuple(path.resolve() for path in shared)
        self.hidden = tuple(path.resolve() for path in hidden)
        self.environment = {
            "NETADMIN_SANDBOX": "1",
            "NETADMIN_ENGINE": self.engine.value,
            "NETADMIN_STATE": "/var/lib/netadmin",
            "NETADMIN_REBOOT": "kill -USR1 1",
            "PYTHONDONTWRITEBYTECODE": "1",
            **(environment or {}),
        }
        self.layer = packages.unpacked(*packages.ENGINE_PACKAGES[self.engine], *TOOLS, *extra_packages)
        self.switch = Switch(self.layer)
        self.interfaces = self.directory / "etc-network/interfaces"
        self.console = self.directory / "console.log"
        self.boots: list[dict[str, int]] = []  # exit codes of the boot step and of `ifup -a`, per boot
        self._text = text
        self._lock: TextIO | None = None
        self._init: subprocess.Popen[bytes] | None = None
        self._pid = 0
        self._command: tuple[str, ...] = ()
        self._respawn = False

    @property
    def pid(self) -> int:
        """Process 1 of the node, by this machine's number."""
        if not self.running:
            raise SandboxError(f"The sandbox in {self.directory} is not running.", hint="Call start() first.")
        return self._pid

    @property
    def running(self) -> bool:
        return self._init is not None and self._init.poll() is None

    @property
    def wants_reboot(self) -> bool:
        """Whether the node has gone down by itself to come up again."""
        return self._init is not None and self._init.poll() == REBOOT

    def start(self, command: Sequence[str | Path] = (), *, respawn: bool = False) -> None:
        """Boot the node; returns when `ifup -a` has ended and `command`, its worker, is starting.

        Raises NamespacesError, BootError, and SandboxError when the directory is in use.
        """
        self._command, self._respawn = tuple(map(str, command)), respawn
        self._claim()
        self._furnish()
        try:
            self.switch.start()
            self._boot()
        except BaseException:
            self.stop()
            raise

    def run(
        self,
        command: Sequence[str | Path],
        *,
        check: bool = True,
        timeout: float = 60,
        environment: Mapping[str, str] | None = None,
        text_input: str = "",
    ) -> subprocess.CompletedProcess[str]:
        """A command on the node, as root. Raises CalledProcessError, TimeoutExpired."""
        return subprocess.run(
            self.inside(command),
            env={**CLEAN, **self.environment, **(environment or {})},
            input=text_input,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=check,
            timeout=timeout,
        )

    def inside(self, command: Sequence[str | Path]) -> tuple[str, ...]:
        """The command line that, run on this machine, runs the command on the node."""
        # Entering a process namespace makes nsenter fork: tied to it, the child ends when it is killed.
        enter = ("nsenter", "--target", str(self.pid), "--net", "--mount", "--pid", "--uts", "--ipc")
        return (*enter, "--", *TIED, *map(str, command))

    def reboot(self) -> None:
        """Take the node down in order and bring it up again from what its directory holds."""
        os.kill(self.pid, signal.SIGUSR1)
        self.come_up_again()

    def come_up_again(self, timeout: float = 60) -> None:
        """Wait until a node that is rebooting is down, and boot it. Raises BootError when it stays up."""
        assert self._init is not None, "a node that was never started does not reboot"  # noqa: S101
        try:
            self._init.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise BootError(f"The sandbox did not go down for its reboot within {timeout:.0f} s.") from error
        self._boot()

    def power_cut(self) -> None:
        """End every process of the node at once; the files stay as they are. power_on() or stop() follows."""
        if self._init is not None:
            self._init.kill()  # --kill-child: process 1 dies with it, and every process of its namespace
            self._init.wait()

    def power_on(self) -> None:
        self._boot()

    def stop(self) -> None:
        """Let the worker end, then everything. Safe to call twice."""
        if self._init is not None:
            with suppress(ProcessLookupError):  # it ended by itself just now
                os.kill(self._pid, signal.SIGTERM)
            try:
                self._init.wait(STOP_LIMIT + 1)
            except subprocess.TimeoutExpired:
                self.power_cut()
            self._init = None
        self.switch.stop()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _claim(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        lock = (self.directory / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise SandboxError(
                f"The sandbox in {self.directory} is already running.", hint="Stop it, or use another folder."
            ) from error
        self._lock = lock

    def _furnish(self) -> None:
        """The folders a node keeps, filled on the first start as the engine's package would fill them."""
        for name in PERSISTENT:
            (self.directory / name).mkdir(exist_ok=True)
        network = self.interfaces.parent
        for name in HOOK_FOLDERS:
            (network / name).mkdir(exist_ok=True)
        # ifupdown2 makes bridges itself: run beside it, the hooks of bridge-utils would do so twice.
        ours = "ifupdown2" if self.engine is Dialect.IFUPDOWN2 else "."
        shutil.copytree(self.layer / "etc/network" / ours, network / ours, symlinks=True, dirs_exist_ok=True)
        if not self.interfaces.exists():
            self.interfaces.write_text(self._text, errors="surrogateescape", newline="")

    def _boot(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs, self.console.open("a") as console:
            init = (sys.executable, "-m", "netadmin.sandbox", str(theirs.fileno()))
            self._init = subprocess.Popen(
                (*TIED, "unshare", *NAMESPACES, "--propagation", "private", "--kill-child", "--", *init),
                cwd=CHECKOUT,
                env={**CLEAN, "PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1"},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
            )
            theirs.close()
            ours.settimeout(BOOT_LIMIT)
            ours.sendall(self._setup().to_json().encode() + b"\n")
            with ours.makefile("r") as events:
                self._pid = self._event(events)["pid"]
                self.switch.plug(self._pid, self.nics)
                ours.sendall(b"\n")
                up = self._event(events)
        self.boots.append({"boot": up["boot"], "ifup": up["ifup"]})

    def _setup(self) -> Setup:
        python = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parents[1]}
        view = View(
            directory=self.directory,
            layer=self.layer,
            visible=tuple(sorted(path for path in python | {CHECKOUT} if path != Path("/usr"))),
            shared=self.shared,
            hidden=self.hidden,
        )
        return Setup(
            view=view,
            hostname=self.hostname,
            engine=self.engine.value,
            command=self._command,
            respawn=self._respawn,
            environment=self.environment,
        )

    def _event(self, events: TextIO) -> dict[str, Any]:
        try:
            line = events.readline()
        except ConnectionResetError:
            line = ""
        except TimeoutError as error:
            raise BootError(
                f"The sandbox was not up within {BOOT_LIMIT} s.", hint=f"Its console: {self.console}"
            ) from error
        if not line:
            raise self._refusal()
        event: dict[str, Any] = json.loads(line)
        if "error" in event:
            raise NamespacesError(event["error"], hint=event["hint"])
        return event

    def _refusal(self) -> SandboxError:
        last = self.console.read_text(errors="replace").strip().splitlines()[-1:]
        said = last[0] if last else "without a word"
        if "unshare" in said:
            return NamespacesError(
                f"Namespaces cannot be made: {said}",
                hint="The sandbox needs root and a kernel (or container) that allows namespaces.",
            )
        return BootError(f"The sandbox's init ended: {said}", hint=f"Its console: {self.console}")
