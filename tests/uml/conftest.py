"""Guests for the tests of this folder: each test boots its own, since a boot costs about two seconds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rigs.guest import Guest, SystemdGuest

#: both are found in a guest where they are on the machine
CHECKOUT = Path(__file__).parents[2]
PYTHON = sys.executable


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
