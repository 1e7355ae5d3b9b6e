"""Stage: put the candidate on the node as interfaces.new, to be applied or to be taken at the next boot."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from netadmin.actions import access
from netadmin.actions.candidate import candidate
from netadmin.actions.errors import Refused, Stale
from netadmin.actions.orders import require_quiet, send
from netadmin.actions.review import errors_in
from netadmin.models import ChangeSet, Node, Order
from netadmin.models.audit import record
from netadmin.models.text import digest
from netadmin.node import messages


@transaction.atomic
def stage(
    change_set: ChangeSet, *, by: Any, confirm_after_boot: int | None = None, accept_errors: bool = False
) -> Order:
    """Order the node to write the candidate as its staged file.

    ``confirm_after_boot``: seconds within which a boot that took the file must be confirmed; None: no confirm
    is asked for. Raises PermissionDenied; Stale when the saved file has moved on; Refused when a transaction is
    open, another file is staged, nothing is changed, or errors are found and not accepted.
    """
    access.require(by, access.STAGE)
    change_set = ready(change_set, accept_errors=accept_errors)
    text = candidate(change_set).text
    change_set.staged_text = text
    change_set.save()
    record(
        "stage",
        change_set,
        by=by,
        node=change_set.node,
        digest=digest(text),
        confirm_after_boot=confirm_after_boot,
    )
    return send(
        change_set.node,
        messages.Stage(text, confirm_after_boot, messages.new_id()),
        by=by,
        base_digest=change_set.base.digest,
        change_set=change_set,
    )


@transaction.atomic
def unstage(node: Node, *, by: Any) -> Order:
    """Order the node to remove its staged file. Raises PermissionDenied, and Refused when there is none."""
    access.require(by, access.STAGE)
    require_quiet(node)
    if node.staged_text is None:
        raise Refused(f"Nothing is staged on {node}.")
    staged = digest(node.staged_text)
    record("unstage", node, by=by, node=node, digest=staged)
    return send(node, messages.Unstage(staged), by=by, base_digest=node.saved_digest)


def ready(change_set: ChangeSet, *, accept_errors: bool) -> ChangeSet:
    """The change set, locked, when it may go to its node; raises as stage does."""
    change_set = ChangeSet.objects.select_for_update().select_related("node", "base").get(pk=change_set.pk)
    node = change_set.node
    require_quiet(node)
    change_set.refresh_from_db()
    if change_set.state not in (ChangeSet.State.DRAFT, ChangeSet.State.STAGED):
        raise Refused(f"This change set is {change_set.get_state_display()}.")
    if change_set.base.digest != node.saved_digest:
        raise Stale(
            f"The saved file on {node} is not the one this change set was made on.",
            "Look at what came in between and carry your changes over to the new file.",
        )
    if not change_set.changes.exists():
        raise Refused("There is nothing to stage: the candidate equals the saved file.")
    other = node.change_sets.filter(state=ChangeSet.State.STAGED).exclude(pk=change_set.pk).first()
    if other is not None:
        raise Refused(
            f"“{other}” by {other.author} is staged on {node}.",
            "Apply it or unstage it before you stage yours.",
        )
    if node.staged_text is not None and node.staged_text != change_set.staged_text:
        raise Refused(
            f"There is an interfaces.new on {node} that did not come from this change set.",
            "Look at it on the page of the node; unstage it if it is not wanted.",
        )
    errors = [] if accept_errors else errors_in(change_set)
    if errors:
        raise Refused(f"{len(errors)} errors were found, the first: {errors[0].message}", errors[0].hint)
    return change_set
