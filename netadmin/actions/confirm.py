"""Confirm: say that the network works, so that the node keeps it; or ask the node for more time."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from netadmin.actions import access
from netadmin.actions.errors import Refused, Stale
from netadmin.actions.orders import send
from netadmin.models import Order, Transaction
from netadmin.models.audit import record
from netadmin.node import messages


@transaction.atomic
def confirm(waiting: Transaction, *, by: Any, candidate_digest: str) -> Order:
    """Order the node to keep what was applied.

    ``candidate_digest`` is of the text that the admin looked at. Raises PermissionDenied, Stale when it is
    another, Refused when the transaction does not wait any more.
    """
    waiting = _waiting(waiting, by)
    if candidate_digest != waiting.candidate_digest:
        raise Stale("What you looked at is not what was applied.", "Look at the transaction again.")
    record("confirm", waiting, by=by, node=waiting.node, digest=candidate_digest)
    return send(waiting.node, messages.Confirm(waiting.id, candidate_digest), by=by)


@transaction.atomic
def extend(waiting: Transaction, seconds: int, *, by: Any) -> Order:
    """Order the node to wait ``seconds`` from now. Raises PermissionDenied and Refused as confirm does."""
    waiting = _waiting(waiting, by)
    record("extend", waiting, by=by, node=waiting.node, seconds=seconds)
    return send(waiting.node, messages.Extend(waiting.id, seconds), by=by)


def _waiting(waiting: Transaction, by: Any) -> Transaction:
    access.require(by, access.APPLY)
    waiting = Transaction.objects.select_for_update().select_related("node").get(pk=waiting.pk)
    if waiting.state != Transaction.State.WAITING:
        raise Refused(
            f"The transaction does not wait for a confirm: it is {waiting.get_state_display()}.",
            "See on its page what became of it.",
        )
    return waiting
