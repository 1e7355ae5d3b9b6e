"""Residue: what differs from before is named, and put back by commands of iproute2."""

from dataclasses import replace

from netadmin.node.guests import guests_of, ways_back
from netadmin.node.residue import differences
from netadmin.planning.live import (
    Link,
    LinkAddress,
    LiveBond,
    LiveBridge,
    LivePort,
    LiveRoute,
    LiveState,
    LiveVlan,
    PortVlan,
)

NIC = Link(2, "eth0", up=True, master="vmbr0", port=LivePort(vlans=(PortVlan(1, 1, True, True),)))
BRIDGE = Link(3, "vmbr0", "bridge", up=True, bridge=LiveBridge(), addresses=(LinkAddress("10.0.0.1/24"),))
BOND = Link(4, "bond0", "bond", up=True, bond=LiveBond(mode="802.3ad"))
DEFAULT = LiveRoute("default", "inet", "10.0.0.254", "vmbr0")
BEFORE = LiveState("boot", links=(NIC, BRIDGE, BOND), routes=(DEFAULT,))
ALL = {"eth0", "vmbr0", "bond0", "vmbr9", "bond0.5"}


def found(now, scope=ALL):
    return differences(BEFORE, now, scope)


def with_link(old, **values):
    links = tuple(replace(link, **values) if link is old else link for link in BEFORE.links)
    return LiveState("boot", links=links, routes=BEFORE.routes)


def commands(now):
    return [" ".join(command) for one in found(now) for command in one.repair]


def test_nothing_differs_from_itself():
    assert found(BEFORE) == ()


def test_what_comes_and_goes_by_itself_is_no_residue():
    own = LinkAddress("fe80::1/64", "inet6", "link")
    lease = LinkAddress("10.0.0.77/24", dynamic=True)
    now = with_link(BRIDGE, operstate="down", carrier=False, addresses=(*BRIDGE.addresses, own, lease))
    announced = LiveRoute("default", "inet6", "fe80::2", "vmbr0", protocol="ra")
    assert found(replace(now, routes=(*BEFORE.routes, announced))) == ()


def test_a_link_that_was_not_there_is_deleted():
    now = LiveState("boot", links=(*BEFORE.links, Link(9, "vmbr9", "bridge")), routes=BEFORE.routes)
    assert commands(now) == ["ip link delete dev vmbr9"]


def test_a_nic_that_turned_up_is_left_alone():
    now = LiveState("boot", links=(*BEFORE.links, Link(9, "vmbr9", "")), routes=BEFORE.routes)
    assert found(now) == ()


def test_links_outside_the_scope_live_their_own_life():
    now = LiveState("boot", links=(NIC, BRIDGE), routes=BEFORE.routes)
    assert found(now, scope={"eth0", "vmbr0"}) == ()


def test_a_link_that_is_gone_is_named_without_a_command():
    now = LiveState("boot", links=(NIC, BRIDGE), routes=BEFORE.routes)
    (gone,) = found(now)
    assert gone.sentence == "bond0 (bond) is gone"
    assert gone.repair == ()


def test_plain_properties_are_set_back():
    now = with_link(NIC, mtu=9000, master="", alias="x", up=False)
    assert commands(now) == [
        "ip link set dev eth0 master vmbr0",
        "ip link set dev eth0 mtu 1500",
        "ip link set dev eth0 alias ",
        "ip link set dev eth0 up",
    ]


def test_a_bridges_times_are_written_in_hundredths_of_a_second():
    now = with_link(BRIDGE, bridge=LiveBridge(forward_delay=2.0, stp=True))
    assert commands(now) == [
        "ip link set dev vmbr0 type bridge stp_state 0",
        "ip link set dev vmbr0 type bridge forward_delay 1500",
    ]


def test_a_ports_vlan_table_is_put_back_entry_by_entry():
    now = with_link(NIC, port=LivePort(learning=False, vlans=(PortVlan(2, 3), PortVlan(1, 1))))
    assert commands(now) == [
        "ip link set dev eth0 type bridge_slave learning 1",
        "bridge vlan delete vid 2 dev eth0",
        "bridge vlan delete vid 3 dev eth0",
        "bridge vlan add vid 1 dev eth0 pvid untagged",
    ]


def test_addresses_and_routes_are_put_back():
    now = with_link(BRIDGE, addresses=(LinkAddress("10.0.0.9/24"),))
    wrong = LiveRoute("default", "inet", "10.0.0.1", "vmbr0", metric=5)
    assert commands(replace(now, routes=(wrong,))) == [
        "ip address delete 10.0.0.9/24 dev vmbr0",
        "ip address add 10.0.0.1/24 broadcast + dev vmbr0 scope global",
        "ip -4 route delete default via 10.0.0.1 dev vmbr0 metric 5 proto boot",
        "ip -4 route add default via 10.0.0.254 dev vmbr0 proto boot",
    ]


def test_what_only_an_engine_could_change_back_is_named():
    changed = with_link(BOND, bond=LiveBond(mode="active-backup"))
    assert [one.sentence for one in found(changed)] == ["bond0: bond mode was 802.3ad and is active-backup"]
    turned = with_link(BOND, kind="bridge", bond=None, bridge=LiveBridge())
    assert [one.sentence for one in found(turned)] == ["bond0 was bond and is bridge"]


def test_a_vlan_that_carries_another_id_is_named():
    vlan = Link(5, "bond0.5", "vlan", up=True, parent="bond0", vlan=LiveVlan(5))
    before = replace(BEFORE, links=(*BEFORE.links, vlan))
    now = replace(BEFORE, links=(*BEFORE.links, replace(vlan, vlan=LiveVlan(6), parent="eth0")))
    sentences = [one.sentence for one in differences(before, now, ALL)]
    assert sentences == ["bond0.5: VLAN id was 5 and is 6", "bond0.5: lower device was bond0 and is eth0"]


TAP = Link(
    7,
    "tap7",
    "tun",
    up=True,
    master="vmbr0",
    port=LivePort(vlans=(PortVlan(10, 20), PortVlan(1, 1, True, True))),
)


def test_a_guest_comes_back_with_its_place_its_state_and_its_vlans():
    before = replace(BEFORE, links=(*BEFORE.links, TAP))
    now = replace(BEFORE, links=(*BEFORE.links, replace(TAP, master="", up=False, port=None)))
    guests = guests_of([("vmbr0", "tap7")], before, now)

    assert [(guest.attached, guest.up) for guest in guests] == [(False, False)]
    assert [" ".join(command) for command in ways_back(guests, before, now)] == [
        "ip link set dev tap7 master vmbr0",
        "ip link set dev tap7 up",
        "bridge vlan add vid 10-20 dev tap7",
        "bridge vlan add vid 1 dev tap7 pvid untagged",
    ]


def test_a_guest_that_is_gone_with_its_machine_is_said_and_left():
    before = replace(BEFORE, links=(*BEFORE.links, TAP))
    (guest,) = guests = guests_of([("vmbr0", "tap7")], before, BEFORE)

    assert guest.detail == "the link itself is gone"
    assert list(ways_back(guests, before, BEFORE)) == []
