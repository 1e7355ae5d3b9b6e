"""The crash matrix' broker: a real Redis, killed while the workers of several nodes stand still at a step each.

Killed for all of them at once, it costs one pause of Celery's instead of one for every cell. Each node then goes on
by itself, and tells the truth as soon as there is a broker again, which knows nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from netadmin.node.messages import (
    REQUESTS,
    AnyReport,
    Confirm,
    State,
    TransactionReport,
    Verb,
    digest,
    new_id,
)
from netadmin.planning.records import decode
from netadmin.sandbox import Sandbox
from netadmin.sandbox.redis import RedisServer
from tests.faults import still
from tests.faults.bench import CHECKOUT, ONE, OTHER, PATIENCE, WORDS, Bench, Json
from tests.faults.matrix import Phase
from tests.rigs.centre import Centre
from tests.rigs.until import until

NODES = 4
WAIT = 1  # seconds for a confirm that does not come
SOON = 10  # seconds in which a broker that is back is told; the outbox' pauses are at 4 by then
CONSUMING = 60  # the same for orders, for which Celery's pauses grow by two seconds each


@dataclass
class Nodes:
    """Nodes with their workers, and their broker; the test is their centre."""

    server: RedisServer
    benches: Sequence[Bench]

    def cells(self, phase: Phase) -> Iterator[tuple[str, str]]:
        """Each step of the phase, and how the node ended that was there when the broker was killed."""
        for first in range(0, len(phase.rows), len(self.benches)):
            steps = phase.rows[first : first + len(self.benches)]
            reports: list[AnyReport] = []  # of all these nodes, for they come in one queue
            pairs = zip(self.benches, steps, strict=False)
            yield from self.round([self.cell(bench, phase, step, reports) for bench, step in pairs])
        for bench in self.benches:
            bench.work_normally()

    def cell(self, bench: Bench, phase: Phase, step: str, reports: list[AnyReport]) -> Cell:
        centre = Centre(self.server.socket, bench.sandbox.hostname, reports)
        return Cell(centre, bench, phase, step)

    def round(self, cells: Sequence[Cell]) -> Iterator[tuple[str, str]]:
        for cell in cells:
            cell.begin()
        for cell in cells:
            cell.await_step()
        self.server.kill()
        for cell in cells:
            cell.go_on()
        for cell in cells:
            cell.await_end()
        self.server.start()
        for cell in cells:
            cell.check_reported()
            yield cell.step, WORDS[cell.ended["state"]]


@dataclass
class Cell:
    """One transaction on one node, which loses the broker at one step."""

    centre: Centre
    bench: Bench
    phase: Phase
    step: str
    transaction: str = field(default_factory=new_id)
    order: str = ""
    base: str = ""
    other: str = ""
    ended: Json = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The node's /var/tmp."""
        return self.bench.sandbox.directory / "var-tmp"

    def begin(self) -> None:
        """Orders wait for each other in the node's queue."""
        self.base = self.bench.state()["saved"]
        self.other = OTHER if self.base == ONE else ONE
        for work in self.phase.before(self.base, self.other, self.transaction):
            self.send_work(work)
        (self.folder / still.WANTED).write_text(self.step)
        work = self.phase.work(self.base, self.other, self.transaction)
        if self.phase.name == "apply":
            work["order"]["request"]["wait"] = WAIT
        self.order = self.send_work(work)

    def await_step(self) -> None:
        until((self.folder / still.REACHED).exists, within=PATIENCE)

    def go_on(self) -> None:
        (self.folder / still.REACHED).unlink()

    def await_end(self) -> None:
        """Nobody helps: neither an order nor a look at the deadline by this test."""
        until(lambda: self.bench.state(self.transaction)["state"], within=PATIENCE, every=0.2)
        self.ended = self.bench.state(self.transaction)
        self.bench.check_sound(self.ended, self.base, self.other)

    def check_reported(self) -> None:
        """What the worker says is what the node's journal and files say; then it takes orders again."""
        told = self.centre.transaction(self.is_the_end, within=SOON)
        assert told.state == self.ended["state"]
        if self.phase.name == "apply":
            assert told.outcome.startswith("Nobody confirmed by the deadline."), told.outcome
        answer = self.centre.answer(self.order, within=SOON)
        assert answer.accepted, answer.problem
        assert answer.node_report.saved.text == self.ended["saved"]
        late = self.centre.send(Confirm(self.transaction, digest(self.other)))
        kept = self.ended["state"] == State.KEPT
        assert self.centre.answer(late, within=CONSUMING).accepted == kept

    def is_the_end(self, report: TransactionReport) -> bool:
        return report.transaction == self.transaction and report.state.ended

    def send_work(self, work: Json) -> str:
        order = work["order"]
        request = decode(REQUESTS[Verb(order["verb"])], order["request"])
        return self.centre.send(request, base=order.get("base_digest", ""))


@contextmanager
def nodes_on_a_broker(folder: Path, broker: Path) -> Iterator[Nodes]:
    """NODES nodes in the folder, their Redis in the other; a socket's path must be short."""
    with ExitStack() as stack:
        server = stack.enter_context(RedisServer(broker))
        networks: dict[str, Json] = {}
        benches = []
        for name in (f"node{number}" for number in range(1, NODES + 1)):
            sandbox = stack.enter_context(_sandbox(folder / name, name, server))
            bench = Bench(sandbox, networks=networks)
            stack.callback(bench.stop_runner)
            stack.callback(sandbox.power_cut)  # an orderly end would cost two seconds
            bench.start([sys.executable, still.__file__])
            benches.append(bench)
        yield Nodes(server, benches)


def _sandbox(folder: Path, name: str, server: RedisServer) -> Sandbox:
    environment = {
        "PYTHONPATH": str(CHECKOUT),
        "NETADMIN_NODE": name,
        "NETADMIN_BROKER": server.url,
    }
    return Sandbox(folder, text=ONE, environment=environment, shared=(server.directory,), hostname=name)
