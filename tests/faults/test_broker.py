"""The broker dies at every step of a transaction: the node goes on, ends it, and tells when there is a broker again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.broker import Nodes, nodes_on_a_broker
from tests.faults.matrix import BROKER_GONE, PHASES, Phase
from tests.faults.table import NOTHING_TO_STRIKE, note

pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("broker")]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Started once for the tests of this file."""
    with (
        tempfile.TemporaryDirectory(prefix="netadmin-") as broker,
        nodes_on_a_broker(tmp_path_factory.mktemp("nodes"), Path(broker)) as nodes,
    ):
        yield nodes


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.name)
def test_a_transaction_that_loses_its_broker_at_any_step_ends_as_it_should(
    phase: Phase, nodes: Nodes, record_property: Callable[[str, object], None]
) -> None:
    struck = all(phase.can_have(BROKER_GONE, step) for step in phase.rows)
    outcomes = dict(nodes.cells(phase)) if struck else dict.fromkeys(phase.rows, NOTHING_TO_STRIKE)
    note(
        {(phase.name, step, BROKER_GONE.title): outcome for step, outcome in outcomes.items()},
        record_property,
    )
