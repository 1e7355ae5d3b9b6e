"""Carries out an order on a node as its worker would, with a fault where a test wants one.

    driver.py FAULT VERB [JSON]

FAULT is "none", "events:ERRNO" (no event can be appended), or "exchange:" and what happens when the candidate and the
saved file are about to be exchanged, with commas between; tests/faults has the faults of everything else.
    edit     an editor that saves by a rename does so
    append   an editor that has the file open writes into it afterwards
    kill     this process is killed as soon as it has been done
    EINVAL   the file system cannot do it
VERB is an order's, "tend" (what a worker does every second) or "boot".
JSON: fields of the order beside those made here. Prints one JSON object; `fired` tells whether the fault came to be.
"""

import errno
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from netadmin.node import messages
from netadmin.node.boot import boot
from netadmin.node.config import Node
from netadmin.node.files import Files
from netadmin.node.messages import Order, TransactionReport, Verb
from netadmin.node.orders import carry_out
from netadmin.node.transaction import end_overdue
from netadmin.planning.records import decode, encode

BY_HAND = "# by hand\n"

fired: list[str] = []


def main() -> None:
    fault, verb, fields = sys.argv[1], sys.argv[2], json.loads(sys.argv[3] if len(sys.argv) > 3 else "{}")
    node = faulty(Node.from_environment(), fault)
    said = do(node, verb, fields)
    print(json.dumps({"fired": fired, **said}))


def do(node: Node, verb: str, fields: dict[str, object]) -> dict[str, object]:
    if verb == "tend":
        record = end_overdue(node)
        return {"open": record.state if record is not None else None}
    if verb == "boot":
        return {"said": boot(node)}
    reports: list[TransactionReport] = []
    answer = carry_out(make_order(node, Verb(verb), fields), node=node, emit=reports.append)
    return {"answer": encode(answer), "reports": encode(tuple(reports))}


def make_order(node: Node, verb: Verb, fields: dict[str, object]) -> Order:
    request_type = messages.REQUESTS[verb]
    request = {key: fields.pop(key) for key in list(fields) if key in request_type.__dataclass_fields__}
    now = time.time()
    given = {"id": messages.new_id(), "node": node.name, "base_digest": "", "by": "ada", **fields}
    given = {"issued_at": now, "expires_at": now + 60, **given}
    return Order(request=decode(request_type, request), **given)  # type: ignore[arg-type]


def faulty(node: Node, fault: str) -> Node:
    kind, _, name = fault.partition(":")
    if kind == "events":
        return replace(node, files=Files(observe=at_append(getattr(errno, name))))
    if kind == "exchange":
        return replace(node, files=Files(observe=AtExchange(name.split(","))))
    return node


def at_append(code: int) -> Callable[[str, Path], None]:
    def observe(operation: str, path: Path) -> None:
        if operation == "append":
            fired.append(f"{operation} {path}")
            raise OSError(code, os.strerror(code), str(path))

    return observe


class AtExchange:
    """Sees the exchange before it happens; the operation that follows (its folder's sync) is told as well."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        self.after: list[Callable[[], object]] = []

    def __call__(self, operation: str, path: Path) -> None:
        while self.after:
            self.after.pop(0)()
        if operation == "exchange":
            fired.append(f"{operation} {path}")
            for fault in self.faults:
                self.happen(fault, path)

    def happen(self, fault: str, path: Path) -> None:
        match fault:
            case "edit":
                edited = path.with_name("edited")
                edited.write_text(path.read_text() + BY_HAND)
                edited.rename(path)
            case "append":
                editor = path.open("a")
                self.after.append(lambda: (editor.write(BY_HAND), editor.close()))
            case "kill":
                self.after.append(lambda: os.kill(os.getpid(), signal.SIGKILL))
            case code:
                raise OSError(getattr(errno, code), os.strerror(getattr(errno, code)), str(path))


if __name__ == "__main__":
    main()
