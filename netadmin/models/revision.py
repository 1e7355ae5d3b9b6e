"""A saved file as it once was; never altered."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from netadmin.models.text import FileTextField, digest


class Immutable(models.Model):
    """A row that is written once: saving it again or deleting it raises TypeError."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row, the first time only."""
        if not self._state.adding:
            raise TypeError(f"a stored {self._meta.verbose_name} is never altered")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise TypeError(f"a stored {self._meta.verbose_name} is never deleted")


class Revision(Immutable):
    """The text of a node's ``/etc/network/interfaces`` at one time."""

    class Origin(models.TextChoices):
        """How this text became the saved file."""

        FOUND = "found", "found on the node"
        APPLIED = "applied", "applied and confirmed"
        BOOT = "boot", "taken at boot"
        RESTORED = "restored", "restored after an unconfirmed boot"

    node = models.ForeignKey("netadmin.Node", on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    text = FileTextField()
    digest = models.CharField(max_length=64, db_index=True)
    origin = models.CharField(max_length=16, choices=Origin.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    transaction = models.ForeignKey(
        "netadmin.Transaction", null=True, blank=True, on_delete=models.PROTECT, related_name="revisions"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["node", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["node", "number"], name="revision_number_once_per_node"),
        ]

    def __str__(self) -> str:
        return f"{self.node} r{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row with the digest of its text."""
        self.digest = digest(self.text)
        super().save(*args, **kwargs)
