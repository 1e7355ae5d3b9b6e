"""Carries out an order on a node as its worker would, with a fault where a test wants one.

    driver.py FAULT VERB JSON

FAULT is "none", "kill:STEP" (kill -9 of this process before the step), "raise:STEP" (an error in the step),
or "file:N:ERRNO" (the Nth file operation fails). JSON: fields of the order beside those made here. Prints the answer
and every report, as JSON.
"""

import errno
import json
import os
import signal
import sys
import time
from pathlib import Path

from netadmin.node import messages
from netadmin.node.config import Node
from netadmin.node.files import Files
from netadmin.node.messages import Order, TransactionReport, Verb
from netadmin.node.orders import carry_out
from netadmin.node.transaction import end_overdue
from netadmin.node.wire import decode, encode


def main() -> None:
    fault, verb, fields = sys.argv[1], sys.argv[2], json.loads(sys.argv[3] if len(sys.argv) > 3 else "{}")
    node = faulty(Node.from_environment(), fault)
    reports: list[TransactionReport] = []
    if verb == "tend":
        record = end_overdue(node)
        print(json.dumps({"open": record.state if record is not None else None}))
        return
    answer = carry_out(make_order(node, Verb(verb), fields), node=node, emit=reports.append)
    print(json.dumps({"answer": encode(answer), "reports": encode(tuple(reports))}))


def make_order(node: Node, verb: Verb, fields: dict[str, object]) -> Order:
    request_type = messages.REQUESTS[verb]
    request = {key: fields.pop(key) for key in list(fields) if key in request_type.__dataclass_fields__}
    now = time.time()
    given = {"id": messages.new_id(), "node": node.name, "base_digest": "", "by": "ada", **fields}
    given = {"issued_at": now, "expires_at": now + 60, **given}
    return Order(request=decode(request_type, request), **given)  # type: ignore[arg-type]


def faulty(node: Node, fault: str) -> Node:
    from dataclasses import replace

    kind, _, rest = fault.partition(":")
    if kind in ("kill", "raise"):
        return replace(node, observe=at_step(rest, kind))
    if kind == "file":
        number, _, name = rest.partition(":")
        return replace(node, files=Files(observe=at_operation(int(number), getattr(errno, name))))
    return node


def at_step(wanted: str, kind: str):
    def observe(step: str) -> None:
        if step == wanted:
            if kind == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise RuntimeError(f"injected before {step}")

    return observe


def at_operation(wanted: int, code: int):
    count = 0

    def observe(operation: str, path: Path) -> None:
        nonlocal count
        count += 1
        if count == wanted:
            raise OSError(code, os.strerror(code), str(path))

    return observe


if __name__ == "__main__":
    main()
