"""A transaction in words: what it does, what was seen, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from netadmin.models import Transaction
from netadmin.models.live import SILENT_AFTER, live, pulse

State = Transaction.State

SHORT = 160  # characters of output that fit beside a step

TITLES = {
    State.ORDERED: "The order is on its way",
    State.APPLYING: "Being made live",
    State.WAITING: "Live, and waiting for your confirm",
    State.KEEPING: "Being made permanent",
    State.ROLLING_BACK: "Being rolled back",
    State.KEPT: "Kept: the saved file is the new one",
    State.ROLLED_BACK: "Rolled back: the network is as it was",
    State.ROLLED_BACK_RESIDUE: "Rolled back, but something is left behind",
    State.FAILED_BEFORE_CHANGE: "Failed before anything was changed",
    State.REFUSED: "Refused by the node: nothing was changed",
}
NEXT = {
    State.ORDERED: "The node answers within a minute, or the order expires and nothing happens.",
    State.APPLYING: "Wait until the node has compared its links with the file.",
    State.WAITING: "Check what you need from this network, then confirm. Without a confirm the node undoes it.",
    State.KEEPING: "The node renames the file and closes its journal.",
    State.ROLLING_BACK: "The node puts the saved state back and compares.",
    State.KEPT: "There is nothing left to do: a reboot brings up the same network.",
    State.ROLLED_BACK: "The change set is a draft again: edit it and apply once more, or discard it.",
    State.ROLLED_BACK_RESIDUE: "See below what is left. Remove it by hand, or reboot: the node boots its saved file.",
    State.FAILED_BEFORE_CHANGE: "Mend what stands below, then apply again. The change set is still there.",
    State.REFUSED: "Mend what stands below, then apply again. The change set is still there.",
}
# Of a boot that took a staged file, where that reads otherwise: its file is saved already, and may be put back.
BOOT_TITLES = {
    State.WAITING: "Booted with the staged file, and waiting for your confirm",
    State.ROLLING_BACK: "The file from before the boot is being put back",
    State.KEPT: "Kept: the staged file is the saved one",
    State.ROLLED_BACK: "Restored: the file from before the boot is back, and so is its network",
}
BOOT_NEXT = {
    State.WAITING: "Check what you need from this network, then confirm. Without a confirm the node puts the file "
    "from before the boot back and brings its network up.",
    State.ROLLING_BACK: "The node makes the previous file the saved one again, brings it up and compares.",
}
LOST_TITLE = "The node has not answered"
LOST_NEXT = (
    "The order has expired: a node that has not begun refuses it from now on, one that has begun undoes the "
    "change at its own deadline. See whether its worker runs."
)
TONES = {
    State.KEPT: "good",
    State.ROLLED_BACK: "warning",
    State.ROLLED_BACK_RESIDUE: "error",
    State.FAILED_BEFORE_CHANGE: "error",
    State.REFUSED: "error",
    State.WAITING: "warning",
}


PHASES = {"prepare": "Prepare", "apply": "Apply", "keep": "Keep", "rollback": "Roll back", "boot": "Boot"}
STEPS = {
    "prepare.check": "check that the node is free and the file is the expected one",
    "prepare.candidate": "write the candidate beside the saved file",
    "prepare.look": "note links, addresses and routes as they are",
    "prepare.plan": "plan the steps",
    "prepare.journal": "write the journal",
    "apply.arm": "set the node's own deadline",
    "apply.engine": "run the engine",
    "apply.guests": "put guests back on their bridges",
    "apply.verify": "compare the links with the file",
    "apply.wait": "wait for a confirm",
    "apply.probe": "try gateway, broker and names",
    "keep.check": "check that nobody edited the saved file meanwhile",
    "keep.record": "note that it is kept",
    "keep.previous": "keep the previous file",
    "keep.rename": "make the candidate the saved file",
    "keep.close": "close the journal",
    "keep.clean": "clear up",
    "rollback.record": "note that it is rolled back",
    "rollback.file": "put the saved file back where a boot had taken the staged one",
    "rollback.plan": "plan the way back",
    "rollback.engine": "run the engine",
    "rollback.repair": "remove what the apply left behind",
    "rollback.compare": "compare with the state before",
    "rollback.close": "close the journal",
    "rollback.clean": "clear up",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step as it stands: its newest event."""

    name: str
    phase: str
    state: str  # "started", "done", "failed"
    at: float
    seconds: float
    output: str

    @property
    def said(self) -> str:
        """The output where it is one short line, to be shown beside the step."""
        output = self.output.strip()
        return output if len(output) <= SHORT and "\n" not in output else ""


def steps(events: list[dict[str, Any]]) -> list[Step]:
    """The events folded into steps: a step that started and ended is one line."""
    folded: list[Step] = []
    for event in events:
        phase, _, name = event["step"].partition(".")
        step = Step(
            name=STEPS.get(event["step"], name or phase),
            phase=PHASES.get(phase, phase),
            state=event["state"],
            at=event["at"],
            seconds=event.get("seconds", 0.0),
            output=event.get("output", ""),
        )
        if (
            folded
            and folded[-1].state == "started"
            and (folded[-1].phase, folded[-1].name) == (step.phase, step.name)
        ):
            folded.pop()
        folded.append(step)
    return folded


@dataclass(frozen=True, slots=True)
class Compared:
    """The comparisons of one verdict; the node lists the first of very many."""

    listed: list[dict[str, str]]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.listed)


def compared(report: dict[str, Any], verdict: str) -> Compared:
    listed = [each for each in report.get("comparisons") or [] if each["verdict"] == verdict]
    counts = report.get("comparison_counts") or {}
    return Compared(listed, counts.get(verdict, len(listed)))


def token(transaction: Transaction) -> str:
    """Changes whenever the page would show something else."""
    _, beat = pulse(transaction.node)
    silent = beat is None or beat > SILENT_AFTER
    asked = transaction.node.orders.filter(answered_at=None).count()
    flags = f"{silent:d}{transaction.is_overdue:d}{transaction.is_lost:d}"
    return f"{transaction.state}|{transaction.report.get('sequence', '')}|{flags}|{asked}"


def page_of(transaction: Transaction) -> dict[str, Any]:
    """Everything the transaction's page and its live part show."""
    report = transaction.report
    state = State(transaction.state)
    titles, nexts = (TITLES | BOOT_TITLES, NEXT | BOOT_NEXT) if transaction.boot else (TITLES, NEXT)
    return {
        "transaction": transaction,
        "node": transaction.node,
        "token": token(transaction),
        "title": LOST_TITLE if transaction.is_lost else titles[state],
        "next": LOST_NEXT if transaction.is_lost else nexts[state],
        "tone": "error" if transaction.is_lost else TONES.get(state, "plain"),
        "steps": steps(transaction.events),
        "differing": compared(report, "differs"),
        "unknown": compared(report, "unknown"),
        "as_wanted": compared(report, "as-wanted"),
        "live": live(transaction.node),
        "elsewhere": _elsewhere(report),
        "refusals": transaction.node.orders.filter(
            accepted=False, sent_at__gte=transaction.started_at, verb__in=["confirm", "extend", "roll-back"]
        )[:1],
        "now": timezone.now(),
    }


def _elsewhere(report: dict[str, Any]) -> list[str]:
    """The plan's warnings that the admin's own way to the node changes."""
    return list((report.get("plan") or {}).get("risks") or [])
