"""The live state travels as JSON between node, Redis and centre."""

import json
from dataclasses import replace

import pytest

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
    live_state,
)
from netadmin.planning.records import RecordError, decode, encode

STATE = LiveState(
    boot_id="b2a1",
    sequence=7,
    taken_at=1764000000.5,
    links=(
        Link(
            1,
            "lo",
            kind="loopback",
            up=True,
            mtu=65536,
            addresses=(LinkAddress("127.0.0.1/8", scope="host"),),
        ),
        Link(2, "eth0", up=True, carrier=True, master="bond0", slave=LiveSlave(state="backup", aggregator=1)),
        Link(
            3,
            "bond0",
            kind="bond",
            master="vmbr0",
            bond=LiveBond(mode="802.3ad", arp_ip_targets=("10.0.0.1",)),
        ),
        Link(
            4,
            "vmbr0",
            kind="bridge",
            bridge=LiveBridge(vlan_filtering=True, vlans=(PortVlan(1, 1, True, True),)),
        ),
        Link(5, "vmbr0.5", kind="vlan", parent="vmbr0", vlan=LiveVlan(5, "802.1ad")),
        Link(6, "vx", kind="vxlan", vxlan=LiveVxlan(100, remote="239.1.1.1")),
        Link(7, "tap1", kind="tun", master="vmbr0", port=LivePort(vlans=(PortVlan(2, 4094),))),
    ),
    routes=(LiveRoute("default", "inet", gateway="10.0.0.1", device="vmbr0", metric=100),),
    ovs=OpenVSwitch(
        bridges=("ovs0",), ports=(OvsPort("p1", "ovs0", ("eth1", "eth2"), ("", ""), trunks=(1, 2)),)
    ),
)


def test_a_live_state_survives_the_way_through_json():
    assert decode(LiveState, json.loads(json.dumps(encode(STATE)))) == STATE


def test_a_state_is_put_together_from_what_a_node_publishes_piece_by_piece():
    meta = {"boot_id": "b2a1", "sequence": 7, "taken_at": 1764000000.5}
    ovs = json.loads(json.dumps(encode(STATE.ovs)))

    assert live_state(reversed(STATE.links), STATE.routes, meta=meta, ovs=ovs) == STATE


def test_fields_with_their_default_are_not_sent():
    assert encode(Link(2, "eth0"), defaults=False) == {"index": 2, "name": "eth0"}


def test_a_field_that_only_a_newer_node_knows_is_passed_over():
    assert decode(Link, {"index": 2, "name": "eth0", "colour": "blue"}) == Link(2, "eth0")


def test_a_missing_field_without_default_is_an_error():
    with pytest.raises(RecordError, match="index"):
        decode(Link, {"name": "eth0"})


def test_members_are_the_ports_and_slaves_of_a_master():
    assert [link.name for link in STATE.members("vmbr0")] == ["bond0", "tap1"]
    assert replace(STATE, links=()).members("vmbr0") == ()
