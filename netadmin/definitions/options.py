"""Which options each engine, or a package that hooks into it, reads; the source of every group beside it."""

from functools import lru_cache

from netadmin.definitions.written import option_name
from netadmin.interfaces import Dialect


def known_options(dialect: Dialect) -> frozenset[str]:
    """The names, with `-` for `_`, that something on a node of this dialect reads. For suggestions."""
    return _KNOWN[dialect]


@lru_cache(maxsize=16384)
def is_known(key: str, dialect: Dialect) -> bool:
    """Whether an option, as written, is read by the engine or by a script that it calls."""
    if dialect == Dialect.IFUPDOWN and option_name(key) in _CLASSIC_EXACT:
        return key in _CLASSIC_EXACT.values()
    name = option_name(key)
    return name in _KNOWN[dialect] or name.startswith(SCRIPT_PREFIXES)


def engines_of(key: str) -> tuple[Dialect, ...]:
    """The dialects in which an option means something: `bond-arp-interval` does in classic alone."""
    return tuple(dialect for dialect in Dialect if is_known(key, dialect))


def _names(*lists: str) -> frozenset[str]:
    return frozenset(name for text in lists for name in text.split())


# interfaces(5), IFACE OPTIONS; ifupdown2's usercmds addon.
HOOKS = _names("pre-up up post-up pre-down down post-down")

# `_modinfo` of the addons in /usr/share/ifupdown2/addons (ifupdown2 3.0.0), their aliases, and what their
# code reads without naming it there (metric, autoconf, clag-id).
IFUPDOWN2 = {
    "address": _names(
        "address netmask broadcast scope preferred-lifetime pointopoint gateway metric mtu hwaddress alias",
        "address-purge clagd-vxlan-anycast-ip ip-forward ip6-forward mpls-enable ipv6-addrgen arp-accept",
    ),
    "addressvirtual": _names("address-virtual address-virtual-ipv6-addrgen vrrp"),
    "batman_adv": _names(
        "batman-ifaces batman-ifaces-ignore-regex batman-distributed-arp-table batman-gw-mode",
        "batman-hop-penalty batman-multicast-mode batman-routing-algo",
    ),
    "bond": _names(
        "bond-use-carrier bond-num-grat-arp bond-num-unsol-na bond-xmit-hash-policy bond-miimon bond-mode",
        "bond-lacp-rate bond-min-links bond-ad-sys-priority bond-ad-actor-sys-prio bond-ad-sys-mac-addr",
        "bond-ad-actor-system bond-lacp-bypass-allow bond-slaves bond-ports bond-updelay bond-downdelay",
        "bond-primary bond-primary-reselect es-sys-mac clag-id",
    ),
    "bridge": _names(
        "bridge-vlan-aware bridge-ports bridge-stp bridge-bridgeprio bridge-ageing bridge-fd bridge-gcint",
        "bridge-hello bridge-maxage bridge-pathcosts bridge-portprios bridge-mclmc bridge-mcrouter",
        "bridge-mcsnoop bridge-mcsqc bridge-mcqifaddr bridge-mcquerier bridge-hashel bridge-hashmax",
        "bridge-mclmi bridge-mcmi bridge-mcqpi bridge-mcqi bridge-mcqri bridge-mcsqi bridge-mcqv4src",
        "bridge-portmcrouter bridge-portmcfl bridge-waitport bridge-maxwait bridge-vids bridge-trunk",
        "bridge-pvid bridge-access bridge-allow-untagged bridge-port-vids bridge-port-pvids bridge-learning",
        "bridge-igmp-version bridge-mld-version bridge-unicast-flood bridge-multicast-flood",
        "bridge-broadcast-flood bridge-vlan-protocol bridge-vlan-stats bridge-arp-nd-suppress bridge-mcstats",
        "bridge-l2protocol-tunnel bridge-ports-condone-regex bridge-vlan-vni-map bridge-always-up",
    ),
    "bridgevlan": _names("bridge-igmp-querier-src"),
    "ethtool": _names(
        "link-speed link-duplex link-autoneg link-fec gro-offload lro-offload gso-offload tso-offload",
        "ufo-offload tx-offload rx-offload",
    ),
    "link": _names("link-type link-down veth-peer-name"),
    "mstpctl": _names(
        "mstpctl-ports mstpctl-stp mstpctl-treeprio mstpctl-ageing mstpctl-maxage mstpctl-fdelay",
        "mstpctl-maxhops mstpctl-txholdcount mstpctl-forcevers mstpctl-portpathcost mstpctl-portp2p",
        "mstpctl-portrestrrole",
        "mstpctl-portrestrtcn mstpctl-bpduguard mstpctl-treeportprio mstpctl-hello mstpctl-portnetwork",
        "mstpctl-portadminedge mstpctl-portautoedge mstpctl-treeportcost mstpctl-portbpdufilter",
    ),
    "openvswitch": _names(
        "ovs-type ovs-ports ovs-mtu ovs-options ovs-extra ovs-ports-condone-regex ovs-bridge ovs-bonds",
        "ovs-tunnel-type ovs-tunnel-options ovs-patch-peer",
    ),
    "ppp": _names("provider ppp-physdev"),
    "tunnel": _names(
        "tunnel-mode mode tunnel-local local tunnel-endpoint endpoint tunnel-ttl ttl tunnel-dev",
        "tunnel-physdev",
    ),
    "vlan": _names("vlan-raw-device vlan-id vlan-protocol"),
    "vrf": _names("vrf-table vrf"),
    "vrrpd": _names("vrrp-id vrrp-priority vrrp-virtual-ip"),
    "vxlan": _names(
        "vxlan-id vxlan-local-tunnelip vxlan-svcnodeip vxlan-svcnodeip6 vxlan-remoteip vxlan-learning",
        "vxlan-ageing vxlan-purge-remotes vxlan-port vxlan-physdev vxlan-ttl vxlan-mcastgrp vxlan-mcastgrp6",
        "vxlan-mcastgrp-map",
    ),
    "xfrm": _names("xfrm-id xfrm-physdev"),
    "others": _names("autoconf"),
}

# interfaces(5) of ifupdown 0.8.41, INET, INET6, IPX and CAN ADDRESS FAMILY: what the methods read.
IFUPDOWN = {
    "iface": _names("description"),
    "addresses": _names(
        "address netmask broadcast metric gateway pointopoint hwaddress mtu scope media preferred-lifetime"
    ),
    "inet6": _names(
        "accept-ra autoconf privext dad-attempts dad-interval dhcp request-prefix ll-attempts ll-interval"
    ),
    "dhcp, bootp": _names("hostname leasetime vendor client bootfile server hwaddr"),
    "tunnel": _names("mode endpoint dstaddr local ttl encaplimit"),
    "ppp, wvdial": _names("provider unit options"),
    "ipx": _names("frame netnum"),
    "can": _names("bitrate samplepoint loopback listenonly triple oneshot berr restart-ms"),
    # bridge-utils-interfaces(5)
    "bridge-utils": _names(
        "bridge-ports bridge-ageing bridge-bridgeprio bridge-fd bridge-gcint bridge-hello bridge-hw",
        "bridge-maxage bridge-maxwait bridge-pathcost bridge-portprio bridge-stp bridge-vlan-aware",
        "bridge-waitport",
    ),
    # /etc/network/if-pre-up.d/ifenslave (ifenslave 2.13)
    "ifenslave": _names(
        "slaves bond-slaves bond-master bond-mode bond-miimon bond-updelay bond-downdelay bond-primary",
        "bond-primary-reselect bond-active-slave bond-ad-select bond-arp-interval bond-arp-ip-target",
        "bond-arp-validate bond-fail-over-mac bond-lacp-rate bond-num-grat-arp bond-num-unsol-na",
        "bond-packets-per-slave bond-queue-id bond-tlb-dynamic-lb bond-use-carrier bond-xmit-hash-policy",
        "bond-give-a-chance",
    ),
    # vlan-interfaces(5); ifupdown itself takes vlan-raw-device for dotted and vlanN names
    "vlan": _names("vlan-raw-device"),
    # /usr/share/openvswitch/scripts/ifupdown.sh
    "openvswitch": _names(
        "ovs-type ovs-ports ovs-bridge ovs-bonds ovs-options ovs-extra ovs-patch-peer ovs-tunnel-type",
        "ovs-tunnel-options",
    ),
}

# What scripts in /etc/network/if-*.d read. ifupdown2 runs them too (ifupdown2.conf: addon_scripts_support=1),
# save for ifenslave, bridge-utils and vlan, which its addons replace.
SCRIPTS = {
    "resolvconf": _names(
        "dns-nameserver dns-nameservers dns-search dns-domain dns-options dns-sortlist dns-default-route"
    ),
    "vlan": _names("ip-proxy-arp ip-rp-filter hw-mac-address"),
    "ethtool": _names(
        "ethernet-port ethernet-autoneg ethernet-wol link-speed link-duplex driver-message-level"
    ),
    "ifmetric, ucarp, uml-utilities": _names(
        "ucarp-vid ucarp-vip ucarp-password ucarp-advskew ucarp-advbase ucarp-facility ucarp-master",
        "ucarp-upscript ucarp-downscript ucarp-xparam tunctl-user uml-proxy-arp uml-proxy-ether",
    ),
    "others": _names("openvpn hostapd wide-dhcpv6-client isatap-gateway"),
}

# wpasupplicant (README.Debian), wireless-tools, ethtool (README.Debian), macchanger, vde2: every name of the
# prefix.
SCRIPT_PREFIXES = ("wpa-", "wireless-", "wireless", "hardware-", "offload-", "macchanger-", "vde2-", "iw-")

# Classic looks its own options up as they are written (interfaces(5) spells them so), without reading `-` as
# `_`.
_CLASSIC_EXACT = {
    name: name
    for name in _names("preferred-lifetime dad-attempts dad-interval ll-attempts ll-interval restart-ms")
} | {option_name(name): name for name in _names("accept_ra request_prefix")}

_KNOWN = {
    Dialect.IFUPDOWN2: HOOKS.union(*IFUPDOWN2.values(), *SCRIPTS.values()),
    Dialect.IFUPDOWN: HOOKS.union(*IFUPDOWN.values(), *SCRIPTS.values()),
}
