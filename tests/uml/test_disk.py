"""The rig itself: a guest's disk loses in a power cut what nobody has synced, and only that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rigs.disk import DiskGuest

pytestmark = pytest.mark.uml

WRITER = """\
import os

os.chdir("/etc/network")


def write(name, text, *, sync):
    with open(name, "w") as file:
        file.write(text)
        file.flush()
        if sync:
            os.fsync(file.fileno())


def sync_folder():
    folder = os.open(".", os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


write("replaced", "old", sync=True)
write("emptied", "old", sync=True)
write("synced", "new", sync=True)
sync_folder()
write("part", "new", sync=False)
os.rename("part", "emptied")
sync_folder()
write("part", "new", sync=True)
os.rename("part", "replaced")
write("unsynced", "new", sync=False)
"""


@pytest.fixture
def guest(guest_packages: Path, tmp_path: Path) -> Iterator[DiskGuest]:
    with DiskGuest(tmp_path / "guest", packages=guest_packages) as guest:
        guest.write("/etc/network/interfaces", "auto lo\niface lo inet loopback\n")
        guest.boot()
        yield guest


def test_a_power_cut_takes_what_was_not_synced(guest: DiskGuest) -> None:
    guest.run(["/usr/bin/python3", "-c", WRITER])
    names = {"interfaces", "synced", "unsynced", "replaced", "emptied"}
    assert names < set(guest.run(["ls", "/etc/network"]).stdout.split())
    guest.power_cut()
    guest.boot()
    assert guest.read("/etc/network/interfaces") == "auto lo\niface lo inet loopback\n"
    assert guest.read("/etc/network/synced") == "new"
    assert guest.read("/etc/network/replaced") == "old", "a rename without its folder synced is undone"
    assert guest.read("/etc/network/emptied") == "", "a name that was synced is no content that was"
    assert "unsynced" not in guest.run(["ls", "/etc/network"]).stdout.split()


def test_a_reboot_in_order_keeps_everything(guest: DiskGuest) -> None:
    guest.run(["/usr/bin/python3", "-c", WRITER])
    guest.reboot()
    assert {guest.read(f"/etc/network/{name}") for name in ("replaced", "emptied", "unsynced")} == {"new"}
