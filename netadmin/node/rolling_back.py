"""The way back: the saved file's network again, compared with what was there before."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from netadmin.definitions import Definitions
from netadmin.planning.compare import Verdict, compare
from netadmin.planning.live import LiveState
from netadmin.planning.plan import Plan
from netadmin.planning.plan import plan as make_plan
from netadmin.planning.records import decode

from . import guard
from .config import Node
from .driving import FULL_RELOAD, command, drive, understand
from .engine import Engine, engine_of
from .errors import EngineOverdue, WrongBase
from .guests import guests_of, ways_back
from .journal import Journal
from .messages import State
from .programs import kill, orphans
from .residue import Difference, differences
from .saving import drop_staged, edited_meanwhile, put, stow
from .steps import Output, Step, Transaction, problem_of, take_all

# Putting one thing back can bring another to light (a port's VLANs once it is back on its bridge).
REPAIR_ROUNDS = 3
SETTLING, PAUSE = 3.0, 0.1


@dataclass
class RollingBack:
    """One way back in hand. `left`: what could not be put back, one sentence each; `failures`: of its steps.

    What is read from the journal is read when it is first asked for: no step depends on another one's success.
    """

    transaction: Transaction
    why: str
    plan: Plan = FULL_RELOAD
    engine_has_run: bool = False
    left: tuple[str, ...] = ()
    failures: tuple[Exception, ...] = ()

    @property
    def node(self) -> Node:
        return self.transaction.node

    @property
    def journal(self) -> Journal:
        return self.transaction.journal

    @property
    def id(self) -> str:
        return self.transaction.record.transaction

    @cached_property
    def engine(self) -> Engine:
        return engine_of(self.node, self.journal.saved_text(self.id), self.journal.candidate_text(self.id))

    @cached_property
    def old(self) -> Definitions:
        return understand(self.journal.saved_text(self.id), self.engine.dialect, self.node)

    @cached_property
    def new(self) -> Definitions:
        return understand(self.journal.candidate_text(self.id), self.engine.dialect, self.node)

    @cached_property
    def before(self) -> LiveState:
        return decode(LiveState, self.journal.before(self.id))

    @property
    def saved(self) -> Path:
        """The file to go back to: as it was, even when somebody has edited it meanwhile."""
        if self.node.files.digest(self.node.saved) == self.transaction.record.base_digest:
            return self.node.saved
        return self.journal.folder(self.id) / "saved"

    @property
    def candidate(self) -> Path:
        return self.journal.folder(self.id) / "candidate"


def roll_back(transaction: Transaction, why: str) -> None:
    """Undo the open transaction; every step is tried, whatever happens to the one before it."""
    transaction.to_the_end = True
    work = RollingBack(transaction, why)
    work.failures = take_all(BACK, work, transaction)
    take_all(END, work, transaction)


def end_before_change(transaction: Transaction, error: Exception) -> None:
    """End a transaction that never came as far as the engine."""
    transaction.to_the_end = True
    problem = problem_of(error, "Nothing has changed on the node.")
    transaction.write(
        state=State.FAILED_BEFORE_CHANGE,
        outcome=f"Ended before anything was changed: {problem.message}",
        problem=problem,
        ended_at=transaction.node.clock.now(),
    )
    take_all(CLEAN, RollingBack(transaction, problem.message), transaction)


def record_intent(work: RollingBack, output: Output) -> None:
    """An engine that outlived the process which started it is stopped before another one runs."""
    work.transaction.write(state=State.ROLLING_BACK, outcome=work.why)
    output.say(f"{work.why}\n")
    left = orphans(work.id)
    kill(left)
    if left:
        output.say(f"stopped the engine that was still running ({len(left)} processes)\n")


def restore_file(work: RollingBack, output: Output) -> None:
    """A boot that nobody confirmed has already made the candidate the saved file; a hand edit of that stays."""
    record, found = work.transaction.record, work.node.files.digest(work.node.saved)
    if record.kind != "boot" or found == record.base_digest:
        return
    if found != record.candidate_digest:
        raise WrongBase(
            "The saved file was edited by hand since the boot: it stays as it is and is not the previous one.",
            state=f"The network is the previous file's, which is {work.node.previous}.",
            next="Compare the two: the next reboot brings up the saved file, with what was not confirmed.",
        )
    put(work.node, work.journal.saved_text(work.id), expected=record.candidate_digest)
    work.transaction.note(problem=edited_meanwhile(work.node, record) or record.problem)
    drop_staged(work.node, record)
    output.say("the previous file is the saved one again\n")


def find_way(work: RollingBack, output: Output) -> None:
    work.plan = make_plan(work.new, work.old, work.node.look(), engine=work.engine.dialect)
    output.say(f"{work.plan.scope}: {work.plan.reason}\n")


def drive_engine(work: RollingBack, output: Output) -> None:
    try:
        _drive(work, work.plan, output)
    except EngineOverdue:
        work.engine_has_run = True  # what hung once would hang again
        raise
    work.engine_has_run = True


def repair(work: RollingBack, output: Output) -> None:
    """Put back what the engine left behind or took away; an engine that did not come to run gets a second try."""
    if not work.engine_has_run:
        _drive(work, FULL_RELOAD, output)
    for _ in range(REPAIR_ROUNDS):
        now = work.node.look()
        commands = [words for one in _still_different(work, now) for words in one.repair]
        commands += _guests_back(work, now)
        if not commands:
            return
        for words in commands:
            command(words, transaction=work.id, heard=output.say)


def _drive(work: RollingBack, plan: Plan, output: Output) -> None:
    drive(
        plan.steps,
        work.engine,
        leaving=work.candidate,
        entering=work.saved,
        transaction=work.id,
        heard=output.say,
    )


def compare_with_before(work: RollingBack, output: Output) -> None:
    """What is said about the way back is what the kernel shows now."""
    until = work.node.clock.boottime() + SETTLING
    while True:
        now = work.node.look()
        left = _still_different(work, now)
        if not left or work.node.clock.boottime() >= until:
            break
        work.node.clock.sleep(PAUSE)
    record = work.transaction.record
    work.left = tuple(one.sentence for one in left)
    pairs = [(guest.bridge, guest.link) for guest in record.guests]
    work.transaction.note(guests=guests_of(pairs, work.before, now))
    output.say("\n".join(work.left or ("as it was before",)) + "\n")


def remove_candidate(work: RollingBack, _output: Output) -> None:
    guard.disarm(work.id)
    stow(work.node, work.transaction.record)


def close(work: RollingBack, output: Output) -> None:
    problems = [problem_of(error, "Some of the way back was not gone.") for error in work.failures]
    left = (*work.left, *(problem.message for problem in problems))
    work.transaction.write(
        state=State.ROLLED_BACK_RESIDUE if left else State.ROLLED_BACK,
        residue=left,
        problem=problems[0] if problems else work.transaction.record.problem,
        outcome=f"{work.why} {_compared(left)}",
        ended_at=work.node.clock.now(),
    )
    output.say(f"{work.transaction.record.outcome}\n")


def _compared(left: Collection[str]) -> str:
    if left:
        return f"The saved file's network is back but for {len(left)} thing{'s' if len(left) > 1 else ''}."
    return "The network is as it was before."


def _still_different(work: RollingBack, now: LiveState) -> tuple[Difference, ...]:
    if work.transaction.record.kind == "boot":
        return _against_file(work, now)
    return differences(work.before, now, _scope(work))


def _against_file(work: RollingBack, now: LiveState) -> tuple[Difference, ...]:
    """No network came before the one that was booted, so the previous file is what there is to compare with."""
    left = tuple(
        Difference(
            f"{link.name} ({link.kind}) is not in the file", (("ip", "link", "delete", "dev", link.name),)
        )
        for link in now.links
        if link.kind and link.name in work.new and link.name not in work.old
    )
    differing = tuple(
        Difference(f"{one.interface}: {one.option} should be {one.wanted} and is {one.seen}")
        for one in compare(work.old, now)
        if one.verdict is Verdict.DIFFERS
    )
    return left + differing


def _scope(work: RollingBack) -> set[str]:
    """The links that this transaction could have touched; the rest of the node lives its own life."""
    there = decode(Plan, work.transaction.record.plan)
    if "full" in (there.scope, work.plan.scope):
        return {*work.old, *work.new}
    touched = {*there.changed, *there.dependents, *work.plan.changed, *work.plan.dependents}
    return touched | {lower for name in touched for lower in _lower(work, name)}


def _lower(work: RollingBack, name: str) -> tuple[str, ...]:
    return tuple(
        lower
        for definitions in (work.old, work.new)
        if name in definitions
        for lower in definitions[name].lower
    )


def _guests_back(work: RollingBack, now: LiveState) -> list[tuple[str, ...]]:
    return list(ways_back(work.transaction.record.guests, work.before, now))


BACK = (
    Step("rollback.record", record_intent),
    Step("rollback.file", restore_file),
    Step("rollback.plan", find_way),
    Step("rollback.engine", drive_engine),
    Step("rollback.repair", repair),
    Step("rollback.compare", compare_with_before),
)
CLEAN = (Step("rollback.clean", remove_candidate),)
END = (Step("rollback.close", close), *CLEAN)
