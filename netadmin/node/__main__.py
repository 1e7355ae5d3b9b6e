"""The node at the command line: `python -m netadmin.node COMMAND`, as root, with or without a broker.

Every command first ends a transaction whose deadline has passed.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from .config import Node
from .errors import NodeError
from .messages import State, TransactionReport


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 done, 1 refused or failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    node = Node.from_environment()
    try:
        return COMMANDS[options.command](node, options)
    except NodeError as error:
        print(f"{error.message}\n{error.state}\n{error.next}", file=sys.stderr)
    except OSError as error:
        print(f"{error}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m netadmin.node", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("status", help="the open or newest transaction, and what is staged")
    confirm = commands.add_parser("confirm", help="keep the candidate that is on trial")
    confirm.add_argument("transaction")
    extend = commands.add_parser("extend", help="move the deadline")
    extend.add_argument("transaction")
    extend.add_argument("seconds", type=int)
    back = commands.add_parser("roll-back", help="go back to the saved file now")
    back.add_argument("transaction", nargs="?", default="")
    apply = commands.add_parser("apply", help="make a file live until it is confirmed or the wait is over")
    apply.add_argument("file", type=Path)
    apply.add_argument("--wait", type=int, default=120, help="seconds (default: %(default)s)")
    stage = commands.add_parser("stage", help="let the next boot take a file")
    stage.add_argument("file", type=Path)
    stage.add_argument("--confirm-within", type=int, default=None, metavar="SECONDS")
    commands.add_parser("boot", help="the boot step: take the staged file before networking starts")
    guard = commands.add_parser("guard", help="wait for a transaction's deadline and roll it back")
    guard.add_argument("transaction")
    commands.add_parser("worker", help="carry out orders and publish the live state until told to end")
    commands.add_parser("facts", help="the live state as JSON, as this node sees it now")
    return parser


def _status(node: Node, _options: argparse.Namespace) -> int:
    from .console import status

    print(status(node), end="")
    return 0


def _confirm(node: Node, options: argparse.Namespace) -> int:
    from .console import confirm

    return _told(confirm(node, options.transaction), State.KEPT)


def _extend(node: Node, options: argparse.Namespace) -> int:
    from .console import extend

    return _told(extend(node, options.transaction, options.seconds), State.WAITING)


def _roll_back(node: Node, options: argparse.Namespace) -> int:
    from .console import roll_back

    return _told(roll_back(node, options.transaction), State.ROLLED_BACK, State.FAILED_BEFORE_CHANGE)


def _apply(node: Node, options: argparse.Namespace) -> int:
    from .console import apply

    return _told(apply(node, options.file, options.wait), State.WAITING)


def _stage(node: Node, options: argparse.Namespace) -> int:
    from .console import stage

    print(stage(node, options.file, options.confirm_within))
    return 0


def _boot(node: Node, _options: argparse.Namespace) -> int:
    from .boot import boot

    for sentence in boot(node):
        print(sentence)
    return 0


def _guard(node: Node, options: argparse.Namespace) -> int:
    from .transaction import end_at_deadline

    end_at_deadline(node, options.transaction)
    return 0


def _worker(node: Node, _options: argparse.Namespace) -> int:
    from .worker import run

    run(node)
    return 0


def _facts(node: Node, _options: argparse.Namespace) -> int:
    from netadmin.planning.records import encode

    print(json.dumps(encode(node.look(), defaults=False), indent=1))
    return 0


def _told(report: TransactionReport, *wanted: State) -> int:
    """Done is what has come to the state that was asked for."""
    from .console import told

    print(told(report))
    return 0 if report.state in wanted else 1


COMMANDS: dict[str, Callable[[Node, argparse.Namespace], int]] = {
    "status": _status,
    "confirm": _confirm,
    "extend": _extend,
    "roll-back": _roll_back,
    "apply": _apply,
    "stage": _stage,
    "boot": _boot,
    "guard": _guard,
    "worker": _worker,
    "facts": _facts,
}

if __name__ == "__main__":
    sys.exit(main())
