"""Edit: every edit gives a new candidate text, and the change set keeps what differs from its base."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from netadmin.actions import access
from netadmin.actions.candidate import Content, base, candidate, carried_out, content, own
from netadmin.actions.errors import Refused, Stale
from netadmin.actions.orders import settle
from netadmin.actions.root import require_for_root_lines
from netadmin.definitions import Definition, change, to_json
from netadmin.interfaces import Document, render
from netadmin.interfaces.edit import EditError, interface_text, replace_interface_text
from netadmin.models import Change, ChangeSet, Node
from netadmin.models.audit import record

EDITABLE = (ChangeSet.State.DRAFT, ChangeSet.State.STAGED)


def draft_of(node: Node, by: Any) -> ChangeSet | None:
    """The admin's own change set on the node that can still be edited; of several the one edited last."""
    return node.change_sets.filter(author=by, state__in=EDITABLE).order_by("-updated_at").first()


@transaction.atomic
def open_draft(node: Node, *, by: Any) -> ChangeSet:
    """The admin's change set on the node; a new one on the newest revision where there is none.

    Raises PermissionDenied, and Refused while the node has not reported its file.
    """
    access.require(by, access.EDIT)
    settle(node)
    draft = draft_of(node, by)
    if draft is not None:
        return draft
    revision = node.revision
    if revision is None:
        raise Refused(
            f"{node} has not reported its file yet.",
            "Start the node's worker; its first report brings the file in.",
        )
    draft = ChangeSet.objects.create(node=node, base=revision, author=by)
    record("draft opened", draft, by=by, node=node, base=revision.number)
    return draft


def save_interface(
    change_set: ChangeSet,
    before: Definition | None,
    after: Definition | None,
    *,
    by: Any,
    version: int | None = None,
) -> Change | None:
    """Add (no ``before``), edit, rename or remove (no ``after``) an interface in the change set.

    Returns the change, None when the edit leads back to the base. Raises PermissionDenied, Stale when the
    change set is no longer at ``version`` or the interface is not what ``before`` says, and Refused when the
    document cannot take the edit.
    """
    with transaction.atomic():
        change_set = locked(change_set, by, version)
        old = candidate(change_set)
        present = own(old.definitions)
        if before is not None and before.name not in present:
            raise Stale(f"{before.name} is no longer in the candidate.", "Look at the change set again.")
        if after is not None and after.name in present and (before is None or before.name != after.name):
            raise Refused(
                f"There is an interface {after.name} already.", "Choose another name.", field="name"
            )
        try:
            document = change(old.document, before and present[before.name], after)
        except EditError as error:
            raise _refusal(error) from error
        name = (after or before or _nothing()).name
        return write(change_set, render(document), by=by).get(name)


def save_text(
    change_set: ChangeSet, interface: str, text: str, *, by: Any, version: int | None = None
) -> Change | None:
    """Put the raw text of an interface's stanzas into the change set; raises as save_interface does."""
    with transaction.atomic():
        change_set = locked(change_set, by, version)
        old = candidate(change_set)
        try:
            document = replace_interface_text(old.document, interface, text)
        except EditError as error:
            raise _refusal(error) from error
        return write(change_set, render(document), by=by).get(interface)


def save_file(change_set: ChangeSet, text: str, *, by: Any, version: int | None = None) -> None:
    """Put the raw text of the whole file into the change set; raises as save_interface does."""
    with transaction.atomic():
        change_set = locked(change_set, by, version)
        write(change_set, text, by=by)


def drop_change(change_set: ChangeSet, interface: str, *, by: Any, version: int | None = None) -> None:
    """Take one interface's change back; the others stay. Raises as save_interface does."""
    with transaction.atomic():
        change_set = locked(change_set, by, version)
        kept = [made for made in change_set.changes.all() if made.interface != interface]
        whole = next((made for made in kept if not made.interface), None)
        document = carried_out(base(change_set).document, [made for made in kept if made is not whole])
        write(change_set, render(document), by=by)


@transaction.atomic
def retitle(change_set: ChangeSet, title: str, *, by: Any) -> None:
    """Give the change set a title. Raises PermissionDenied."""
    change_set = locked(change_set, by, None)
    change_set.title = title.strip()
    change_set.save(update_fields=["title", "updated_at"])
    record("retitled", change_set, by=by, node=change_set.node)


@transaction.atomic
def discard(change_set: ChangeSet, *, by: Any) -> None:
    """Give the change set up. Raises PermissionDenied, and Refused while it is staged or being applied."""
    access.require(by, access.EDIT)
    change_set = ChangeSet.objects.select_for_update().get(pk=change_set.pk)
    if change_set.state != ChangeSet.State.DRAFT:
        raise Refused(
            f"The change set is {change_set.get_state_display()}.", "Unstage it or roll it back first."
        )
    change_set.state = ChangeSet.State.DISCARDED
    change_set.save(update_fields=["state", "updated_at"])
    record("discarded", change_set, by=by, node=change_set.node, changes=_names(change_set))


def write(change_set: ChangeSet, text: str, *, by: Any) -> dict[str, Change]:
    """Make ``text`` the candidate: store per interface what differs from the base, and say so in the audit trail.

    Raises Refused when the text runs something as root that neither the base nor the candidate did and the
    user may not write that.
    """
    before, old, new = base(change_set), candidate(change_set), content(change_set.node, text)
    require_for_root_lines(by, new.document, before.document, old.document)
    stored = {made.interface: made for made in change_set.changes.all()}
    wanted = _changes(before, new)
    for name in stored.keys() - {made.interface for made in wanted}:
        stored.pop(name).delete()
    for made in wanted:
        stored[made.interface] = _stored(change_set, stored.get(made.interface), made, by)
    change_set.version += 1
    change_set.save(update_fields=["version", "base", "updated_at"])
    record(
        "edited",
        change_set,
        by=by,
        node=change_set.node,
        changes=_names(change_set),
        version=change_set.version,
    )
    return stored


def _changes(before: Content, after: Content) -> list[Change]:
    """The changes that lead from one text to the other, as definitions where these say it all, else as text."""
    made = list(_interface_changes(before, after))
    if _leads_to(after, before, made):
        return made
    for one in made:
        if one.after is not None:
            one.text = interface_text(after.document, one.after["name"])
    if _leads_to(after, before, made):
        return made
    return [Change(interface="", text=after.text), *made]


def _leads_to(after: Content, before: Content, made: list[Change]) -> bool:
    try:
        return render(carried_out(before.document, made)) == after.text
    except EditError:  # a value that only the raw text can hold
        return False


def _interface_changes(before: Content, after: Content) -> Iterator[Change]:
    old, new = own(before.definitions), own(after.definitions)
    renamed = _renamed(old, new)
    for name, definition in old.items():
        successor = new.get(renamed.get(name, name))
        if successor is None:
            yield Change(interface=name, before=to_json(definition), after=None)
        elif _differs(before.document, name, after.document, successor.name):
            yield _change(before.document, definition, after.document, successor)
    for name, definition in new.items():
        if name not in old and name not in renamed.values():
            yield Change(interface=name, before=None, after=to_json(definition))


def _change(old: Document, before: Definition, new: Document, after: Definition) -> Change:
    made = Change(interface=after.name, before=to_json(before), after=to_json(after))
    if made.before == made.after:  # the same meaning in other words: a comment within, a blank, the layout
        made.text = interface_text(new, after.name)
    return made


def _differs(old: Document, name: str, new: Document, successor: str) -> bool:
    return (
        name != successor
        or interface_text(old, name) != interface_text(new, successor)
        or old.classes_of(name) != new.classes_of(successor)
    )


def _renamed(old: dict[str, Definition], new: dict[str, Definition]) -> dict[str, str]:
    """Old name to new, where exactly one interface went and one came that says the same."""
    gone = {name: _meaning(old[name]) for name in old.keys() - new.keys()}
    come = {name: _meaning(new[name]) for name in new.keys() - old.keys()}
    renamed = {}
    for name, meaning in gone.items():
        same = [other for other, its in come.items() if its == meaning]
        if len(same) == 1 and list(gone.values()).count(meaning) == 1:
            renamed[name] = same[0]
    return renamed


def _meaning(definition: Definition) -> list[Any]:
    written = to_json(definition)
    return [written["classes"], written["parts"]]


def _stored(change_set: ChangeSet, stored: Change | None, made: Change, by: Any) -> Change:
    if stored is None:
        made.change_set, made.author = change_set, by
        made.save()
        return made
    if (stored.before, stored.after, stored.text) != (made.before, made.after, made.text):
        stored.before, stored.after, stored.text, stored.author = made.before, made.after, made.text, by
        stored.version += 1
        stored.save()
    return stored


def locked(change_set: ChangeSet, by: Any, version: int | None) -> ChangeSet:
    access.require(by, access.EDIT)
    settle(change_set.node)
    change_set = (
        ChangeSet.objects.select_for_update().select_related("node", "base", "author").get(pk=change_set.pk)
    )
    if change_set.state not in EDITABLE:
        raise Refused(
            f"This change set is {change_set.get_state_display()} and is not edited any more.",
            "Your next edit begins a new change set.",
        )
    if version is not None and version != change_set.version:
        raise Stale(
            "The change set was edited in the meantime, in another window or by somebody else.",
            "What you typed is still here. Compare it with the change set, then save again.",
        )
    return change_set


def _names(change_set: ChangeSet) -> list[str]:
    return [made.interface or "(file)" for made in change_set.changes.all()]


def _refusal(error: EditError) -> Refused:
    return Refused(error.message, error.hint, field=error.option)


def _nothing() -> Definition:
    raise ValueError("an edit needs a definition before or after it")
