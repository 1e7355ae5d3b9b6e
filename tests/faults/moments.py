"""Runs in a guest with a disk: keeps the disk as it is before every file operation, and tells what a boot makes of it.

A copy of the disk is what a power cut at that moment leaves: everything else is in the kernel's memory. As
runner.py: one JSON object per line in, one out.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from netadmin.node.boot import boot
from netadmin.node.config import Node
from netadmin.node.errors import JournalError
from netadmin.node.files import Files
from netadmin.node.journal import Journal
from netadmin.node.messages import Apply, Confirm, RollBack, Stage, TransactionReport, Unstage, digest, new_id
from netadmin.node.staging import stage, unstage
from netadmin.node.transaction import apply, confirm, roll_back_now
from tests.faults.powered import both
from tests.faults.runner import obey
from tests.rigs.guest_init import KEPT, MS_BIND, mount

Json = dict[str, Any]
WINDOW = Path("/run/rig")
WAIT = 600  # seconds: no deadline comes by itself
STAGED, DISCARDING, DISCARDED, BOOTING = "staged", "discarding", "discarded", "booting"
CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 0x40000

libc = ctypes.CDLL(None, use_errno=True)


class Story:
    """A change from `base` to `new`; `told`: what somebody outside has heard of it last."""

    def __init__(self, node: Node, base: str, new: str) -> None:
        self.base, self.new, self.transaction = base, new, new_id()
        self.moments: list[Json] = []
        self.step, self.told, self.recording = "", "", False
        self.steps: list[str] = []
        self.node = replace(node, files=Files(observe=self.operate), observe=self.reach)

    def apply(self) -> None:
        apply(Apply(self.transaction, self.new, WAIT), node=self.node, emit=self.hear)

    def confirm(self) -> None:
        confirm(Confirm(self.transaction, digest(self.new)), node=self.node, emit=self.hear)

    def roll_back(self) -> None:
        roll_back_now(RollBack(self.transaction), node=self.node, emit=self.hear)

    def stage(self, confirm_after_boot: int | None = None) -> None:
        stage(Stage(self.new, confirm_after_boot, self.transaction), node=self.node)
        self.learn(STAGED)

    def stage_for_confirm(self) -> None:
        self.stage(WAIT)

    def unstage(self) -> None:
        self.learn(DISCARDING)
        unstage(Unstage(digest(self.new)), node=self.node)
        self.learn(DISCARDED)

    def boot(self) -> None:
        self.learn(BOOTING)
        boot(self.node)
        record = Journal(self.node).newest()
        assert record is not None
        self.learn(record.state)

    def reach(self, step: str) -> None:
        self.step = step
        self.steps.append(step)

    def operate(self, operation: str, path: Path) -> None:
        self.keep(f"{self.step}: before {operation} of {path.name}")

    def hear(self, report: TransactionReport) -> None:
        if report.state != self.told:
            self.learn(report.state)

    def learn(self, told: str) -> None:
        self.told = told
        self.keep(f"{self.step}: {told}")

    def keep(self, moment: str) -> None:
        """The disk's content; one that has been seen before is kept once."""
        if not self.recording:
            return
        with (WINDOW / "disk").open("rb") as disk:
            # The guest's own view of this file is as old as its pages: none may be left from the last look.
            os.posix_fadvise(disk.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            content = disk.read()
        name = hashlib.sha256(content).hexdigest()[:16]
        if not (copy := WINDOW / "moments" / name).exists():
            copy.write_bytes(content)
        self.moments.append({"at": moment, "told": self.told, "disk": name})


Act = Callable[[Story], None]
#: what has been done before, and what is then done moment by moment
STORIES: tuple[tuple[tuple[Act, ...], tuple[Act, ...]], ...] = (
    ((), (Story.apply, Story.confirm)),
    ((Story.apply,), (Story.roll_back,)),
    ((Story.stage,), (Story.unstage,)),
    ((), (Story.stage, Story.boot)),
    ((Story.stage_for_confirm, Story.boot), (Story.confirm,)),
    ((Story.stage_for_confirm,), (Story.boot, Story.roll_back)),
)


def live(node: Node, *, texts: list[str]) -> Json:
    """Live through every story; the moments of each, and the steps that were come by."""
    (WINDOW / "moments").mkdir()
    stories = []
    for before, acts in STORIES:
        story = Story(node, *both(node, texts))
        for act in before:
            act(story)
        story.recording = True
        for act in acts:
            act(story)
        story.keep("at the end")
        stories.append(story)
    return {
        "steps": sorted({step for story in stories for step in story.steps}),
        "moments": [
            {**moment, "base": story.base, "new": story.new, "transaction": story.transaction}
            for story in stories
            for moment in story.moments
        ],
    }


def boot_from(node: Node, *, disk: str) -> Json:
    """The saved file and the journal, after a boot with that disk's files."""
    reading, writing = os.pipe()
    if not os.fork():
        os.close(reading)
        with os.fdopen(writing, "w") as out:
            lay_over(WINDOW / "files" / disk)
            out.write(json.dumps(booted(replace(node, run=Path("/run/moments") / disk))))
            out.flush()
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        said = told.read()
    os.wait()
    return json.loads(said or '{"broken": "the boot step did not come to its end"}')


def lay_over(files: Path) -> None:
    """For this process alone: what was on the disk, where a node has it."""
    if libc.unshare(CLONE_NEWNS):
        raise OSError(ctypes.get_errno(), "unshare")
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    for folder, place in KEPT.items():
        mount(files / folder, Path("/", place), flags=MS_BIND)


def booted(node: Node) -> Json:
    said = boot(node)
    try:
        record = Journal(node).newest()
    except JournalError as error:
        return {"broken": error.message}
    return {
        "saved": node.files.read_if_there(node.saved),
        "previous": node.files.read_if_there(node.previous),
        "transaction": record.transaction if record else "",
        "state": record.state if record else None,
        "said": said,
    }


DO: dict[str, Callable[..., Json]] = {"live": live, "boot_from": boot_from}

if __name__ == "__main__":
    obey(DO)
