"""Apply: make the candidate live on the node now; the node undoes it unless somebody confirms."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from netadmin.actions import access
from netadmin.actions.candidate import candidate
from netadmin.actions.orders import ANSWER_WITHIN, send
from netadmin.actions.stage import ready
from netadmin.models import ChangeSet, Transaction
from netadmin.models.audit import record
from netadmin.models.text import digest
from netadmin.node import messages


@transaction.atomic
def apply(
    change_set: ChangeSet,
    *,
    by: Any,
    wait: int | None = None,
    admin_address: str = "",
    accept_errors: bool = False,
) -> Transaction:
    """Order the node to apply the candidate and to wait ``wait`` seconds for a confirm.

    ``admin_address`` is where the admin's browser connects from. Raises as stage does.
    """
    access.require(by, access.APPLY)
    change_set = ready(change_set, accept_errors=accept_errors)
    text, seconds = candidate(change_set).text, wait or change_set.node.confirm_seconds
    request = messages.Apply(messages.new_id(), text, seconds, admin_address)
    order = send(change_set.node, request, by=by, base_digest=change_set.base.digest, change_set=change_set)
    begun = Transaction.objects.create(
        id=request.transaction,
        node=change_set.node,
        change_set=change_set,
        by=by,
        base_digest=change_set.base.digest,
        candidate_digest=digest(text),
        deadline=order.sent_at + ANSWER_WITHIN,
    )
    change_set.state = ChangeSet.State.APPLYING
    change_set.save()
    record("apply", begun, by=by, node=change_set.node, digest=begun.candidate_digest, wait=seconds)
    return begun
