"""What an apply would do, worked out before anything is done."""

import json
from dataclasses import replace

import pytest

from netadmin.interfaces import Dialect
from netadmin.planning.live import Link, LiveRoute
from netadmin.planning.plan import Plan, plan
from netadmin.planning.records import decode, encode
from tests.planning.living import brought_up, read
from tests.planning.planned import BASE, BOND, ETH0, LO, TAP, VMBR0, planned


def steps(found):
    return [(step.action, " ".join(step.interfaces)) for step in found.steps]


def test_a_dummy_that_stands_in_for_a_network_card_is_never_deleted():
    text = LO + "auto eth1\niface eth1 inet manual\n"
    live = brought_up(text)
    live = replace(live, links=tuple(replace(link, kind=link.kind or "dummy") for link in live.links))
    for after in (LO, text + "\tmtu 1400\n"):
        found = plan(read(text), read(after), live, engine=Dialect.IFUPDOWN2)
        assert "delete-link" not in [step.action for step in found.steps]


def test_a_dummy_that_the_file_made_is_deleted_with_its_stanza():
    text = LO + "auto d0\niface d0 inet manual\n\tlink-type dummy\n"
    assert steps(planned(text, LO)) == [("ifdown", "d0"), ("delete-link", "d0")]


def test_a_hotplugged_nic_is_brought_up_by_its_name_since_no_reload_does_it():
    nic = "allow-hotplug eth1\niface eth1 inet static\n\taddress 10.0.0.1/24\n"
    changed = nic.replace("10.0.0.1", "10.0.0.2")
    assert steps(planned(BASE + nic, BASE + changed)) == [("ifup", "eth1")]
    reloaded = planned(BASE + nic, BASE + changed + "source elsewhere\n")
    assert steps(reloaded) == [("reload", ""), ("ifup", "eth1")]
    assert steps(planned(BASE + nic, BASE)) == [("ifdown", "eth1")]


def test_a_hotplugged_link_that_is_not_there_is_left_to_its_arrival():
    nic = "allow-hotplug wwan0\niface wwan0 inet static\n\taddress 10.0.0.1/24\n"
    found = planned(BASE, BASE + nic)
    assert (found.changed, steps(found)) == (("wwan0",), [])
    assert [risk for risk in found.risks if "wwan0 is not there yet" in risk]


def test_what_the_file_does_not_start_is_left_alone_which_is_said():
    nic = "iface eth1 inet static\n\taddress 10.0.0.1/24\n"
    found = planned(BASE + nic, BASE + nic.replace("10.0.0.1", "10.0.0.2"))
    assert (found.changed, steps(found)) == (("eth1",), [])
    assert [risk for risk in found.risks if "Nothing in the file starts eth1" in risk]
    assert not planned(BASE + nic, BASE).steps


def test_a_hotplug_mark_that_ifupdown2_does_not_read_starts_nothing():
    nic = "iface eth1 inet static\n\taddress 10.0.0.1/24\nallow-hotplug eth1\n"
    assert steps(planned(BASE, BASE + nic)) == []


def test_a_comment_changes_nothing():
    found = planned(BASE, "# uplink\n" + BASE.replace("bridge-ports", "bridge_ports"))
    assert (found.scope, found.changed, found.steps) == ("nothing", (), ())


def test_a_changed_address_brings_up_its_interface_alone():
    other = "auto vmbr1\niface vmbr1 inet static\n\taddress 10.0.0.1/24\n\tbridge-ports none\n"
    found = planned(BASE + other, BASE.replace("192.0.2.2", "192.0.2.3") + other)
    assert (found.scope, found.changed, found.dependents) == ("partial", ("vmbr0",), ())
    assert steps(found) == [("ifup", "vmbr0")]


def test_an_added_bridge_is_brought_up_after_its_ports():
    found = planned(LO, BASE)
    assert steps(found) == [("ifup", "eth0 vmbr0")]


def test_a_removed_bridge_is_taken_down():
    found = planned(BASE, LO)
    assert found.scope == "partial"
    assert steps(found) == [("ifdown", "vmbr0"), ("delete-link", "vmbr0")]


def test_a_removed_interface_that_is_still_a_port_stays_up():
    found = planned(BASE, LO + VMBR0)
    assert steps(found) == [("ifup", "vmbr0")]


def test_a_changed_mtu_reaches_what_stands_on_the_interface():
    text = BASE + "auto vmbr0.5\niface vmbr0.5 inet manual\n"
    found = planned(text, text.replace(ETH0, ETH0 + "\tmtu 1400\n"))
    assert found.dependents == ("vmbr0", "vmbr0.5")
    # Once more for the VLAN: ifupdown2 may not have heard yet of the MTU that its device has now.
    assert steps(found) == [("ifup", "eth0 vmbr0 vmbr0.5"), ("ifup", "vmbr0.5")]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("\tbridge-ports none\n", "\tbond-slaves eth1\n", "it is a bridge and becomes a bond"),
        ("\tbond-slaves eth1\n", "\tbridge-ports none\n", "it is a bond and becomes a bridge"),
        ("\tvlan-raw-device eth1\n\tvlan-id 5\n", "\tvlan-raw-device eth1\n\tvlan-id 6\n", "from 5 to 6"),
        (
            "\tvlan-raw-device eth1\n\tvlan-id 5\n",
            "\tvlan-raw-device eth2\n\tvlan-id 5\n",
            "from eth1 to eth2",
        ),
        ("\tvxlan-id 5\n", "\tvxlan-id 6\n", "its VXLAN id changes from 5 to 6"),
        ("\tbridge-ports none\n", "", "it is a bridge and becomes a plain device"),
    ],
)
def test_what_no_engine_changes_is_taken_down_and_made_anew(before, after, reason):
    head = LO + "iface eth1 inet manual\niface eth2 inet manual\nauto x0\niface x0 inet manual\n"
    found = planned(head + before, head + after)
    assert [action for action, _names in steps(found)] == ["ifdown", "delete-link", "ifup"]
    assert reason in found.steps[0].why
    assert found.scope == "partial"


def test_what_stands_on_a_rebuilt_bond_goes_down_with_it_and_comes_back():
    text = BOND + "auto bond0.60\niface bond0.60 inet manual\n"
    bridge = "auto vmbr0\niface vmbr0 inet manual\n\tbridge-ports bond0.60\n"
    before = LO + text + bridge
    after = before.replace("\tbond-slaves eth0 eth1\n\tbond-mode active-backup\n", "\tbridge-ports eth0\n")
    found = planned(before, after)
    assert steps(found) == [
        # ifdown of ifupdown2 begins with the last name it is given
        ("ifdown", "bond0 bond0.60"),
        ("delete-link", "bond0.60 bond0"),
        ("ifup", "bond0 eth1 bond0.60 vmbr0")
        if "eth1" in found.dependents
        else ("ifup", "bond0 bond0.60 vmbr0"),
    ]
    assert found.dependents == ("bond0.60", "vmbr0")


def test_a_bond_removed_under_a_vlan_takes_the_vlan_down_first():
    before = LO + BOND + "auto bond0.60\niface bond0.60 inet manual\n"
    found = planned(before, before.replace(BOND, ""))
    assert steps(found)[:2] == [("ifdown", "bond0 bond0.60"), ("delete-link", "bond0.60 bond0")]


def test_guests_of_a_rebuilt_bridge_are_put_back():
    after = BASE.replace("\tbridge-ports eth0\n", "\tbond-slaves eth0\n")
    found = planned(after.replace("bond-slaves", "bridge-ports"), BASE, TAP)
    assert found.guests == ()
    found = planned(BASE, BASE.replace("static\n", "static\n\tvlan-protocol 802.1q\n"), TAP)
    assert found.guests == (("vmbr0", "tap100i0"),)
    live = brought_up(LO + "auto vmbr0\niface vmbr0 inet manual\n\tbond-slaves eth0\n", TAP)
    found = plan(read(LO), read(BASE), live, engine=Dialect.IFUPDOWN2)
    assert found.steps[-1].action == "restore-port"
    assert found.steps[-1].interfaces == ("tap100i0",)


def test_old_addresses_of_an_interface_with_several_stanzas_are_deleted_first():
    six = "iface vmbr0 inet6 static\n\taddress 2001:db8::2/64\n"
    found = planned(BASE + six, BASE.replace("192.0.2.2", "192.0.2.3") + six)
    assert steps(found) == [("delete-address", "vmbr0"), ("ifup", "vmbr0")]
    assert found.steps[0].addresses == ("192.0.2.2/24",)


def test_several_addresses_of_a_card_that_goes_are_deleted_before_it_is_taken_down():
    text = LO + "auto eth1\niface eth1 inet static\n\taddress 10.0.0.2/24\n\taddress 10.0.0.3/24\n"
    found = planned(text, LO)
    assert steps(found) == [("delete-address", "eth1"), ("ifdown", "eth1")]
    assert found.steps[0].addresses == ("10.0.0.2/24", "10.0.0.3/24")


def routed(*hooks):
    """The base file with hooks below its bridge, which give the routes that they name."""
    return BASE + "".join(f"\tup ip route add {hook}\n" for hook in hooks)


def live_with(text, *routes):
    live = brought_up(text)
    return replace(live, routes=(*live.routes, *routes))


OLD_WAY = LiveRoute("10.0.0.0/8", "inet", "192.0.2.254", "vmbr0", metric=50)


def test_a_route_of_a_hook_that_gives_another_one_now_is_deleted_first():
    before = routed("10.0.0.0/8 via 192.0.2.254 dev $IFACE metric 50", "172.16.0.0/12 via 192.0.2.254")
    kept = LiveRoute("172.16.0.0/12", "inet", "192.0.2.254", "vmbr0")
    live = live_with(before, OLD_WAY, kept)
    found = plan(
        read(before),
        read(before.replace("192.0.2.254", "192.0.2.253", 1)),
        live,
        engine=Dialect.IFUPDOWN2,
    )
    assert steps(found) == [("delete-route", "vmbr0"), ("ifup", "vmbr0")]
    assert found.steps[0].routes == (OLD_WAY,)


@pytest.mark.parametrize(
    "other", [{"gateway": "192.0.2.1"}, {"metric": 0}, {"protocol": "ospf"}, {"destination": "10.0.0.0/9"}]
)
def test_only_the_very_route_of_a_hook_is_deleted_with_it(other):
    before = routed("10.0.0.0/8 via 192.0.2.254 dev vmbr0 metric 50")
    live = live_with(before, replace(OLD_WAY, **other))
    assert steps(plan(read(before), read(BASE), live, engine=Dialect.IFUPDOWN2)) == [("ifup", "vmbr0")]


def test_a_route_that_another_hook_still_gives_stays():
    before = routed("10.0.0.0/8 via 192.0.2.254 metric 50")
    after = BASE + "\tpost-up ip route replace 10.0.0.0/8 via 192.0.2.254 metric 50\n"
    live = live_with(before, OLD_WAY)
    assert steps(plan(read(before), read(after), live, engine=Dialect.IFUPDOWN2)) == [("ifup", "vmbr0")]


def test_bridges_that_exchange_links_are_brought_up_once_more_in_turn():
    bridge = "auto {0}\niface {0} inet manual\n\tbridge-ports {1}\n"
    before = LO + bridge.format("br0", "eth0") + bridge.format("br1", "eth1")
    moved = LO + bridge.format("br0", "eth0 eth1") + bridge.format("br1", "none")
    exchanged = LO + bridge.format("br0", "eth1") + bridge.format("br1", "eth0")
    assert steps(planned(before, moved)) == [("ifup", "br1 br0")]
    assert steps(planned(before, exchanged)) == [("ifup", "br1 br0"), ("ifup", "br1")]
    elsewhere = "\nsource /etc/network/interfaces.d/*\n"
    assert steps(planned(before, moved + elsewhere)) == [("reload", ""), ("ifup", "br0")]


def test_a_lower_device_without_stanza_that_must_come_up_makes_the_plan_a_full_reload():
    vlan = "auto eth3.10\niface eth3.10 inet manual\n"
    bond = "auto bond1\niface bond1 inet manual\n\tbond-slaves eth2 eth3\n"
    for before, after in ((LO, LO + vlan), (LO + bond + vlan, LO + vlan)):
        found = planned(before, after)
        assert (found.scope, "eth3.10 stands on eth3" in found.reason) == ("full", True)
    found = planned(LO + vlan, LO + vlan + "\talias storage\n")  # eth3 is up already
    assert steps(found) == [("ifup", "eth3.10")]


def test_what_is_below_an_interface_that_nothing_brings_up_makes_the_plan_a_full_reload():
    nic = "auto eth3\niface eth3 inet manual\n"
    bridge = "iface br0 inet manual\n\tbridge-ports eth3\n"
    for before, after in ((nic + bridge, nic), (nic + bridge, nic + "\tmtu 1400\n" + bridge)):
        found = planned(LO + before, LO + after)
        assert (found.scope, "eth3 is below br0" in found.reason) == ("full", True)
    found = planned(LO + nic + bridge, LO + nic + bridge + "auto eth2\niface eth2 inet manual\n")
    assert steps(found) == [("ifup", "eth2")]


def test_an_interface_that_was_never_up_does_not_keep_others_from_being_taken_down():
    bridge = "auto br0\niface br0 inet manual\n\tbridge-ports none\n"
    bond = "iface bond9 inet manual\n\tbond-slaves none\n"
    made_by_hand = Link(51, "bond9", "bond")
    found = planned(LO + bridge + bond, LO, made_by_hand)
    assert steps(found) == [("ifdown", "bond9"), ("ifdown", "br0"), ("delete-link", "bond9 br0")]


def test_a_default_route_that_went_with_a_lease_lets_the_others_in():
    other = VMBR0.replace("eth0", "none").replace("vmbr0", "vmbr1").replace("192.0.2", "192.0.3")
    leased, unasked = (f"auto eth3\niface eth3 inet {method}\n" for method in ("dhcp", "manual"))
    assert steps(planned(LO + other + leased, LO + other + unasked)) == [("ifup", "eth3 vmbr1")]
    assert planned(LO + other + unasked, LO + other + leased).scope == "full"


def test_a_vlan_on_a_changed_bond_is_brought_up_once_more():
    vlan = "auto bond0.5\niface bond0.5 inet manual\n"
    after = BOND.replace("active-backup", "802.3ad")
    assert steps(planned(LO + BOND + vlan, LO + after + vlan)) == [
        ("ifup", "bond0 bond0.5"),
        ("ifup", "bond0.5"),
    ]
    assert steps(planned(LO + BOND, LO + after)) == [("ifup", "bond0")]


def test_addresses_that_the_kernel_takes_with_the_first_of_their_subnet_are_given_once_more():
    two = BASE.replace("\tgateway", "\taddress 192.0.2.3/24\n\tgateway")
    assert steps(planned(two, two.replace("2.2/24", "2.9/24"))) == [("ifup", "vmbr0"), ("ifup", "vmbr0")]
    assert steps(planned(two, BASE)) == [("ifup", "vmbr0"), ("ifup", "vmbr0")]
    apart = two.replace("192.0.2.3", "10.0.0.3")
    assert steps(planned(apart, apart.replace("2.2/24", "2.9/24"))) == [("ifup", "vmbr0")]
    assert steps(planned(two, two + "\talias uplink\n")) == [("ifup", "vmbr0")]


def test_a_vlan_on_a_slave_of_a_changed_bond_makes_the_plan_a_full_reload():
    vlan = ETH0 + "auto eth0.5\niface eth0.5 inet manual\n"
    found = planned(LO + BOND + vlan, LO + BOND.replace("active-backup", "802.3ad") + vlan)
    assert (found.scope, "eth0.5 stands on eth0, a slave of bond0" in found.reason) == ("full", True)


def test_a_slave_with_another_mtu_than_its_changed_bond_makes_the_plan_a_full_reload():
    changed = BOND.replace("active-backup", "802.3ad")
    for mtu, bond_mtu, scope in (("9000", "", "full"), ("9000", "\tmtu 9000\n", "partial")):
        slave = ETH0 + f"\tmtu {mtu}\n"
        assert planned(LO + slave + BOND + bond_mtu, LO + slave + changed + bond_mtu).scope == scope


def test_a_lease_beside_another_stanza_is_released_by_taking_the_interface_down():
    text = LO + "auto eth0\niface eth0 inet dhcp\niface eth0 inet6 manual\n"
    found = planned(text, text.replace("inet dhcp", "inet static\n\taddress 192.0.2.2/24"))
    assert steps(found) == [("ifdown", "eth0"), ("ifup", "eth0")]


def test_hooks_that_speak_of_a_changed_interface_are_run_again():
    hook = "auto eth1\niface eth1 inet manual\n\tup iptables -t nat -A POSTROUTING -o vmbr0 -j MASQUERADE\n"
    found = planned(BASE + hook, BASE.replace("192.0.2.2", "192.0.2.3") + hook)
    assert found.dependents == ("eth1",)


def test_hooks_whose_route_needs_the_changed_subnet_are_run_again():
    hook = "auto eth1\niface eth1 inet manual\n\tup ip route add 10.0.0.0/8 via 192.0.2.9\n"
    found = planned(BASE + hook, BASE.replace("192.0.2.2", "192.0.2.3") + hook)
    assert found.dependents == ("eth1",)


def test_a_removed_gateway_gives_another_interfaces_gateway_its_chance():
    other = "auto eth1\niface eth1 inet static\n\taddress 10.0.0.1/24\n\tgateway 10.0.0.254\n"
    found = planned(BASE + other, BASE.replace("\tgateway 192.0.2.1\n", "") + other)
    assert found.dependents == ("eth1",)


def test_a_gateway_that_moves_is_taken_away_before_it_is_given():
    text = "auto eth1\niface eth1 inet static\n\taddress 10.0.0.2/24\n"
    found = planned(
        LO + text + ETH0 + VMBR0,
        LO + text + "\tgateway 10.0.0.1\n" + ETH0 + VMBR0.replace("\tgateway 192.0.2.1\n", ""),
    )
    assert steps(found) == [("ifup", "vmbr0 eth1")]


def test_two_gateways_that_compete_are_left_to_a_full_reload():
    other = "auto eth1\niface eth1 inet static\n\taddress 10.0.0.2/24\n\tgateway 10.0.0.1\n"
    found = planned(BASE + other, BASE.replace("192.0.2.2", "192.0.2.3") + other)
    assert found.scope == "full"
    assert "vmbr0 and eth1 both give a route to default" in found.reason


def test_a_port_with_an_address_is_left_to_a_full_reload():
    found = planned(BASE, BASE.replace(ETH0, "iface eth0 inet static\n\taddress 10.0.0.1/24\n"))
    assert found.scope == "full"
    assert found.reason.startswith("The whole file is reloaded")
    assert "eth0 is a port with an address" in found.reason


def test_a_slave_that_a_bond_lets_go_is_brought_up_after_the_bond():
    text = LO + "auto eth0\niface eth0 inet manual\nauto eth1\niface eth1 inet manual\n" + BOND
    found = planned(text, text.replace("bond-slaves eth0 eth1", "bond-slaves eth0"))
    assert steps(found) == [("ifup", "bond0 eth1")]


def test_a_port_that_moves_leaves_its_old_bridge_first():
    bridges = "".join(
        f"auto {name}\niface {name} inet manual\n\tbridge-ports {ports}\n"
        for name, ports in (("a", "none"), ("b", "eth1"))
    )
    found = planned(
        LO + bridges,
        LO
        + bridges.replace("none", "eth1").replace(
            "b inet manual\n\tbridge-ports eth1", "b inet manual\n\tbridge-ports none"
        ),
    )
    assert steps(found) == [("ifup", "b a")]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("", "source interfaces.d/*\n", "outside the interfaces' stanzas"),
        ("", "auto vmbr0:1\niface vmbr0:1 inet static\n\taddress 10.0.0.1/24\n", "vmbr0:1 is an alias"),
        ("", "auto o\niface o inet manual\n\tovs_type OVSBridge\n", "o is a part of Open vSwitch"),
        (
            "auto b\niface b inet manual\n\tbridge-ports regex tap.*\n",
            "auto b\niface b inet manual\n\tbridge-ports regex tap.*\nauto tap1\niface tap1 inet manual\n",
            "b takes its ports by a pattern",
        ),
    ],
)
def test_what_cannot_be_proven_in_parts_is_reloaded_whole(before, after, reason):
    found = planned(BASE + before, BASE + after)
    assert found.scope == "full"
    assert reason in found.reason
    assert "reload" in [step.action for step in found.steps]


def test_classic_ifupdown_takes_down_and_brings_up_what_changed():
    before = BASE.replace("bridge-", "bridge_")
    found = planned(before, before.replace("192.0.2.2", "192.0.2.3"), TAP, engine=Dialect.IFUPDOWN)
    assert steps(found) == [("ifdown", "vmbr0"), ("ifup", "vmbr0"), ("restore-port", "tap100i0")]


def test_a_plan_survives_the_way_through_json():
    found = planned(BASE, LO, TAP, features=frozenset())
    assert decode(Plan, json.loads(json.dumps(encode(found)))) == found
