"""A change ends as the file says, though ifupdown2 hears of what it has done to the kernel late.

Enslaving by ip(8), say, it enters the link under its new bridge and leaves it under the former one too until the
kernel's message comes (lib/nlcache.py, `force_add_slave_list`). When that bridge's turn comes first, ifupdown2
takes the link for a surplus port of it and frees it again (addons/bridge.py, `_add_ports`): no error, exit code 0.
A loaded machine makes that happen now and then.
"""

import pytest
from pyroute2 import netns

from netadmin.interfaces import Dialect
from netadmin.node.facts.live import read_live
from netadmin.planning.changes import Changes
from netadmin.planning.compare import Verdict, compare
from netadmin.planning.plan import steps
from tests.planning.both_ways import commands, engine
from tests.planning.living import read
from tests.rigs.late_engine import NLCACHE, ONLY_WHEN_WAITED_FOR

pytestmark = pytest.mark.sandbox

FILE = """\
auto lo
iface lo inet loopback

auto br0
iface br0 inet manual
	bridge-ports {}
	bridge-stp off

auto br1
iface br1 inet manual
	bridge-ports {}
	bridge-stp off
"""
BEFORE = FILE.format("eth2", "eth0 eth1")
MOVES = {
    "to the bridge that comes first": FILE.format("eth2 eth0", "eth1"),
    "to the bridge that comes last": FILE.format("none", "eth0 eth1 eth2"),
    "both ways": FILE.format("eth0", "eth2 eth1"),
}


@pytest.fixture
def node(make_sandbox):
    """Up with the first file, the kernel's messages late from then on."""
    node = make_sandbox(text=BEFORE)
    node.start()
    node.run(["tee", "-a", NLCACHE], text_input=ONLY_WHEN_WAITED_FOR)
    return node


def test_a_bare_reload_loses_the_link_without_a_word_and_the_comparison_tells(node):
    after = MOVES["to the bridge that comes first"]
    node.interfaces.write_text(after)
    assert node.run(engine("ifreload", "-a")).returncode == 0
    assert masters(node) == {"eth0": "", "eth1": "br1", "eth2": "br0", "eth3": ""}
    found = compare(read(after), look(node))
    assert [(one.interface, one.option) for one in found if one.verdict is Verdict.DIFFERS] == [
        ("br0", "bridge-ports")
    ]


@pytest.mark.parametrize("scope", ["partial", "full"])
@pytest.mark.parametrize("move", MOVES)
def test_the_steps_of_a_plan_bring_the_link_into_its_new_bridge(node, move, scope):
    after = MOVES[move]
    node.interfaces.write_text(after)
    for step in steps(Changes(read(BEFORE), read(after), look(node)), scope, Dialect.IFUPDOWN2):
        for command in commands(step):
            node.run(command)
    assert not [one for one in compare(read(after), look(node)) if one.verdict is Verdict.DIFFERS]


def test_an_address_stays_though_the_kernel_takes_it_with_the_first_of_its_subnet(node):
    before = FILE.format("none", "none") + "\taddress 192.0.2.2/24\n\taddress 192.0.2.3/24\n"
    after = before.replace("2.2/24", "2.9/24")
    node.interfaces.write_text(before)
    node.run(engine("ifreload", "-a"))
    node.interfaces.write_text(after)
    seen = []
    for step in steps(Changes(read(before), read(after), look(node)), "partial", Dialect.IFUPDOWN2):
        for command in commands(step):
            node.run(command)
        seen.append([one.address for one in look(node).link("br1").addresses if one.family == "inet"])
    assert seen == [["192.0.2.9/24"], ["192.0.2.9/24", "192.0.2.3/24"]]


def masters(node):
    return {link.name: link.master for link in look(node).links if link.name.startswith("eth")}


def look(node):
    netns.pushns(f"/proc/{node.pid}/ns/net")
    try:
        return read_live()
    finally:
        netns.popns()
