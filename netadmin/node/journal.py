"""The journal: what a transaction has begun, written where a power cut leaves it readable.

STATE/transactions/ID/   record.json    the phase, the digests, the deadline: replaced as a whole
                         saved          the text of the saved file before
                         candidate      the text under trial
                         before.json    the kernel's links, addresses and routes before
                         events.jsonl   what was done, a line for every change of a step
STATE/transaction        the id of the newest transaction, the only one that can be open
RUN/ended/ID.json        the end of a transaction when STATE could not take it (disk full, broken)
"""

import json
import os
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

from netadmin.planning.records import Json, RecordError, decode, encode

from .config import Node
from .errors import JournalError
from .messages import (
    Event,
    Guest,
    Probe,
    Problem,
    State,
    TransactionReport,
)

VERSION = 1
AT_REST = 2.0  # seconds that a file must be seen unchanged: more than a file system's times are apart
HISTORY = 20


@dataclass(frozen=True, slots=True)
class Record:
    """A transaction as the journal holds it; `writes` counts its versions."""

    transaction: str
    kind: str
    state: State
    by: str
    base_digest: str
    candidate_digest: str
    boot_id: str
    started_at: float
    wait: int
    version: int = VERSION
    writes: int = 0
    deadline: float = 0.0
    deadline_boottime: float = 0.0
    plan: Json = None
    comparisons: tuple[dict[str, str], ...] = ()
    comparison_counts: dict[str, int] = field(default_factory=dict)
    probes: tuple[Probe, ...] = ()
    residue: tuple[str, ...] = ()
    guests: tuple[Guest, ...] = ()
    outcome: str = ""
    problem: Problem | None = None
    ended_at: float = 0.0


@dataclass(slots=True)
class _Sight:
    """A file as it was first seen: which one, when (boottime), and what is in it once it is at rest."""

    inode: int
    mtime_ns: int
    since: float
    record: Record | None = None


@dataclass(slots=True)
class Journal:
    """The journal of one node. Writing raises OSError; nothing is then half written."""

    node: Node
    _seen: dict[Path, _Sight] = field(default_factory=dict)

    def begin(self, record: Record, *, saved: str, candidate: str, before: Json) -> None:
        """Write a new transaction; it exists from the moment the last file, the pointer, is in place."""
        folder, files = self.folder(record.transaction), self.node.files
        files.make_folder(folder)
        files.write(folder / "saved", saved)
        files.write(folder / "candidate", candidate)
        files.write(folder / "before.json", json.dumps(before))
        files.write(folder / "events.jsonl", "")
        files.replace(folder / "record.json", _dump(record))
        files.replace(self._pointer, record.transaction + "\n")
        self._forget_old(folder)

    def write(self, record: Record) -> Record:
        """Replace the record; returns it as written."""
        record = replace(record, writes=record.writes + 1)
        self.node.files.replace(self.folder(record.transaction) / "record.json", _dump(record))
        return record

    def write_somewhere(self, record: Record) -> Record:
        """As `write`, but a disk that takes nothing more does not stop it: /run then holds the record.

        For the way back, which must go on whatever happens. What /run holds is lost by a reboot, and so is
        the change: the boot step closes the transaction then.
        """
        try:
            return self.write(record)
        except OSError:
            record = replace(record, writes=record.writes + 1)
            self._volatile(record.transaction).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._volatile(record.transaction).write_text(_dump(record))
            return record

    def newest(self) -> Record | None:
        """The newest transaction, open or ended; None when there never was one."""
        transaction = self.newest_id()
        return self.read(transaction) if transaction else None

    def newest_id(self) -> str:
        return (self.node.files.read_if_there(self._pointer) or "").strip()

    def open(self) -> Record | None:
        record = self.newest()
        return record if record is not None and not record.state.ended else None

    def begun(self, transaction: str) -> Record | None:
        """The record of a transaction that came to exist; a folder that nothing points to did not."""
        record = self.read(transaction)
        if record is not None and (record.state.ended or self.newest_id() == transaction):
            return record
        return None

    def read(self, transaction: str) -> Record | None:
        """Raises JournalError when there is a record that cannot be understood."""
        records = [
            record
            for path in (self.folder(transaction) / "record.json", self._volatile(transaction))
            if (record := self._read(path)) is not None
        ]
        return max(records, key=lambda record: record.writes, default=None)

    def disown(self) -> None:
        """Point at no transaction any more: for a journal that cannot be read. Its folder stays for a person."""
        self.node.files.remove(self._pointer)

    def saved_text(self, transaction: str) -> str:
        return self.node.files.read(self.folder(transaction) / "saved")

    def candidate_text(self, transaction: str) -> str:
        return self.node.files.read(self.folder(transaction) / "candidate")

    def before(self, transaction: str) -> Json:
        return json.loads(self.node.files.read(self.folder(transaction) / "before.json"))

    def add_event(self, transaction: str, event: Event) -> None:
        self.node.files.append(self.folder(transaction) / "events.jsonl", json.dumps(encode(event)))

    def events(self, transaction: str) -> tuple[tuple[Event, ...], int]:
        """The newest version of every event, and how many versions there are."""
        lines = (self.node.files.read_if_there(self.folder(transaction) / "events.jsonl") or "").splitlines()
        newest: dict[int, Event] = {}
        for line in lines:
            try:
                event = decode(Event, json.loads(line))
            except (ValueError, RecordError):
                continue  # a line cut short by a power cut tells nothing
            newest[event.seq] = event
        return tuple(newest[seq] for seq in sorted(newest)), len(lines)

    def report(self, record: Record) -> TransactionReport:
        events, changes = self.events(record.transaction)
        return make_report(self.node, record, events, changes)

    def folder(self, transaction: str) -> Path:
        return self.node.state / "transactions" / transaction

    @property
    def _pointer(self) -> Path:
        return self.node.state / "transaction"

    def _volatile(self, transaction: str) -> Path:
        return self.node.run / "ended" / f"{transaction}.json"

    def _read(self, path: Path) -> Record | None:
        """Reads the file only when it is not the one read last, which a worker asks for every second.

        Inode and time of a file that has just been written do not tell it from the one written next: inodes come
        back, and some file systems count time in seconds. So only what stood there for a while is remembered. How
        long, our own clock must tell: the file system's may be another one (a server's), or may have been set.
        """
        try:
            status = path.stat()
        except FileNotFoundError:
            return None
        now = self.node.clock.boottime()
        seen = self._seen.get(path)
        if seen is None or (seen.inode, seen.mtime_ns) != (status.st_ino, status.st_mtime_ns):
            seen = self._seen[path] = _Sight(status.st_ino, status.st_mtime_ns, since=now)
        if seen.record is not None:
            return seen.record
        record = _load(path, self.node)
        if now - seen.since > AT_REST:
            seen.record = record
        return record

    def _forget_old(self, current: Path) -> None:
        """Keep the current folder, whatever a clock that was set back makes of its age, and the newest others.

        What cannot be removed is left.
        """
        others = sorted(
            (path for path in current.parent.iterdir() if path != current),
            key=lambda path: path.stat().st_mtime,
            reverse=True,
        )
        for folder in others[HISTORY - 1 :]:
            shutil.rmtree(folder, ignore_errors=True)


def make_report(node: Node, record: Record, events: tuple[Event, ...], changes: int) -> TransactionReport:
    return TransactionReport(
        node=node.name,
        transaction=record.transaction,
        sequence=record.writes + changes,
        kind=record.kind,
        state=record.state,
        base_digest=record.base_digest,
        candidate_digest=record.candidate_digest,
        by=record.by,
        boot_id=record.boot_id,
        started_at=record.started_at,
        wait=record.wait,
        deadline=record.deadline,
        deadline_boottime=record.deadline_boottime,
        plan=record.plan,
        events=events,
        comparisons=record.comparisons,
        comparison_counts=record.comparison_counts,
        probes=record.probes,
        residue=record.residue,
        guests=record.guests,
        outcome=record.outcome,
        problem=record.problem,
        ended_at=record.ended_at,
    )


def _dump(record: Record) -> str:
    return json.dumps(encode(record), indent=1) + os.linesep


def _load(path: Path, node: Node) -> Record:
    try:
        data = json.loads(node.files.read(path))
        if data.get("version") != VERSION:
            raise RecordError(f"version {data.get('version')} is not {VERSION}")
        return decode(Record, data)
    except (ValueError, AttributeError) as error:
        raise JournalError(
            f"The journal {path} cannot be read: {error}.",
            state="The saved file is untouched; whether links differ from it is not known.",
            next=f"`ifreload -a` brings the saved file's network up; then remove {node.state / 'transaction'}.",
        ) from error
