"""What is read from netlink about bonds, VLANs and VLAN-aware bridges, beside what iproute2 reads of the same."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from netadmin.planning.live import Link, LiveRoute
from netadmin.planning.records import decode
from tests.rigs.guest import Guest
from tests.uml.conftest import CHECKOUT, PYTHON
from tests.uml.follow import told

pytestmark = pytest.mark.uml

ATTEMPTS = 10
BUILD = """\
ip link set lo up
ip link add bond0 type bond mode 802.3ad miimon 100 updelay 200 downdelay 300 xmit_hash_policy layer3+4 \
 lacp_rate fast min_links 1 ad_select bandwidth
ip link set eth0 master bond0
ip link set eth1 master bond0
ip link add bond1 type bond mode active-backup miimon 50 fail_over_mac active primary_reselect better
ip link set eth2 master bond1
ip link set eth3 master bond1
ip link set bond1 type bond primary eth3
ip link add bond2 type bond mode active-backup arp_interval 1000 arp_ip_target 192.0.2.1,192.0.2.9 arp_validate all
ip link add bond3 type bond mode balance-xor xmit_hash_policy vlan+srcmac use_carrier 0
ip link add link bond0 name bond0.50 type vlan id 50
ip link add link bond0 name outer type vlan id 100 protocol 802.1ad
ip link add link outer name outer.7 type vlan id 7
ip link add vmbr0 type bridge vlan_filtering 1 vlan_default_pvid 5 stp_state 1 forward_delay 400 hello_time 100 \
 max_age 1200 ageing_time 6000 priority 4096 mcast_snooping 0
ip link add vmbr1 type bridge vlan_filtering 1 vlan_protocol 802.1ad mcast_querier 1
ip link set bond1 master vmbr0
bridge vlan add dev bond1 vid 20-30
bridge vlan add dev bond1 vid 44
bridge vlan add dev bond1 vid 50 pvid untagged
bridge vlan add dev vmbr0 vid 20-22 self
bridge link set dev bond1 learning off flood off mcast_flood off isolated on hairpin on guard on fastleave on cost 7
ip link add vx100 type vxlan id 100 local 192.0.2.2 remote 198.51.100.7 dstport 4790 nolearning ageing 60 dev bond0
ip link add vx101 type vxlan id 101 group ff05::1 dev bond0 dstport 4789
ip link add tap7 type dummy
ip link set tap7 alias guest-seven mtu 1400 promisc on
ip link add veth0 type veth peer name veth1
ip link set eth0 up
ip link set bond0 up
ip link set bond1 up
ip link set vmbr0 up
ip link set bond0.50 up
ip link set veth0 up
ip address add 192.0.2.2/24 broadcast + dev bond0 label bond0:1
ip address add 203.0.113.1 peer 203.0.113.2/32 dev vmbr0
ip address add 2001:db8::2/64 dev bond0 nodad
ip route add default via 192.0.2.1 metric 77
ip route add 198.51.100.0/24 nexthop via 192.0.2.5 nexthop via 192.0.2.6
ip -6 route add default via 2001:db8::1 proto static
ip route add blackhole 10.99.0.0/16
"""

UNDO = """\
ip link set eth1 nomaster
bridge vlan delete dev bond1 vid 25
bridge vlan add dev bond1 vid 44 pvid
ip link set bond1 nomaster
ip link set bond1 master vmbr1
ip link set bond0 type bond miimon 250
ip link set eth3 nomaster
ip link set eth3 down
ip link set eth3 name renamed
ip address delete 192.0.2.2/24 dev bond0
ip link delete outer
ip link set vmbr0 type bridge vlan_filtering 0
ip link delete vx101
"""


def test_a_look_at_the_kernel_agrees_with_iproute2(guest: Guest) -> None:
    for command in commands(BUILD):
        guest.run(command.split())
    for _attempt in range(ATTEMPTS):  # links settle: carrier, LACP, duplicate address detection
        wrong = disagreements(guest)
        if not wrong:
            break
    assert wrong == {}


def disagreements(guest: Guest) -> dict[str, Any]:
    seen = followed(guest, [])["fresh"]
    links = by_name(seen)
    shown = {link["ifname"]: link for link in as_json(guest, "ip -j -d address")}
    vlans = {port["ifname"]: port["vlans"] for port in as_json(guest, "bridge -j -compressvlans vlan")}
    assert links.keys() == shown.keys()
    expected = {name: expected_link(link, vlans.get(name, [])) for name, link in shown.items()}
    all_routes = as_json(guest, "ip -j -4 route") + as_json(guest, "ip -j -6 route")
    return differing(
        links | {"main table": {"routes": routes(seen)}},
        expected | {"main table": {"routes": expected_routes(all_routes)}},
    )


def test_following_events_ends_where_a_fresh_look_does(guest: Guest) -> None:
    for steps in (BUILD, UNDO):
        seen = followed(guest, commands(steps))
        after_events, fresh = told(seen["followed"]), told(seen["fresh"])
        assert differing(by_name(after_events), by_name(fresh)) == {}
        assert after_events == fresh


def commands(text: str) -> list[str]:
    return text.splitlines()


def followed(guest: Guest, steps: list[str]) -> dict[str, Any]:
    script = Path(__file__).with_name("follow.py")
    environment = {"PYTHONPATH": str(CHECKOUT)}
    looks = json.loads(guest.run([PYTHON, script], input=json.dumps(steps), environment=environment).stdout)
    return {
        look: {
            "links": [plain(decode(Link, link)) for link in seen["links"]],
            "routes": [plain(decode(LiveRoute, route)) for route in seen["routes"]],
        }
        for look, seen in looks.items()
    }


def by_name(seen: dict[str, Any]) -> dict[str, Any]:
    return {link["name"]: link for link in seen["links"]}


def differing(seen: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    """Name and field of what differs, with what was seen and what was expected."""
    return {
        f"{name}.{field}": (seen[name][field], value)
        for name, fields in expected.items()
        for field, value in fields.items()
        if seen[name][field] != value
    }


def plain(value: Link | LiveRoute) -> dict[str, Any]:
    """With every field written out, which records leave away where it is what it usually is."""
    return json.loads(json.dumps(asdict(value)))


def as_json(guest: Guest, command: str) -> list[dict[str, Any]]:
    return json.loads(guest.run(command.split()).stdout)


def expected_link(link: dict[str, Any], vlans: list[dict[str, Any]]) -> dict[str, Any]:
    """What iproute2 shows of a link, under the names and in the units of planning.live."""
    info = link.get("linkinfo", {})
    kind, data = info.get("info_kind", ""), info.get("info_data", {})
    up = "UP" in link["flags"]
    expected = {
        "name": link["ifname"],
        "kind": "loopback" if link["link_type"] == "loopback" else kind,
        "up": up,
        "operstate": link["operstate"].lower(),
        "carrier": "NO-CARRIER" not in link["flags"] if up else None,
        "mtu": link["mtu"],
        "address": link["address"],
        "permanent_address": link.get("permaddr", links_own_address(link)),
        "master": link.get("master", ""),
        "parent": link.get("link", data.get("link", "")),
        "alias": link.get("ifalias", ""),
        "promiscuous": link["promiscuity"] > 0,
        "addresses": [expected_address(link, address) for address in link["addr_info"]],
        "bridge": expected_bridge(data, vlans) if kind == "bridge" else None,
        "bond": expected_bond(data) if kind == "bond" else None,
        "vlan": {"id": data["id"], "protocol": data["protocol"].lower()} if kind == "vlan" else None,
        "vxlan": expected_vxlan(data) if kind == "vxlan" else None,
        "port": None,
        "slave": None,
    }
    slave = info.get("info_slave_data", {})
    if info.get("info_slave_kind") == "bridge":
        expected["port"] = expected_port(slave, vlans)
    if info.get("info_slave_kind") == "bond":
        expected["slave"] = {
            "state": slave["state"].lower(),
            "mii_status": slave["mii_status"].lower().replace("_", " "),
            "aggregator": slave.get("ad_aggregator_id"),
            "permanent_address": slave["perm_hwaddr"],
        }
    return expected


def links_own_address(link: dict[str, Any]) -> str:
    """iproute2 shows a permanent address only where it differs from the one in use."""
    return ""


def expected_address(link: dict[str, Any], address: dict[str, Any]) -> dict[str, Any]:
    label = address.get("label", "")
    return {
        "address": f"{address['local']}/{address['prefixlen']}",
        "family": address["family"],
        "scope": address["scope"],
        "label": "" if label == link["ifname"] else label,
        "peer": address.get("address", ""),
        "dynamic": address.get("dynamic", False),
        "tentative": address.get("tentative", False),
        "duplicate": address.get("dadfailed", False),
        "deprecated": address.get("deprecated", False),
    }


def expected_bridge(data: dict[str, Any], vlans: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "stp": data["stp_state"] == 1,
        "forward_delay": data["forward_delay"] / 100,
        "hello_time": data["hello_time"] / 100,
        "max_age": data["max_age"] / 100,
        "ageing_time": data["ageing_time"] / 100,
        "priority": data["priority"],
        "vlan_filtering": data["vlan_filtering"] == 1,
        "vlan_protocol": data["vlan_protocol"].lower(),
        "default_pvid": data["vlan_default_pvid"],
        "multicast_snooping": data["mcast_snooping"] == 1,
        "multicast_querier": data["mcast_querier"] == 1,
        "vlans": expected_vlans(vlans),
    }


def expected_port(data: dict[str, Any], vlans: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "state": data["state"],
        "cost": data["cost"],
        "priority": data["priority"],
        "learning": data["learning"],
        "unicast_flood": data["flood"],
        "multicast_flood": data["mcast_flood"],
        "broadcast_flood": data["bcast_flood"],
        "arp_nd_suppress": data["neigh_suppress"],
        "isolated": data["isolated"],
        "hairpin": data["hairpin"],
        "guard": data["guard"],
        "root_block": data["root_block"],
        "fast_leave": data["fastleave"],
        "vlans": expected_vlans(vlans),
    }


def expected_vlans(vlans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "first": vlan["vlan"],
            "last": vlan.get("vlanEnd", vlan["vlan"]),
            "pvid": "PVID" in vlan.get("flags", []),
            "untagged": "Egress Untagged" in vlan.get("flags", []),
        }
        for vlan in vlans
    ]


def expected_bond(data: dict[str, Any]) -> dict[str, Any]:
    aggregation = data.get("ad_info", {})
    return {
        "mode": data["mode"],
        "miimon": data["miimon"],
        "updelay": data["updelay"],
        "downdelay": data["downdelay"],
        "use_carrier": data["use_carrier"] == 1,
        "xmit_hash_policy": data.get("xmit_hash_policy", "layer2"),
        "lacp_rate": data.get("ad_lacp_rate", "slow"),
        "ad_select": data["ad_select"],
        "primary": data.get("primary", ""),
        "primary_reselect": data["primary_reselect"],
        "active_slave": data.get("active_slave", ""),
        "arp_interval": data["arp_interval"],
        "arp_ip_targets": data.get("arp_ip_target", []),
        "arp_validate": data["arp_validate"] or "none",
        "fail_over_mac": data["fail_over_mac"],
        "min_links": data["min_links"],
        "aggregator": aggregation.get("aggregator"),
        "aggregator_ports": aggregation.get("num_ports"),
        "partner_mac": aggregation.get("partner_mac", ""),
    }


def expected_vxlan(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": data["id"],
        "local": data.get("local", data.get("local6", "")),
        "remote": data.get("remote", data.get("remote6", data.get("group", data.get("group6", "")))),
        "port": data["port"],
        "learning": data["learning"],
        "ageing": data["ageing"],
    }


def routes(seen: dict[str, Any]) -> set[tuple[Any, ...]]:
    return {
        tuple(
            route[key] for key in ("destination", "gateway", "device", "metric", "protocol", "type", "source")
        )
        for route in seen["routes"]
    }


def expected_routes(shown: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {
        (
            prefix(route["dst"]),
            hop.get("gateway", ""),
            hop.get("dev", ""),
            route.get("metric", 0),
            route.get("protocol", "boot"),
            route.get("type", "unicast"),
            route.get("prefsrc", ""),
        )
        for route in shown
        for hop in route.get("nexthops", [route])
    }


def prefix(destination: str) -> str:
    if destination == "default" or "/" in destination:
        return destination
    return f"{destination}/{128 if ':' in destination else 32}"
