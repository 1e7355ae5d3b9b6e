"""The kind follows from the options."""

import pytest

from netadmin.definitions import Kind
from tests.definitions.read import of_options


@pytest.mark.parametrize(
    ("name", "lines", "kind"),
    [
        ("vmbr0", (), Kind.ETHERNET),
        ("eth0", ("bridge_ports none",), Kind.BRIDGE),
        ("eth0", ("bridge-ports eth1",), Kind.BRIDGE),
        ("br0", ("bridge-vlan-aware yes",), Kind.BRIDGE),
        ("eth0", ("bridge-access 10",), Kind.ETHERNET),
        ("vmbr0", ("slaves eth0 eth1",), Kind.BOND),
        ("vmbr0", ("bond_mode 4",), Kind.BOND),
        ("eth0", ("bond-master bond0", "bond-primary eth0"), Kind.ETHERNET),
        ("vmbr0.5", ("bridge-ports none",), Kind.BRIDGE),
        ("bond0.5", (), Kind.VLAN),
        ("eth0.100.10", (), Kind.VLAN),
        ("br.lan", (), Kind.ETHERNET),
        ("office", ("vlan-raw-device eth0", "vlan-id 5"), Kind.VLAN),
        ("office", ("vlan_id 5",), Kind.VLAN),
        ("vlan5", (), Kind.ETHERNET),
        ("overlay", ("vxlan-id 5",), Kind.VXLAN),
        ("vmbr0", ("ovs_type OVSBridge",), Kind.OVS_BRIDGE),
        ("bond0", ("ovs_type OVSBond", "ovs_bonds eth0 eth1"), Kind.OVS_BOND),
        ("eth0", ("ovs_type OVSPort",), Kind.OVS_PORT),
        ("vlan5", ("ovs_type OVSIntPort",), Kind.OVS_INT_PORT),
        ("gre0", ("ovs_type OVSTunnel",), Kind.OTHER),
        ("x", ("link-type dummy",), Kind.DUMMY),
        ("x", ("link-type veth",), Kind.VETH),
        ("x", ("link-type ifb",), Kind.OTHER),
        ("mgmt", ("vrf-table auto",), Kind.OTHER),
        ("eth0:1", ("address 192.0.2.1/24",), Kind.ALIAS),
        ("lo", (), Kind.LOOPBACK),
    ],
)
def test_the_kind_follows_from_the_options(name: str, lines: tuple[str, ...], kind: Kind) -> None:
    assert of_options(*lines, name=name).kind is kind


@pytest.mark.parametrize(
    ("method", "kind"),
    [("ppp", Kind.OTHER), ("tunnel", Kind.OTHER), ("loopback", Kind.LOOPBACK), ("maunal", Kind.ETHERNET)],
)
def test_a_method_can_tell_the_kind(method: str, kind: Kind) -> None:
    assert of_options(method=method).kind is kind


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [(("bridge-ports none",), "bridge"), (("bond-mode 1",), "bond"), (("vxlan-id 7",), "vxlan"), ((), "")],
)
def test_each_kind_knows_what_the_kernel_calls_it(lines: tuple[str, ...], wanted: str) -> None:
    assert of_options(*lines).wanted_kind == wanted
