"""What a sandbox's processes see of the file system: the machine's own, out of reach of a write.

The root is an overlay: the unpacked engine over the machine's `/`, every write going to a tmpfs that
ends with the boot. Only the folders that a node keeps over a reboot lie on disk, in the sandbox's own
directory. Runs inside the new mount namespace; see mount_namespaces(7) and proc(5).
"""

import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from netadmin.sandbox.errors import NamespacesError

# What survives a reboot: folder in the sandbox's directory, place on the node.
PERSISTENT = {"etc-network": "etc/network", "var-lib": "var/lib/netadmin", "var-tmp": "var/tmp"}

# Only the system's own folders are shown when they are file systems of their own; a mounted backup
# or a guest's disk is none of the sandbox's business.
SYSTEM_FOLDERS = ("/usr", "/etc", "/var", "/opt", "/bin", "/sbin", "/lib")

HIDDEN = ("/proc", "/sys", "/dev", "/run", "/tmp", "/var/tmp", "/var/run")  # noqa: S108

DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "net/tun")


@dataclass(frozen=True, slots=True)
class View:
    """`directory` is the sandbox's own; `layer` the unpacked engine; `hidden` is shown empty, `visible`
    read-only at its own place, `shared` writable at its own place."""

    directory: Path
    layer: Path
    visible: tuple[Path, ...] = ()
    shared: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()


def enter(view: View, *, hostname: str) -> None:
    """Make the view the root of this mount namespace. Raises NamespacesError when the kernel refuses."""
    work = view.directory / "mount"
    work.mkdir(exist_ok=True)
    _mount("-t", "tmpfs", "-o", "mode=755", "sandbox", work)
    root = _overlays(work, view.layer)
    _fresh_folders(root)
    for path in view.hidden:
        folder = root / path.relative_to("/")
        if folder.is_dir():  # what lies below /tmp or /run is out of sight already
            _mount("-t", "tmpfs", "-o", "mode=700", "hidden", folder)
    for name, place in PERSISTENT.items():
        _bind(view.directory / name, root / place)
    for path in view.visible:
        if _out_of_sight(path):
            _bind(path, root / path.relative_to("/"), read_only=True)
    for path in view.shared:
        _bind(path, root / path.relative_to("/"))
    _devices(root / "dev")
    _mount("-t", "sysfs", "sysfs", root / "sys")
    _process_files(root)
    socket.sethostname(hostname)
    (root / "etc/hostname").write_text(f"{hostname}\n")
    _pivot(root)


def _overlays(work: Path, layer: Path) -> Path:
    # The engine is copied: overlayfs refuses a layer that lies below another (ELOOP), as it does below `/`.
    shutil.copytree(layer, work / "layer", symlinks=True)
    root = work / "root"
    for number, place in enumerate(("/", *_system_mounts())):
        below = [work / "layer" / place.lstrip("/")]
        below = [folder for folder in below if folder.is_dir()]
        machine = work / f"machine{number}"  # a colon or comma in `place` would end the option early
        _bind(Path(place), machine)
        if not machine.is_dir():
            _bind(machine, root / place.lstrip("/"), read_only=True)
            continue
        upper, scratch = work / f"upper{number}", work / f"scratch{number}"
        upper.mkdir()
        scratch.mkdir()
        lower = ":".join(map(str, (*below, machine)))
        target = root / place.lstrip("/")
        target.mkdir(parents=True, exist_ok=True)
        options = f"lowerdir={lower},upperdir={upper},workdir={scratch}"
        _mount("-t", "overlay", "-o", options, "sandbox", target)
    return root


def _system_mounts() -> list[str]:
    """Mount points among the system's folders, outermost first."""
    points = {
        point for point in _mount_points() if _within(point, SYSTEM_FOLDERS) and not _within(point, HIDDEN)
    }
    return sorted(points, key=lambda point: (point.count("/"), point))


def _mount_points() -> Iterator[str]:
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        # proc_pid_mountinfo(5): blanks and backslashes of the fifth field are written in octal.
        yield line.split()[4].encode().decode("unicode_escape").encode("latin-1").decode()


def _within(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _out_of_sight(path: Path) -> bool:
    """Whether the overlay of `/` and of the system's folders does not already show the path."""
    if _within(str(path), HIDDEN):
        return True
    nearest = max((point for point in _mount_points() if _within(str(path), (point.rstrip("/"),))), key=len)
    return nearest != "/" and nearest not in _system_mounts()


def _fresh_folders(root: Path) -> None:
    # ifupdown2 writes to rt_tables.d and ends with 1 without it; iproute2 of Debian 13 brings none.
    for name in ("proc", "sys", "dev", "run", "tmp", "var/lib/dhcp", "etc/iproute2/rt_tables.d"):
        (root / name).mkdir(parents=True, exist_ok=True)
    _mount("-t", "tmpfs", "-o", "mode=755", "run", root / "run")
    _mount("-t", "tmpfs", "-o", "mode=1777", "tmp", root / "tmp")
    for name in ("network", "lock", "resolvconf"):
        (root / "run" / name).mkdir()


def _devices(dev: Path) -> None:
    _mount("-t", "tmpfs", "-o", "mode=755", "dev", dev)
    for name in DEVICES:
        if (source := Path("/dev", name)).exists():
            _bind(source, dev / name)
    for name in ("pts", "shm"):
        (dev / name).mkdir()
    _mount("-t", "devpts", "-o", "newinstance,ptmxmode=0666", "devpts", dev / "pts")
    _mount("-t", "tmpfs", "-o", "mode=1777", "shm", dev / "shm")
    (dev / "ptmx").symlink_to("pts/ptmx")
    (dev / "fd").symlink_to("/proc/self/fd")


def _process_files(root: Path) -> None:
    proc = root / "proc"
    _mount("-t", "proc", "proc", proc)
    # Of /proc/sys only net belongs to the network namespace; the rest is the machine's.
    _bind(proc / "sys", proc / "sys", read_only=True)
    _bind(proc / "sys/net", proc / "sys/net")
    _mount("-o", "remount,bind,rw", proc / "sys/net")
    if (proc / "sysrq-trigger").exists():
        _bind(Path("/dev/null"), proc / "sysrq-trigger")
    boot_id = root / "run/boot-id"
    boot_id.write_text(f"{uuid.uuid4()}\n")
    _bind(boot_id, proc / "sys/kernel/random/boot_id")


def _pivot(root: Path) -> None:
    (root / "run/machine").mkdir()
    os.chdir(root)
    _run("pivot_root", ".", "run/machine")
    os.chdir("/")
    _run("umount", "--lazy", "/run/machine")
    Path("/run/machine").rmdir()


def _bind(source: Path, target: Path, *, read_only: bool = False) -> None:
    if not target.exists():
        if source.is_dir():
            target.mkdir(parents=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()
    _mount("--bind", source, target)
    if read_only:
        _mount("-o", "remount,bind,ro", target)


def _mount(*arguments: str | Path) -> None:
    _run("mount", "--no-mtab", *map(str, arguments))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NamespacesError(
            f"`{' '.join(command)}` was refused: {done.stderr.strip()}",
            hint="The sandbox needs root and a kernel (or container) that allows overlay mounts.",
        )
