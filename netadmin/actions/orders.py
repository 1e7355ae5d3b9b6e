"""Orders to a node: written down, sent when the database has them, and settled when no answer came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import celery
from django.db import transaction
from django.utils import timezone

from netadmin.actions.errors import Refused
from netadmin.models import ChangeSet, Node, Order, Transaction
from netadmin.models.audit import record
from netadmin.node import messages

ANSWER_WITHIN = timedelta(seconds=60)


def send(
    node: Node,
    request: messages.Request,
    *,
    by: Any,
    base_digest: str = "",
    change_set: ChangeSet | None = None,
) -> Order:
    """Write the order down and send it once the database transaction is through.

    The node refuses it after ANSWER_WITHIN, so that nothing happens later than anybody expects.
    """
    now = timezone.now()
    message = messages.Order(
        id=messages.new_id(),
        node=node.name,
        base_digest=base_digest,
        issued_at=now.timestamp(),
        expires_at=(now + ANSWER_WITHIN).timestamp(),
        by=by.get_username(),
        request=request,
    )
    order = Order.objects.create(
        id=message.id,
        node=node,
        verb=message.verb,
        change_set=change_set,
        by=by,
        expires_at=now + ANSWER_WITHIN,
    )
    transaction.on_commit(lambda: _send(order, message))
    return order


def _send(order: Order, message: messages.Order) -> None:
    try:
        celery.current_app.send_task(
            messages.task_name(message.verb),
            kwargs={"order": messages.order_to_json(message)},
            queue=messages.node_queue(message.node),
            expires=ANSWER_WITHIN.total_seconds(),
        )
    except celery.exceptions.OperationalError as error:
        with transaction.atomic():
            unsent(order, str(error))


def unsent(order: Order, reason: str) -> None:
    """Note that the order never left: the broker could not be reached."""
    order.answered_at, order.accepted = timezone.now(), False
    order.problem = {
        "message": f"The order could not be sent: the broker did not answer ({reason}).",
        "state": "The node has not been told anything; nothing has changed there.",
        "next": "Start Redis again, then repeat the action.",
    }
    order.save()
    refused(order)


def refused(order: Order) -> None:
    """Take back what was assumed when the order was sent."""
    if order.verb == messages.Verb.APPLY:
        for lost in Transaction.objects.filter(change_set=order.change_set, state=Transaction.State.ORDERED):
            end_unapplied(lost, order.problem)
    record("order refused", order, actor=f"node {order.node}", node=order.node, problem=order.problem)


def end_unapplied(lost: Transaction, problem: Any) -> None:
    """Close a transaction that the node never began; its change set can be edited again."""
    lost.state, lost.ended_at = Transaction.State.REFUSED, timezone.now()
    lost.report = {"problem": problem, "outcome": "Nothing was changed on the node."}
    lost.save()
    reopen(lost.change_set)


def reopen(change_set: ChangeSet | None) -> None:
    """Put a change set that was being applied back to where it came from."""
    if change_set is None or change_set.state != ChangeSet.State.APPLYING:
        return
    still_staged = (
        change_set.staged_text is not None and change_set.staged_text == change_set.node.staged_text
    )
    change_set.state = ChangeSet.State.STAGED if still_staged else ChangeSet.State.DRAFT
    change_set.save()


def settle(node: Node) -> None:
    """End what waits for an answer that can no longer come."""
    for order in node.orders.filter(answered_at=None, expires_at__lt=timezone.now()):
        order.answered_at, order.accepted = timezone.now(), False
        order.problem = {
            "message": f"{node} did not answer within {ANSWER_WITHIN.total_seconds():.0f} s.",
            "state": "The order has expired; the node refuses it if it still arrives.",
            "next": "See whether the node's worker runs and reaches the broker, then repeat the action.",
        }
        order.save()
        refused(order)


def require_quiet(node: Node) -> None:
    """Raises Refused while a transaction is open on the node: then nothing else changes there."""
    settle(node)
    opened = node.open_transaction
    if opened is not None:
        raise Refused(
            f"A transaction is open on {node}: {opened.get_state_display()}, begun by {opened.by or 'the console'}.",
            "Confirm it or roll it back first.",
        )
