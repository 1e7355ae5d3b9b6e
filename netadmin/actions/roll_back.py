"""Roll back: have the node undo an open transaction now, without waiting for the deadline."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from netadmin.actions import access
from netadmin.actions.errors import Refused
from netadmin.actions.orders import send
from netadmin.models import Order, Transaction
from netadmin.models.audit import record
from netadmin.node import messages


@transaction.atomic
def roll_back(opened: Transaction, *, by: Any) -> Order:
    """Order the node to roll the transaction back. Raises PermissionDenied, and Refused when it has ended."""
    access.require(by, access.APPLY)
    opened = Transaction.objects.select_for_update().select_related("node").get(pk=opened.pk)
    if not opened.is_open:
        raise Refused(f"The transaction has ended: {opened.get_state_display()}.")
    record("roll back", opened, by=by, node=opened.node)
    return send(opened.node, messages.RollBack(opened.id), by=by)
