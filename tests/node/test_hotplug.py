"""A NIC marked allow-hotplug, as Debian's installer writes them: a boot brings it up, a reload passes over it."""

import pytest

from netadmin.interfaces import Dialect
from netadmin.node.messages import State
from netadmin.planning.compare import Verdict

pytestmark = pytest.mark.sandbox

INSTALLED = """\
auto lo
iface lo inet loopback

allow-hotplug eth0
iface eth0 inet static
	address 192.168.10.2/24
	gateway 192.168.10.1
"""
BRIDGE = "\nauto vmbr1\niface vmbr1 inet static\n\taddress 10.1.0.1/24\n\tbridge-ports none\n"
MOVED = INSTALLED.replace("10.2/24", "10.9/24")
# A source line is one of the things for which ifupdown2 reloads the whole file.
MOVED_AND_RELOADED = MOVED + "\nsource /etc/network/interfaces.d/none\n"
ENGINES = pytest.mark.parametrize("engine", [Dialect.IFUPDOWN2, Dialect.IFUPDOWN], ids=str)


@ENGINES
@pytest.mark.parametrize("text", [MOVED, MOVED_AND_RELOADED], ids=["partial", "full"])
def test_a_change_of_it_is_made_verified_and_outlives_a_boot_once_confirmed(make_rig, engine, text):
    rig = make_rig(text=INSTALLED, engine=engine)
    assert rig.addresses("eth0") == ["192.168.10.2/24"]

    report = rig.apply(text)

    assert report.state is State.WAITING
    assert rig.addresses("eth0") == ["192.168.10.9/24"]
    verdicts = {one["option"]: one["verdict"] for one in report.comparisons if one["interface"] == "eth0"}
    assert verdicts["address"] == verdicts["gateway"] == Verdict.AS_WANTED
    rig.cli("confirm", report.transaction)
    rig.sandbox.reboot()
    assert rig.addresses("eth0") == ["192.168.10.9/24"]


@ENGINES
def test_an_unconfirmed_change_of_it_is_undone(make_rig, engine):
    rig = make_rig(text=INSTALLED, engine=engine)
    before = rig.dump()

    rig.apply(MOVED, wait=1)

    assert rig.until_ended().state is State.ROLLED_BACK
    assert rig.dump() == before


@ENGINES
def test_it_goes_down_with_its_stanza_and_comes_back_when_that_is_not_confirmed(make_rig, engine):
    rig = make_rig(text=INSTALLED + BRIDGE, engine=engine)
    before = rig.dump()

    report = rig.apply("auto lo\niface lo inet loopback\n" + BRIDGE)

    assert rig.addresses("eth0") == []
    assert any("192.168.10.2/24 on eth0 goes" in risk for risk in report.plan["risks"])
    rig.cli("roll-back", report.transaction)
    assert rig.dump() == before


def test_another_change_leaves_it_alone(make_rig):
    hook = "\tup echo up >> /run/hooks\n"
    rig = make_rig(text=INSTALLED + hook + BRIDGE)
    rig.apply(INSTALLED + hook + BRIDGE.replace("10.1.0.1", "10.1.0.5"))
    assert rig.addresses("vmbr1") == ["10.1.0.5/24"]
    assert rig.sh("cat /run/hooks") == "up\n"
