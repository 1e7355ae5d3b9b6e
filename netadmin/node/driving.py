"""The engine driven along the steps of a plan."""

from collections.abc import Sequence
from pathlib import Path

from netadmin.definitions import Definitions, definitions
from netadmin.interfaces import Dialect, read_tree
from netadmin.planning.live import LiveRoute
from netadmin.planning.plan import Plan, Step

from .config import Node
from .engine import Engine, clean_environment
from .programs import Heard, Outcome, run

REPAIR_LIMIT = 20.0
LINKS = Path("/sys/class/net")

# What is left when nothing better is known, or the plan itself could not be made.
FULL_RELOAD = Plan((), (), "full", "No plan could be made.", (Step("reload", (), "The whole file."),))


def understand(text: str, dialect: Dialect, node: Node) -> Definitions:
    """What a text means to the engine when it stands in the saved file's place, with the files it sources."""
    tree = read_tree(dialect=dialect, root=node.root, text=text)
    return definitions(tree.document, sourced=tree.documents)


def drive(
    steps: Sequence[Step], engine: Engine, *, leaving: Path, entering: Path, transaction: str, heard: Heard
) -> None:
    """Take the plan's steps: down with the file that is left, up with the one that is entered.

    Exit codes are told, not trusted: what counts is what the kernel shows afterwards.
    Raises EngineMissing, EngineBusy, EngineOverdue.
    """
    for step in steps:
        match step.action:
            case "ifdown":
                _told(engine.down(step.interfaces, leaving, transaction=transaction, heard=heard), heard)
            case "ifup":
                _told(engine.up(step.interfaces, entering, transaction=transaction, heard=heard), heard)
            case "reload":
                _told(engine.reload(leaving, entering, transaction=transaction, heard=heard), heard)
            case "delete-link":
                for name in step.interfaces:
                    if (LINKS / name).exists():
                        command(("ip", "link", "delete", "dev", name), transaction=transaction, heard=heard)
            case "delete-address":
                for address in step.addresses:
                    words = ("ip", "address", "delete", address, "dev", *step.interfaces)
                    command(words, transaction=transaction, heard=heard)
            case "delete-route":
                for route in step.routes:
                    command(deletion_of(route), transaction=transaction, heard=heard)
            case "restore-port":
                heard(f"{', '.join(step.interfaces)} follow in the step for guests\n")
            case unknown:
                raise ValueError(f"a plan has no step {unknown!r}")


def command(words: Sequence[str], *, transaction: str, heard: Heard) -> bool:
    """Run one command of iproute2; whether it said that it did it."""
    heard(f"$ {' '.join(words)}\n")
    return run(words, environment=clean_environment(transaction), limit=REPAIR_LIMIT, heard=heard).code == 0


def deletion_of(route: LiveRoute) -> tuple[str, ...]:
    """Named so closely that it can be no other: ip-route(8)."""
    family = "-6" if route.family == "inet6" else "-4"
    via = ("via", route.gateway) if route.gateway else ()
    rest = ("dev", route.device, "metric", str(route.metric))
    return ("ip", family, "route", "delete", route.destination, *via, *rest)


def _told(outcome: Outcome, heard: Heard) -> None:
    heard(f"exit code {outcome.code} after {outcome.seconds:.2f} s\n")
