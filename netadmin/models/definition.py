"""The interface definitions of a node's newest revision, as rows that can be listed and searched."""

from django.db import models


class InterfaceDefinition(models.Model):
    """One interface as the node's newest revision defines it; ``written`` is the whole written form."""

    node = models.ForeignKey("netadmin.Node", on_delete=models.CASCADE, related_name="definitions")
    revision = models.ForeignKey("netadmin.Revision", on_delete=models.CASCADE, related_name="definitions")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=255, db_index=True)
    kind = models.CharField(max_length=16, db_index=True)
    methods = models.JSONField(default=dict)  # family → method
    addresses = models.JSONField(default=list)
    gateways = models.JSONField(default=list)
    mtu = models.PositiveIntegerField(null=True)
    autostart = models.BooleanField()
    lower = models.JSONField(default=list)  # ports, slaves, raw device
    vlan_id = models.PositiveSmallIntegerField(null=True)
    comment = models.TextField(blank=True)
    file = models.CharField(max_length=4096, blank=True)  # "" for the saved file itself
    line = models.PositiveIntegerField()
    written = models.JSONField()

    class Meta:
        ordering = ["node", "position"]
        constraints = [
            models.UniqueConstraint(fields=["node", "position"], name="one_definition_per_position"),
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.node}"
