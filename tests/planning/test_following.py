"""Following a live state: comparing what changed gives what comparing everything gives."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from netadmin.definitions import definitions
from netadmin.interfaces import parse
from netadmin.planning.compare import compare
from netadmin.planning.following import Follower
from netadmin.planning.live import (
    Link,
    LinkAddress,
    LiveBond,
    LiveBridge,
    LivePort,
    LiveRoute,
    LiveState,
    LiveVlan,
    OpenVSwitch,
    OvsPort,
)

TEXT = """\
auto lo
iface lo inet loopback

auto eth0
iface eth0 inet static
    address 192.0.2.2/24
    gateway 192.0.2.1
    up ip route add 198.51.100.0/24 via 192.0.2.7

auto bond0
iface bond0 inet manual
    bond-slaves eth1 eth2
    bond-mode active-backup

auto vmbr0
iface vmbr0 inet static
    address 10.0.0.1/24
    bridge-ports bond0 regex veth.*
    bridge-vlan-aware yes

auto bond0.5
iface bond0.5 inet dhcp

auto veth7
iface veth7 inet manual

auto ovs0
iface ovs0 inet manual
    ovs-type OVSBridge
    ovs-ports eth3
"""
NAMES = ("lo", "eth0", "eth1", "eth2", "eth3", "bond0", "vmbr0", "bond0.5", "ovs0", "veth7")

links = st.builds(
    Link,
    index=st.just(0),
    name=st.sampled_from(NAMES),
    kind=st.sampled_from(["", "bridge", "bond", "vlan"]),
    up=st.booleans(),
    operstate=st.sampled_from(["up", "down"]),
    carrier=st.sampled_from([True, False, None]),
    mtu=st.sampled_from([1500, 9000]),
    master=st.sampled_from(["", "bond0", "vmbr0"]),
    parent=st.sampled_from(["", "bond0"]),
    addresses=st.lists(
        st.sampled_from(["192.0.2.2/24", "10.0.0.1/24", "10.9.9.9/8"]).map(LinkAddress), max_size=2
    ).map(tuple),
    bridge=st.sampled_from([None, LiveBridge(), LiveBridge(vlan_filtering=True)]),
    port=st.sampled_from([None, LivePort()]),
    bond=st.sampled_from([None, LiveBond(mode="active-backup")]),
    vlan=st.sampled_from([None, LiveVlan(5)]),
)
routes = st.sampled_from(
    [
        LiveRoute("default", "inet", "192.0.2.1", "eth0"),
        LiveRoute("default", "inet", "10.0.0.9", "vmbr0", metric=7),
        LiveRoute("198.51.100.0/24", "inet", "192.0.2.7", "eth0"),
        LiveRoute("192.0.2.0/24", "inet", device="eth0", protocol="kernel"),
    ]
)
ovs = st.sampled_from([None, OpenVSwitch(("ovs0",)), OpenVSwitch(("ovs0",), (OvsPort("eth3", "ovs0"),))])


@st.composite
def histories(draw: st.DrawFn) -> list[LiveState]:
    """States of which each is the one before with a few links, routes or the switch changed."""
    there: dict[str, Link] = {}
    states: list[LiveState] = []
    for sequence in range(draw(st.integers(2, 5))):
        for link in draw(st.lists(links, max_size=4)):
            there[link.name] = replace(link, index=NAMES.index(link.name))
        for name in draw(st.lists(st.sampled_from(NAMES), max_size=1)):
            there.pop(name, None)
        found = tuple(draw(st.lists(routes, max_size=3, unique=True)))
        states.append(LiveState("boot", sequence, links=tuple(there.values()), routes=found, ovs=draw(ovs)))
    return states


@settings(max_examples=150)
@given(histories())
def test_a_follower_says_of_every_state_what_a_comparison_from_scratch_says(history: list[LiveState]) -> None:
    meant = definitions(parse(TEXT))
    follower = Follower(meant)

    for state in history:
        assert follower.compare(state) == compare(meant, state)


def test_what_an_event_left_alone_is_not_compared_again() -> None:
    follower = Follower(definitions(parse(TEXT)))
    before = LiveState("boot", 1, links=(Link(1, "eth0", up=True), Link(2, "bond0", "bond", up=True)))
    first = {each.interface: each for each in follower.compare(before)}

    after = LiveState("boot", 2, links=(replace(before.links[0], mtu=9000), before.links[1]))
    second = {each.interface: each for each in follower.compare(after)}

    assert second["bond0"] is first["bond0"]
    assert second["eth0"] is not first["eth0"]
