"""A guest with a disk of its own: what was not synced when the power goes is lost, as on a node.

    with DiskGuest(window, packages=root) as guest:
        guest.write("/etc/network/interfaces", text)    # the disk is made of this at the first boot
        guest.boot()
        guest.run(["cp", "/etc/network/interfaces", "/etc/network/copy"])
        guest.power_cut()           # the page cache goes with the kernel
        guest.boot()                # there is no copy

The places of PLACES lie on /dev/ubda, whose content is a file of the machine; guest_init.py mounts it so that
nothing reaches it within a test but by a process that asks for it. Of two kinds: ext4 as nodes have it, on which one
fsync commits the names of every file there is; ext2, on which nothing lasts but what was synced by itself, file or
folder, and which fsck mends before a boot.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.rigs.guest import Guest, GuestError

SIZE = "8M"
MENDED = 1  # e2fsck(8): errors were found and corrected


class DiskGuest(Guest):
    """A guest whose files can be read and written from the machine only until its first boot."""

    def __init__(self, window: Path, *, packages: Path, kind: str = "ext4") -> None:
        self.disk = kind
        super().__init__(window, packages=packages)

    def boot(self) -> None:
        if self._image.exists():
            mend(self._image)
        else:
            self._make_disk()
        super().boot()

    def kept(self, path: str) -> Path:
        if self._image.exists():
            raise GuestError(f"{path} lies on the guest's disk, where only the guest can look")
        return super().kept(path)

    @property
    def _image(self) -> Path:
        return self.window / "disk"

    def _make_disk(self) -> None:
        """As Debian's installer makes it but for the size, holding what the window holds by now."""
        made = self.window.with_suffix(".disk")
        command = ["mke2fs", "-q", "-t", self.disk, "-d", self.window, made, SIZE]
        subprocess.run(command, check=True, capture_output=True)
        made.rename(self._image)

    def _command(self) -> list[str]:
        return [*super()._command(), f"ubd0={self._image}"]


def take_out(disk: Path, folder: Path) -> None:
    """Mend the disk and write its files into a new folder."""
    mend(disk)
    folder.mkdir(parents=True)
    subprocess.run(["debugfs", "-R", f"rdump / {folder}", disk], check=True, capture_output=True)


def mend(disk: Path) -> None:
    """What a machine does with a file system that was not unmounted. Raises CalledProcessError when it cannot."""
    done = subprocess.run(["e2fsck", "-f", "-y", disk], capture_output=True, check=False)
    if done.returncode > MENDED:
        done.check_returncode()
