"""Bonds: slaves, mode by name or number, link monitoring, LACP."""

from dataclasses import dataclass

from netadmin.definitions.ports import Ports, read_ports
from netadmin.definitions.values import whole
from netadmin.definitions.written import Options

# Linux, Documentation/networking/bonding.rst, "mode": position is the number.
MODES = ("balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb")
HASH_POLICIES = ("layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac")
LACP_RATES = ("slow", "fast")
PRIMARY_RESELECT = ("always", "better", "failure")

SLAVE_OPTIONS = ("bond-slaves", "bond-ports", "slaves")


@dataclass(frozen=True, slots=True)
class Bond:
    """What the `bond-*` options of a bond say; names are canonical (`4` is 802.3ad), what is no known name
    stays as written, None is where nothing is said. Delays and intervals are milliseconds."""

    slaves: Ports
    mode: str | None
    miimon: int | None
    updelay: int | None
    downdelay: int | None
    xmit_hash_policy: str | None
    lacp_rate: str | None
    primary: str | None
    primary_reselect: str | None
    arp_interval: int | None
    arp_ip_targets: tuple[str, ...]
    min_links: int | None


def read_bond(options: Options, *, classic: bool) -> Bond:
    first = options.first
    return Bond(
        slaves=read_ports(options.words(*SLAVE_OPTIONS), classic=classic),
        mode=canonical(first("bond-mode"), MODES),
        miimon=whole(first("bond-miimon")),
        updelay=whole(first("bond-updelay")),
        downdelay=whole(first("bond-downdelay")),
        xmit_hash_policy=canonical(first("bond-xmit-hash-policy"), HASH_POLICIES),
        lacp_rate=canonical(first("bond-lacp-rate"), LACP_RATES),
        primary=first("bond-primary"),
        primary_reselect=canonical(first("bond-primary-reselect"), PRIMARY_RESELECT),
        arp_interval=whole(first("bond-arp-interval")),
        arp_ip_targets=tuple((first("bond-arp-ip-target") or "").replace(",", " ").split()),
        min_links=whole(first("bond-min-links")),
    )


def canonical(text: str | None, names: tuple[str, ...]) -> str | None:
    """The name for a number that is a place in `names`; any other text as it is."""
    number = whole(text)
    return names[number] if number is not None and number < len(names) else text
