"""Reboot: restart the node, which takes a staged file while it boots."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from netadmin.actions import access
from netadmin.actions.orders import require_quiet, send
from netadmin.models import Node, Order
from netadmin.models.audit import record
from netadmin.node import messages


@transaction.atomic
def reboot(node: Node, *, by: Any, delay: int = 0) -> Order:
    """Order the node to reboot ``delay`` seconds from now.

    Raises PermissionDenied, and Refused while a transaction is open.
    """
    access.require(by, access.REBOOT)
    require_quiet(node)
    record("reboot", node, by=by, node=node, delay=delay)
    return send(node, messages.Reboot(delay), by=by)


@transaction.atomic
def cancel_reboot(node: Node, *, by: Any) -> Order:
    """Order the node to call a scheduled reboot off. Raises PermissionDenied."""
    access.require(by, access.REBOOT)
    record("cancel reboot", node, by=by, node=node)
    return send(node, messages.CancelReboot(), by=by)
