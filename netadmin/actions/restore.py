"""Restore: a change set that brings the text of an old revision back."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from netadmin.actions import access
from netadmin.actions.edit import write
from netadmin.actions.errors import Refused
from netadmin.models import ChangeSet, Revision


@transaction.atomic
def restore(revision: Revision, *, by: Any) -> ChangeSet:
    """A new change set on the newest revision whose candidate is the old one's text.

    Raises PermissionDenied, and Refused when the revision is the newest or has root lines that the user may
    not write.
    """
    access.require(by, access.EDIT)
    newest = revision.node.revision
    if newest is None or newest.digest == revision.digest:
        raise Refused("The saved file has this text already.")
    change_set = ChangeSet.objects.create(
        node=revision.node, base=newest, author=by, title=f"Restore revision {revision.number}"
    )
    write(change_set, revision.text, by=by)
    return change_set
