"""The same transaction with classic ifupdown, which has no reload: what changed goes down and comes up."""

import pytest

from netadmin.interfaces import Dialect
from netadmin.node.messages import State
from netadmin.planning.compare import Verdict

pytestmark = pytest.mark.sandbox

CLASSIC = """\
auto lo
iface lo inet loopback

auto vmbr0
iface vmbr0 inet static
	address 192.168.10.2/24
	gateway 192.168.10.1
	bridge_ports eth0
	bridge_stp off
	bridge_fd 0

auto vmbr1
iface vmbr1 inet static
	address 10.1.0.1/24
	bridge_ports none
	bridge_stp off
	bridge_fd 0
	up echo up >> /run/hooks
	down echo down >> /run/hooks
"""
MOVED = CLASSIC.replace("10.1.0.1/24", "10.1.0.9/24")


@pytest.fixture
def classic(make_rig):
    return make_rig(text=CLASSIC, engine=Dialect.IFUPDOWN)


def test_a_confirmed_change_is_kept(classic):
    report = classic.apply(MOVED)
    assert report.state is State.WAITING
    assert report.plan["scope"] == "partial"
    assert classic.addresses("vmbr1") == ["10.1.0.9/24"]
    assert classic.addresses("vmbr0") == ["192.168.10.2/24"]
    assert not [one for one in report.comparisons if one["verdict"] == Verdict.DIFFERS]
    assert classic.saved == CLASSIC

    classic.cli("confirm", report.transaction)

    assert classic.saved == MOVED


def test_an_unconfirmed_change_rolls_back(classic):
    before = classic.dump()
    classic.apply(MOVED, wait=1)

    ended = classic.until_ended()

    assert ended.state is State.ROLLED_BACK, ended.residue
    assert classic.saved == CLASSIC
    assert classic.dump()["addresses"] == before["addresses"]
    assert classic.dump()["routes"] == before["routes"]


def test_each_interfaces_down_hooks_run_with_the_file_it_came_up_from(classic):
    classic.apply(MOVED.replace("echo down", "echo new-down").replace("echo up", "echo new-up"))

    assert classic.sh("cat /run/hooks").split() == ["up", "down", "new-up"]


def test_a_guest_is_put_back_on_a_bridge_that_goes_down_and_comes_up(classic):
    """ifdown deletes the bridge; neither file knows of the guest's port."""
    classic.sh("ip link add tap9 type veth peer name inside")
    classic.sh("ip link set tap9 master vmbr1 up; ip link set inside up")

    report = classic.apply(MOVED)

    assert report.plan["guests"] == [["vmbr1", "tap9"]]
    (guest,) = report.guests
    assert (guest.link, guest.attached, guest.up) == ("tap9", True, True)
    assert classic.links()["tap9"]["master"] == "vmbr1"

    classic.cli("roll-back")
    assert classic.newest.state is State.ROLLED_BACK, classic.newest.residue
    assert classic.links()["tap9"]["master"] == "vmbr1"


def test_a_bridge_that_is_new_is_gone_after_the_rollback(classic):
    classic.apply(CLASSIC + "\nauto vmbr9\niface vmbr9 inet manual\n\tbridge_ports eth1\n")
    assert "vmbr9" in classic.links()

    classic.cli("roll-back")

    assert classic.newest.state is State.ROLLED_BACK, classic.newest.residue
    assert "vmbr9" not in classic.links()


def test_a_staged_file_is_taken_at_the_reboot(classic):
    classic.cli("stage", classic.put(MOVED))

    classic.sandbox.reboot()

    assert classic.saved == MOVED
    assert classic.addresses("vmbr1") == ["10.1.0.9/24"]


def test_a_file_with_a_byte_that_is_not_utf8_is_fine_for_classic(classic):
    report = classic.apply(MOVED + "# caf\udce9\n")

    assert report.state is State.WAITING
    assert classic.addresses("vmbr1") == ["10.1.0.9/24"]
