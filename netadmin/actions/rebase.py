"""Rebase: carry a change set over to the file that the node has now, option by option."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from django.db import transaction

from netadmin.actions import access
from netadmin.actions.candidate import base, candidate, current, own
from netadmin.actions.edit import locked, write
from netadmin.definitions import Definition, change, definitions
from netadmin.interfaces import Conflict, Document, merge, render
from netadmin.interfaces.edit import replace_verbatim
from netadmin.models import ChangeSet
from netadmin.models.audit import record

Choice = Literal["ours", "theirs"]


@transaction.atomic
def rebase(
    change_set: ChangeSet, *, by: Any, choices: Mapping[tuple[str, str], Choice] | None = None
) -> tuple[Conflict, ...]:
    """Make the change set one on the node's newest revision; what both sides changed is asked for.

    ``choices`` says per (interface, option) whose value to take: "ours" is the change set's, "theirs" the
    file's. Returns the conflicts without a choice; as long as there are any, nothing is changed. Raises
    PermissionDenied and Refused as every edit does.
    """
    access.require(by, access.EDIT)
    change_set = locked(change_set, by, None)
    newest = change_set.node.revision
    if newest is None or newest == change_set.base:
        return ()
    choices = choices or {}
    old, ours, theirs = (
        base(change_set).document,
        candidate(change_set).document,
        current(change_set.node).document,
    )
    # The node's file is what the edits are carried over to, so it stands first: its layout is the one that stays.
    for conflict in merge(old, theirs, ours).conflicts:
        if choices.get((conflict.interface, conflict.option)) == "ours":
            theirs = _as_it_was(theirs, old, conflict)
    merged = merge(old, theirs, ours)
    asked = [_from_our_side(conflict) for conflict in merged.conflicts]
    unanswered = tuple(one for one in asked if choices.get((one.interface, one.option)) != "theirs")
    if unanswered:
        return unanswered
    came_from, change_set.base = change_set.base.number, newest
    change_set.changes.all().delete()
    write(change_set, render(merged.document), by=by)
    record("rebased", change_set, by=by, node=change_set.node, old=came_from, new=newest.number)
    return ()


def _from_our_side(conflict: Conflict) -> Conflict:
    return replace(conflict, ours=conflict.theirs, theirs=conflict.ours)


def _as_it_was(theirs: Document, old: Document, conflict: Conflict) -> Document:
    """The node's document with what the conflict is about as it was in the base, so that ours is taken."""
    if not conflict.interface:
        return replace_verbatim(theirs, conflict.ours or "", conflict.base or "")
    present = own(definitions(theirs)).get(conflict.interface)
    before = own(definitions(old)).get(conflict.interface)
    if present is None or before is None or not conflict.option:
        return change(theirs, present, before)
    return change(theirs, present, _with_option_of(present, before, conflict.option))


def _with_option_of(present: Definition, before: Definition, option: str) -> Definition:
    if option == "auto" or option.startswith("allow-"):
        return present.with_classes(before.classes)
    if option == "comment":
        return present.with_comment(before.comment)
    if option == "method":
        return replace(
            present,
            parts=tuple(
                replace(part, method=before.method(part.family) or part.method) for part in present.parts
            ),
        )
    return present.with_option(option, before.option_values(option))
