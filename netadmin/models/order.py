"""An order that was sent to a node, and the answer that came or did not."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Order(models.Model):
    """One message to a node; carried out at most once however often it arrives."""

    id = models.CharField(primary_key=True, max_length=32)
    node = models.ForeignKey("netadmin.Node", on_delete=models.CASCADE, related_name="orders")
    verb = models.CharField(max_length=32)
    change_set = models.ForeignKey(
        "netadmin.ChangeSet", null=True, on_delete=models.CASCADE, related_name="orders"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    accepted = models.BooleanField(null=True)
    problem = models.JSONField(null=True)  # message, state, next

    class Meta:
        ordering = ["-sent_at"]

    def __str__(self) -> str:
        return f"{self.verb} on {self.node}"

    @property
    def is_waiting(self) -> bool:
        """Whether the node may still answer."""
        return self.answered_at is None and timezone.now() < self.expires_at

    @property
    def is_lost(self) -> bool:
        """Whether it expired unanswered; the node refuses it from then on."""
        return self.answered_at is None and timezone.now() >= self.expires_at
