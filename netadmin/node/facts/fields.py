"""Which attributes of a link are shown, under which name, and how their bytes read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from socket import AF_INET, AF_INET6, inet_ntop
from typing import Any

from pyroute2.netlink.rtnl.ifinfmsg import ifinfmsg

from netadmin.node.facts.netlink import each_attribute, numbers

Convert = Callable[[bytes], Any]
Table = dict[int, tuple[str, Convert]]

USER_HZ = 100  # the unit of a bridge's times
ETHERTYPES = {0x8100: "802.1q", 0x88A8: "802.1ad"}


def read(table: Table, found: dict[int, bytes]) -> dict[str, Any]:
    """The values of the attributes found that the table names, by its names."""
    return {name: convert(found[number]) for number, (name, convert) in table.items() if number in found}


def integer(value: bytes) -> int:
    return int.from_bytes(value, sys.byteorder)


def flag(value: bytes) -> bool:
    return any(value)


def text(value: bytes) -> str:
    return value.rstrip(b"\0").decode("utf-8", "replace")


def seconds(value: bytes) -> float:
    return integer(value) / USER_HZ


def network_order(value: bytes) -> int:
    return int.from_bytes(value, "big")


def ethertype(value: bytes) -> str:
    number = network_order(value)
    return ETHERTYPES.get(number, hex(number))


def hardware_address(value: bytes) -> str:
    return value.hex(":")


def ip_address(value: bytes) -> str:
    return inet_ntop(AF_INET if len(value) == 4 else AF_INET6, value)


def ip_addresses(value: bytes) -> tuple[str, ...]:
    return tuple(ip_address(target) for _position, target in each_attribute(value))


def word(*words: str) -> Convert:
    """The kernel's number as its word, or as a number when it is newer than the list."""

    def convert(value: bytes) -> str:
        number = integer(value)
        return words[number] if number < len(words) else str(number)

    return convert


def _table(message_class: Any, prefix: str, wanted: dict[str, tuple[str, Convert]]) -> Table:
    number = numbers(message_class)
    return {number[prefix + name]: field for name, field in wanted.items()}


_INFO = ifinfmsg.ifinfo

LINK = {
    **_table(
        ifinfmsg,
        "IFLA_",
        {
            "IFNAME": ("name", text),
            "MTU": ("mtu", integer),
            "ADDRESS": ("address", hardware_address),
            "PERM_ADDRESS": ("permanent_address", hardware_address),
            "IFALIAS": ("alias", text),
            "PROMISCUITY": ("promiscuous", flag),
            # RFC 2863
            "OPERSTATE": (
                "operstate",
                word("unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"),
            ),
        },
    ),
}
BRIDGE = _table(
    _INFO.bridge_data,
    "IFLA_BR_",
    {
        "STP_STATE": ("stp", flag),
        "FORWARD_DELAY": ("forward_delay", seconds),
        "HELLO_TIME": ("hello_time", seconds),
        "MAX_AGE": ("max_age", seconds),
        "AGEING_TIME": ("ageing_time", seconds),
        "PRIORITY": ("priority", integer),
        "VLAN_FILTERING": ("vlan_filtering", flag),
        "VLAN_PROTOCOL": ("vlan_protocol", ethertype),
        "VLAN_DEFAULT_PVID": ("default_pvid", integer),
        "MCAST_SNOOPING": ("multicast_snooping", flag),
        "MCAST_QUERIER": ("multicast_querier", flag),
    },
)
PORT = _table(
    _INFO.bridge_slave_data,
    "IFLA_BRPORT_",
    {
        "STATE": ("state", word("disabled", "listening", "learning", "forwarding", "blocking")),
        "COST": ("cost", integer),
        "PRIORITY": ("priority", integer),
        "LEARNING": ("learning", flag),
        "UNICAST_FLOOD": ("unicast_flood", flag),
        "MCAST_FLOOD": ("multicast_flood", flag),
        "BCAST_FLOOD": ("broadcast_flood", flag),
        "NEIGH_SUPPRESS": ("arp_nd_suppress", flag),
        "ISOLATED": ("isolated", flag),
        "MODE": ("hairpin", flag),
        "GUARD": ("guard", flag),
        "PROTECT": ("root_block", flag),
        "FAST_LEAVE": ("fast_leave", flag),
    },
)
# The words are those of the bonding driver's own options (Documentation/networking/bonding.rst).
BOND = _table(
    _INFO.data_map["bond"],
    "IFLA_BOND_",
    {
        "MODE": (
            "mode",
            word(
                *("balance-rr", "active-backup", "balance-xor", "broadcast"),
                *("802.3ad", "balance-tlb", "balance-alb"),
            ),
        ),
        "MIIMON": ("miimon", integer),
        "UPDELAY": ("updelay", integer),
        "DOWNDELAY": ("downdelay", integer),
        "USE_CARRIER": ("use_carrier", flag),
        "XMIT_HASH_POLICY": (
            "xmit_hash_policy",
            word("layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"),
        ),
        "AD_LACP_RATE": ("lacp_rate", word("slow", "fast")),
        "AD_SELECT": ("ad_select", word("stable", "bandwidth", "count")),
        "PRIMARY_RESELECT": ("primary_reselect", word("always", "better", "failure")),
        "ARP_INTERVAL": ("arp_interval", integer),
        "ARP_IP_TARGET": ("arp_ip_targets", ip_addresses),
        "ARP_VALIDATE": (
            "arp_validate",
            word("none", "active", "backup", "all", "filter", "filter_active", "filter_backup"),
        ),
        "FAIL_OVER_MAC": ("fail_over_mac", word("none", "active", "follow")),
        "MIN_LINKS": ("min_links", integer),
    },
)
AGGREGATION = _table(
    _INFO.data_map["bond"].ad_info,
    "IFLA_BOND_AD_INFO_",
    {
        "AGGREGATOR": ("aggregator", integer),
        "NUM_PORTS": ("aggregator_ports", integer),
        "PARTNER_MAC": ("partner_mac", hardware_address),
    },
)
SLAVE = _table(
    _INFO.bond_slave_data,
    "IFLA_BOND_SLAVE_",
    {
        "STATE": ("state", word("active", "backup")),
        "MII_STATUS": ("mii_status", word("up", "going down", "down", "going back")),
        "PERM_HWADDR": ("permanent_address", hardware_address),
        "AD_AGGREGATOR_ID": ("aggregator", integer),
    },
)
VLAN = _table(
    _INFO.data_map["vlan"],
    "IFLA_VLAN_",
    {"ID": ("id", integer), "PROTOCOL": ("protocol", ethertype)},
)
VXLAN = _table(
    _INFO.data_map["vxlan"],
    "IFLA_VXLAN_",
    {
        "ID": ("id", integer),
        "LOCAL": ("local", ip_address),
        "LOCAL6": ("local", ip_address),
        "GROUP": ("remote", ip_address),
        "GROUP6": ("remote", ip_address),
        "PORT": ("port", network_order),
        "LEARNING": ("learning", flag),
        "AGEING": ("ageing", integer),
    },
)
