"""Driving the engine for what changed gives the kernel that a reload of the whole file gives.

Two sandbox nodes begin with the same file. One is taken to another file by the plan's own steps, the other by
the same plan made for a full reload; then both kernels are dumped through netlink and compared.
"""

import os
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from hypothesis import strategies as st
from pyroute2 import netns

from netadmin.definitions import definitions
from netadmin.interfaces import Dialect, parse
from netadmin.node.facts.live import read_live
from netadmin.planning.changes import Changes
from netadmin.planning.plan import plan, steps

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]

LO = "auto lo\niface lo inet loopback\n"
NICS = ("eth0", "eth1", "eth2", "eth3")
BRIDGES = ("br0", "br1", "br2")
ROUTES = ("10.20.0.0/16", "10.30.0.0/16")


@st.composite
def stanza(draw, name, ports, addressed):
    """One interface in everything the kernel at hand can carry."""
    number = (*NICS, *BRIDGES).index(name)
    options = []
    hosts = draw(st.lists(st.integers(2, 4), max_size=2, unique=True)) if addressed else []
    options += [f"address 192.0.{number}.{host}/24" for host in hosts]
    if hosts and draw(st.booleans()):
        options.append(f"gateway 192.0.{number}.1")
    if hosts and draw(st.integers(0, 3)) == 0:
        options.append(f"up ip route add {draw(st.sampled_from(ROUTES))} via 192.0.{number}.1 || true")
    if draw(st.integers(0, 3)) == 0:
        options.append(f"mtu {draw(st.sampled_from((1400, 1450, 1500)))}")
    if draw(st.integers(0, 4)) == 0:
        options.append(f"alias {draw(st.sampled_from(('one', 'two')))}")
    if name in BRIDGES:
        options.append(f"bridge-ports {' '.join(ports) or 'none'}")
        options.append(f"bridge-stp {draw(st.sampled_from(('on', 'off')))}")
        options.append(f"bridge-fd {draw(st.sampled_from((4, 15)))}")
    text = f"iface {name} inet {'static' if hosts else 'manual'}\n" + "".join(
        f"\t{line}\n" for line in options
    )
    if addressed and draw(st.integers(0, 3)) == 0:
        text += f"iface {name} inet6 static\n\taddress 2001:db8:{number}::{draw(st.integers(2, 3))}/64\n"
    auto = name in BRIDGES or draw(st.booleans())
    return (f"auto {name}\n" if auto else "") + text


@st.composite
def interfaces(draw):
    """A file whose bridges share the NICs among them, no NIC twice."""
    bridges = draw(st.lists(st.sampled_from(BRIDGES), max_size=2, unique=True))
    owners = {nic: draw(st.sampled_from((*bridges, ""))) for nic in NICS}
    described = [nic for nic in NICS if draw(st.booleans())]
    text = LO
    for name in (*described, *bridges):
        ports = [nic for nic, owner in owners.items() if owner == name]
        text += draw(stanza(name, ports, addressed=not owners.get(name)))
    return text


@st.composite
def edited(draw):
    """Two files that share most stanzas, as an edit leaves them."""
    before = draw(interfaces())
    if draw(st.integers(0, 3)) == 0:
        return before, draw(interfaces())
    after = draw(dealt_anew(before)) if draw(st.booleans()) else before
    for old, new in (
        ("192.0.", "198.51."),
        (".2/24", ".9/24"),
        ("stp on", "stp off"),
        ("mtu 1400", "mtu 1300"),
    ):
        if draw(st.booleans()):
            after = after.replace(old, new, 1)
    lines = after.splitlines(keepends=True)
    removable = [place for place, line in enumerate(lines) if line.startswith("\t") and "ports" not in line]
    if removable and draw(st.booleans()):
        del lines[draw(st.sampled_from(removable))]
    return before, "".join(lines)


@st.composite
def dealt_anew(draw, text):
    """The same bridges with the ports of all of them dealt out among them."""
    lists = [found.split() for found in re.findall(r"bridge-ports (.+)", text)]
    hands = [[] for _ in lists]
    for port in (port for ports in lists for port in ports if port != "none"):
        draw(st.sampled_from(hands)).append(port)
    return re.sub(r"bridge-ports .+", lambda _: f"bridge-ports {' '.join(hands.pop(0)) or 'none'}", text)


@pytest.fixture
def nodes(make_sandbox):
    found = [make_sandbox(name, text=LO) for name in ("partial", "full")]
    for node in found:
        node.start()
    return found


@settings(
    max_examples=int(os.environ.get("NETADMIN_EXAMPLES", "12")),
    deadline=None,
    derandomize="NETADMIN_EXAMPLES" not in os.environ,
    phases=(Phase.explicit, Phase.generate),  # an example takes a second, shrinking one takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(edited())
def test_a_partial_apply_gives_the_kernel_of_a_full_one(nodes, texts):
    before, after = texts
    note(f"{before}\n--- becomes ---\n{after}")
    partial, full = outcomes(nodes, before, after)
    assert partial == full


def outcomes(nodes, before, after):
    dumps = []
    for node, scope in zip(nodes, ("partial", "full"), strict=True):
        begin(node, before)
        found = planned(node, before, after)
        note(str(found.steps))
        assume(found.scope == "partial")
        drive(node, before, after, scope)
        dumps.append(dump(node, described=read(after)))
    return dumps


def planned(node, before, after):
    return plan(read(before), read(after), look(node), engine=Dialect.IFUPDOWN2)


def drive(node, before, after, scope):
    changes = Changes(read(before), read(after), look(node))
    for step in list(steps(changes, scope, Dialect.IFUPDOWN2)):
        node.interfaces.write_text(before if step.action == "ifdown" else after)
        for command in commands(step):
            node.run(command, check=False)


def commands(step):
    match step.action:
        case "ifdown" | "ifup":
            return [engine(step.action, *step.interfaces)]
        case "reload":
            return [engine("ifreload", "-a")]
        case "delete-link":
            return [["ip", "link", "delete", name] for name in step.interfaces]
        case "delete-address":
            return [["ip", "address", "delete", one, "dev", *step.interfaces] for one in step.addresses]


def begin(node, text):
    """The node as it is with that file, once a further reload changes nothing more."""
    links = [link.name for link in look(node).links if link.kind == "bridge"]
    batch = [f"link delete {name}" for name in links]
    for nic in NICS:
        batch += [f'link set {nic} down nomaster mtu 1500 alias ""', f"addr flush dev {nic}"]
    node.run(["ip", "-force", "-batch", "-"], text_input="\n".join(batch) + "\n", check=False)
    # What ifupdown2 does when it takes a port away itself; without IPv6 a NIC refuses its next address.
    node.run(["sysctl", "-qw", *(f"net.ipv6.conf.{nic}.disable_ipv6=0" for nic in NICS)])
    node.run(["sh", "-c", "rm -f /var/tmp/network/ifstatenew"])
    node.interfaces.write_text(text)
    for command in (engine("ifup", "-a"), engine("ifreload", "-a")):
        done = node.run(command, check=False)
        assert done.returncode in (0, 1), done.stderr  # 1: a second default gateway, and the like


def engine(command, *arguments):
    return ["/usr/bin/python3", f"/usr/sbin/{command}", *arguments]


def look(node):
    netns.pushns(f"/proc/{node.pid}/ns/net")
    try:
        return read_live()
    finally:
        netns.popns()


def dump(node, described):
    """What lasts of the kernel's state: without indexes, generated MAC addresses, and what settles by itself."""
    state = look(node)
    links = {
        link.name: (
            *(link.kind, link.up, link.master, link.alias if is_given(link, described) else None),
            link.mtu if has_lasting_mtu(link, described, state) else None,
            link.bridge and replace(link.bridge, ageing_time=0),  # short for as long as a topology is new
            link.port and replace(link.port, state="", cost=0),  # by the carrier's speed at that moment
            [one.address for one in link.addresses if one.family == "inet"],
            sorted(one.address for one in link.addresses if one.family == "inet6" and one.scope != "link"),
        )
        for link in state.links
    }
    routes = sorted(
        (route.destination, route.gateway, route.device, route.metric, route.protocol, route.source)
        for route in state.routes
        if not route.destination.startswith("fe80")
    )
    return {"links": links, "routes": routes}


def is_given(link, described):
    """Of a NIC that the file does not describe nobody sets MTU and alias."""
    return link.name in described or link.kind == "bridge"


def has_lasting_mtu(link, described, state):
    """The kernel gives a bridge the smallest MTU of its ports, until somebody sets another (net/bridge/br_if.c).

    ifupdown2 sets the file's or the default again if it has heard of that by then, or else in its next run.
    """
    return is_given(link, described) and all(port.mtu >= 1500 for port in state.members(link.name))


def read(text):
    return definitions(parse(text))
