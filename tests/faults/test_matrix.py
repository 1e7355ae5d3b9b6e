"""A fault at every step of a transaction: the old network or the new one is left, and nothing between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from netadmin.sandbox import Sandbox
from tests.faults.bench import CHECKOUT, NEAR, ONE, OTHER, Bench
from tests.faults.matrix import BROKER_GONE, FAULTS, PHASES, POWER_CUT, Fault, Phase
from tests.faults.table import PAGE, cell, documented, note, page, writing

pytestmark = pytest.mark.sandbox

# The two others have a bench of their own: test_power.py, test_broker.py.
IN_A_SANDBOX = [fault for fault in FAULTS if fault not in (POWER_CUT, BROKER_GONE)]


@pytest.fixture
def make_bench(make_sandbox: Callable[..., Sandbox]) -> Iterator[Callable[[str], Bench]]:
    with ExitStack() as stack:

        def make(other: str) -> Bench:
            bench = Bench(make_sandbox(text=ONE, environment={"PYTHONPATH": str(CHECKOUT)}), other)
            bench.start()
            stack.callback(bench.stop_runner)
            return bench

        yield make


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", IN_A_SANDBOX, ids=lambda fault: fault.title.replace(" ", "-"))
@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.name)
def test_a_fault_at_any_step_leaves_the_old_or_the_new_in_full(
    phase: Phase,
    fault: Fault,
    make_bench: Callable[[str], Bench],
    record_property: Callable[[str, object], None],
) -> None:
    """The file operations are many, and the same whatever the plan: for them it is a short one."""
    bench = make_bench(NEAR if fault.kind == "file" else OTHER)
    cells = {(phase.name, step, fault.title): cell(bench.cells(phase, step, fault)) for step in phase.rows}
    note(cells, record_property)


def test_the_page_of_the_matrix_has_every_step_and_every_fault() -> None:
    places = {(phase.name, step, fault.title) for phase in PHASES for step in phase.rows for fault in FAULTS}
    if not writing():
        assert documented().keys() == places
        assert PAGE.read_text() == page(documented())
