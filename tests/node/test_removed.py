"""What has left the file is seen to be gone, or told to be there still."""

import pytest

from netadmin.interfaces import Dialect
from netadmin.planning.compare import Verdict

pytestmark = pytest.mark.sandbox

LO = "auto lo\niface lo inet loopback\n"
LEAVING = f"""{LO}
auto eth1
iface eth1 inet static
	address 10.2.0.1/24

auto vmbr1
iface vmbr1 inet static
	address 10.1.0.1/24
	bridge-ports none
"""


@pytest.mark.parametrize("engine", [Dialect.IFUPDOWN2, Dialect.IFUPDOWN], ids=str)
def test_what_is_taken_down_is_seen_to_be_gone(make_rig, engine):
    report = make_rig(text=LEAVING, engine=engine).apply(LO)
    assert [(one["interface"], one["option"], one["verdict"]) for one in report.comparisons] == [
        ("eth1", "address", Verdict.AS_WANTED),
        ("vmbr1", "link", Verdict.AS_WANTED),
    ]


def test_what_the_engine_passes_over_with_exit_code_0_is_told(make_rig):
    """Classic ifupdown takes down only what its state file names: "interface eth1 not configured"."""
    rig = make_rig(text=LEAVING, engine=Dialect.IFUPDOWN)
    rig.sh("rm /run/network/ifstate*")
    report = rig.apply(LO)
    differing = [one for one in report.comparisons if one["verdict"] == Verdict.DIFFERS]
    assert [(one["interface"], one["option"], one["seen"]) for one in differing] == [
        ("eth1", "address", "10.2.0.1/24")
    ]
    assert "eth1: address should be none and is 10.2.0.1/24" in report.events[-3].output
