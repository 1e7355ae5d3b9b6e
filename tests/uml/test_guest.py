"""The rig itself: a guest has the kernel's parts, the real ifupdown2, a reboot and a power cut."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.rigs.guest import Guest, GuestError
from tests.rigs.until import until

pytestmark = pytest.mark.uml

CONFIGURATION = """\
auto lo
iface lo inet loopback

auto bond0
iface bond0 inet manual
    bond-slaves eth0 eth1
    bond-mode 802.3ad
    bond-miimon 100

auto bond0.50
iface bond0.50 inet static
    address 10.50.0.1/24

auto vmbr0
iface vmbr0 inet static
    address 192.0.2.2/24
    bridge-ports bond0
    bridge-vlan-aware yes
    bridge-vids 2-20
"""


WRITER = """\
import pathlib, time
with open("/etc/network/half-written", "w") as file:
    file.write("data")
    file.flush()
    pathlib.Path("/run/written").touch()
    time.sleep(1000)
"""


def links(guest: Guest) -> dict[str, dict]:
    return {link["ifname"]: link for link in json.loads(guest.run(["ip", "-j", "-d", "link"]).stdout)}


def test_a_new_guest_has_loopback_and_four_cards_and_nothing_else(guest: Guest) -> None:
    assert set(links(guest)) == {"lo", "eth0", "eth1", "eth2", "eth3"}


def test_ifupdown2_brings_up_a_bond_a_vlan_and_a_vlan_aware_bridge(guest: Guest) -> None:
    guest.write("/etc/network/interfaces", CONFIGURATION)
    guest.run(["ifreload", "-a"])
    seen = links(guest)
    assert seen["bond0"]["linkinfo"]["info_data"]["mode"] == "802.3ad"
    assert {name for name, link in seen.items() if link.get("master") == "bond0"} == {"eth0", "eth1"}
    assert seen["bond0.50"]["linkinfo"]["info_data"]["id"] == 50
    assert seen["vmbr0"]["linkinfo"]["info_data"]["vlan_filtering"] == 1
    vlans = json.loads(guest.run(["bridge", "-j", "vlan", "show", "dev", "bond0"]).stdout)
    assert [vlan["vlan"] for vlan in vlans[0]["vlans"]] == list(range(1, 21))


def test_a_reboot_keeps_the_window_and_forgets_the_network(guest: Guest) -> None:
    guest.write("/etc/network/interfaces", CONFIGURATION)
    guest.run(["ifup", "-a"])
    first = guest.run(["cat", "/proc/sys/kernel/random/boot_id"]).stdout
    guest.reboot()
    assert guest.run(["cat", "/proc/sys/kernel/random/boot_id"]).stdout != first
    assert "bond0" not in links(guest)
    guest.run(["ifup", "-a"])
    assert "bond0" in links(guest)


def test_a_power_cut_keeps_every_write_that_was_made(guest: Guest) -> None:
    guest.start(["/usr/bin/python3", "-c", WRITER])
    until(lambda: guest.run(["test", "-e", "/run/written"], check=False).returncode == 0)
    guest.power_cut()
    assert guest.read("/etc/network/half-written") == "data"


def test_a_power_cut_ends_every_process_of_the_guest(guest: Guest) -> None:
    running = guest.start(["sleep", "1000"])
    before = processes_of(guest)
    guest.power_cut()
    assert before
    assert not processes_of(guest)
    with pytest.raises(GuestError, match="the guest ended"):
        running.wait()


def test_a_command_gets_its_input_and_returns_output_and_exit_code(guest: Guest) -> None:
    done = guest.run(["sh", "-c", "cat; echo wrong >&2; exit 3"], input="x" * 1_000_000, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (3, "x" * 1_000_000, "wrong\n")


def test_a_command_that_is_not_there_is_said(guest: Guest) -> None:
    with pytest.raises(GuestError, match="no-such-command"):
        guest.run(["no-such-command"])


def test_what_a_guest_writes_to_its_root_does_not_reach_the_machine(guest: Guest) -> None:
    guest.run(["touch", "/etc/iproute2/left-by-a-guest"])
    assert not Path("/etc/iproute2/left-by-a-guest").exists()


def processes_of(guest: Guest) -> list[int]:
    """The machine's processes that run this guest's kernel; the window's path is on their command line."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            try:
                command = (process / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):  # ended meanwhile
                continue
            if str(guest.window).encode() in command:
                found.append(int(process.name))
    return found
