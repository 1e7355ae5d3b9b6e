"""Orders carried out: checked at the border, done once, and always answered."""

import json
import logging
import re

from netadmin.planning.records import RecordError, decode, encode

from . import messages
from .config import Node
from .errors import NodeError, Refused, TooLate
from .messages import Order, OrderReport
from .rebooting import cancel_reboot, schedule_reboot
from .staging import stage, unstage
from .steps import Emit, problem_of
from .transaction import apply, confirm, extend, roll_back_now

log = logging.getLogger(__name__)

REMEMBERED = 200
ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")


def carry_out(order: Order, *, node: Node, emit: Emit) -> OrderReport:
    """Do what the order says, once; the same order again gets the first answer again.

    `emit` is given a TransactionReport at every step; it must return at once and not raise. An order that is
    refused or fails is answered with the problem. A REPORT order is answered by whoever makes the NodeReport.
    """
    if ID.fullmatch(order.id) and (known := _remembered(order, node)) is not None:
        return known
    try:
        _check(order, node)
        _do(order, node, emit)
    except Exception as error:  # every order gets an answer, also when it finds a mistake of ours
        if not isinstance(error, NodeError | OSError):
            log.exception("The order %s (%s) failed.", order.id, order.verb)
        answer = _answer(order, node, error)
    else:
        answer = _answer(order, node, None)
    _remember(answer, node)
    return answer


def _check(order: Order, node: Node) -> None:
    """Raises Refused for an order that is not for this node, too old, or tries to be a path."""
    transaction = getattr(order.request, "transaction", "") or "none"
    if not ID.fullmatch(order.id) or not ID.fullmatch(transaction):
        raise Refused(
            "The order's id or transaction is not an id.", next="Send the order again with fresh ids."
        )
    if order.node != node.name:
        raise Refused(
            f"The order is for the node {order.node}, this is {node.name}.", next="Check the queue's name."
        )
    if order.expires_at and node.clock.now() > order.expires_at:
        raise TooLate(
            f"The order was too old when the node got it, by {node.clock.now() - order.expires_at:.0f} s.",
            next="Look at the node as it is now and decide again. If it was sent just now, the node's clock is wrong.",
        )


def _do(order: Order, node: Node, emit: Emit) -> None:
    match order.request:
        case messages.Stage() as request:
            stage(request, node=node, by=order.by, base_digest=order.base_digest)
        case messages.Unstage() as request:
            unstage(request, node=node)
        case messages.Apply() as request:
            apply(request, node=node, by=order.by, base_digest=order.base_digest, emit=emit)
        case messages.Confirm() as request:
            confirm(request, node=node, emit=emit)
        case messages.Extend() as request:
            extend(request, node=node, emit=emit)
        case messages.RollBack() as request:
            roll_back_now(request, node=node, by=order.by, emit=emit)
        case messages.Reboot() as request:
            schedule_reboot(node, request.delay)
        case messages.CancelReboot():
            cancel_reboot(node)
        case messages.Report():
            return


def _answer(order: Order, node: Node, error: Exception | None) -> OrderReport:
    problem = problem_of(error, "Nothing has changed on the node.") if error is not None else None
    return OrderReport(node.name, order.id, order.verb, accepted=error is None, problem=problem)


def _remembered(order: Order, node: Node) -> OrderReport | None:
    text = node.files.read_if_there(node.state / "orders" / f"{order.id}.json")
    try:
        return decode(OrderReport, json.loads(text)) if text is not None else None
    except (ValueError, RecordError):
        return None


def _remember(answer: OrderReport, node: Node) -> None:
    """Every order is safe to repeat by itself; a full disk only costs it the same words again."""
    folder = node.state / "orders"
    if not ID.fullmatch(answer.order) or answer.verb is messages.Verb.REPORT:
        return
    try:
        node.files.make_folder(folder)
        node.files.replace(folder / f"{answer.order}.json", json.dumps(encode(answer)) + "\n")
        newest = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in newest[REMEMBERED:]:
            old.unlink(missing_ok=True)
    except OSError:
        return
