"""What the kernel can do is read off its configuration and modules, and tried where those say nothing."""

import gzip
import json
import subprocess

import pytest

from netadmin.node.facts.features import kernel_features
from netadmin.node.facts.nics import nics
from netadmin.planning.live import Link, LiveState


@pytest.fixture
def root(tmp_path):
    for folder in ("boot", "proc", "lib/modules/6.1.0"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def test_a_feature_built_into_the_kernel_is_there(root):
    (root / "boot/config-6.1.0").write_text(
        "CONFIG_BRIDGE=y\nCONFIG_BRIDGE_VLAN_FILTERING=y\n# CONFIG_BONDING is not set\n"
    )
    assert kernel_features(root, "6.1.0") == {"bridge", "bridge-vlan"}


def test_a_module_counts_when_it_lies_on_disk_or_is_loaded(root):
    configuration = "CONFIG_BONDING=m\nCONFIG_VLAN_8021Q=m\nCONFIG_DUMMY=m\n"
    (root / "proc/config.gz").write_bytes(gzip.compress(configuration.encode()))
    (root / "lib/modules/6.1.0/modules.dep").write_text(
        "kernel/drivers/net/bonding/bonding.ko.xz: kernel/net/tls.ko\n"
    )
    (root / "proc/modules").write_text("8021q 45056 0 - Live 0x0000000000000000\n")
    assert kernel_features(root, "6.1.0") == {"bonding", "8021q"}


@pytest.mark.sandbox
def test_where_nothing_is_written_the_kernel_itself_is_tried_and_left_as_it_was(root):
    before = json.loads(subprocess.run(["ip", "-j", "link"], check=True, capture_output=True).stdout)
    found = kernel_features(root, "6.1.0")
    after = json.loads(subprocess.run(["ip", "-j", "link"], check=True, capture_output=True).stdout)
    assert {"bridge", "veth"} <= found
    assert [link["ifname"] for link in before] == [link["ifname"] for link in after]


@pytest.mark.sandbox
def test_the_kernel_tried_and_its_configuration_agree(root):
    tried = kernel_features(root, "6.1.0")
    assert tried - {"openvswitch"} == kernel_features() - {"openvswitch"}


def test_network_cards_are_the_links_without_a_kind():
    state = LiveState("b", links=(Link(1, "lo", "loopback"), Link(2, "eno1"), Link(3, "veth7", "veth")))
    assert nics(state) == ("eno1",)


def test_without_hardware_the_ends_of_veth_pairs_that_leave_the_node_stand_in():
    links = (Link(1, "eth0", "veth"), Link(2, "a", "veth", parent="b"), Link(3, "b", "veth", parent="a"))
    assert nics(LiveState("b", links=links)) == ("eth0",)
