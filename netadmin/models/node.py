"""A node: a Debian machine whose network the product looks after, and what it last reported."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone

from netadmin.interfaces import Dialect
from netadmin.models.text import FileTextField

if TYPE_CHECKING:
    from netadmin.models.revision import Revision
    from netadmin.models.transaction import Transaction


class Node(models.Model):
    """One machine, addressed by the queue of its name."""

    class Flavour(models.TextChoices):
        """The engine that reads the node's file."""

        IFUPDOWN2 = "ifupdown2", "ifupdown2"
        IFUPDOWN = "ifupdown", "ifupdown (classic)"

    name = models.SlugField(
        max_length=63,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$", "Lower-case letters, digits and hyphens only.")],
        error_messages={"unique": "There is a node of this name already."},
    )
    flavour = models.CharField(max_length=16, choices=Flavour.choices, default=Flavour.IFUPDOWN2)
    confirm_seconds = models.PositiveIntegerField(
        "time to confirm",
        default=120,
        validators=[MinValueValidator(10)],
        help_text="Seconds after an apply until the node undoes what nobody has confirmed.",
    )
    reported = models.JSONField(default=dict, editable=False)
    reported_at = models.DateTimeField(null=True, editable=False)
    report_sequence = models.BigIntegerField(default=0, editable=False)
    saved_digest = models.CharField(max_length=64, blank=True, editable=False)
    staged_text = FileTextField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        permissions = [
            ("stage_node", "Can stage a change set on a node"),
            ("apply_node", "Can apply, confirm and roll back on a node"),
            ("reboot_node", "Can reboot a node"),
            ("write_root", "Can write what runs as root on a node: hooks, scripts, sourced files"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def dialect(self) -> Dialect:
        """How the node's engine reads the file."""
        return Dialect(self.flavour)

    @property
    def revision(self) -> Revision | None:
        """The newest saved file that is known."""
        return self.revisions.order_by("-number").first()

    @property
    def open_transaction(self) -> Transaction | None:
        """The transaction that has not ended yet, as far as the node has said."""
        return self.transactions.open().order_by("-started_at").first()

    @property
    def is_sandbox(self) -> bool:
        """Whether this is the stand-in node of ``make run``."""
        return bool(self.reported.get("sandbox"))

    @property
    def nics(self) -> frozenset[str] | None:
        """The names of the NICs the node has; None when it has never said."""
        nics = self.reported.get("nics")
        return None if nics is None else frozenset(nics)

    @property
    def features(self) -> frozenset[str] | None:
        """The kernel features the node has; None when it has never said."""
        features = self.reported.get("features")
        return None if features is None else frozenset(features)

    @property
    def sourced(self) -> dict[str, str]:
        """Path to text of the files that the saved file sources."""
        sourced: dict[str, Any] = self.reported.get("sourced") or {}
        return dict(sourced)

    @property
    def has_reported(self) -> bool:
        """Whether the node's worker was ever heard of."""
        return self.reported_at is not None

    def silent_for(self) -> timedelta | None:
        """How long ago the last report came; None when none ever did."""
        return None if self.reported_at is None else timezone.now() - self.reported_at
