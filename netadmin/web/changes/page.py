"""The changes of a change set, one interface after the other, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from netadmin.actions.review import Review
from netadmin.checks import Finding
from netadmin.interfaces import OptionChange
from netadmin.models import Change, ChangeSet


@dataclass(frozen=True, slots=True)
class ChangedInterface:
    """One interface's change with what it says differently and what the checks say of it."""

    change: Change
    differences: tuple[OptionChange, ...]
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """The interface; "" for the text that belongs to none."""
        return self.change.interface

    @property
    def linkable(self) -> bool:
        """Whether it still has a form to go to."""
        return bool(self.name) and self.change.after is not None and self.name.isprintable()


def token(change_set: ChangeSet) -> str:
    """Changes whenever the page would offer something else: an answer came, the file or the state moved on."""
    node = change_set.node
    opened = node.open_transaction
    answered = change_set.orders.exclude(answered_at=None).count()
    return "|".join(
        (
            change_set.state,
            str(change_set.version),
            node.saved_digest,
            str(answered),
            opened.state if opened else "",
        )
    )


def changed_interfaces(change_set: ChangeSet, seen: Review) -> list[ChangedInterface]:
    """Every change with its differences and findings; those of no changed interface go with the whole file."""
    return [
        ChangedInterface(
            change=change,
            differences=tuple(each for each in seen.differences if each.interface in _names(change)),
            findings=tuple(
                each for each in seen.findings if change.interface and each.interface in _names(change)
            ),
        )
        for change in change_set.changes.select_related("author")
    ]


def _names(change: Change) -> set[str]:
    """The interface under its old and its new name."""
    written = (change.before, change.after)
    return {change.interface, *(each["name"] for each in written if each)}
