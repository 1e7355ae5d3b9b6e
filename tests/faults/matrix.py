"""The crash matrix: its rows from the node's own lists of steps, its columns the faults.

A step added to one of the node's lists is a row here without another line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from netadmin.node.messages import digest, new_id
from netadmin.node.phases import PHASES as STEPS

Json = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """kind: as runner.py knows it; ended_by: who is there to end the transaction afterwards."""

    title: str
    kind: str
    error: str = ""
    ended_by: str = "both"


@dataclass(frozen=True)
class Phase:
    """`before`: what leads to the phase, without a fault. `work`: what is done with the fault."""

    name: str
    rows: tuple[str, ...]
    before: Callable[[str, str, str], Sequence[Json]]
    work: Callable[[str, str, str], Json]

    @property
    def begins_with_an_apply(self) -> bool:
        return self.before is applied

    def can_have(self, fault: Fault, step: str) -> bool:
        """Whether what the fault strikes is there at that step."""
        match fault.kind:
            case "engine":
                return step.endswith(".engine")
            case "guard":
                return self.is_guarded(step)
            case "again" | "broker":
                return self.name != "boot"
        return True

    def is_guarded(self, step: str) -> bool:
        """Whether the deadline's guard is there at that step."""
        if self.name == "apply":
            return self.rows.index(step) > self.rows.index("apply.arm")
        return self.name in ("keep", "rollback")


def order(verb: str, request: Json, **fields: Any) -> Json:
    return {"verb": "order", "order": {"verb": verb, "request": request, "id": new_id(), **fields}}


def apply(base: str, other: str, transaction: str) -> Json:
    request = {"transaction": transaction, "candidate": other, "wait": 60}
    return order("apply", request, base_digest=digest(base))


def confirm(_base: str, other: str, transaction: str) -> Json:
    return order("confirm", {"transaction": transaction, "candidate_digest": digest(other)})


def roll_back(_base: str, _other: str, transaction: str) -> Json:
    return order("roll-back", {"transaction": transaction})


def stage(base: str, other: str, transaction: str) -> Json:
    return order("stage", {"text": other, "transaction": transaction}, base_digest=digest(base))


def nothing(_base: str, _other: str, _transaction: str) -> Sequence[Json]:
    return ()


def applied(base: str, other: str, transaction: str) -> Sequence[Json]:
    return (apply(base, other, transaction),)


def staged(base: str, other: str, transaction: str) -> Sequence[Json]:
    return (stage(base, other, transaction),)


def boot(_base: str, _other: str, _transaction: str) -> Json:
    return {"verb": "boot"}


PHASES = tuple(
    Phase(name, tuple(step.name for step in STEPS[name]), before, work)
    for name, before, work in (
        ("apply", nothing, apply),
        ("keep", applied, confirm),
        ("rollback", applied, roll_back),
        ("boot", staged, boot),
    )
)

POWER_CUT = Fault("power cut", "power")
BROKER_GONE = Fault("broker gone", "broker")
FAULTS = (
    Fault("worker killed", "worker", ended_by="guard"),
    Fault("engine killed", "engine"),
    Fault("guard killed", "guard"),
    Fault("step fails", "raise"),
    POWER_CUT,
    Fault("disk full", "file", error="ENOSPC"),
    Fault("disk broken", "file", error="EIO"),
    Fault("second order", "second"),
    Fault("same order again", "again"),
    Fault("wrong confirm", "wrong"),
    Fault("edit by hand", "edit"),
    Fault("clock set back", "clock"),
    BROKER_GONE,
)
