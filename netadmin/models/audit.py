"""The audit trail: append-only entries, each carrying the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from netadmin.models.revision import Immutable

ADVISORY_LOCK = 0x6E657461  # "neta": PostgreSQL's lock for the tail of the chain


class AuditEntry(Immutable):
    """Who did what to which thing when."""

    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor = models.CharField(max_length=150)  # the login, or "node NAME", as it was at the time
    act = models.CharField(max_length=64, db_index=True)  # "stage", "confirm", "login" …
    node = models.ForeignKey("netadmin.Node", null=True, on_delete=models.PROTECT, related_name="audit")
    subject = models.CharField(max_length=255)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "audit entry"
        verbose_name_plural = "audit entries"
        permissions = [("verify_audit", "Can verify the audit trail")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor} {self.act} {self.subject}"

    def computed_hash(self) -> str:
        """The SHA-256 over what the entry says and the hash before it."""
        said = [self.at.isoformat(), self.actor, self.act, self.node_id, self.subject, self.detail]
        return hashlib.sha256(
            f"{self.previous_hash}\n{json.dumps(said, sort_keys=True)}".encode()
        ).hexdigest()


def record(
    act: str, subject: object, *, by: Any = None, actor: str = "", node: Any = None, **detail: Any
) -> AuditEntry:
    """Append an entry, in the database transaction of the act itself.

    ``by`` is the user who acted, ``actor`` names it where there is none (a node, the command line).
    Raises TransactionManagementError outside a transaction: an act and its entry stand or fall together.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "an audit entry is written in the transaction of its act"
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
    last = AuditEntry.objects.order_by("-pk").first()
    entry = AuditEntry(
        at=timezone.now(),
        user=by,
        actor=actor or by.get_username(),
        act=act,
        node=node,
        subject=str(subject)[:255],
        detail=detail,
        previous_hash=last.hash if last else "",
    )
    entry.hash = entry.computed_hash()
    entry.save()
    return entry


def first_broken() -> AuditEntry | None:
    """The first entry whose hash or whose link to the one before does not hold; None when all do."""
    previous = ""
    for entry in AuditEntry.objects.order_by("pk").iterator():
        if entry.previous_hash != previous or entry.hash != entry.computed_hash():
            return entry
        previous = entry.hash
    return None
