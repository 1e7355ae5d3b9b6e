"""What the centre's worker does when a report comes in."""

from typing import Any

from celery import shared_task

from netadmin.actions.reports import take
from netadmin.node import messages


@shared_task(name=messages.REPORT_TASK, autoretry_for=(), acks_late=True)
def report(report: dict[str, Any]) -> None:
    """Record one report of a node."""
    take(messages.report_from_json(report))
