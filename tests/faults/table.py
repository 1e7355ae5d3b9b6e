"""The crash matrix as a page: docs/faults.md, printed by a test run and written by `python -m tests.faults`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.faults.matrix import FAULTS, PHASES

PAGE = Path(__file__).parents[2] / "docs/faults.md"
PROPERTY = "faults"
NOTHING_TO_STRIKE = "·"

Place = tuple[str, str, str]  # phase, step, fault
Cells = Mapping[Place, str]

INTRODUCTION = """\
# What a fault leaves behind

Every cell is a run of the real engine on real links in a sandbox node, of a power cut in a guest with a kernel and a
disk of its own: the fault (the column) comes in the step (the row) of a transaction. Afterwards the saved file is the
old or the new one in full, the network is that file's, the journal says which of the two it is, a second or late
confirm gets the right answer, and a later transaction works: a cell that fails one of these fails the test run. The
rows are the node's own lists of steps (`netadmin/node/phases.py`); the table is written by `python -m tests.faults`,
and a test run says when it is out of date.

| word | means |
| --- | --- |
| kept | the new file is the saved one, and its network is up |
| rolled back | the old file and the old network; a change that came to its wait all the same was sent back from there |
| rolled back, with a note | the same, and the report names what of the way back did not work |
| nothing changed | ended before the engine ran, and written down as that |
| not begun | no transaction came of it |
| · | what the fault strikes (engine, guard, another file operation) is not there in that step |

| fault | what happens |
| --- | --- |
| worker killed | SIGKILL to the process at work; once the guard is armed, it alone ends the transaction |
| engine killed | SIGKILL to the engine as soon as it runs |
| guard killed | SIGKILL to the deadline's guard; the worker ends the transaction |
| step fails | an error nobody has thought of is raised instead of the step |
| power cut | SIGKILL to the node's kernel, in the engine's steps while that runs: what was not synced is lost |
| disk full, disk broken | each file operation of the step in turn fails with ENOSPC, EIO |
| second order | another apply for the same base comes in meanwhile, and is refused; after a rollback it is in order |
| same order again | the same order is carried out by another process; it comes to one transaction |
| wrong confirm | a confirm for another candidate comes in meanwhile, and is refused |
| edit by hand | a line is added to the saved file, and where the step changes that file one more right before, by an \
editor's rename; they stay there, or in `interfaces.previous` |
| clock set back | the wall clock is an hour earlier from that step on |
| broker gone | SIGKILL to the Redis that brought the worker its order; an apply comes to its wait and is ended by its \
deadline; a new, empty Redis is told the truth within seconds, and brings the next order |

The power is cut in a user-mode Linux guest that has `/etc/network`, `/var/lib/netadmin` and `/var/tmp` on an ext4 disk
(`tests/rigs/disk.py`). It is mounted so that nothing reaches it unless a process asks for it: pages are written and the
journal is committed on fsync alone (`commit=1000`, no write-back by the clock), and a rename does not bring the new
file's content along (`noauto_da_alloc`). With the kernel goes every byte and every name that was not synced; a test of
the rig shows that. The guest then boots through the boot step and `ifup -a`, and goes on to the next row.

Within the steps the disk is kept as it is before each file operation, for a change that is applied, confirmed, rolled
back, staged, discarded or taken at boot, and the boot step runs on every one of these disks: the saved file is the old
or the new one in full, and what was told before (waiting, kept, rolled back, staged) is so. This is done on ext4, where
one fsync commits earlier names too, and on ext2, where every name and every file has to be synced by itself.
"""


def page(cells: Cells) -> str:
    """The page for these outcomes."""
    return "\n".join((INTRODUCTION, *(_section(phase.name, phase.rows, cells) for phase in PHASES)))


def read_page(text: str) -> dict[Place, str]:
    """The outcomes on the page, by its own rows and columns."""
    cells: dict[Place, str] = {}
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        phase, _, rest = section.partition("\n")
        rows = [_row(line) for line in rest.splitlines() if line.startswith("|")]
        for row in rows[2:]:
            cells |= {(phase, row[0], fault): cell for fault, cell in zip(rows[0][1:], row[1:], strict=True)}
    return cells


def documented() -> dict[Place, str]:
    return read_page(PAGE.read_text()) if PAGE.exists() else {}


def note(cells: Cells, record_property: Callable[[str, object], None]) -> None:
    """Put the cells that a test has gone through into its report; fails when the page says otherwise."""
    record_property(PROPERTY, as_property(cells))
    if not writing():
        page_says = documented()
        assert cells == {place: page_says.get(place) for place in cells}, f"{PAGE.name} is out of date"


def writing() -> bool:
    """Whether this run writes the page instead of comparing itself with it."""
    return "NETADMIN_WRITE_FAULTS" in os.environ


def cell(outcomes: Iterable[str]) -> str:
    """Of a step with several file operations: every outcome there was."""
    return " / ".join(sorted(set(outcomes))) or NOTHING_TO_STRIKE


def as_property(cells: Cells) -> str:
    """Cells in the form in which they travel with a test's report."""
    return json.dumps([[*place, outcome] for place, outcome in cells.items()])


def from_reports(reports: Iterable[Any]) -> dict[Place, str]:
    return {
        (phase, step, fault): outcome
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == PROPERTY
        for phase, step, fault, outcome in json.loads(value)
    }


def say_matrix(terminal: pytest.TerminalReporter) -> None:
    """Print the part of the matrix that this run has gone through."""
    cells = from_reports(report for reports in terminal.stats.values() for report in reports)
    if not cells:
        return
    terminal.section("crash matrix")
    for phase in PHASES:
        for line in _lines(phase.name, phase.rows, cells):
            terminal.write_line(line)


def _lines(phase: str, rows: Iterable[str], cells: Cells) -> Iterator[str]:
    for step in rows:
        outcomes = [
            f"{fault.title}: {cells[phase, step, fault.title]}"
            for fault in FAULTS
            if cells.get((phase, step, fault.title), NOTHING_TO_STRIKE) != NOTHING_TO_STRIKE
        ]
        if outcomes:
            yield f"{step:18} {'; '.join(outcomes)}"


def _section(phase: str, rows: Iterable[str], cells: Cells) -> str:
    lines = [
        f"## {phase}\n",
        _line("step", *(fault.title for fault in FAULTS)),
        _line(*["---"] * (len(FAULTS) + 1)),
    ]
    lines += [_line(step, *(cells.get((phase, step, fault.title), "") for fault in FAULTS)) for step in rows]
    return "\n".join(lines) + "\n"


def _line(*words: str) -> str:
    return f"| {' | '.join(words)} |"


def _row(line: str) -> list[str]:
    return [word.strip() for word in line.strip("|").split("|")]
