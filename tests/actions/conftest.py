"""A node with a file, and people with roles, as the centre knows them."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from netadmin.actions.accounts import add_account
from netadmin.actions.reports import take
from netadmin.models import Node
from netadmin.node import messages

SAVED = """\
auto lo
iface lo inet loopback

iface eth0 inet manual

auto vmbr0
iface vmbr0 inet static
address 192.168.10.2
netmask 255.255.255.0
gateway 192.168.10.1
bridge_ports eth0
bridge_stp off
bridge_fd 0
"""


def node_report(text: str, *, staged: str | None = None, **said: Any) -> messages.NodeReport:
    """What the worker of node ``host`` says of its files."""
    return messages.NodeReport(
        **{
            "node": "host",
            "hostname": "host",
            "engine": "ifupdown2",
            "engine_version": "3.0.0-1.1",
            "kernel": "6.1.0",
            "features": ("bonding", "8021q", "bridge-vlan", "vxlan", "dummy"),
            "nics": ("eth0", "eth1"),
            "saved": messages.FileText(text, messages.digest(text)),
            "staged": None if staged is None else messages.FileText(staged, messages.digest(staged)),
            "sourced": {},
            "sandbox": True,
            "boot_id": "boot-1",
            "reported_at": time.time(),
            **said,
        }
    )


@pytest.fixture
def node(db: None) -> Node:
    """A node that has reported the installer's file."""
    Node.objects.create(name="host")
    take(node_report(SAVED))
    return Node.objects.get(name="host")


@pytest.fixture
def account(db: None) -> Callable[..., Any]:
    """Makes an account in the given roles."""

    def make(name: str, *roles: str) -> Any:
        return add_account(name, roles=roles, password="correct horse battery")[0]

    return make


@pytest.fixture
def ann(account: Callable[..., Any]) -> Any:
    """An admin who may do everything."""
    return account("ann", "all")


@pytest.fixture
def bob(account: Callable[..., Any]) -> Any:
    """An admin who edits and stages, and may not write what runs as root."""
    return account("bob", "viewer", "editor")
