"""Review: what there is to know of a change set before it goes to its node."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from netadmin.actions.candidate import Content, base, candidate, content
from netadmin.checks import Context, Finding, Severity, check
from netadmin.definitions import Definition, change
from netadmin.interfaces import OptionChange, differences, render
from netadmin.models import ChangeSet, Node
from netadmin.models.live import live
from netadmin.planning.plan import Plan, plan


@dataclass(frozen=True, slots=True)
class Review:
    """A change set as its author should see it: texts, differences, findings, and the plan of an apply.

    ``new_findings`` are those that the base does not have. ``plan`` is None while the node's live state is
    unknown.
    """

    base: Content
    candidate: Content
    differences: tuple[OptionChange, ...]
    findings: tuple[Finding, ...]
    new_findings: tuple[Finding, ...]
    plan: Plan | None

    @property
    def errors(self) -> list[Finding]:
        """The findings that stand in the way."""
        return [finding for finding in self.new_findings if finding.severity == Severity.ERROR]


@dataclass(frozen=True, slots=True)
class Preview:
    """An edit that nobody has saved: what it would lead to, and what the checks say of it.

    ``new_findings`` are those that the text before the edit does not have.
    """

    content: Content
    findings: tuple[Finding, ...]
    new_findings: tuple[Finding, ...]


def review(change_set: ChangeSet, *, admin_address: str = "") -> Review:
    """Everything that is known of the change set now."""
    before, after = base(change_set), candidate(change_set)
    node = change_set.node
    found, known = findings(node, after), findings(node, before)
    return Review(
        base=before,
        candidate=after,
        differences=differences(before.document, after.document),
        findings=found,
        new_findings=_new(found, known),
        plan=_plan(node, before, after, admin_address),
    )


def findings(node: Node, text: Content) -> tuple[Finding, ...]:
    """What the checks say of a text, knowing what the node has reported of itself."""
    mako = bool(node.reported.get("mako"))
    return _found(text, Context(nics=node.nics, mako=mako, features=node.features))


@lru_cache(maxsize=8)
def _found(text: Content, context: Context) -> tuple[Finding, ...]:
    return check(text.definitions, context=context)


def errors_in(change_set: ChangeSet) -> list[Finding]:
    """The errors that the change set brings in."""
    node = change_set.node
    new = _new(findings(node, candidate(change_set)), findings(node, base(change_set)))
    return [finding for finding in new if finding.severity == Severity.ERROR]


def preview(node: Node, old: Content, before: Definition | None, after: Definition | None) -> Preview:
    """What the edit would lead to; raises EditError."""
    return preview_text(node, old, render(change(old.document, before, after)))


def preview_text(node: Node, old: Content, text: str) -> Preview:
    """What another text would lead to."""
    new = content(node, text)
    found = findings(node, new)
    return Preview(new, found, _new(found, findings(node, old)))


def _new(found: tuple[Finding, ...], known: tuple[Finding, ...]) -> tuple[Finding, ...]:
    had = {_without_place(finding) for finding in known}
    return tuple(finding for finding in found if _without_place(finding) not in had)


def _without_place(finding: Finding) -> tuple[str, ...]:
    return finding.id, finding.interface, finding.family, finding.option, finding.message


def _plan(node: Node, before: Content, after: Content, admin_address: str) -> Plan | None:
    state = live(node).state
    if state is None:
        return None
    return plan(
        before.definitions,
        after.definitions,
        state,
        engine=node.dialect,
        features=node.features,
        admin_address=admin_address,
    )
