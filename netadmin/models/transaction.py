"""A transaction: one apply or one boot, as the node reported it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone


class TransactionQuerySet(models.QuerySet["Transaction"]):
    """Transactions by whether they have ended."""

    def open(self) -> TransactionQuerySet:
        """Those the node has not reported the end of; an order that expired unanswered opened none."""
        lost = models.Q(state=Transaction.State.ORDERED, deadline__lt=timezone.now())
        return self.exclude(state__in=Transaction.ENDED).exclude(lost)


class Transaction(models.Model):
    """One apply or boot: plan, steps with times and output, probes, outcome."""

    class State(models.TextChoices):
        """Where it is: the states of netadmin.node.messages, and ordered and refused, which are the centre's."""

        ORDERED = "ordered", "ordered"
        APPLYING = "applying", "applying"
        WAITING = "waiting", "waiting for confirm"
        KEEPING = "keeping", "being kept"
        ROLLING_BACK = "rolling-back", "rolling back"
        KEPT = "kept", "kept"
        ROLLED_BACK = "rolled-back", "rolled back"
        ROLLED_BACK_RESIDUE = "rolled-back-residue", "rolled back, with residue"
        FAILED_BEFORE_CHANGE = "failed-before-change", "failed before any change"
        REFUSED = "refused", "refused by the node"

    ENDED = (
        State.KEPT,
        State.ROLLED_BACK,
        State.ROLLED_BACK_RESIDUE,
        State.FAILED_BEFORE_CHANGE,
        State.REFUSED,
    )

    id = models.CharField(primary_key=True, max_length=64)
    node = models.ForeignKey("netadmin.Node", on_delete=models.CASCADE, related_name="transactions")
    change_set = models.ForeignKey(
        "netadmin.ChangeSet", null=True, on_delete=models.SET_NULL, related_name="transactions"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=24, choices=State.choices, default=State.ORDERED)
    base_digest = models.CharField(max_length=64)
    candidate_digest = models.CharField(max_length=64)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    deadline = models.DateTimeField(null=True)  # while it is ordered: when the order expires
    boot = models.BooleanField(default=False)  # a boot that waits for its confirm, not an apply
    report = models.JSONField(default=dict)  # the node's newest TransactionReport, whole

    objects = TransactionQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"transaction {self.id[:8]} on {self.node}"

    @property
    def state_words(self) -> str:
        """The state for people; of a boot that waits also what it waits for."""
        words = str(self.get_state_display())
        return f"{words} after boot" if self.boot and self.state == self.State.WAITING else words

    @property
    def is_open(self) -> bool:
        """Whether the node has not reported its end."""
        return self.state not in self.ENDED and not self.is_lost

    @property
    def is_lost(self) -> bool:
        """Whether the node never answered the order; it refuses it from then on."""
        return (
            self.state == self.State.ORDERED and self.deadline is not None and timezone.now() > self.deadline
        )

    @property
    def is_overdue(self) -> bool:
        """Whether the deadline has passed by a margin and the node has not said what became of it."""
        return (
            self.is_open
            and self.deadline is not None
            and timezone.now() > self.deadline + timedelta(seconds=10)
        )

    @property
    def events(self) -> list[dict[str, Any]]:
        """The node's events, in order."""
        return list(self.report.get("events") or [])
