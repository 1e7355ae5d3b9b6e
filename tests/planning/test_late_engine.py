"""A link that changes its bridge ends in the new one, though ifupdown2 hears of the kernel's changes late.

ifupdown2 works on its memory of the kernel, which another thread of it keeps up to date from netlink messages.
Enslaving by ip(8) it enters the link under its new bridge and leaves it under the former one until the
message comes (lib/nlcache.py, `force_add_slave_list`). When that bridge's turn comes first, ifupdown2 takes the
link for a surplus port of it and frees it again (addons/bridge.py, `_add_ports`): no error, exit code 0. A loaded
machine makes that happen now and then; here the thread works only when the engine itself waits for it.
"""

import pytest
from pyroute2 import netns

from netadmin.definitions import definitions
from netadmin.interfaces import Dialect, parse
from netadmin.node.facts.live import read_live
from netadmin.planning.changes import Changes
from netadmin.planning.compare import Verdict, compare
from netadmin.planning.plan import steps

pytestmark = pytest.mark.sandbox

NLCACHE = "/usr/share/ifupdown2/lib/nlcache.py"
ONLY_WHEN_WAITED_FOR = """

def _when_waited_for(self, notify_event=None, at_once=NetlinkListenerWithCache.service_netlinkq):
    if threading.current_thread() is threading.main_thread() or self.cache._wait_event:
        at_once(self, notify_event)


NetlinkListenerWithCache.service_netlinkq = _when_waited_for
"""

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
    assert engine(node, "ifreload", "-a").returncode == 0
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
        engine(node, *{"reload": ("ifreload", "-a"), "ifup": ("ifup", *step.interfaces)}[step.action])
    assert not [one for one in compare(read(after), look(node)) if one.verdict is Verdict.DIFFERS]


def engine(node, command, *arguments):
    return node.run(["/usr/bin/python3", f"/usr/sbin/{command}", *arguments])


def masters(node):
    return {link.name: link.master for link in look(node).links if link.name.startswith("eth")}


def look(node):
    netns.pushns(f"/proc/{node.pid}/ns/net")
    try:
        return read_live()
    finally:
        netns.popns()


def read(text):
    return definitions(parse(text))
