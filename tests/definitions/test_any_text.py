"""Whatever a file says, it has a meaning, and the meaning costs no more than the text is long."""

import gc
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netadmin.definitions import Definition, Definitions, definitions, from_json, to_json
from netadmin.interfaces import Dialect, parse
from tests.interfaces.strategies import texts as any_texts

MEANINGS = [
    name for name, value in vars(Definition).items() if hasattr(type(value), "__get__") and name[0] != "_"
]


def words(text: str) -> list[str]:
    return text.split(" ")


KEYS = words(
    "address netmask gateway metric mtu hwaddress bridge-ports bridge_ports bridge-stp bridge-fd bridge-vids "
    "bridge-pathcosts bridge-pathcost bridge-access bridge-vlan-aware bond-slaves slaves bond-mode bond-arp-ip-target "
    "vlan-raw-device vlan-id vxlan-id vxlan-remoteip ovs_type ovs_options ovs_ports ovs_bonds up post-up down link-type"
)
WORDS = words(
    "eth0 none all regex glob noregex swp[1-3] swp1-9 swp[9-1] [ ( * \\ ' \" $IFACE ${IFACE} = eth0= =5 eth0=5 - , 1- "
    "-1 2-4094 10.0.0.1 10.0.0.1/24 10.0.0.1/ /24 ::1 ::1/200 fe80::1%eth0 255.0.255.0 1e9 0x10 ٣ 99999999999999999999 "
    "ip route add to via dev -6 table del ; && | ( tag= tag=x OVSBridge OVSBond dummy \x00 \udcff"
)
NAMES = [
    "eth0",
    "eth0.5",
    "eth0.",
    ".",
    ":",
    "eth0:1",
    "lo",
    "swp[1-3]",
    "[1-2][1-2]",
    "vlan",
    "vlan7",
    "é",
    "/eth*",
]

options = st.builds(
    lambda key, words: f"\t{key} {' '.join(words)}\n",
    st.sampled_from(KEYS),
    st.lists(st.sampled_from(WORDS), max_size=6),
)
stanzas = st.builds(
    lambda lead, name, rest, lines: f"{lead} {name} {rest}\n{''.join(lines)}",
    st.sampled_from(["iface", "iface", "iface", "auto", "allow-hotplug"]),
    st.sampled_from(NAMES),
    st.sampled_from(["inet static", "inet6 auto", "inet maunal", "inet", "", "inet static inherits eth0"]),
    st.lists(options, max_size=6),
)


@settings(max_examples=400, deadline=None)
@given(
    text=st.one_of(any_texts, st.lists(stanzas, max_size=6).map("".join)), dialect=st.sampled_from(Dialect)
)
def test_every_text_has_a_meaning(text: str, dialect: Dialect) -> None:
    found = definitions(parse(text, dialect=dialect))

    assert sorted(found) == sorted({iface.name for iface in found.document.ifaces})
    work_everything_out(found)
    for definition in found.values():
        assert from_json(to_json(definition), dialect=dialect) == definition


@pytest.mark.parametrize(
    "text",
    [
        "auto vmbr{0}\niface vmbr{0} inet static\n\taddress 10.0.0.1/24\n\tbridge-ports none\n\tbridge-fd 0\n\n",
        "iface eth0.{0} inet manual\n\tup ip route add 10.0.0.0/8 dev $IFACE\n",
        "auto /eth{0}*\nauto swp[1-9]\niface eth{0} inet dhcp\n",
        "iface bond0 inet manual\n\tbond-slaves eth{0}\n",
    ],
)
@pytest.mark.parametrize("dialect", Dialect)
def test_meaning_costs_time_in_proportion_to_the_text(text: str, dialect: Dialect) -> None:
    few, many = (seconds_for("".join(text.format(n) for n in range(size)), dialect) for size in (1000, 8000))

    assert many < 8 * 3 * few  # a quadratic step would make it 64


def seconds_for(text: str, dialect: Dialect) -> float:
    """CPU time from parsed document to everything worked out, the best of three.

    Without the garbage collector, whose rounds take longer the more the other tests have left.
    """

    def once() -> float:
        document = parse(text, dialect=dialect)
        assert document.ifaces
        start = time.process_time()
        work_everything_out(definitions(document))
        return time.process_time() - start

    gc.disable()
    try:
        return min(once() for _ in range(3))
    finally:
        gc.enable()


def work_everything_out(found: Definitions) -> None:
    for definition in found.values():
        for name in MEANINGS:
            getattr(definition, name)
        for address in definition.addresses:
            assert (address.ip is None) == (address.network is None)
        if definition.ports is not None:
            definition.ports.matching(["eth0", "swp1"])
    assert found.masters is found.masters
    assert found.uppers is found.uppers
