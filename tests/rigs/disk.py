"""A guest with a disk of its own: what was not synced when the power goes is lost, as on a node.

    with DiskGuest(window, packages=root) as guest:
        guest.write("/etc/network/interfaces", text)    # the disk is made of this at the first boot
        guest.boot()
        guest.run(["cp", "/etc/network/interfaces", "/etc/network/copy"])
        guest.power_cut()           # the page cache goes with the kernel
        guest.boot()                # there is no copy

The places of PLACES lie on /dev/ubda, whose content is a file of the machine; guest_init.py mounts it so that
nothing reaches it within a test but by a process that asks for it.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.rigs.guest import Guest, GuestError

SIZE = "8M"


class DiskGuest(Guest):
    """A guest whose files can be read and written from the machine only until its first boot."""

    disk = True

    def boot(self) -> None:
        if not self._image.exists():
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
        """ext4, as Debian's installer makes it but for the size, holding what the window holds by now."""
        made = self.window.with_suffix(".disk")
        subprocess.run(["mkfs.ext4", "-q", "-d", self.window, made, SIZE], check=True, capture_output=True)
        made.rename(self._image)

    def _command(self) -> list[str]:
        return [*super()._command(), f"ubd0={self._image}"]
