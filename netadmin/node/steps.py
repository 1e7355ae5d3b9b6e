"""A transaction as a list of named steps, each told to the journal and to whoever listens."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from .config import Node
from .errors import NodeError
from .journal import Journal, Record, make_report
from .messages import Event, EventState, Problem, TransactionReport

Emit = Callable[[TransactionReport], None]

# How often the output of a running step is told, and how much of it is kept.
TELL_EVERY = 0.3
OUTPUT_LIMIT = 64_000


def tell_nobody(report: TransactionReport) -> None:
    """For a guard or a console, which have no broker; the worker sends the report later."""


@dataclass(slots=True)
class Transaction:
    """One transaction in hand: its record as last written, its events, and who is told.

    Writing to the disk may fail on the way in, where it stops the step; on the way back (`to_the_end`) it may not.
    `emit` must return at once and must not raise.
    """

    node: Node
    journal: Journal
    record: Record
    emit: Emit = tell_nobody
    begun: bool = False
    to_the_end: bool = False
    events: list[Event] = field(default_factory=list)
    unwritten: list[Event] = field(default_factory=list)
    changes: int = 0

    @classmethod
    def taken_up(cls, node: Node, journal: Journal, record: Record, emit: Emit) -> "Transaction":
        """A transaction that another process, or this one earlier, has written down."""
        events, changes = journal.events(record.transaction)
        return cls(node, journal, record, emit, begun=True, events=list(events), changes=changes)

    def begin(self, *, saved: str, candidate: str, before: Any, **values: Any) -> None:
        """Write the transaction down; from here on it exists, and its deadline will end it."""
        record = replace(self.record, **values)
        self.journal.begin(record, saved=saved, candidate=candidate, before=before)
        self.begun, self.record = True, record
        self.changes = 0
        for event in self.unwritten:
            self._store_event(event)

    def note(self, **values: Any) -> None:
        """Change the record; the next write carries it to the disk."""
        self.record = replace(self.record, **values)

    def write(self, **values: Any) -> None:
        """Change the record, on the disk first."""
        self.record = self._store(replace(self.record, **values))
        self.tell()

    def tell(self) -> None:
        self.emit(self.report())

    def report(self) -> TransactionReport:
        return make_report(self.node, self.record, tuple(self.events), self.changes)

    def took(self, step: str) -> bool:
        """Whether that step was begun."""
        return any(event.step == step for event in self.events)

    @contextmanager
    def step(self, name: str) -> Iterator["Output"]:
        """Record what happens inside as one event; what is raised inside goes on, as the event's failure."""
        began = time.monotonic()
        event = Event(len(self.events) + 1, name, EventState.STARTED, self.node.clock.now())
        self.events.append(event)
        self._store_event(event)
        self.tell()
        output = Output(self, event)
        try:
            self.node.observe(name)
            yield output
        except Exception as error:
            output.say(f"{error}\n")
            self._close(event, EventState.FAILED, output, began)
            raise
        self._close(event, EventState.DONE, output, began)

    def _close(self, event: Event, state: EventState, output: "Output", began: float) -> None:
        seconds = round(time.monotonic() - began, 4)
        self.update(replace(event, state=state, seconds=seconds, output=output.text()))

    def update(self, event: Event) -> None:
        self.events[event.seq - 1] = event
        self._store_event(event)
        self.tell()

    def _store(self, record: Record) -> Record:
        if not self.begun:
            return replace(record, writes=record.writes + 1)
        return self.journal.write_somewhere(record) if self.to_the_end else self.journal.write(record)

    def _store_event(self, event: Event) -> None:
        """Events tell a person what happened; a disk that cannot take one stops nothing.

        `changes` is what the journal will count too, so that reports are numbered alike whoever makes them.
        """
        if not self.begun:
            self.unwritten.append(event)
            self.changes += 1
            return
        with suppress(OSError):
            self.journal.add_event(self.record.transaction, event)
            self.changes += 1


@dataclass(slots=True)
class Output:
    """What a step has to say, told while it is being said."""

    transaction: Transaction
    event: Event
    pieces: list[str] = field(default_factory=list)
    told: float = 0.0

    def say(self, text: str) -> None:
        self.pieces.append(text)
        if time.monotonic() - self.told > TELL_EVERY:
            self.told = time.monotonic()
            self.transaction.update(replace(self.event, output=self.text()))

    def text(self) -> str:
        text = "".join(self.pieces)
        if len(text) <= OUTPUT_LIMIT:
            return text
        half = OUTPUT_LIMIT // 2
        return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"


Act = Callable[[Any, Output], None]


@dataclass(frozen=True, slots=True)
class Step:
    """`name`: "phase.what". `act` gets the work in hand and the step's output."""

    name: str
    act: Act


def take(steps: Sequence[Step], work: Any, transaction: Transaction) -> None:
    """One after the other; the first that fails ends it with its error."""
    for step in steps:
        with transaction.step(step.name) as output:
            step.act(work, output)


def take_all(steps: Sequence[Step], work: Any, transaction: Transaction) -> tuple[Exception, ...]:
    """One after the other whatever happens, which is what a way back needs; returns what went wrong."""
    failures: list[Exception] = []
    for step in steps:
        try:
            take((step,), work, transaction)
        except Exception as error:  # whatever stops one step of the way back must not stop the next
            failures.append(error)
    return tuple(failures)


def problem_of(error: Exception, state: str) -> Problem:
    """What a person is told of an error; `state`: of the node, where the error does not say."""
    if isinstance(error, NodeError):
        return error.problem()
    if isinstance(error, OSError):
        place = f" ({error.filename})" if error.filename else ""
        message = f"{error.strerror or error}{place}."
        return Problem(message, state, "See to the disk or the file named, then try again.", code="OSError")
    return Problem(
        f"{type(error).__name__}: {error}.",
        state,
        "Report this with the steps' output.",
        type(error).__name__,
    )
