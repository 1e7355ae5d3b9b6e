"""What is stored: nodes, revisions, definitions, change sets, transactions, audit."""

from netadmin.models.audit import AuditEntry
from netadmin.models.change import Change, ChangeSet
from netadmin.models.definition import InterfaceDefinition
from netadmin.models.node import Node
from netadmin.models.order import Order
from netadmin.models.revision import Revision
from netadmin.models.transaction import Transaction

__all__ = [
    "AuditEntry",
    "Change",
    "ChangeSet",
    "InterfaceDefinition",
    "Node",
    "Order",
    "Revision",
    "Transaction",
]
