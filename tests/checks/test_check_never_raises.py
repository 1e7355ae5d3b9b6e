"""Whatever a file says, checking it gives findings and no exception."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from netadmin.checks import Context, check
from netadmin.definitions import definitions
from netadmin.interfaces import Dialect, EditError, parse


def words(text: str) -> list[str]:
    return text.split()


KEYS = words(
    "address netmask gateway broadcast scope pointopoint metric mtu hwaddress bridge-ports bridge_ports bridge-stp "
    "bridge-fd bridge-hello bridge-maxage bridge-vids bridge-access bridge-pvid bridge-vlan-aware bond-slaves slaves "
    "bond-mode bond-miimon bond-primary bond-updelay bond-arp-interval bond-arp-ip-target bond-xmit-hash-policy "
    "bond-master vlan-raw-device vlan-id vlan-protocol vxlan-id vxlan-local-tunnelip vxlan-remoteip vxlan-physdev "
    "vxlan-mcastgrp ovs_type ovs_bridge ovs_ports ovs_bonds ovs_options ovs_mtu up post-up pre-down vlan vrf adress "
    "preferred-lifetime mapping source-directory inherits"
)
VALUES = words(
    "eth0 eth1 eth0.5 bond0 vmbr0 none all regex (eth|en).* eth0:1 lo 10.0.0.1/24 10.0.0.1 999.1.1.1/40 fe80::1/64 "
    "ff02::1/64 ::/0 255.255.255.0 0 1 -1 1e9 99999999999999999999 9000 on off yes 802.3ad maunal 2-4094 5-2 "
    "OVSBridge OVSBond OVSPort tag=9 bond_mode=x # \\ % $IFACE ${IFACE} \x00 \udcff é "
    "ip route add default via 10.0.0.9 iptables -A INPUT &"
)
NAMES = st.sampled_from(
    ["eth0", "eth0.5", "eth0:1", "bond0", "vmbr0", "vmbr5000", "lo", "swp[1-3]", "é", "/eth*", "."]
)

option = st.builds(
    lambda key, words: f"\t{key} {' '.join(words)}\n",
    st.sampled_from(KEYS),
    st.lists(st.sampled_from(VALUES), max_size=4),
)
stanza = st.builds(
    lambda name, family, method, options: f"iface {name} {family} {method}\n{''.join(options)}",
    NAMES,
    st.sampled_from(["inet", "inet6", "ient", ""]),
    st.sampled_from(["static", "manual", "dhcp", "auto", "maunal", "loopback", ""]),
    st.lists(option, max_size=8),
)
line = st.builds(
    lambda word, name: f"{word} {name}\n",
    st.sampled_from(["auto", "allow-hotplug", "source", "iface", "bogus"]),
    NAMES,
)
text = st.one_of(st.text(max_size=300), st.lists(st.one_of(stanza, line), max_size=8).map("".join))
context = st.builds(
    Context,
    nics=st.none() | st.frozensets(st.sampled_from(["eth0", "eth1", "lo"])),
    mako=st.booleans(),
    features=st.none() | st.frozensets(st.sampled_from(["bonding", "8021q", "bridge-vlan"])),
)


@given(text, st.sampled_from(Dialect), context)
@settings(max_examples=500, deadline=None)
def test_no_text_makes_a_check_raise(text: str, dialect: Dialect, context: Context) -> None:
    read = parse(text, dialect=dialect, file="interfaces")
    lines = text.count("\n") + text.count("\r") + 1
    for finding in check(definitions(read), context=context):
        assert finding.message
        assert finding.hint
        assert 0 <= finding.line <= lines
        if finding.correction:
            with suppress(EditError):  # the text may hold what no edit writes, such as control characters
                finding.correction.edit(read)


@given(text, text, st.sampled_from(Dialect))
@settings(max_examples=100, deadline=None)
def test_no_sourced_text_makes_a_check_raise(text: str, sourced: str, dialect: Dialect) -> None:
    read = definitions(
        parse(text, dialect=dialect, file="interfaces"),
        sourced=[parse(sourced, dialect=dialect, file="interfaces.d/more")],
    )
    for finding in check(read):
        assert finding.file in ("interfaces", "interfaces.d/more")
        if finding.correction:
            assert finding.file == "interfaces", "a sourced file is not written"
