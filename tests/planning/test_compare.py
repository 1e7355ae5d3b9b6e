"""Comparing a file with a live state: every option the kernel shows, and honesty about the rest."""

from dataclasses import replace

import pytest

from netadmin.definitions import definitions
from netadmin.interfaces import Dialect, parse
from netadmin.planning.compare import Verdict, compare
from netadmin.planning.live import (
    Link,
    LinkAddress,
    LiveBond,
    LiveBridge,
    LivePort,
    LiveRoute,
    LiveSlave,
    LiveState,
    LiveVlan,
    LiveVxlan,
    OpenVSwitch,
    OvsPort,
    PortVlan,
)

LO = Link(1, "lo", "loopback", up=True, carrier=True, mtu=65536, addresses=(LinkAddress("127.0.0.1/8"),))


def nic(name="eth0", **fields):
    return Link(2, name, **{"up": True, "carrier": True, "operstate": "up", **fields})


def bridge(name="vmbr0", *, options=None, **fields):
    usual = {"kind": "bridge", "up": True, "carrier": True, "operstate": "up"}
    return Link(3, name, **{**usual, "bridge": LiveBridge(**options or {}), **fields})


def state(*links, routes=(), ovs=None):
    return LiveState("boot", links=(LO, *links), routes=tuple(routes), ovs=ovs)


def compared(text, live, *, dialect=Dialect.IFUPDOWN2, only=None):
    """{(interface, option): (verdict, wanted, seen)} of all comparisons."""
    found = compare(definitions(parse(text, dialect=dialect)), live, only=only)
    return {(one.interface, one.option): (one.verdict.value, one.wanted, one.seen) for one in found}


def differing(text, live, **settings):
    return {
        place for place, (verdict, *_) in compared(text, live, **settings).items() if verdict == "differs"
    }


def test_what_is_there_as_written_is_as_wanted():
    text = "auto eth0\niface eth0 inet static\n\taddress 192.0.2.2/24\n\tgateway 192.0.2.1\n\tmtu 9000\n"
    live = state(
        nic(mtu=9000, addresses=(LinkAddress("192.0.2.2/24"),)),
        routes=[LiveRoute("default", "inet", "192.0.2.1", "eth0")],
    )
    assert compared(text, live) == {
        ("eth0", "state"): ("as-wanted", "up", "up"),
        ("eth0", "operational state"): ("as-wanted", "up", "up"),
        ("eth0", "mtu"): ("as-wanted", "9000", "9000"),
        ("eth0", "address"): ("as-wanted", "192.0.2.2/24", "192.0.2.2/24"),
        ("eth0", "gateway"): ("as-wanted", "default via 192.0.2.1", "default via 192.0.2.1 dev eth0"),
    }


def test_a_link_that_is_missing_differs_and_says_nothing_more():
    text = "auto eth7\niface eth7 inet static\n\taddress 192.0.2.2/24\n"
    assert compared(text, state()) == {("eth7", "link"): ("differs", "there", "missing")}


def test_interfaces_that_nothing_brings_up_are_passed_over():
    assert compared("iface eth0 inet static\n\taddress 192.0.2.2/24\n", state(nic(up=False))) == {}


def test_what_an_auto_interface_stands_on_is_wanted_up_with_it():
    text = "iface eth0 inet manual\nauto vmbr0\niface vmbr0 inet manual\n\tbridge-ports eth0\n"
    live = state(nic(up=False, master="vmbr0", port=LivePort()), bridge(operstate="down"))
    assert ("eth0", "state") in differing(text, live)


def test_only_the_named_interfaces_are_compared():
    text = "auto eth0\niface eth0 inet manual\nauto eth1\niface eth1 inet manual\n"
    live = state(nic("eth0"), nic("eth1"))
    assert {interface for interface, _option in compared(text, live, only={"eth1"})} == {"eth1"}


@pytest.mark.parametrize(
    ("options", "link", "option", "seen"),
    [
        ("mtu 9000", nic(mtu=1500), "mtu", "1500"),
        ("hwaddress 02:00:00:00:00:0A", nic(address="02:00:00:00:00:0b"), "hwaddress", "02:00:00:00:00:0b"),
        ("alias uplink", nic(alias="downlink"), "alias", "downlink"),
        ("link-down yes", nic(), "state", "up"),
        ("", nic(up=False), "state", "down"),
        ("", nic(mtu=1400), "mtu", "1400"),
        ("", nic(master="vmbr9"), "master", "vmbr9"),
        ("address 192.0.2.1/24", nic(addresses=(LinkAddress("192.0.2.7/24"),)), "address", "192.0.2.7/24"),
        ("", nic(addresses=(LinkAddress("192.0.2.7/24"),)), "address", "192.0.2.7/24"),
    ],
)
def test_a_plain_link_differs_in(options, link, option, seen):
    found = compared(f"auto eth0\niface eth0 inet manual\n\t{options}\n", state(link))
    assert found["eth0", option][::2] == ("differs", seen)


def test_what_a_sourced_file_says_of_the_interface_counts_too():
    document = parse("auto eth0\niface eth0 inet manual\n")
    sourced = parse("iface eth0 inet manual\n\tmtu 1450\n", file="/etc/network/interfaces.d/more")

    found = compare(definitions(document, sourced=[sourced]), state(nic(mtu=1450)))

    assert [each.option for each in found if each.verdict is Verdict.DIFFERS] == []


def test_an_mtu_that_no_file_mentions_is_left_alone_where_a_hook_speaks_of_it():
    text = "auto eth0\niface eth0 inet manual\n\tup ip link set eth0 mtu 1400\n"
    assert differing(text, state(nic(mtu=1400))) == set()


def test_a_missing_carrier_is_nothing_a_file_could_give():
    found = compared("auto eth0\niface eth0 inet manual\n", state(nic(carrier=False, operstate="down")))
    assert found["eth0", "operational state"] == ("unknown", "up", "down")


def test_a_bond_without_carrier_over_slaves_that_have_one_differs():
    text = "auto bond0\niface bond0 inet manual\n\tbond-slaves eth0\n\tbond-mode 802.3ad\n"
    bond = Link(5, "bond0", "bond", up=True, carrier=False, operstate="down", bond=LiveBond(mode="802.3ad"))
    assert ("bond0", "operational state") in differing(text, state(nic(master="bond0"), bond))


def test_a_bridge_that_is_still_a_bond_differs_in_kind():
    text = "auto x0\niface x0 inet manual\n\tbridge-ports none\n"
    bond = Link(5, "x0", "bond", up=True, operstate="up", bond=LiveBond())
    assert compared(text, state(bond))["x0", "kind"] == ("differs", "bridge", "bond")


def test_every_option_of_a_bridge_is_compared():
    text = """auto vmbr0
iface vmbr0 inet manual
	bridge-ports eth0
	bridge-stp on
	bridge-fd 4
	bridge-hello 1
	bridge-maxage 10
	bridge-ageing 60
	bridge-bridgeprio 4096
	bridge-mcsnoop 0
	bridge-pathcosts eth0=50
"""
    wanted = {"stp": True, "forward_delay": 4.0, "hello_time": 1.0, "max_age": 10.0, "ageing_time": 60.0} | {
        "priority": 4096,
        "multicast_snooping": False,
    }
    port = nic(master="vmbr0", port=LivePort(cost=50))
    assert differing(text, state(port, bridge(options=wanted))) == set()
    for field, other in {"stp": False, "forward_delay": 15.0, "hello_time": 2.0, "priority": 0}.items():
        assert len(differing(text, state(port, bridge(options={**wanted, field: other})))) == 1
    assert differing(text, state(replace(port, port=LivePort(cost=4)), bridge(options=wanted))) == {
        ("eth0", "bridge-pathcosts")
    }


def test_the_ageing_time_of_a_bridge_cannot_be_known_while_its_topology_is_new():
    text = "auto vmbr0\niface vmbr0 inet manual\n\tbridge-ports none\n\tbridge-stp on\n\tbridge-ageing 60\n"
    settling = {"stp": True, "forward_delay": 4.0, "ageing_time": 8.0}
    found = compared(text, state(bridge(options=settling)))
    assert found["vmbr0", "bridge-ageing"] == ("unknown", "60", "8")
    assert ("vmbr0", "bridge-ageing") in differing(text, state(bridge(options={**settling, "stp": False})))


def test_a_guest_on_a_bridge_is_no_difference_but_a_port_of_another_bridge_is():
    text = """auto vmbr0
iface vmbr0 inet manual
	bridge-ports eth0
iface eth1 inet manual
"""
    tap = Link(8, "tap100", "tun", up=True, master="vmbr0", port=LivePort())
    uplink = nic(master="vmbr0", port=LivePort())
    assert differing(text, state(uplink, bridge(), tap)) == set()
    stray = replace(uplink, name="eth1")
    assert compared(text, state(uplink, bridge(), stray))["vmbr0", "bridge-ports"] == (
        *("differs", "eth0", "eth0 eth1"),
    )


@pytest.mark.parametrize(
    ("port_options", "table", "wanted"),
    [
        ("", (PortVlan(1, 1, True, True), PortVlan(2, 4)), "1 (PVID, untagged) 2-4"),
        ("bridge-access 3", (PortVlan(3, 3, True, True),), "3 (PVID, untagged)"),
        (
            "bridge-vids 9\n\tbridge-pvid 7",
            (PortVlan(7, 7, True, True), PortVlan(9, 9)),
            "7 (PVID, untagged) 9",
        ),
        ("bridge-allow-untagged no", (PortVlan(2, 4),), "2-4"),
    ],
)
def test_the_vlan_table_of_a_port_is_what_the_bridge_and_its_own_stanza_say(port_options, table, wanted):
    text = f"""iface eth0 inet manual
	{port_options}
auto vmbr0
iface vmbr0 inet manual
	bridge-ports eth0
	bridge-vlan-aware yes
	bridge-vids 2-4
"""
    aware = bridge(options={"vlan_filtering": True})
    port = nic(master="vmbr0", port=LivePort(vlans=table))
    assert compared(text, state(port, aware))["eth0", "bridge-vids"] == ("as-wanted", wanted, wanted)
    bare = replace(port, port=LivePort(vlans=(PortVlan(1, 1, True, True),)))
    assert ("eth0", "bridge-vids") in differing(text, state(bare, aware))


def test_every_option_of_a_bond_is_compared_and_those_its_mode_ignores_are_not():
    text = """auto bond0
iface bond0 inet manual
	bond-slaves eth0 eth1
	bond-mode 1
	bond-miimon 100
	bond-updelay 200
	bond-primary eth1
	bond-lacp-rate fast
"""
    slaves = [nic(name, master="bond0", slave=LiveSlave()) for name in ("eth0", "eth1")]
    live = LiveBond(mode="active-backup", miimon=100, updelay=200, primary="eth1")
    bond = Link(5, "bond0", "bond", up=True, operstate="up", bond=live)
    assert differing(text, state(*slaves, bond)) == set()
    assert compared(text, state(*slaves, bond))["bond0", "bond-lacp-rate"][0] == "unknown"
    for field, other in {"mode": "balance-rr", "miimon": 0, "updelay": 0, "primary": "eth0"}.items():
        assert len(differing(text, state(*slaves, replace(bond, bond=replace(live, **{field: other}))))) == 1
    assert ("bond0", "bond-slaves") in differing(text, state(slaves[0], nic("eth1"), bond))


def test_a_vlan_device_is_compared_in_id_protocol_and_raw_device():
    text = "auto v5\niface v5 inet manual\n\tvlan-raw-device eth0\n\tvlan-id 5\n\tvlan-protocol 802.1ad\n"
    device = Link(6, "v5", "vlan", up=True, operstate="up", parent="eth0", vlan=LiveVlan(5, "802.1ad"))
    assert differing(text, state(nic(), device)) == set()
    other = replace(device, parent="eth1", vlan=LiveVlan(6, "802.1q"))
    assert differing(text, state(nic(), other)) == {
        ("v5", "vlan-id"),
        ("v5", "vlan-protocol"),
        ("v5", "vlan-raw-device"),
    }


def test_a_vxlan_is_compared_in_id_addresses_and_port():
    text = (
        "auto vx\niface vx inet manual\n\tvxlan-id 100\n\tvxlan-local-tunnelip 192.0.2.1\n\tvxlan-port 4790\n"
    )
    device = Link(
        6, "vx", "vxlan", up=True, operstate="unknown", vxlan=LiveVxlan(100, "192.0.2.1", port=4790)
    )
    assert differing(text, state(device)) == set()
    other = replace(device, vxlan=LiveVxlan(101, "192.0.2.2"))
    assert len(differing(text, state(other))) == 3


def test_an_address_counts_once_duplicate_detection_has_passed_it():
    text = "auto eth0\niface eth0 inet6 static\n\taddress 2001:db8::1/64\n"
    fresh = nic(addresses=(LinkAddress("2001:db8::1/64", "inet6", tentative=True),))
    assert compared(text, state(fresh))["eth0", "address"][::2] == ("differs", "2001:db8::1/64 tentative")
    taken = nic(addresses=(LinkAddress("2001:db8::1/64", "inet6", duplicate=True),))
    assert compared(text, state(taken))["eth0", "address"][::2] == ("differs", "2001:db8::1/64 duplicate")


def test_an_address_given_by_a_server_or_a_router_is_nobodys_difference():
    text = "auto eth0\niface eth0 inet dhcp\niface eth0 inet6 auto\n"
    given = (
        LinkAddress("192.0.2.9/24", dynamic=True),
        LinkAddress("2001:db8::9/64", "inet6", dynamic=True),
        LinkAddress("fe80::9/64", "inet6", scope="link"),
    )
    found = compared(text, state(nic(addresses=given)))
    assert found["eth0", "inet dhcp"] == ("as-wanted", "an address", "192.0.2.9/24")
    assert found["eth0", "inet6 auto"] == ("as-wanted", "an address", "2001:db8::9/64")
    assert compared(text, state(nic()))["eth0", "inet dhcp"][0] == "differs"
    assert compared(text, state(nic()))["eth0", "inet6 auto"][0] == "unknown"


def test_the_address_of_an_alias_belongs_to_its_device():
    text = (
        "auto eth0\niface eth0 inet manual\nauto eth0:1\niface eth0:1 inet static\n\taddress 192.0.2.9/24\n"
    )
    assert differing(text, state(nic(addresses=(LinkAddress("192.0.2.9/24"),)))) == set()


def test_a_single_address_that_no_file_mentions_may_be_a_clusters():
    found = compared(
        "auto eth0\niface eth0 inet manual\n", state(nic(addresses=(LinkAddress("192.0.2.9/32"),)))
    )
    assert found["eth0", "address"] == ("unknown", "none", "192.0.2.9/32")


def test_an_address_in_the_place_of_another_is_one_difference():
    text = "auto eth0\niface eth0 inet static\n\taddress 192.0.2.2/24\n\taddress 192.0.2.3/24\n"
    live = state(nic(addresses=(LinkAddress("192.0.2.2/24"), LinkAddress("192.0.2.9/24"))))
    found = [one for one in compare(definitions(parse(text)), live) if one.option == "address"]
    assert [(one.wanted, one.seen) for one in found] == [
        ("192.0.2.2/24", "192.0.2.2/24"),
        ("192.0.2.3/24", "192.0.2.9/24"),
    ]


def test_an_address_that_is_missing_beside_a_right_one_is_not_said_to_be_that():
    text = "auto eth0\niface eth0 inet static\n\taddress 192.0.2.2/24\n\taddress 192.0.2.3/24\n"
    live = state(nic(addresses=(LinkAddress("192.0.2.2/24"),)))
    found = [one for one in compare(definitions(parse(text)), live) if one.option == "address"]
    assert [one.seen for one in found] == ["192.0.2.2/24", "none"]


def test_of_two_default_gateways_the_one_the_kernel_has_not_taken_differs():
    text = "auto eth0\niface eth0 inet static\n\taddress 192.0.2.2/24\n\tgateway 192.0.2.1\n\tgateway 192.0.2.3\n"
    live = state(
        nic(addresses=(LinkAddress("192.0.2.2/24"),)),
        routes=[LiveRoute("default", "inet", "192.0.2.1", "eth0")],
    )
    found = [one for one in compare(definitions(parse(text)), live) if one.option == "gateway"]
    assert [one.verdict for one in found] == [Verdict.AS_WANTED, Verdict.DIFFERS]
    assert found[1].seen == "default via 192.0.2.1 dev eth0"


def test_a_default_route_that_the_file_no_longer_gives_differs():
    live = state(nic(), routes=[LiveRoute("default", "inet", "192.0.2.1", "eth0", protocol="boot")])
    assert differing("auto eth0\niface eth0 inet manual\n", live) == {("eth0", "gateway")}


def test_routes_given_by_hooks_are_looked_for():
    text = "auto eth0\niface eth0 inet manual\n\tup ip route add 10.0.0.0/8 via 192.0.2.1\n"
    there = state(nic(), routes=[LiveRoute("10.0.0.0/8", "inet", "192.0.2.1", "eth0")])
    assert compared(text, there)["eth0", "route 10.0.0.0/8"][0] == "as-wanted"
    assert compared(text, state(nic()))["eth0", "route 10.0.0.0/8"][::2] == ("differs", "no such route")


def test_what_no_kernel_shows_is_said_to_be_unknown():
    text = """auto eth0
iface eth0 inet manual
	dns-nameservers 192.0.2.53
	adress 192.0.2.1/24
	up /usr/local/bin/firewall
"""
    found = compared(text, state(nic()))
    assert found["eth0", "dns-nameservers"][0] == "unknown"
    assert found["eth0", "adress"][0] == "unknown"
    assert found["eth0", "up"][0] == "unknown"


def test_classic_manual_brings_nothing_up_by_itself():
    text = "auto eth0\niface eth0 inet manual\n"
    assert compared(text, state(nic(up=False)), dialect=Dialect.IFUPDOWN)["eth0", "state"][0] == "unknown"


def test_open_vswitch_is_compared_where_its_database_answers():
    text = """auto ovs0
iface ovs0 inet manual
	ovs_type OVSBridge
	ovs_ports eth0
auto eth0
iface eth0 inet manual
	ovs_type OVSPort
	ovs_bridge ovs0
	ovs_options tag=5
"""
    links = (nic(master="ovs-system"), Link(7, "ovs0", "openvswitch", up=True, operstate="unknown"))
    assert compared(text, state(*links))["ovs0", "ovs-type"][0] == "unknown"
    right = OpenVSwitch(("ovs0",), (OvsPort("eth0", "ovs0", tag=5),))
    assert differing(text, state(*links, ovs=right)) == set()
    wrong = OpenVSwitch(("ovs0",), (OvsPort("eth0", "ovs0", tag=6),))
    assert differing(text, state(*links, ovs=wrong)) == {("eth0", "ovs-options tag")}
