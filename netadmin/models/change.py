"""A change set: one admin's edits on top of a revision."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from netadmin.definitions import Definition, from_json
from netadmin.models.text import FileTextField, digest


class ChangeSetQuerySet(models.QuerySet["ChangeSet"]):
    """Change sets by where they are in their life."""

    def open(self) -> ChangeSetQuerySet:
        """Those that can still come to something."""
        return self.filter(state__in=ChangeSet.OPEN)

    def pending(self) -> ChangeSetQuerySet:
        """Those that have at least one change and are neither saved nor discarded."""
        return self.open().filter(changes__isnull=False).distinct()


class ChangeSet(models.Model):
    """One admin's edits on top of a revision, with a title and a state."""

    class State(models.TextChoices):
        """Where in its life a change set is."""

        DRAFT = "draft", "draft"
        STAGED = "staged", "staged"
        APPLYING = "applying", "being applied"
        SAVED = "saved", "saved"
        DISCARDED = "discarded", "discarded"

    OPEN = (State.DRAFT, State.STAGED, State.APPLYING)

    node = models.ForeignKey("netadmin.Node", on_delete=models.CASCADE, related_name="change_sets")
    base = models.ForeignKey("netadmin.Revision", on_delete=models.PROTECT, related_name="change_sets")
    title = models.CharField(max_length=120, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="change_sets")
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    staged_text = FileTextField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)

    objects = ChangeSetQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["node"],
                condition=models.Q(state__in=["staged", "applying"]),
                name="one_staged_change_set_per_node",
                violation_error_message="Another change set is staged on this node.",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"change set {self.pk}"

    @property
    def is_behind(self) -> bool:
        """Whether the node's saved file is another than the one it was made on."""
        return self.state in self.OPEN and self.base.digest != self.node.saved_digest

    @property
    def staged_digest(self) -> str:
        """The digest of the text that was staged; empty when none was."""
        return "" if self.staged_text is None else digest(self.staged_text)


class Change(models.Model):
    """One interface as edited beside the one it was made from.

    ``before`` and ``after`` are definitions as JSON; None is "not there". ``text`` is set where the raw text
    of the interface's stanzas was edited, and then ``after`` is what that text means. A change without an
    ``interface`` is one of the text that belongs to no interface; ``text`` is then that text, joined.
    """

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="changes")
    interface = models.CharField(max_length=255, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    text = FileTextField(null=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["change_set", "interface"],
                name="one_change_per_interface",
                violation_error_message="This interface is in the change set already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.interface} in {self.change_set}"

    @property
    def definition_before(self) -> Definition | None:
        """The definition it was made from; None where the interface is new."""
        return None if self.before is None else from_json(self.before)

    @property
    def definition_after(self) -> Definition | None:
        """The definition as edited; None where the interface is removed."""
        return None if self.after is None else from_json(self.after)

    @property
    def verb(self) -> str:
        """What the change does: add, remove, rename or edit."""
        if self.before is None:
            return "add"
        if self.after is None:
            return "remove"
        return "rename" if self.before["name"] != self.after["name"] else "edit"
