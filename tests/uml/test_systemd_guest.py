"""The rig that boots real systemd: the distribution's networking.service, transient timers, a real reboot."""

from __future__ import annotations

import pytest

from tests.rigs.guest import SystemdGuest
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

auto vmbr0
iface vmbr0 inet static
    address 192.0.2.2/24
    bridge-ports bond0
"""


def test_systemd_brings_the_network_up_keeps_timers_and_reboots(systemd_guest: SystemdGuest) -> None:
    guest = systemd_guest
    guest.write("/etc/network/interfaces", CONFIGURATION)
    guest.boot()
    guest.wait_for("networking.service")
    assert "192.0.2.2/24" in guest.run(["ip", "-br", "address", "show", "vmbr0"]).stdout

    timer = ["systemd-run", "--on-active=1", "--timer-property=AccuracySec=100ms", "--unit=test-timer"]
    guest.run([*timer, "touch", "/run/fired"])
    assert "test-timer.timer" in guest.run(["systemctl", "list-timers", "--all"]).stdout
    until(lambda: guest.run(["test", "-e", "/run/fired"], check=False).returncode == 0)

    guest.run(["ip", "address", "add", "198.51.100.1/24", "dev", "vmbr0"])
    guest.start(["systemctl", "reboot", "--force"])
    guest.rebooted()
    guest.wait_for("networking.service")
    addresses = guest.run(["ip", "-br", "address", "show", "vmbr0"]).stdout
    assert "192.0.2.2/24" in addresses
    assert "198.51.100.1/24" not in addresses
