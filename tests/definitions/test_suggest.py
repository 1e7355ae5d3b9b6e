"""What a form offers before anyone types."""

import pytest

from netadmin.definitions import suggest
from tests.definitions.read import of_text


def test_the_next_bridge_is_the_first_that_is_free() -> None:
    found = of_text("iface vmbr0\niface vmbr1\niface vmbr3\n")

    assert suggest.next_bridge_name(found) == "vmbr2"
    assert suggest.next_bridge_name(found, links=["vmbr2"]) == "vmbr4"
    assert suggest.next_bond_name(found) == "bond0"


def test_the_last_bridge_is_vmbr4094() -> None:
    all_but_last = "".join(f"iface vmbr{number}\n" for number in range(4094))

    assert suggest.next_bridge_name(of_text(all_but_last)) == "vmbr4094"
    assert suggest.next_bridge_name(of_text(all_but_last + "iface vmbr4094\n")) is None


def test_a_vlan_is_named_after_its_device_unless_the_kernel_cannot_take_that() -> None:
    assert suggest.vlan_name("bond0", 30) == "bond0.30"
    assert suggest.vlan_name("enp129s0f1np1", 30) == "vlan30"


def test_free_ports_are_what_nobody_has_taken_and_nobody_talks_through() -> None:
    found = of_text(
        "iface lo inet loopback\n"
        "iface eth0 inet manual\niface eth1 inet manual\niface eth2 inet static\n address 192.0.2.1/24\n"
        "iface eth3 inet dhcp\n"
        "iface bond0\n bond-slaves eth1 eth9\n"
        "iface br0\n bridge-ports none\n"
    )

    assert suggest.free_ports(found, links=["lo", "eth0", "eth2", "eth8", "eth9"]) == (
        "eth0",
        "bond0",
        "eth8",
    )


@pytest.mark.parametrize(
    ("address", "gateway"),
    [
        ("192.0.2.10/24", "192.0.2.1"),
        ("192.0.2.1/24", "192.0.2.254"),
        ("10.1.2.3/8", "10.0.0.1"),
        ("192.0.2.10/30", "192.0.2.9"),
        ("192.0.2.10/31", "192.0.2.11"),
        ("192.0.2.11/31", "192.0.2.10"),
        ("192.0.2.10/32", None),
        ("192.0.2.10", None),
        ("2001:db8::5/64", "2001:db8::1"),
        ("2001:db8::1/64", "2001:db8::ffff:ffff:ffff:ffff"),
        ("2001:db8::1/127", "2001:db8::"),
        ("somewhere", None),
    ],
)
def test_the_gateway_is_the_first_host_of_the_subnet(address: str, gateway: str | None) -> None:
    assert suggest.gateway_for(address) == gateway
