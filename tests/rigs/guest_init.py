#!/usr/bin/python3
"""The first process of a user-mode Linux guest: builds its root, then obeys a serial line.

Started by the guest's kernel with the machine's own /usr/bin/python3, so it is standard library only and
imports nothing of ours. The kernel hands on `rig=DIRECTORY` of its command line as an environment variable;
DIRECTORY/guest.json, written by tests/rigs/guest.py, says the rest. A guest with systemd goes on as that, and
the serial line is served by a unit of it (`guest_init.py serve`).

The root is an overlay: the machine's files below, the unpacked packages above them, memory on top. Only the
window (DIRECTORY, and the parts of it that lie over the places in KEPT) outlives the guest; one with a disk has
those parts there.
"""

from __future__ import annotations

import base64
import ctypes
import json
import os
import shutil
import subprocess
import sys
import threading
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Any

MS_BIND, MS_MOVE = 0x1000, 0x2000
RB_POWER_OFF = 0x4321FEDC
SERIAL = "/dev/ttyS0"
KEPT = {"etc-network": "etc/network", "var-tmp": "var/tmp", "state": "var/lib/netadmin"}
MODULES_IN_PACKAGES = "usr/lib/uml/modules"
# Not /tmp: the checkout may lie below it, and what is written there goes into memory anyway.
FILESYSTEMS = {"proc": "proc", "sys": "sysfs", "dev": "devtmpfs", "run": "tmpfs"}
NETWORKING = [
    "ipv6",
    "dummy",
    "bonding",
    "8021q",
    "bridge",
    "vxlan",
    "openvswitch",
    "vrf",
    "veth",
    "macvlan",
    "tun",
]

libc = ctypes.CDLL(None, use_errno=True)
Answer = Callable[[dict[str, Any]], None]


def main() -> None:
    os.environ.update(PATH="/usr/sbin:/usr/bin:/sbin:/bin", HOME="/root", LANG="C.UTF-8")
    window = Path(os.environ.pop("rig"))
    wanted = json.loads((window / "guest.json").read_text())
    enter(build_root(window, Path(wanted["packages"]), disk=wanted["disk"]))
    finish_packages()
    load_modules()
    make_nics(wanted["nics"])
    if wanted["systemd"]:
        forget_units()
        add_files(Path("/run/rig/root"))
        os.execv("/lib/systemd/systemd", ["systemd"])  # noqa: S606 -- no shell is wanted
    serve()


def build_root(window: Path, packages: Path, *, disk: str) -> Path:
    """Lay packages and memory over the machine's read-only root, and the window's parts into that."""
    mount("proc", "/proc", "proc")
    mount("tmpfs", "/mnt", "tmpfs")
    for name in ("packages", "upper", "work", "root"):
        Path("/mnt", name).mkdir()
    # A mount of its own, since an overlay refuses a lower layer that lies within another one.
    mount("none", "/mnt/packages", "hostfs", data=str(packages))
    (overlay,) = Path("/mnt/packages", MODULES_IN_PACKAGES).glob("*/kernel/fs/overlayfs/overlay.ko")
    subprocess.run(["insmod", overlay], executable="/mnt/packages/usr/bin/kmod", check=True)
    root = Path("/mnt/root")
    mount("overlay", root, "overlay", data="lowerdir=/mnt/packages:/,upperdir=/mnt/upper,workdir=/mnt/work")
    for place, kind in FILESYSTEMS.items():
        mount(kind, root / place, kind)
    directory(root / "run/network")  # of ifupdown2's lock; its service makes it on a node
    directory(root / "etc/iproute2/rt_tables.d")  # ifupdown2 writes here; Debian 13's iproute2 brings none
    mount("none", directory(root / "run/rig"), "hostfs", data=str(window))
    outliving = mount_disk(root, disk) if disk else root / "run/rig"
    for kept, place in KEPT.items():
        mount(outliving / kept, directory(root / place), flags=MS_BIND)
    mount(Path("/mnt/packages", MODULES_IN_PACKAGES), directory(root / "usr/lib/modules"), flags=MS_BIND)
    return root


def mount_disk(root: Path, kind: str) -> Path:
    """Nothing is written but when a process asks for it: no write-back by the clock, no commit of the journal.

    Nor is a rename taken for a wish to have the new file's content written (noauto_da_alloc), which is a favour
    of ext4 alone.
    """
    (root / "proc/sys/vm/dirty_writeback_centisecs").write_text("0")
    options = "commit=1000,noauto_da_alloc" if kind == "ext4" else ""
    mount(root / "dev/ubda", directory(root / "run/disk"), kind, data=options)
    return root / "run/disk"


def enter(root: Path) -> None:
    os.chdir(root)
    mount(".", "/", flags=MS_MOVE)
    os.chroot(".")
    os.chdir("/")


def finish_packages() -> None:
    """Do what the packages' own postinst scripts do, since unpacking alone does not run them."""
    Path("/usr/share/ifupdown2/__main__.py").chmod(0o755)
    Path("/usr/sbin/ovs-vswitchd").symlink_to("/usr/lib/openvswitch-switch/ovs-vswitchd")


def load_modules() -> None:
    """Load what a node's kernel loads by itself; without the devices that some modules make unasked."""
    subprocess.run(["modprobe", "dummy", "numdummies=0"], check=True)
    subprocess.run(["modprobe", "bonding", "max_bonds=0"], check=True)
    subprocess.run(["modprobe", "-a", *NETWORKING], check=True)


def make_nics(names: list[str]) -> None:
    """Make the dummies that stand in for network cards: there before any service starts, as hardware is."""
    batch = "".join(f"link add {name} type dummy\n" for name in names)
    subprocess.run(["ip", "-batch", "-"], input=batch, text=True, check=True)


def forget_units() -> None:
    """Leave nothing of what the machine's own administrator has set up."""
    shutil.rmtree("/etc/systemd/system")
    Path("/etc/fstab").write_text("")


def add_files(files: Path) -> None:
    """Put the rig's files where they belong, units among them."""
    shutil.copytree(files, "/", symlinks=True, dirs_exist_ok=True)


def directory(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def mount(source: str | Path, target: str | Path, kind: str = "", *, flags: int = 0, data: str = "") -> None:
    if libc.mount(str(source).encode(), str(target).encode(), kind.encode(), flags, data.encode()):
        raise OSError(ctypes.get_errno(), f"mount {source} on {target} ({kind or 'bind'} {data})")


def serve() -> None:
    """Carry out one JSON request per line, each in a thread of its own; power off when the other end is gone."""
    line = os.open(SERIAL, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(line)
    one_at_a_time = threading.Lock()

    def answer(message: dict[str, Any]) -> None:
        with one_at_a_time, os.fdopen(os.dup(line), "wb") as out:
            out.write(json.dumps(message).encode() + b"\n")

    answer({"id": 0})
    for request in os.fdopen(line, "r", encoding="ascii"):
        threading.Thread(target=carry_out, args=(json.loads(request), answer), daemon=True).start()
    os.sync()
    libc.reboot(RB_POWER_OFF)


def carry_out(request: dict[str, Any], answer: Answer) -> None:
    """Run one command; its pid is answered when it has started, the rest when it has ended.

    What it is to read lies in the window, under the request's number.
    """
    try:
        process = subprocess.Popen(
            request["argv"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | request["environment"],
            start_new_session=True,
        )
    except OSError as error:
        answer({"id": request["id"], "pid": 0, "error": str(error)})
        return
    answer({"id": request["id"], "pid": process.pid})
    out, err = process.communicate(Path("/run/rig/given", str(request["id"])).read_bytes())
    answer({"id": request["id"], "code": process.returncode, "out": encoded(out), "err": encoded(err)})


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main()
