"""What is read from a real kernel, beside what iproute2 reads there."""

import json

import pytest

from netadmin.node.facts.live import read_live

pytestmark = pytest.mark.sandbox


def read(namespace, only=None):
    with namespace.entered():
        return read_live(only)


def test_links_and_addresses_are_those_that_iproute2_shows(namespace):
    namespace.ip(
        "link set lo up",
        "link add eth0 type veth peer name uplink",
        "link set eth0 address 02:00:00:00:00:01 mtu 1400 up",
        "link set uplink up alias to-the-switch",
        "addr add 192.0.2.2/24 dev eth0",
        "addr add 192.0.2.3/24 dev eth0 label eth0:1",
        "addr add 2001:db8::2/64 dev eth0 nodad",
        "addr add 198.51.100.1/24 dev eth0 valid_lft 600 preferred_lft 0",
        "addr add 10.0.0.1 peer 10.0.0.2/32 dev uplink",
    )
    state = read(namespace)
    shown = json.loads(namespace.ip("-j -d addr"))
    assert [link.name for link in state.links] == [link["ifname"] for link in shown]
    for link, expected in zip(state.links, shown, strict=True):
        assert link.index == expected["ifindex"]
        assert link.mtu == expected["mtu"]
        assert link.address == expected["address"]
        assert link.operstate == expected["operstate"].lower()
        assert link.up == ("UP" in expected["flags"])
        assert link.alias == expected.get("ifalias", "")
        assert [address.address for address in link.addresses] == [
            f"{address['local']}/{address['prefixlen']}" for address in expected["addr_info"]
        ]
    eth0 = state.link("eth0")
    assert eth0.kind == "veth"
    assert eth0.parent == "uplink"
    assert eth0.speed == 10000
    assert eth0.duplex == "full"
    assert {address.address: address.label for address in eth0.addresses}["192.0.2.3/24"] == "eth0:1"
    fleeting = next(address for address in eth0.addresses if address.address == "198.51.100.1/24")
    assert fleeting.dynamic
    assert fleeting.deprecated
    assert state.link("uplink").addresses[0].peer == "10.0.0.2"


def test_a_link_that_is_down_has_no_carrier_to_tell(namespace):
    namespace.ip("link add eth0 type veth peer name uplink")
    link = read(namespace).link("eth0")
    assert (link.up, link.carrier, link.operstate) == (False, None, "down")


def test_a_bridge_and_its_ports_show_their_options(namespace):
    namespace.ip(
        "link add vmbr0 type bridge stp_state 1 forward_delay 400 hello_time 150 max_age 1000 "
        "ageing_time 12000 priority 4096 mcast_snooping 0",
        "link add eth0 type veth peer name uplink",
        "link set eth0 master vmbr0",
        "link set eth0 type bridge_slave cost 50 priority 8 learning off isolated on hairpin on guard on",
    )
    state = read(namespace)
    bridge = state.link("vmbr0").bridge
    assert (bridge.stp, bridge.forward_delay, bridge.hello_time, bridge.max_age) == (True, 4.0, 1.5, 10.0)
    assert (bridge.ageing_time, bridge.priority, bridge.multicast_snooping) == (120.0, 4096, False)
    port = state.link("eth0").port
    assert (port.cost, port.priority, port.learning, port.isolated) == (50, 8, False, True)
    assert (port.hairpin, port.guard, port.unicast_flood, port.state) == (True, True, True, "disabled")
    assert [link.name for link in state.members("vmbr0")] == ["eth0"]


def test_a_vxlan_shows_its_id_peer_port_and_device(namespace):
    namespace.ip(
        "link add eth0 type veth peer name uplink",
        "link add vx100 type vxlan id 100 local 192.0.2.1 remote 192.0.2.9 dstport 4790 dev eth0 nolearning",
        "link add vx6 type vxlan id 6 group ff05::1 dev eth0 dstport 4789",
    )
    state = read(namespace)
    vxlan = state.link("vx100").vxlan
    assert (vxlan.id, vxlan.local, vxlan.remote, vxlan.port) == (100, "192.0.2.1", "192.0.2.9", 4790)
    assert not vxlan.learning
    assert state.link("vx100").parent == "eth0"
    assert state.link("vx6").vxlan.remote == "ff05::1"


def test_the_routes_are_those_of_the_main_table_alone(namespace):
    namespace.ip(
        "link add eth0 type veth peer name uplink",
        "link set eth0 up",
        "link set uplink up",
        "addr add 192.0.2.2/24 dev eth0",
        "route add default via 192.0.2.1 metric 100",
        "route add 203.0.113.0/24 via 192.0.2.7 proto static",
        "route add 198.51.100.0/24 nexthop via 192.0.2.8 nexthop via 192.0.2.9",
        "route add blackhole 10.9.0.0/16",
        "route add 10.1.0.0/16 via 192.0.2.1 table 100",
        "addr add 2001:db8::2/64 dev eth0 nodad",
        "-6 route add default via 2001:db8::1",
    )
    routes = {(route.destination, route.gateway): route for route in read(namespace).routes}
    assert routes["default", "192.0.2.1"].metric == 100
    assert routes["default", "192.0.2.1"].device == "eth0"
    assert routes["default", "2001:db8::1"].family == "inet6"
    assert routes["203.0.113.0/24", "192.0.2.7"].protocol == "static"
    assert routes["192.0.2.0/24", ""].source == "192.0.2.2"
    assert routes["10.9.0.0/16", ""].type == "blackhole"
    assert {gateway for destination, gateway in routes if destination == "198.51.100.0/24"} == {
        "192.0.2.8",
        "192.0.2.9",
    }
    assert ("10.1.0.0/16", "192.0.2.1") not in routes
    assert ("192.0.2.2/32", "") not in routes


def test_a_namespace_without_any_route_is_read_as_well(namespace):
    assert read(namespace).routes == ()


def test_a_look_at_some_links_shows_them_and_their_members_as_a_full_look_does(namespace):
    namespace.ip(
        "link add br0 type bridge",
        "link add br1 type bridge",
        "link add port0 type veth peer name far0",
        "link add port1 type veth peer name far1",
        "link set port0 master br0 up",
        "link set far0 up",
        "link set port1 master br1 up",
        "link set br0 up",
        "addr add 192.0.2.2/24 dev br0",
        "addr add 198.51.100.2/24 dev br1",
        "route add default via 192.0.2.1",
    )
    everything, some = read(namespace), read(namespace, {"br0", "missing"})

    assert [link.name for link in some.links] == ["br0", "port0"]
    assert some.links == tuple(everything.link(name) for name in ("br0", "port0"))
    assert some.link("port0").parent == "far0"
    assert some.routes == everything.routes != ()
    assert read(namespace, ()).links == ()
