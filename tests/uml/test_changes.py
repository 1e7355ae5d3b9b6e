"""Changes that `ifreload -a` does not make, or says nothing of: ours makes them, and reports what the kernel shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netadmin.node.messages import State
from tests.rigs.guest import Guest
from tests.uml.node import SAVED, GuestNode

pytestmark = pytest.mark.uml

BRIDGE = """
auto vmbr0
iface vmbr0 inet static
    address 192.0.2.2/24
    bridge-ports eth0
    bridge-stp off
    bridge-fd 0
"""
BOND_OF_BRIDGE = """
auto vmbr0
iface vmbr0 inet static
    address 192.0.2.2/24
    bond-slaves eth0
    bond-mode active-backup
"""
BOND = """
auto bond0
iface bond0 inet static
    address 10.1.0.2/24
    bond-slaves eth1 eth2
    bond-mode active-backup
"""
BRIDGE_OF_BOND = """
auto bond0
iface bond0 inet static
    address 10.1.0.2/24
    bridge-ports eth1 eth2
    bridge-stp off
    bridge-fd 0
"""
VLAN_ON_BOND = """
auto bond0.60
iface bond0.60 inet static
    address 10.60.0.2/24
"""
NAMED_VLAN = """
auto uplink
iface uplink inet static
    address 10.70.0.2/24
    vlan-raw-device eth3
    vlan-id 70
"""
VXLAN = """
auto vx
iface vx inet manual
    vxlan-id 100
    vxlan-local-tunnelip 192.0.2.2
"""
LOOPBACK = "auto lo\niface lo inet loopback\n"
BASE = LOOPBACK + BRIDGE + BOND + VLAN_ON_BOND + NAMED_VLAN + VXLAN

Links = dict[str, dict[str, Any]]


def data(links: Links, name: str) -> dict[str, Any]:
    return links[name]["linkinfo"]["info_data"]


def kind(links: Links, name: str) -> str:
    return links[name]["linkinfo"]["info_kind"]


CHANGES = {
    "a-bridge-becomes-a-bond": (
        BASE.replace(BRIDGE, BOND_OF_BRIDGE),
        lambda links: kind(links, "vmbr0") == "bond" and links["eth0"]["master"] == "vmbr0",
    ),
    "a-bond-becomes-a-bridge": (
        BASE.replace(BOND, BRIDGE_OF_BOND),
        lambda links: kind(links, "bond0") == "bridge" and links["eth1"]["master"] == "bond0",
    ),
    "a-vlan-gets-another-id": (
        BASE.replace("vlan-id 70", "vlan-id 71"),
        lambda links: data(links, "uplink")["id"] == 71,
    ),
    "a-vlan-gets-another-device": (
        BASE.replace("vlan-raw-device eth3", "vlan-raw-device eth4"),
        lambda links: links["uplink"]["link"] == "eth4",
    ),
    "a-vxlan-gets-another-id": (
        BASE.replace("vxlan-id 100", "vxlan-id 101"),
        lambda links: data(links, "vx")["id"] == 101,
    ),
    "a-bond-goes-with-the-vlan-on-it": (
        BASE.replace(BOND, "").replace(VLAN_ON_BOND, ""),
        lambda links: "bond0" not in links and "bond0.60" not in links,
    ),
}


@pytest.fixture(scope="module")
def shared_node(guest_packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuestNode]:
    """One guest for all of them: each sends its change back, which is half of what is tested."""
    nics = [f"eth{number}" for number in range(6)]
    with Guest(tmp_path_factory.mktemp("changes"), packages=guest_packages, nics=nics) as guest:
        guest.write(SAVED, BASE)
        guest.boot()
        node = GuestNode(guest)
        node.boot_up()
        yield node


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_ifreload_does_not_make_is_made_and_taken_back(
    change: str, shared_node: GuestNode
) -> None:
    text, is_made = CHANGES[change]
    before = shared_node.look()
    report = shared_node.apply(text)
    try:
        assert report.state is State.WAITING, report.problem
        assert {"ifdown", "delete-link"} & {step["action"] for step in report.plan["steps"]}
        assert is_made(shared_node.links())
        assert shared_node.differing == []
    finally:
        shared_node.cli("roll-back", report.transaction)
    assert (shared_node.newest.state, shared_node.newest.residue) == (State.ROLLED_BACK, ())
    assert shared_node.look() == before


def test_a_vlan_whose_bond_goes_is_said_to_be_missing(shared_node: GuestNode) -> None:
    report = shared_node.apply(BASE.replace(BOND, ""))
    try:
        assert any(sentence.startswith("bond0.60.") for sentence in shared_node.differing)
    finally:
        shared_node.cli("roll-back", report.transaction)
    assert "bond0.60" in shared_node.links()
