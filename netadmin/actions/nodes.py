"""Nodes: add one, set how it is treated, ask it for a report."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from netadmin.actions import access
from netadmin.actions.orders import send
from netadmin.models import Node, Order
from netadmin.models.audit import record
from netadmin.node import messages

SETTINGS = frozenset({"confirm_seconds"})


@transaction.atomic
def add_node(name: str, *, by: Any) -> Node:
    """A new node, known by its name until its worker reports. Raises PermissionDenied and ValidationError."""
    access.require(by, "netadmin.add_node")
    node = Node(name=name)
    node.full_clean()
    node.save()
    record("node added", node, by=by, node=node)
    return node


@transaction.atomic
def configure(node: Node, *, by: Any, **settings: Any) -> Node:
    """Change a node's settings. Raises PermissionDenied, ValidationError, and ValueError for an unknown one."""
    access.require(by, access.CONFIGURE)
    unknown = settings.keys() - SETTINGS
    if unknown:
        raise ValueError(f"a node has no settings {', '.join(sorted(unknown))}")
    for name, value in settings.items():
        setattr(node, name, value)
    node.full_clean()
    node.save(update_fields=list(settings))
    record("node configured", node, by=by, node=node, **settings)
    return node


@transaction.atomic
def refresh(node: Node, *, by: Any) -> Order:
    """Ask the node for a report. Raises PermissionDenied."""
    access.require(by, "netadmin.view_node")
    return send(node, messages.Report(), by=by)
