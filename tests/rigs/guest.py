"""A user-mode Linux guest: a kernel with bonding, 802.1Q, VLAN filtering, a real reboot and a real power cut.

    with Guest(window, packages=root) as guest:
        guest.boot()
        guest.write("/etc/network/interfaces", text)
        guest.run(["ifup", "-a"])
        guest.power_cut()
        guest.boot()                # the window is as the cut left it, everything else is new

The guest sees the machine's files read-only through hostfs, with the unpacked packages laid over them: that
gives it /usr/sbin/ifreload though the machine has none, while the checkout and its Python are where they
always are. guest_init.py is its first process. hostfs writes through: a power cut in the guest keeps every
write made before it, so it tells about the order of writes. A guest that forgets what was not synced is in disk.py.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, BinaryIO, Self

from tests.rigs.until import until

INIT = Path(__file__).with_name("guest_init.py")
NICS = ("eth0", "eth1", "eth2", "eth3")
BOOT_LIMIT = 60  # seconds; an idle machine needs 1.5

AGENT = "rig-agent.service"
AGENT_UNIT = f"""\
[Unit]
DefaultDependencies=no
[Service]
ExecStart=/usr/bin/python3 {INIT} serve
Environment=HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
KillMode=process
[Install]
WantedBy=sysinit.target
"""

#: of no use to a test, and together half a minute of a boot
UNWANTED_UNITS = (
    "tmp.mount",
    "dbus.service",
    "dbus.socket",
    "getty.target",
    "systemd-logind.service",
    "systemd-user-sessions.service",
    "systemd-tmpfiles-setup.service",
    "systemd-tmpfiles-setup-dev.service",
    "systemd-tmpfiles-clean.timer",
    "systemd-sysusers.service",
    "systemd-firstboot.service",
    "systemd-random-seed.service",
    "systemd-update-utmp.service",
    "systemd-update-utmp-runlevel.service",
    "systemd-journal-flush.service",
    "systemd-machine-id-commit.service",
    "systemd-modules-load.service",
    "systemd-sysctl.service",
    "systemd-binfmt.service",
    "systemd-pcrphase.service",
    "systemd-pcrphase-sysinit.service",
    "systemd-repart.service",
    "kmod-static-nodes.service",
    "proc-sys-fs-binfmt_misc.automount",
    "dev-hugepages.mount",
    "dev-mqueue.mount",
    "sys-fs-fuse-connections.mount",
    "sys-kernel-config.mount",
    "sys-kernel-debug.mount",
    "sys-kernel-tracing.mount",
    "systemd-udevd.service",
    "systemd-udev-trigger.service",
    "systemd-udevd-control.socket",
    "systemd-udevd-kernel.socket",
    "systemd-ask-password-console.path",
    "systemd-ask-password-wall.path",
)

#: what a kernel does before its first process that nobody here needs, and which takes three times as long as the
#: rest of a boot: a race between algorithms for RAID 6, 256 old terminals, the measuring of a delay loop
LEFT_OUT = ("initcall_blacklist=raid6_select_algo", "pty.legacy_count=0", "lpj=20000000")

#: where the window's folders are found in the guest
PLACES = {"/etc/network": "etc-network", "/var/tmp": "var-tmp", "/var/lib/netadmin": "state"}  # noqa: S108

#: the window's folder for what commands read; a serial line that is sent much at once may stand still for ever
GIVEN = "given"


class GuestError(Exception):
    """The guest did not boot, ended, or did not answer in time; what its console said is appended."""


class Guest:
    """One machine, off until boot(); `window` is its disk and may be taken over from an earlier guest."""

    memory = "256M"
    systemd = False
    disk = ""

    def __init__(
        self,
        window: Path,
        *,
        packages: Path,
        nics: Sequence[str] = NICS,
    ) -> None:
        self.window = window
        self.packages = packages
        self._machine: Machine | None = None
        self._furnish(nics)

    def boot(self) -> None:
        """Switch on; returns when commands can be run, before anything has touched the network."""
        if self._machine:
            raise GuestError("the guest is running already")
        self._machine = Machine(self._command(), self.window)
        self._machine.answer(0, BOOT_LIMIT)

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        check: bool = True,
        input: str = "",
        environment: Mapping[str, str] = {},
        timeout: float = 60,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the guest as root and wait for its end."""
        done = self.start(argv, input=input, environment=environment).wait(timeout)
        if check and done.returncode:
            said = f"{done.stdout}{done.stderr}"
            raise GuestError(f"{' '.join(done.args)} ended with {done.returncode}\n{said}")
        return done

    def start(
        self,
        argv: Sequence[str | Path],
        *,
        input: str = "",
        environment: Mapping[str, str] = {},
    ) -> Running:
        """Run a command in the guest without waiting for its end; it leads a session of its own."""
        return Running(self._running(), [str(word) for word in argv], input, environment)

    def write(self, path: str, text: str) -> None:
        """Write a file below one of PLACES durably, whether the guest runs or not."""
        if self._machine:
            # Through the guest: it would not notice a file changed behind its page cache.
            self.run(["dd", f"of={path}", "conv=fsync", "status=none"], input=text)
        else:
            self.kept(path).write_text(text, errors="surrogateescape", newline="")

    def read(self, path: str) -> str:
        """What a process in the guest reads, or what the disk holds while the guest is off."""
        if self._machine:
            return self.run(["cat", path]).stdout
        return self.kept(path).read_bytes().decode(errors="surrogateescape")

    def kept(self, path: str) -> Path:
        """Where a file below one of PLACES lies on the machine."""
        for place, folder in PLACES.items():
            if path.startswith(f"{place}/"):
                return self.window / folder / path.removeprefix(f"{place}/")
        raise ValueError(f"{path} does not outlive the guest")

    def reboot(self) -> None:
        """Write everything back, switch off, switch on."""
        self.run(["sync"])
        self.power_cut()
        self.boot()

    def rebooted(self) -> None:
        """Wait until a reboot that something in the guest has begun is through."""
        self._running().answer(0, BOOT_LIMIT)

    def power_cut(self) -> None:
        """End the kernel where it stands; nothing in the guest gets another instruction."""
        self._running().kill()
        self._machine = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._machine:
            self.power_cut()

    def _running(self) -> Machine:
        if not self._machine:
            raise GuestError("the guest is off")
        return self._machine

    def _furnish(self, nics: Sequence[str]) -> None:
        for folder in (*PLACES.values(), GIVEN):
            (self.window / folder).mkdir(parents=True, exist_ok=True)
        skeleton = self.packages / "etc/network"
        shutil.copytree(skeleton, self.window / "etc-network", symlinks=True, dirs_exist_ok=True)
        settings = {
            "packages": str(self.packages),
            "nics": list(nics),
            "systemd": self.systemd,
            "disk": self.disk,
        }
        (self.window / "guest.json").write_text(json.dumps(settings))

    def _command(self) -> list[str]:
        kernel = self.packages / "usr/bin/linux.uml"
        root = ["root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro"]
        return [
            str(kernel),
            f"mem={self.memory}",
            *root,
            f"init={INIT}",
            f"rig={self.window}",
            *LEFT_OUT,
            "quiet",
            "systemd.show_status=0",
        ]


class SystemdGuest(Guest):
    """A guest whose first process becomes systemd, with the real networking.service; a boot takes some 5 s.

    `units` (name to text) are installed and wanted by the units named in their own [Install]. boot() returns as
    soon as commands can be run: wait_for("networking.service") waits for the network.
    """

    memory = "512M"
    systemd = True

    def __init__(
        self, window: Path, *, packages: Path, units: Mapping[str, str] = {}, nics: Sequence[str] = NICS
    ) -> None:
        super().__init__(window, packages=packages, nics=nics)
        shutil.rmtree(window / "root", ignore_errors=True)
        networking = (packages / "usr/lib/systemd/system/networking.service").read_text()
        for name, text in {AGENT: AGENT_UNIT, "networking.service": networking, **units}.items():
            self._install(name, text)
        for name in UNWANTED_UNITS:
            self.add(f"etc/systemd/system/{name}").symlink_to("/dev/null")

    def add(self, path: str) -> Path:
        """Where to put a file that every boot lays over the guest's root."""
        file = self.window / "root" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def wait_for(self, unit: str, *, timeout: float = BOOT_LIMIT) -> None:
        """Wait until a unit is active. Raises GuestError with its log when it has failed."""
        until(lambda: self._state(unit) not in ("inactive", "activating"), within=timeout, every=0.2)
        if (state := self._state(unit)) != "active":
            log = self.run(["journalctl", "--no-pager", "-u", unit], check=False).stdout
            raise GuestError(f"{unit} is {state}:\n{log}")

    def _state(self, unit: str) -> str:
        return self.run(["systemctl", "is-active", unit], check=False).stdout.strip()

    def _install(self, name: str, text: str) -> None:
        self.add(f"etc/systemd/system/{name}").write_text(text)
        for wanting in re.findall(r"^WantedBy=(.*)$", text, re.MULTILINE):
            for unit in wanting.split():
                self.add(f"etc/systemd/system/{unit}.wants/{name}").symlink_to(f"../{name}")


class Machine:
    """The processes of a running guest and the serial line to its agent."""

    def __init__(self, command: Sequence[str], window: Path) -> None:
        self.console = window / "console.log"
        self._given = window / GIVEN
        read_by_guest, self._to_guest = os.pipe()
        from_guest, written_by_guest = os.pipe()
        lines = ["con=null", "con0=null,fd:1", "ssl=null", f"ssl0=fd:{read_by_guest},fd:{written_by_guest}"]
        with self.console.open("ab") as log:
            # A session of its own: the kernel's helper processes share its process group and end with it.
            self._kernel = subprocess.Popen(
                [*command, *lines],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(read_by_guest, written_by_guest),
                start_new_session=True,
            )
        os.close(read_by_guest)
        os.close(written_by_guest)
        self._sending = threading.Lock()
        self._last = 0
        self._answers: dict[int, SimpleQueue[dict[str, Any]]] = {0: SimpleQueue()}
        incoming = os.fdopen(from_guest, "rb")
        self._reader = threading.Thread(target=self._read, args=(incoming,), daemon=True)
        self._reader.start()

    def send(self, argv: Sequence[str], input: bytes, environment: Mapping[str, str]) -> int:
        """Hand a command to the agent; the number is what its answers are asked for by."""
        with self._sending:
            self._last += 1
            self._answers[self._last] = SimpleQueue()
            (self._given / str(self._last)).write_bytes(input)
            request = {"id": self._last, "argv": argv, "environment": dict(environment)}
            data = json.dumps(request).encode() + b"\n"
            while data:
                data = data[os.write(self._to_guest, data) :]
            return self._last

    def answer(self, number: int, timeout: float) -> dict[str, Any]:
        """The next answer to a request.

        Raises GuestError when the guest ends first, TimeoutError when time is up.
        """
        try:
            answer = self._answers[number].get(timeout=timeout)
        except Empty:
            raise TimeoutError(f"no answer from the guest within {timeout} s; {self._said()}") from None
        if "gone" in answer:
            self._answers[number].put(answer)
            raise GuestError(f"the guest ended; {self._said()}")
        return answer

    def kill(self) -> None:
        os.killpg(self._kernel.pid, signal.SIGKILL)
        self._kernel.wait()
        self._reader.join()
        os.close(self._to_guest)

    def _read(self, line: BinaryIO) -> None:
        with line:
            for text in line:
                answer = json.loads(text)
                self._answers[answer["id"]].put(answer)
        for waiting in list(self._answers.values()):
            waiting.put({"gone": True})

    def _said(self) -> str:
        return f"its console:\n{self.console.read_text(errors='replace')[-3000:]}"


class Running:
    """A command under way in a guest."""

    def __init__(self, machine: Machine, argv: list[str], input: str, environment: Mapping[str, str]) -> None:
        self.argv = argv
        self._machine = machine
        self._number = machine.send(argv, input.encode(errors="surrogateescape"), environment)
        started = machine.answer(self._number, timeout=30)
        if not started["pid"]:
            raise GuestError(started["error"])
        #: its process id in the guest
        self.pid: int = started["pid"]

    def wait(self, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Its end. Raises TimeoutError when that takes longer, GuestError when the guest ended first."""
        end = self._machine.answer(self._number, timeout)
        return subprocess.CompletedProcess(self.argv, end["code"], decoded(end["out"]), decoded(end["err"]))


def decoded(data: str) -> str:
    return base64.b64decode(data).decode(errors="surrogateescape")
