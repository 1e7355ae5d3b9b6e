"""Driving the engine for what changed gives the kernel that a reload of the whole file gives.

Two sandbox nodes begin with the same file. One is taken to another file by the plan's own steps, the other by
the same plan made for a full reload; then both kernels are dumped through netlink and compared.
"""

import os
import re

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from pyroute2 import netns

from netadmin.node.facts.live import read_live
from tests.planning.both_ways import assume_partial, outcome

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]

LO = "auto lo\niface lo inet loopback\n"
NICS = ("eth0", "eth1", "eth2", "eth3")
BRIDGES = ("br0", "br1", "br2")
ROUTES = ("10.20.0.0/16", "10.30.0.0/16")
LEASED = "eth3"  # the one NIC that may ask for its address


@st.composite
def stanza(draw, name, ports, addressed):
    """One interface in everything the kernel at hand can carry."""
    number = (*NICS, *BRIDGES).index(name)
    options = []
    leased = name == LEASED and addressed and draw(st.booleans())
    static = addressed and not leased
    hosts = draw(st.lists(st.integers(2, 4), max_size=2, unique=True)) if static else []
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
    method = "dhcp" if leased else "static" if hosts else "manual"
    text = f"iface {name} inet {method}\n" + "".join(f"\t{line}\n" for line in options)
    if static and draw(st.integers(0, 3)) == 0:
        text += f"iface {name} inet6 static\n\taddress 2001:db8:{number}::{draw(st.integers(2, 3))}/64\n"
    started = ("auto",) if name in BRIDGES else ("auto", "allow-hotplug", "")
    keyword = draw(st.sampled_from(started))
    return (f"{keyword} {name}\n" if keyword else "") + text


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
        ("inet dhcp", "inet manual"),
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


class SandboxRig:
    def __init__(self, node):
        self.node = node

    def run(self, command):
        return self.node.run(command, check=False)

    def write(self, text):
        self.node.interfaces.write_text(text)

    def look(self):
        netns.pushns(f"/proc/{self.node.pid}/ns/net")
        try:
            return read_live()
        finally:
            netns.popns()

    def forget(self):
        self.node.run(["dhclient", "-x", "-pf", f"/run/dhclient.{LEASED}.pid", LEASED], check=False)
        bridges = [link.name for link in self.look().links if link.kind == "bridge"]
        batch = [f"link delete {name}" for name in bridges]
        for nic in NICS:
            batch += [f'link set {nic} down nomaster mtu 1500 alias ""', f"addr flush dev {nic}"]
        self.node.run(["ip", "-force", "-batch", "-"], text_input="\n".join(batch) + "\n", check=False)
        # As ifupdown2 does when it takes a port away itself; without IPv6 a NIC refuses its next address.
        self.node.run(["sysctl", "-qw", *(f"net.ipv6.conf.{nic}.disable_ipv6=0" for nic in NICS)])


@pytest.fixture
def rigs(make_sandbox):
    nodes = [make_sandbox(name, text=LO) for name in ("partial", "full")]
    for node in nodes:
        node.start()
        node.switch.serve_dhcp("192.168.10.100", "192.168.10.120")
    return [SandboxRig(node) for node in nodes]


@settings(
    max_examples=int(os.environ.get("NETADMIN_EXAMPLES", "12")),
    deadline=None,
    derandomize="NETADMIN_EXAMPLES" not in os.environ,
    phases=(Phase.explicit, Phase.generate),  # an example takes a second, shrinking one takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(edited())
def test_a_partial_apply_gives_the_kernel_of_a_full_one(rigs, texts):
    before, after = texts
    note(f"{before}\n--- becomes ---\n{after}")
    assume_partial(before, after)
    partial, full = (
        outcome(rig, before, after, scope) for rig, scope in zip(rigs, ("partial", "full"), strict=True)
    )
    assert partial == full
