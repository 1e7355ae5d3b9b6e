"""What is still there of interfaces that have left the file."""

from dataclasses import replace

from netadmin.definitions import definitions
from netadmin.interfaces import parse
from netadmin.planning.compare import Verdict, compare_removed
from netadmin.planning.live import Link, LinkAddress, LiveState, OpenVSwitch

NIC = Link(2, "eth0", up=True)
REMOVED = """auto eth0
iface eth0 inet dhcp
auto vmbr1
iface vmbr1 inet manual
	bridge-ports none
auto ovs0
iface ovs0 inet manual
	ovs_type OVSBridge
"""


def test_of_what_has_left_the_file_devices_and_leases_are_looked_for():
    before, after = definitions(parse(REMOVED)), definitions(parse("auto lo\niface lo inet loopback\n"))
    leased = replace(NIC, addresses=(LinkAddress("192.0.2.9/24", dynamic=True), LinkAddress("10.9.9.9/24")))
    there = LiveState(
        "boot",
        links=(leased, Link(7, "vmbr1", "bridge"), Link(8, "ovs0", "openvswitch")),
        ovs=OpenVSwitch(bridges=("ovs0",)),
    )
    assert [
        (one.interface, one.option, one.seen, one.verdict) for one in compare_removed(before, after, there)
    ] == [
        ("eth0", "address", "192.0.2.9/24", Verdict.DIFFERS),
        ("vmbr1", "link", "there", Verdict.DIFFERS),
        ("ovs0", "ovs-type", "OVSBridge", Verdict.DIFFERS),
        ("ovs0", "link", "there", Verdict.DIFFERS),
    ]
    gone = LiveState("boot", links=(NIC,), ovs=OpenVSwitch())
    assert {one.verdict for one in compare_removed(before, after, gone)} == {Verdict.AS_WANTED}


def test_what_stays_in_the_file_is_not_looked_for_as_removed():
    text = definitions(parse(REMOVED))
    assert compare_removed(text, text, LiveState("boot", links=(NIC,))) == ()
