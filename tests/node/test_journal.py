"""Reading a journal that somebody else writes at the same time."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from netadmin.node.clock import Clock
from netadmin.node.config import Node
from netadmin.node.journal import HISTORY, Journal, Record
from netadmin.node.messages import State

TRANSACTION = "0" * 32
WRITTEN_AT = 1_700_000_000  # by a file system whose clock is not ours: long ago


class Watch(Clock):
    """A clock that a test winds on."""

    passed = 0.0

    def boottime(self) -> float:
        return self.passed


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def journal(tmp_path: Path, watch: Watch) -> Journal:
    journal = Journal(Node(name="node", state=tmp_path / "state", run=tmp_path / "run", clock=watch))
    begin(journal, TRANSACTION)
    written(journal)
    return journal


def begin(journal: Journal, transaction: str) -> None:
    record = Record(
        transaction=transaction,
        kind="apply",
        state=State.WAITING,
        by="",
        base_digest="",
        candidate_digest="",
        boot_id="",
        started_at=0.0,
        wait=60,
    )
    journal.begin(record, saved="", candidate="", before=None)


def written(journal: Journal, state: State = State.WAITING) -> None:
    """A writer that gets the inode back which the last but one had, in the same second."""
    path = journal.folder(TRANSACTION) / "record.json"
    text = path.read_text().replace(State.WAITING.value, state.value)
    path.write_text(text)
    os.utime(path, (WRITTEN_AT, WRITTEN_AT))


def test_a_record_written_anew_in_the_same_second_is_seen(journal: Journal, watch: Watch) -> None:
    assert journal.open() is not None
    watch.passed = 0.5
    written(journal, State.KEPT)
    assert journal.open() is None


def test_a_record_at_rest_is_read_once(journal: Journal, watch: Watch) -> None:
    first = journal.newest()
    watch.passed = 3
    assert journal.newest() == first
    written(journal, State.KEPT)  # which no writer can do three seconds later, with the same time
    assert journal.newest() == first


def test_a_record_replaced_is_seen_at_once(journal: Journal, watch: Watch) -> None:
    first = journal.newest()
    watch.passed = 3
    assert first is not None and journal.newest() == first
    assert journal.write(replace(first, state=State.KEPT)) == journal.newest()


def test_a_node_whose_clock_was_set_back_keeps_the_newest_transaction(journal: Journal) -> None:
    for number in range(HISTORY + 5):
        begin(journal, f"{number:032}")
        os.utime(journal.folder(f"{number:032}"), (WRITTEN_AT * 2, WRITTEN_AT * 2))
    begin(journal, "1" * 32)
    assert journal.newest_id() == "1" * 32
    assert journal.open() is not None
    assert len(list(journal.folder("1" * 32).parent.iterdir())) == HISTORY
