"""Staging: a file that the next boot takes as the saved one."""

import json
from dataclasses import dataclass
from pathlib import Path

from netadmin.planning.records import RecordError, decode, encode

from .candidate import check_base, check_candidate, check_place
from .config import Node
from .engine import engine_of
from .errors import Busy, NoTransaction
from .journal import Journal
from .lock import node_lock
from .messages import Stage, Unstage, digest

PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class StagedNote:
    """What the stager wanted of the boot that takes the file; it counts for the file of that digest alone."""

    digest: str
    base_digest: str
    by: str
    confirm_after_boot: int | None
    transaction: str


def stage(request: Stage, *, node: Node, by: str = "", base_digest: str = "") -> None:
    """Write interfaces.new in one step. Raises Busy, WrongBase, Unfit, EngineMissing, OSError."""
    with node_lock(node, wait=PATIENCE):
        _check_nothing_open(node)
        check_place(node)
        saved = node.files.read(node.saved)
        check_base(digest(saved), base_digest)
        check_candidate(request.text, engine_of(node, saved).dialect)
        note = StagedNote(
            digest(request.text), digest(saved), by, request.confirm_after_boot, request.transaction
        )
        _write_note(node, note)
        node.files.replace(node.staged, request.text)


def unstage(request: Unstage, *, node: Node) -> None:
    """Remove interfaces.new; fine when there is none. Raises NoTransaction when it is another file, Busy, OSError."""
    with node_lock(node, wait=PATIENCE):
        _check_nothing_open(node)
        found = node.files.digest(node.staged)
        if found and request.staged_digest and found != request.staged_digest:
            raise NoTransaction(
                f"The staged file is another one ({found[:12]}) than the order names.",
                next="Look at the staged file again, then discard it if it is to go.",
            )
        node.files.remove(node.staged)
        forget_note(node)


def forget_note(node: Node) -> None:
    node.files.remove(_note_path(node))


def read_note(node: Node, staged_digest: str) -> StagedNote | None:
    """The note that belongs to the staged file; a file staged by hand has none."""
    text = node.files.read_if_there(_note_path(node))
    if text is None:
        return None
    try:
        note = decode(StagedNote, json.loads(text))
    except (ValueError, RecordError):
        return None
    return note if note.digest == staged_digest else None


def _write_note(node: Node, note: StagedNote) -> None:
    """Before the file: a boot between the two finds a note for another file, and passes over it."""
    node.files.make_folder(node.state)
    node.files.replace(_note_path(node), json.dumps(encode(note)) + "\n")


def _note_path(node: Node) -> Path:
    return node.state / "staged.json"


def _check_nothing_open(node: Node) -> None:
    if (open_ := Journal(node).open()) is not None:
        raise Busy(
            f"Transaction {open_.transaction} is open ({open_.state}); nothing else changes files now.",
            next="Confirm it or roll it back first.",
        )
