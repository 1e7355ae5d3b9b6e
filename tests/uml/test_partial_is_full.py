"""Driving the engine for what changed gives the kernel of a full reload: bonds, VLANs and VLAN-aware bridges.

One guest goes both ways of each example, one after the other, each from the same beginning.
"""

import json
import os

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from netadmin.planning.live import LiveState
from netadmin.planning.records import decode
from tests.planning.both_ways import assume_partial, begin, commands, outcome, planned
from tests.rigs.guest import NICS, Guest
from tests.rigs.late_engine import NLCACHE, ONLY_WHEN_WAITED_FOR
from tests.uml.conftest import CHECKOUT, PYTHON
from tests.uml.node import SAVED

pytestmark = [pytest.mark.uml, pytest.mark.timeout(600)]

BONDS = ("bond0", "bond1")
BRIDGES = ("br0", "br1")  # the first may be VLAN-aware: ifupdown2 wants one such bridge at most
VLANS = ("eth3.10", "bond0.20", "bond0.21", "br0.30", "storage")
NAMES = (*NICS, *BONDS, *VLANS, *BRIDGES)


YES_OR_NO = (True, False)
MOSTLY = (True, True, True, False)
NEARLY_ALWAYS = (*MOSTLY, True, True, True, True)
# Everything that there is to choose about a file, besides the order of its stanzas.
CHOICES = {
    "gateway": ("", *NAMES),
    "raw device of storage": ("eth2", "bond0", "br0"),
    "id of storage": (40, 41),
    "VLAN-aware": YES_OR_NO,
    "vids": ("", "2-10", "5 7 20-22"),
    "pvid": ("", "1", "5"),
    "stp": ("on", "off"),
    **{f"there {name}": YES_OR_NO for name in VLANS},
    **{f"there {name}": MOSTLY for name in (*NICS, *BONDS, *BRIDGES)},
    **{f"auto {name}": MOSTLY for name in (*NICS, *VLANS)},
    **{f"auto {name}": NEARLY_ALWAYS for name in (*BONDS, *BRIDGES)},
    **{f"master {name}": ("", "", *BONDS, *BONDS, *BRIDGES) for name in NICS},
    **{f"master {name}": ("", "", *BRIDGES) for name in BONDS},
    **{f"master {name}": ("", "", "", "br1") for name in VLANS},
    **{f"host {name}": (0, 0, 2, 3) for name in NAMES},
    **{f"mtu {name}": ("", "", "", "1400", "1450") for name in NAMES},
    **{f"alias {name}": ("", "", "one", "two") for name in NAMES},
    **{f"port of {name}": ("", "", "vids 3-6", "pvid 4", "access 7") for name in (*NICS, *BONDS)},
    **{f"mode {name}": ("active-backup", "balance-xor", "802.3ad") for name in BONDS},
    **{f"policy {name}": ("", "layer3+4", "layer2+3") for name in BONDS},
    **{f"rate {name}": ("", "fast", "slow") for name in BONDS},
    **{f"miimon {name}": ("100", "50") for name in BONDS},
}


def edited(random):
    """Two files that differ in a few choices."""
    before = {key: random.choice(values) for key, values in CHOICES.items()}
    before["order"] = random.sample(NAMES, len(NAMES))
    again = random.sample(sorted(CHOICES), random.randint(1, 5))
    after = {**before, **{key: random.choice(CHOICES[key]) for key in again}}
    return File(before).text, File(after).text


class File:
    """The file that follows from what was chosen, as far as that makes sense."""

    def __init__(self, choices):
        self.choices = choices
        self.logical = {name for name in (*BONDS, *BRIDGES) if choices[f"there {name}"]}
        self.masters = {}  # of every link that may be there
        for name in NAMES:
            self.masters[name] = self.master(name)

    def master(self, name):
        """Its bridge or bond, "" for none: a VLAN and its device in bridges would make a loop."""
        master, parent = self.choices.get(f"master {name}", ""), self.parent(name)
        in_a_loop = parent in BRIDGES or self.masters.get(parent) in BRIDGES
        return master if master in self.logical and not in_a_loop else ""

    def is_there(self, name):
        """Whether it has a stanza."""
        return self.choices[f"there {name}"] and (
            name not in VLANS or self.parent(name) in {*NICS, *self.logical}
        )

    def parent(self, name):
        if name == "storage":
            return self.choices["raw device of storage"]
        return name.rpartition(".")[0]

    @property
    def text(self):
        stanzas = [self.stanza(name) for name in self.choices["order"] if self.is_there(name)]
        return "auto lo\niface lo inet loopback\n\n" + "\n".join(stanzas)

    def stanza(self, name):
        options = [f"\t{line}\n" for line in self.options(name)]
        method = "static" if any("address" in line for line in options) else "manual"
        auto = f"auto {name}\n" if self.choices[f"auto {name}"] else ""
        return f"{auto}iface {name} inet {method}\n" + "".join(options)

    def options(self, name):
        choices = self.choices
        if choices[f"host {name}"] and not self.masters[name]:
            subnet = f"10.{NAMES.index(name)}.0"
            yield f"address {subnet}.{choices[f'host {name}']}/24"
            if choices["gateway"] == name:
                yield f"gateway {subnet}.1"
        for key in ("mtu", "alias"):
            if choices[f"{key} {name}"]:
                yield f"{key} {choices[f'{key} {name}']}"
        if name == "storage":
            yield f"vlan-raw-device {self.parent(name)}"
            yield f"vlan-id {choices['id of storage']}"
        if name in BONDS:
            yield from self.options_of_bond(name)
        if name in BRIDGES:
            yield from self.options_of_bridge(name)
        if self.masters[name] == "br0" and choices["VLAN-aware"] and choices.get(f"port of {name}"):
            yield f"bridge-{choices[f'port of {name}']}"

    def options_of_bond(self, name):
        yield f"bond-slaves {self.members(name)}"
        yield f"bond-mode {self.choices[f'mode {name}']}"
        yield f"bond-miimon {self.choices[f'miimon {name}']}"
        if policy := self.choices[f"policy {name}"]:
            yield f"bond-xmit-hash-policy {policy}"
        if (rate := self.choices[f"rate {name}"]) and self.choices[f"mode {name}"] == "802.3ad":
            yield f"bond-lacp-rate {rate}"

    def options_of_bridge(self, name):
        yield f"bridge-ports {self.members(name)}"
        yield f"bridge-stp {self.choices['stp']}"
        if name == "br0" and self.choices["VLAN-aware"]:
            yield "bridge-vlan-aware yes"
            if self.choices["vids"]:
                yield f"bridge-vids {self.choices['vids']}"
            if self.choices["pvid"]:
                yield f"bridge-pvid {self.choices['pvid']}"

    def members(self, name):
        members = (link for link in NAMES if self.masters[link] == name)
        return " ".join(link for link in members if link in NICS or self.is_there(link)) or "none"


class GuestRig:
    def __init__(self, guest):
        self.guest = guest

    def run(self, command):
        return self.guest.run(command, check=False)

    def write(self, text):
        self.guest.write(SAVED, text)

    def look(self):
        shown = self.guest.run(
            [PYTHON, "-m", "netadmin.node", "facts"], environment={"PYTHONPATH": str(CHECKOUT)}
        )
        return decode(LiveState, json.loads(shown.stdout))

    def forget(self):
        """Without its lower device a VLAN goes by itself, and the NICs are made anew."""
        batch = [f"link delete {name}" for name in (*VLANS, *BRIDGES, *BONDS, *NICS)]
        batch += [f"link add {name} type dummy" for name in NICS]
        self.guest.run(["ip", "-force", "-batch", "-"], input="\n".join(batch) + "\n", check=False)


@pytest.fixture(scope="module")
def rig(guest_packages, tmp_path_factory):
    with Guest(tmp_path_factory.mktemp("both-ways"), packages=guest_packages) as guest:
        guest.boot()
        yield GuestRig(guest)


@settings(
    max_examples=int(os.environ.get("NETADMIN_EXAMPLES", "5")),
    deadline=None,
    derandomize="NETADMIN_EXAMPLES" not in os.environ,
    phases=(Phase.explicit, Phase.generate),  # an example takes seconds, shrinking one takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(st.randoms(use_true_random=True))
def test_a_partial_apply_gives_the_kernel_of_a_full_one(rig, random):
    before, after = edited(random)
    note(f"{before}\n--- becomes ---\n{after}")
    assume_partial(before, after)
    assert outcome(rig, before, after, "partial") == outcome(rig, before, after, "full")


BOND_WITH_VLAN = """\
auto bond0
iface bond0 inet manual
	bond-slaves eth0
	bond-mode active-backup
	bond-miimon 50

auto bond0.21
iface bond0.21 inet manual
"""


def test_a_vlan_keeps_its_mtu_when_its_bond_changes_though_the_engine_hears_late(guest):
    """ifupdown2 alone gives it the MTU 0 (see `Changes._of_changed_mtus`)."""
    rig, after = GuestRig(guest), BOND_WITH_VLAN.replace("50", "100")
    begin(rig, BOND_WITH_VLAN)
    found = planned(BOND_WITH_VLAN, after, rig.look())
    guest.run(["tee", "-a", NLCACHE], input=ONLY_WHEN_WAITED_FOR)
    rig.write(after)
    mtus = []
    for step in found.steps:
        for command in commands(step):
            rig.run(command)
        mtus.append(rig.look().link("bond0.21").mtu)
    assert mtus == [0, 1500]
