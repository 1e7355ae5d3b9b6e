"""Bonds, VLANs and VLAN-aware bridges, compared with the files that made them."""

import json

import pytest

from netadmin.definitions import definitions
from netadmin.interfaces import parse
from netadmin.planning.compare import Verdict, compare
from netadmin.planning.live import LiveState
from netadmin.planning.records import decode
from tests.rigs.until import until
from tests.uml.conftest import CHECKOUT, PYTHON

pytestmark = [pytest.mark.uml, pytest.mark.timeout(300)]

ENGINE = "/usr/bin/python3"
LO = "auto lo\niface lo inet loopback\n\n"

BOND = """\
auto bond0
iface bond0 inet static
	address 192.0.2.2/24
	gateway 192.0.2.1
	bond-slaves eth0 eth1
	bond-mode 802.3ad
	bond-miimon 100
	bond-updelay 200
	bond-downdelay 200
	bond-lacp-rate fast
	bond-xmit-hash-policy layer3+4
	bond-min-links 1
"""
FILES = {
    "a bond with an address": BOND,
    "an active-backup bond with a primary": """\
auto bond0
iface bond0 inet manual
	bond-slaves eth0 eth1
	bond-mode active-backup
	bond-primary eth1
	bond-miimon 100
""",
    "a bond as bridge port": BOND.replace("static\n\taddress 192.0.2.2/24\n\tgateway 192.0.2.1", "manual")
    + """
auto vmbr0
iface vmbr0 inet static
	address 192.0.2.2/24
	bridge-ports bond0
	bridge-stp off
	bridge-fd 0
""",
    "VLANs on a bond, one inside the other": BOND
    + """
auto bond0.50
iface bond0.50 inet static
	address 198.51.100.2/24
	vlan-protocol 802.1ad

auto bond0.50.7
iface bond0.50.7 inet manual

auto storage
iface storage inet static
	address 203.0.113.2/24
	mtu 1400
	vlan-raw-device eth2
	vlan-id 9
""",
    "a VLAN-aware bridge": """\
iface eth0 inet manual
	bridge-vids 10 20-30
	bridge-pvid 5

iface eth1 inet manual
	bridge-access 7

auto vmbr0
iface vmbr0 inet manual
	bridge-ports eth0 eth1 eth2
	bridge-vlan-aware yes
	bridge-vids 2-100
	bridge-stp off
	bridge-fd 0

auto vmbr0.10
iface vmbr0.10 inet static
	address 192.0.2.2/24
""",
}


def look(guest):
    shown = guest.run([PYTHON, "-m", "netadmin.node", "facts"], environment={"PYTHONPATH": str(CHECKOUT)})
    return decode(LiveState, json.loads(shown.stdout))


def differing(wanted, guest):
    found = compare(wanted, look(guest))
    return {(one.interface, one.option) for one in found if one.verdict is Verdict.DIFFERS}


def bring_up(guest, text):
    guest.write("/etc/network/interfaces", LO + text)
    guest.run([ENGINE, "/usr/sbin/ifup", "-a"], check=False)
    return definitions(parse(LO + text))


@pytest.mark.parametrize("name", FILES)
def test_what_ifupdown2_made_of_a_file_is_as_wanted(guest, name):
    wanted = bring_up(guest, FILES[name])
    until(lambda: not differing(wanted, guest))  # a bond needs a moment to find its carrier
    compared = {one.interface for one in compare(wanted, look(guest))}
    assert compared >= {name for name in wanted if wanted[name].autostart}


@pytest.mark.parametrize(
    ("name", "change", "interface", "option"),
    [
        ("a bond with an address", "ip link set bond0 type bond miimon 50", "bond0", "bond-miimon"),
        ("a bond with an address", "ip link set eth1 nomaster", "bond0", "bond-slaves"),
        ("VLANs on a bond, one inside the other", "ip link set storage mtu 1300", "storage", "mtu"),
        ("a VLAN-aware bridge", "bridge vlan del dev eth0 vid 20", "eth0", "bridge-vids"),
        (
            "a VLAN-aware bridge",
            "ip link set vmbr0 type bridge vlan_filtering 0",
            "vmbr0",
            "bridge-vlan-aware",
        ),
    ],
)
def test_a_change_by_hand_is_told_from_what_the_file_wants(guest, name, change, interface, option):
    wanted = bring_up(guest, FILES[name])
    guest.run(change.split())
    assert (interface, option) in differing(wanted, guest)


def test_the_kernel_of_the_guest_has_every_feature(guest):
    script = "from netadmin.node.facts.features import kernel_features; print(*sorted(kernel_features()))"
    found = guest.run([PYTHON, "-c", script], environment={"PYTHONPATH": str(CHECKOUT)}).stdout.split()
    assert {"bonding", "8021q", "bridge", "bridge-vlan", "vxlan", "dummy", "veth"} <= set(found)
