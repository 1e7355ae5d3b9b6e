"""What a plan says of others before anything is done: risks, what the kernel lacks, how long it settles."""

from dataclasses import replace

import pytest

from netadmin.interfaces import Dialect
from netadmin.planning.live import LiveRoute
from netadmin.planning.plan import plan
from tests.planning.living import brought_up, read
from tests.planning.planned import BASE, BOND, LO, TAP, planned


def test_the_admin_is_told_when_their_way_in_goes():
    after = BASE.replace("192.0.2.2", "192.0.2.3")
    assert any(
        risk.startswith("You come from 203.0.113.7, which the node reaches through vmbr0")
        for risk in planned(BASE, after, admin_address="203.0.113.7").risks
    )
    assert not any("You come" in risk for risk in planned(BASE, after, admin_address="127.0.0.1").risks)


def test_lost_addresses_default_routes_and_interruptions_are_risks():
    found = planned(BASE, LO, TAP)
    assert any(risk.startswith("The IPv4 default route (192.0.2.1 on vmbr0) goes") for risk in found.risks)
    assert "192.0.2.2/24 on vmbr0 goes: whoever uses it is cut off." in found.risks
    assert "vmbr0 goes, and its guests (tap100i0) lose the network." in found.risks


def test_an_option_that_stays_in_the_kernel_when_its_line_goes_is_named():
    before = BASE.replace("\tbridge-ports eth0\n", "\tbridge-ports eth0\n\tbridge-stp on\n")
    assert planned(before, BASE).risks == (
        "vmbr0 keeps the value of bridge-stp until it is made anew or the node reboots.",
    )


def test_what_the_kernel_lacks_is_named_before_anything_is_done():
    found = planned(LO, LO + BOND, features=frozenset({"bridge"}))
    assert found.missing_features == ("bonding",)
    assert planned(LO, LO + BOND, features=None).missing_features == ()


@pytest.mark.parametrize(
    ("text", "seconds", "word"),
    [
        ("auto b\niface b inet manual\n\tbridge-ports eth1\n\tbridge-stp on\n", 60, "Spanning tree"),
        ("auto b\niface b inet manual\n\tbridge-ports eth1\n\tbridge-stp on\n\tbridge-fd 4\n", 38, "8 s"),
        ("auto b\niface b inet manual\n\tbond-slaves eth1\n\tbond-mode 4\n", 62, "LACP"),
        ("auto eth1\niface eth1 inet dhcp\n", 90, "DHCP"),
        ("auto eth1\niface eth1 inet manual\n", 0, ""),
    ],
)
def test_the_wait_rises_by_what_has_to_settle(text, seconds, word):
    found = planned(LO, LO + text)
    assert found.minimum_wait == seconds
    assert word in found.wait_reason


def test_what_is_not_touched_raises_no_wait():
    stp = "auto b\niface b inet dhcp\n\tbridge-ports eth1\n\tbridge-stp on\n"
    assert planned(LO + stp, LO + stp + "auto eth2\niface eth2 inet manual\n").minimum_wait == 0


def test_whoever_comes_through_a_nic_that_leaves_the_file_and_stays_up_is_told():
    nic = "iface eth1 inet static\n\taddress 10.0.0.1/24\n"
    live = brought_up(BASE + nic)
    live = replace(live, routes=(*live.routes, LiveRoute("10.0.0.0/24", "inet", "", "eth1")))
    found = plan(read(BASE + nic), read(BASE), live, engine=Dialect.IFUPDOWN2, admin_address="10.0.0.7")
    assert "no boot brings it up again" in found.risks[0]
