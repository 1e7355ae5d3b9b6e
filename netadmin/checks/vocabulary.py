"""What an option is about, and the values it takes.

Which options an engine knows is `netadmin.definitions.known_options`. Names are written with "-". Sources:
ifupdown2 3.0.0's addon modules (ifupdown-addons-interfaces(5)), bridge-utils-interfaces(5), README.Debian of
ifenslave, Documentation/networking/bonding.rst, and net/bridge/br_private.h for the kernel's ranges.
"""

from __future__ import annotations

from dataclasses import dataclass

ON_OFF = frozenset({"on", "off", "yes", "no", "1", "0"})


def subject(option: str) -> str:
    """What the option is about: "bridge", "bond", "vxlan", "ovs", or "" when it may stand anywhere."""
    return _SUBJECTS.get(option, "")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# On the bridge's own stanza; what may also stand on a port's is not here.
BRIDGE = _words(
    """bridge-ports bridge-stp bridge-fd bridge-hello bridge-maxage bridge-ageing bridge-bridgeprio
    bridge-gcint bridge-pathcosts bridge-portprios bridge-mclmc bridge-mcrouter bridge-mcsnoop bridge-mcsqc
    bridge-mcqifaddr bridge-mcquerier bridge-hashel bridge-hashmax bridge-mclmi bridge-mcmi bridge-mcqpi
    bridge-mcqi bridge-mcqri bridge-mcsqi bridge-mcqv4src bridge-waitport bridge-maxwait bridge-vlan-aware
    bridge-port-vids bridge-port-pvids bridge-igmp-version bridge-mld-version bridge-vlan-protocol
    bridge-vlan-stats bridge-mcstats bridge-ports-condone-regex bridge-always-up"""
)
BOND = _words(
    """bond-slaves bond-ports bond-mode bond-miimon bond-updelay bond-downdelay bond-use-carrier
    bond-num-grat-arp bond-num-unsol-na bond-xmit-hash-policy bond-lacp-rate bond-min-links
    bond-ad-sys-priority bond-ad-actor-sys-prio bond-ad-sys-mac-addr bond-ad-actor-system
    bond-lacp-bypass-allow bond-primary bond-primary-reselect es-sys-mac"""
)
VXLAN = _words(
    """vxlan-id vxlan-local-tunnelip vxlan-svcnodeip vxlan-svcnodeip6 vxlan-remoteip vxlan-learning
    vxlan-ageing vxlan-purge-remotes vxlan-port vxlan-physdev vxlan-ttl vxlan-mcastgrp vxlan-mcastgrp6
    vxlan-mcastgrp-map"""
)
OVS = _words(
    """ovs-type ovs-bridge ovs-ports ovs-bonds ovs-options ovs-extra ovs-mtu ovs-tunnel-type
    ovs-tunnel-options ovs-patch-peer ovs-ports-condone-regex ovs-master"""
)

_SUBJECTS = {
    **dict.fromkeys(BRIDGE, "bridge"),
    **dict.fromkeys(BOND, "bond"),
    **dict.fromkeys(VXLAN, "vxlan"),
    **dict.fromkeys(OVS, "ovs"),
}


@dataclass(frozen=True, slots=True)
class Values:
    """What may stand behind an option: words, or whole numbers within `low` and `high`."""

    words: frozenset[str] = frozenset()
    low: int | None = None
    high: int | None = None

    def admits(self, value: str) -> bool:
        if value in self.words:
            return True
        if self.low is None or self.high is None:
            return False
        return (
            value.isascii() and value.isdecimal() and len(value) < 12 and self.low <= int(value) <= self.high
        )

    def spoken(self) -> str:
        numbers = [] if self.low is None else [f"a whole number from {self.low} to {self.high}"]
        return " or ".join([", ".join(sorted(self.words))] * bool(self.words) + numbers)


def _numbers(low: int, high: int, *words: str) -> Values:
    return Values(frozenset(words), low, high)


# The kernel's ranges (Documentation/networking/bonding.rst, bridge: net/bridge/br_stp.c, br_private.h) and the
# words ifupdown2 translates. Options with a rule of their own (bond-mode, mtu, …) are not here.
VALUES: dict[str, Values] = {
    **dict.fromkeys(
        _words(
            "bridge-vlan-aware bridge-mcsnoop bridge-mcquerier bridge-mcqifaddr bridge-mcstats bond-use-carrier"
        ),
        Values(ON_OFF),
    ),
    "bridge-vlan-stats": Values(ON_OFF),
    "bridge-stp": Values(ON_OFF),
    "bridge-allow-untagged": Values(ON_OFF),
    "bridge-always-up": Values(ON_OFF),
    "bridge-vlan-protocol": Values(_words("802.1q 802.1ad 802.1Q 802.1AD")),
    "bridge-ageing": _numbers(0, 42949672),
    "bridge-bridgeprio": _numbers(0, 65535),
    "bridge-hello": _numbers(1, 10),
    "bridge-maxage": _numbers(6, 40),
    "bridge-mcrouter": _numbers(0, 2, "yes", "no", "on", "off"),
    "bridge-igmp-version": _numbers(2, 3),
    "bridge-mld-version": _numbers(1, 2),
    "bond-miimon": _numbers(0, 2147483647),
    "bond-updelay": _numbers(0, 2147483647),
    "bond-downdelay": _numbers(0, 2147483647),
    "bond-arp-interval": _numbers(0, 2147483647),
    "bond-min-links": _numbers(0, 2147483647),
    "bond-num-grat-arp": _numbers(0, 255),
    "bond-num-unsol-na": _numbers(0, 255),
    "bond-lacp-rate": Values(_words("0 1 slow fast")),
    "bond-primary-reselect": Values(_words("0 1 2 always better failure")),
    "bond-ad-actor-sys-prio": _numbers(1, 65535),
    "bond-lacp-bypass-allow": Values(ON_OFF),
    "vxlan-learning": Values(ON_OFF),
    "vxlan-port": _numbers(1, 65535),
    "vxlan-ttl": _numbers(0, 255, "auto"),
    "link-down": Values(ON_OFF),
    "link-duplex": Values(_words("full half")),
    "link-autoneg": Values(ON_OFF),
    "ip-forward": Values(ON_OFF),
    "ip6-forward": Values(ON_OFF),
    "metric": _numbers(0, 4294967295),
    "address-purge": Values(ON_OFF),
}
