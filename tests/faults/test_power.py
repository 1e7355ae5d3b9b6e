"""A power cut at every step of a transaction, in a guest whose disk loses what was not synced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.bench import ONE
from tests.faults.matrix import PHASES, POWER_CUT, Phase
from tests.faults.power import moments, outcomes, verdict
from tests.faults.table import note
from tests.rigs.disk import DiskGuest

pytestmark = pytest.mark.uml


MakeGuest = Callable[[str], DiskGuest]


@pytest.fixture
def make_guest(guest_packages: Path, tmp_path: Path) -> MakeGuest:
    """A guest that is off, with a disk of this kind and the saved file ONE."""

    def make(kind: str) -> DiskGuest:
        guest = DiskGuest(tmp_path / "guest", packages=guest_packages, kind=kind)
        guest.write("/etc/network/interfaces", ONE)
        return guest

    return make


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.name)
def test_a_power_cut_in_any_step_leaves_the_old_or_the_new_in_full(
    phase: Phase, make_guest: MakeGuest, record_property: Callable[[str, object], None]
) -> None:
    with make_guest("ext4") as guest:
        cells = {(phase.name, step, POWER_CUT.title): outcome for step, outcome in outcomes(guest, phase)}
    note(cells, record_property)


@pytest.mark.parametrize("kind", ["ext4", "ext2"])
def test_what_was_told_of_a_change_outlives_a_power_cut_before_any_file_operation(
    kind: str, make_guest: MakeGuest
) -> None:
    """On ext2 each name and each file has to be synced by itself; on ext4 one fsync brings earlier names along."""
    with make_guest(kind) as guest:
        lived, steps = moments(guest)
    assert set(steps) == {step for phase in PHASES for step in phase.rows}
    assert [(verdict(moment), moment) for moment in lived if verdict(moment)] == []
