"""Open vSwitch's database, as ovs-vsctl 3.1.0 printed it for a bridge with a port, a bond and an internal port."""

import json
from pathlib import Path

from netadmin.node.facts.ovs import open_vswitch, read_ovs, rows
from netadmin.planning.live import OpenVSwitch, OvsPort

PRINTED = json.loads(Path(__file__).with_name("ovs-vsctl.json").read_text())


def test_bridges_and_ports_are_put_together_from_three_tables():
    assert open_vswitch(*(rows(PRINTED[name]) for name in ("Bridge", "Port", "Interface"))) == OpenVSwitch(
        bridges=("vmbr2",),
        ports=(
            OvsPort(
                "bond0",
                "vmbr2",
                interfaces=("eth2", "eth3"),
                types=("", ""),
                trunks=(1, 2),
                bond_mode="active-backup",
                lacp="off",
            ),
            OvsPort("eth1", "vmbr2", interfaces=("eth1",), types=("",), tag=20),
            OvsPort("mgmt", "vmbr2", interfaces=("mgmt",), types=("internal",)),
            OvsPort("vmbr2", "vmbr2", interfaces=("vmbr2",), types=("internal",)),
        ),
    )


def test_without_a_database_that_answers_nothing_is_known(tmp_path):
    silent = tmp_path / "ovs-vsctl"
    silent.write_text("#!/bin/sh\nexit 1\n")
    silent.chmod(0o755)
    assert read_ovs(programs=str(tmp_path)) is None
    assert read_ovs(programs=str(tmp_path / "empty")) is None
