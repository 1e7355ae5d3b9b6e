"""The boot step: before networking starts, take the staged file, or leave everything as it is.

Standard library only. Whatever goes wrong here, the machine boots: with the saved file, the staged one set aside,
and the reason written down.
"""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from netadmin.planning.live import LiveState
from netadmin.planning.records import encode

from . import guard
from .candidate import check_base, check_candidate, check_place
from .config import Node, deadline_in
from .engine import engine_of
from .errors import JournalError, NodeError, Unfit
from .journal import Journal, Record
from .lock import node_lock
from .messages import State, digest, new_id
from .rebooted import end_after_reboot
from .saving import edited_meanwhile, put, stow
from .staging import StagedNote, forget_note, read_note
from .steps import Output, Step, Transaction, take

PATIENCE = 5.0


@dataclass(slots=True)
class Boot:
    """One boot in hand: the transaction that taking a staged file is, and what happened, one sentence each."""

    transaction: Transaction
    staged: str | None = None
    note: StagedNote | None = None
    said: list[str] = field(default_factory=list)

    @property
    def node(self) -> Node:
        return self.transaction.node

    def say(self, sentence: str, output: Output) -> None:
        self.said.append(sentence)
        output.say(sentence + "\n")


def boot(node: Node) -> tuple[str, ...]:
    """Returns what happened, one sentence each. An ordinary failure is one of these sentences."""
    work = Boot(Transaction(node, Journal(node), _first_record(node)))
    try:
        with node_lock(node, wait=PATIENCE):
            _take_or_set_aside(work)
    except Exception as error:  # nothing may keep a machine from booting
        work.said.append(f"Left as it is: {error}")
    _write_down(work)
    return tuple(work.said)


def last_boot(node: Node) -> tuple[str, ...]:
    """What the boot step had to say, if it was this boot."""
    text = node.files.read_if_there(_report_path(node))
    try:
        data = json.loads(text or "{}")
    except ValueError:
        return ()
    return tuple(data.get("said", ())) if data.get("boot_id") == node.clock.boot_id() else ()


def _take_or_set_aside(work: Boot) -> None:
    try:
        take(BOOT, work, work.transaction)
    except Exception as error:  # any doubt: the saved file as it is
        _set_aside(work, error)


def close_journal(work: Boot, output: Output) -> None:
    """A transaction from before the reboot is over; what was staged beside it is in doubt."""
    journal = work.transaction.journal
    try:
        record = journal.open()
    except JournalError:
        journal.disown()
        raise
    if record is not None and record.boot_id != work.node.clock.boot_id():
        closed = Transaction.taken_up(work.node, journal, record, work.transaction.emit)
        end_after_reboot(closed)
        work.say(f"Transaction {record.transaction}: {closed.record.outcome}", output)
        if work.node.staged.exists():
            raise Unfit("It was staged while a transaction was open.", next="Look at it and stage it again.")


def check_staged(work: Boot, output: Output) -> None:
    """Raises what speaks against taking the staged file."""
    node = work.node
    work.staged = node.files.read_if_there(node.staged)
    if work.staged is None:
        output.say("nothing is staged\n")
        return
    check_place(node)
    saved = node.files.read_if_there(node.saved) or ""
    work.note = read_note(node, digest(work.staged))
    check_candidate(work.staged, engine_of(node, saved, work.staged).dialect)
    if work.note is not None:
        check_base(digest(saved), work.note.base_digest)


def write_journal(work: Boot, _output: Output) -> None:
    """Taking the file is a transaction: one that waits for its confirm, or one that is kept at once."""
    if work.staged is None:
        return
    node, note = work.node, work.note
    saved = node.files.read_if_there(node.saved) or ""
    seconds = note.confirm_after_boot if note is not None else None
    work.transaction.begin(
        saved=saved,
        candidate=work.staged,
        before=encode(LiveState(node.clock.boot_id())),
        transaction=(note.transaction if note is not None else "") or new_id(),
        by=note.by if note is not None else "",
        state=State.KEEPING if seconds is None else State.WAITING,
        base_digest=digest(saved),
        candidate_digest=digest(work.staged),
        wait=seconds or 0,
        **deadline_in(node, seconds or 0),
    )


def arm(work: Boot, output: Output) -> None:
    if work.transaction.record.state is State.WAITING and work.staged is not None:
        output.say(guard.arm(work.node, work.transaction.record))


def take_staged(work: Boot, output: Output) -> None:
    """In one step, the old file kept; what becomes the saved file is the text that was checked and written down."""
    node = work.node
    if work.staged is None:
        return
    record = work.transaction.record
    put(node, work.staged, expected=record.base_digest)
    work.say("The staged file is the saved one now.", output)
    if (problem := edited_meanwhile(node, record)) is not None:
        work.say(f"{problem.message} {problem.state} {problem.next}", output)
    stow(node, record)
    node.files.remove(node.staged)


def close(work: Boot, output: Output) -> None:
    if work.staged is None:
        return
    forget_note(work.node)
    if work.transaction.record.state is State.KEEPING:
        work.transaction.write(state=State.KEPT, outcome="Taken at boot.", ended_at=work.node.clock.now())
    else:
        work.say(f"It waits {work.transaction.record.wait} s for a confirm.", output)


def _set_aside(work: Boot, error: Exception) -> None:
    """A staged file that was not taken keeps its text under another name."""
    node = work.node
    reason = error.message if isinstance(error, NodeError) else str(error)
    taken = work.staged is not None and node.files.digest(node.saved) == digest(work.staged)
    if taken:
        work.said.append(f"The staged file was taken, but: {reason}")
        return
    work.said.append(f"The saved file was left as it is: {reason}")
    if work.transaction.begun:
        work.transaction.to_the_end = True
        work.transaction.write(
            state=State.FAILED_BEFORE_CHANGE, outcome=work.said[-1], ended_at=node.clock.now()
        )
        with suppress(OSError):  # what is left of the candidate troubles nobody
            stow(node, work.transaction.record)
    if node.staged.exists():
        aside = node.set_aside(str(int(node.clock.now())))
        node.files.rename(node.staged, aside)
        work.said.append(f"The staged file was set aside as {aside.name}.")


def _first_record(node: Node) -> Record:
    """Filled in when there is a staged file to take."""
    return Record(
        transaction="",
        kind="boot",
        state=State.APPLYING,
        by="",
        base_digest="",
        candidate_digest="",
        boot_id=node.clock.boot_id(),
        started_at=node.clock.now(),
        wait=0,
    )


def _write_down(work: Boot) -> None:
    """For the worker to report; a disk that cannot take it must not stop the boot."""
    node = work.node
    report = {"version": 1, "boot_id": node.clock.boot_id(), "at": node.clock.now(), "said": work.said}
    try:
        node.files.make_folder(node.state)
        node.files.replace(_report_path(node), json.dumps(report, indent=1) + "\n")
    except OSError as error:
        work.said.append(f"This could not be written down: {error}")


def _report_path(node: Node) -> Path:
    return node.state / "boot.json"


BOOT = (
    Step("boot.close", close_journal),
    Step("boot.check", check_staged),
    Step("boot.journal", write_journal),
    Step("boot.arm", arm),
    Step("boot.take", take_staged),
    Step("boot.done", close),
)
