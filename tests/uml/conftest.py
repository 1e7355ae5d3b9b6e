"""Guests for the tests of this folder: each test boots its own, since a boot costs about two seconds."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from netadmin.sandbox.packages import ENGINE_PACKAGES, unpacked
from tests.rigs.guest import Guest, SystemdGuest

#: both are found in a guest where they are on the machine
CHECKOUT = Path(__file__).parents[2]
PYTHON = sys.executable

#: what a guest has and the machine need not have
GUEST_PACKAGES = ("user-mode-linux", "kmod", "openvswitch-switch", *ENGINE_PACKAGES["ifupdown2"])
if not Path("/lib/systemd/systemd").exists():  # a container as a rule has none
    GUEST_PACKAGES += ("systemd",)


@pytest.fixture(scope="session")
def guest_packages() -> Path:
    if (machine := platform.machine()) != "x86_64":
        pytest.skip(f"Debian builds user-mode Linux for PCs, this machine is {machine}")
    return unpacked(*GUEST_PACKAGES)


@pytest.fixture
def guest(guest_packages: Path, tmp_path: Path) -> Iterator[Guest]:
    """A running guest with nothing configured."""
    with Guest(tmp_path / "guest", packages=guest_packages) as guest:
        guest.boot()
        yield guest


@pytest.fixture
def systemd_guest(guest_packages: Path, tmp_path: Path) -> Iterator[SystemdGuest]:
    """A guest whose network is brought up by systemd, still off."""
    with SystemdGuest(tmp_path / "guest", packages=guest_packages) as guest:
        yield guest
