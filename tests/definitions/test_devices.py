"""Bridges, bonds, VLANs and the rest, as their options describe them."""

import pytest

from netadmin.definitions import MODES, Bond, Bridge, PortSettings
from tests.definitions.read import of_options, of_text


def bridge(*lines: str, classic: bool = False) -> Bridge:
    found = of_options(*lines, classic=classic).bridge
    assert found is not None
    return found


def bond(*lines: str) -> Bond:
    found = of_options(*lines).bond
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("ports", "names", "patterns"),
    [
        ("none", (), ()),
        ("eth0 eth1", ("eth0", "eth1"), ()),
        ("eth0 eth0", ("eth0",), ()),
        ("glob swp1-3.100", ("swp1.100", "swp2.100", "swp3.100"), ()),
        ("glob swp[1-2]s[0-1] eth0", ("swp1s0", "swp1s1", "swp2s0", "swp2s1", "eth0"), ()),
        ("glob swp9-1", ("swp9-1",), ()),
        ("glob swp[1-999999999]", ("swp[1-999999999]",), ()),
        ("regex tap.* eth0", ("eth0",), ("tap.*",)),
        ("swp[1-3]", ("swp[1-3]",), ()),
        ("all", ("all",), ()),
    ],
)
def test_ifupdown2_reads_ports_word_by_word(
    ports: str, names: tuple[str, ...], patterns: tuple[str, ...]
) -> None:
    found = bridge(f"bridge-ports {ports}").ports

    assert (found.names, found.patterns) == (names, patterns)


@pytest.mark.parametrize(
    ("ports", "names", "patterns"),
    [
        ("all", (), ("eth.*", "em.*", "en.*", "p[0-9].*")),
        ("regex eth[1-3] tap.* noregex bond0", ("bond0",), ("eth[1-3]", "tap.*")),
        ("regex eth.* noregex none", (), ("eth.*",)),
    ],
)
def test_classic_reads_patterns_up_to_noregex(
    ports: str, names: tuple[str, ...], patterns: tuple[str, ...]
) -> None:
    found = bridge(f"bridge_ports {ports}", classic=True).ports

    assert (found.names, found.patterns) == (names, patterns)


def test_patterns_find_the_ports_of_a_node() -> None:
    links = ["lo", "eth0", "eth10", "xeth1", "tap7"]

    assert bridge("bridge_ports tap7 regex eth[0-9]", classic=True).ports.matching(links) == ("tap7", "eth0")
    assert bridge("bridge-ports tap7 regex eth[0-9]").ports.matching(links) == ("tap7", "eth0", "xeth1")
    assert bridge("bridge-ports regex [").ports.matching(links) == ()


def test_ports_may_stand_on_several_lines_in_ifupdown2() -> None:
    assert bridge("bridge-ports eth0", "bridge-ports eth1 eth2").ports.names == ("eth0", "eth1", "eth2")


def test_a_bridge_says_its_times_in_seconds_and_nothing_it_was_not_told() -> None:
    found = bridge(
        "bridge_ports none",
        "bridge_stp yes",
        "bridge_fd 4.5",
        "bridge_hello 2",
        "bridge_maxage x",
        "bridge_bridgeprio 4096",
    )

    assert (found.stp, found.forward_delay, found.hello, found.max_age, found.ageing, found.priority) == (
        True,
        4.5,
        2.0,
        None,
        None,
        4096,
    )


@pytest.mark.parametrize(
    ("vids", "ranges"),
    [
        ("2-4094", ((2, 4094),)),
        ("10 20-30", ((10, 10), (20, 30))),
        ("10,20-30", ((10, 10), (20, 30))),
        ("10 x", ()),
    ],
)
def test_vids_are_ids_and_ranges(vids: str, ranges: tuple[tuple[int, int], ...]) -> None:
    assert bridge("bridge-vlan-aware yes", f"bridge-vids {vids}").vids == ranges


def test_bridge_vlan_aware_no_is_no() -> None:
    assert bridge("bridge-ports none", "bridge-vlan-aware no").vlan_aware is False


def test_port_settings_stand_with_the_bridge_or_with_the_port() -> None:
    found = of_text(
        "iface br0\n bridge-ports eth0 eth1\n bridge-pathcosts eth0=10 eth1=20\n bridge-learning eth1=off\n"
        "iface eth0\n bridge-access 7\n bridge-learning off\n bridge-portmcrouter automatic\n"
        "iface eth1\n"
    )

    assert found["br0"].bridge is not None
    assert dict(found["br0"].bridge.port_settings) == {
        "eth0": PortSettings(path_cost=10),
        "eth1": PortSettings(path_cost=20, learning=False),
    }
    assert found["eth0"].port == PortSettings(access=7, learning=False, multicast_router="automatic")
    assert found["eth1"].port is None


def test_classic_names_one_port_and_its_value() -> None:
    found = bridge("bridge_ports eth0", "bridge_pathcost eth0 50", "bridge_portprio eth0 8", classic=True)

    assert dict(found.port_settings) == {"eth0": PortSettings(path_cost=50, priority=8)}


@pytest.mark.parametrize("number", range(7))
def test_a_bond_mode_is_the_same_by_name_and_by_number(number: int) -> None:
    assert bond(f"bond-mode {number}").mode == bond(f"bond_mode {MODES[number]}").mode == MODES[number]


def test_a_bond_mode_nobody_knows_stays_as_it_is_written() -> None:
    assert bond("bond-mode 7").mode == "7"
    assert bond("bond-mode lacp").mode == "lacp"
    assert bond("bond-slaves eth0").mode is None


@pytest.mark.parametrize("option", ["slaves", "bond-slaves", "bond_slaves", "bond-ports"])
def test_slaves_have_many_spellings(option: str) -> None:
    assert bond(f"{option} eth0 eth1").slaves.names == ("eth0", "eth1")


def test_a_bond_that_is_watched_by_arp() -> None:
    found = bond("bond-slaves none", "bond-arp-interval 500", "bond-arp-ip-target 10.0.0.1,10.0.0.2")

    assert (found.slaves.names, found.arp_interval, found.arp_ip_targets) == (
        (),
        500,
        ("10.0.0.1", "10.0.0.2"),
    )


def test_the_numbers_of_lacp_rate_hash_policy_and_reselect_have_names() -> None:
    found = bond("bond-lacp-rate 1", "bond-xmit-hash-policy 1", "bond-primary-reselect 2", "bond-slaves a")

    assert (found.lacp_rate, found.xmit_hash_policy, found.primary_reselect) == (
        "fast",
        "layer3+4",
        "failure",
    )


@pytest.mark.parametrize(
    ("name", "lines", "parent", "tag", "protocol"),
    [
        ("eth0.5", (), "eth0", 5, "802.1q"),
        ("eth0.0005", (), "eth0", 5, "802.1q"),
        ("eth0.5.6", ("vlan-protocol 802.1AD",), "eth0.5", 6, "802.1ad"),
        ("vlan7", ("vlan_raw_device eth1",), "eth1", 7, "802.1q"),
        ("vlan7", ("vlan-raw-device eth1", "vlan-id 8"), "eth1", 8, "802.1q"),
        ("office", ("vlan-raw-device eth1",), "eth1", None, "802.1q"),
        ("office", ("vlan-id 9",), "", 9, "802.1q"),
        ("office", ("vlan-id nine", "vlan-raw-device eth1"), "eth1", None, "802.1q"),
    ],
)
def test_a_vlan_has_its_id_from_the_option_or_the_name(
    name: str, lines: tuple[str, ...], parent: str, tag: int | None, protocol: str
) -> None:
    vlan = of_options(*lines, name=name).vlan

    assert vlan is not None
    assert (vlan.parent, vlan.id, vlan.protocol) == (parent, tag, protocol)


def test_a_vxlan_has_all_its_peers() -> None:
    vxlan = of_options("vxlan-id 5", "vxlan-remoteip 192.0.2.1", "vxlan-remoteip 192.0.2.2").vxlan

    assert vxlan is not None
    assert (vxlan.id, vxlan.remotes, vxlan.port) == (5, ("192.0.2.1", "192.0.2.2"), None)


def test_what_stands_on_what_and_who_takes_it() -> None:
    found = of_text(
        "iface bond0\n bond-slaves eth0 eth1\n"
        "iface eth2\n bond-master bond0\n"
        "iface bond0.5\n"
        "iface br0\n bridge-ports bond0.5 eth1\n"
        "iface br0:1\n address 192.0.2.1/24\n"
    )

    assert found["bond0.5"].lower == ("bond0",)
    assert found["br0:1"].lower == ("br0",)
    assert found.masters == {
        "eth0": ("bond0",),
        "eth1": ("bond0", "br0"),
        "eth2": ("bond0",),
        "bond0.5": ("br0",),
    }
    assert found.uppers["bond0"] == ("bond0.5",)


def test_an_open_vswitch_port_is_taken_once_though_both_sides_say_so() -> None:
    found = of_text(
        "iface br0\n ovs_type OVSBridge\n ovs_ports eth0\n"
        "iface eth0\n ovs_type OVSPort\n ovs_bridge br0\n ovs_options tag=7 vlan_mode=access\n"
    )

    assert found.masters == {"eth0": ("br0",)}
    assert found["eth0"].ovs is not None
    assert found["eth0"].ovs.tag == 7


def test_auto_may_say_all_or_a_pattern_or_come_too_late() -> None:
    everything = of_text("auto all\nallow-hotplug eth0\niface eth0 inet dhcp\n")["eth0"]
    pattern = of_options(name="eth0").autostart
    late = of_text("iface eth0 inet dhcp\nauto eth0\n")["eth0"]

    assert (everything.autostart, everything.hotplug, everything.classes) == (True, True, ("allow-hotplug",))
    assert pattern is False
    assert (late.autostart, late.late) == (True, ("auto",))
