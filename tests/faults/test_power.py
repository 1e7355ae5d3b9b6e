"""A power cut at every step of a transaction, in a guest whose disk loses what was not synced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.bench import ONE
from tests.faults.matrix import PHASES, POWER_CUT, Phase
from tests.faults.power import outcomes
from tests.faults.table import note
from tests.rigs.disk import DiskGuest

pytestmark = pytest.mark.uml


@pytest.fixture
def guest(guest_packages: Path, tmp_path: Path) -> DiskGuest:
    guest = DiskGuest(tmp_path / "guest", packages=guest_packages)
    guest.write("/etc/network/interfaces", ONE)
    return guest


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.name)
def test_a_power_cut_in_any_step_leaves_the_old_or_the_new_in_full(
    phase: Phase, guest: DiskGuest, record_property: Callable[[str, object], None]
) -> None:
    with guest:
        cells = {(phase.name, step, POWER_CUT.title): outcome for step, outcome in outcomes(guest, phase)}
    note(cells, record_property)
