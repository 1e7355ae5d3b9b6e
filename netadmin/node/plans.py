"""The node's own view of a plan: what is read for it, and the engine driven along its steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from netadmin.definitions import Definitions, definitions
from netadmin.interfaces import Dialect, parse
from netadmin.planning.live import LiveState

from .engine import Engine, clean_environment
from .programs import Heard, run

REPAIR_LIMIT = 20.0


@dataclass(frozen=True, slots=True)
class Step:
    action: str
    interfaces: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    changed: tuple[str, ...]
    dependents: tuple[str, ...]
    scope: str
    reason: str
    steps: tuple[Step, ...]
    guests: tuple[tuple[str, str], ...] = ()
    minimum_wait: int = 0
    wait_reason: str = ""

    def to_json(self) -> dict[str, object]:
        return {
            "scope": self.scope,
            "changed": list(self.changed),
            "dependents": list(self.dependents),
            "reason": self.reason,
        }


FULL_RELOAD = Plan((), (), "full", "", (Step("reload", (), ""),))


def understand(text: str, dialect: Dialect, path: Path) -> Definitions:
    """What a text means to the engine, with the files it sources."""
    return definitions(parse(text, dialect=dialect, file=str(path)))


def make_plan(before: Definitions, after: Definitions, live: LiveState) -> Plan:
    changed = tuple(dict.fromkeys((*before, *after)))
    return Plan(changed, (), "full", "", (Step("reload", (), ""),))


def drive(
    steps: Sequence[Step], engine: Engine, *, leaving: Path, entering: Path, transaction: str, heard: Heard
) -> None:
    """Take the plan's steps with the engine: down with the file that is left, up with the one that is entered.

    Exit codes are told, not trusted: what counts is what the kernel shows afterwards.
    Raises EngineMissing, EngineBusy, EngineOverdue.
    """
    for step in steps:
        match step.action:
            case "ifdown":
                outcome = engine.down(step.interfaces, leaving, transaction=transaction, heard=heard)
            case "ifup":
                outcome = engine.up(step.interfaces, entering, transaction=transaction, heard=heard)
            case "reload":
                outcome = engine.reload(entering, transaction=transaction, heard=heard)
            case "delete-link":
                for name in step.interfaces:
                    command(("ip", "link", "delete", "dev", name), transaction=transaction, heard=heard)
                continue
            case unknown:
                raise ValueError(f"a plan has no step {unknown!r}")
        heard(f"exit code {outcome.code} after {outcome.seconds:.2f} s\n")


def command(words: Sequence[str], *, transaction: str, heard: Heard) -> bool:
    """Run one command of iproute2; whether it said that it did it."""
    heard(f"$ {' '.join(words)}\n")
    return run(words, environment=clean_environment(transaction), limit=REPAIR_LIMIT, heard=heard).code == 0
