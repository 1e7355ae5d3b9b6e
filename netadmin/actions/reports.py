"""Reports: what a node says becomes what is stored; the same report twice changes nothing more."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import singledispatch
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from netadmin.actions.candidate import content
from netadmin.actions.imports import import_definitions
from netadmin.actions.orders import refused, reopen
from netadmin.models import ChangeSet, Node, Order, Revision, Transaction
from netadmin.models.audit import record
from netadmin.node import messages
from netadmin.node.messages import NodeReport, OrderReport, TransactionReport


@singledispatch
def take(report: Any) -> None:
    """Store a report. A report of a node that nobody has added is recorded nowhere and raises Node.DoesNotExist."""
    raise TypeError(f"not a report: {type(report)}")


@take.register
@transaction.atomic
def _node(report: NodeReport) -> None:
    node = _locked(report.node)
    at = datetime.fromtimestamp(report.reported_at, tz=UTC)
    if node.reported_at is not None and at < node.reported_at:
        return
    stored = messages.report_to_json(report)
    for bulky in ("saved", "staged", "last"):
        stored.pop(bulky)
    node.reported, node.reported_at, node.flavour = stored, at, report.engine
    node.saved_digest = report.saved.digest
    node.staged_text = report.staged.text if report.staged else None
    node.save()
    if report.last is not None:
        take(report.last)
    _saved(node, report)
    _staged(node)


def _saved(node: Node, report: NodeReport) -> None:
    newest = node.revision
    if newest is not None and newest.digest == report.saved.digest:
        return
    origin, author, made_by = _origin(node, report.saved.digest)
    revision = Revision.objects.create(
        node=node,
        number=newest.number + 1 if newest else 1,
        text=report.saved.text,
        origin=origin,
        author=author,
        transaction=made_by,
    )
    import_definitions(node, revision, content(node, revision.text))
    record(
        f"revision {origin}",
        revision,
        by=author,
        actor=author.get_username() if author else f"node {node}",
        node=node,
        digest=revision.digest,
    )


def _origin(node: Node, digest: str) -> tuple[str, Any, Transaction | None]:
    """Where a saved file that is new to the centre came from: how, whose it was, by which transaction."""
    made_by = (
        node.transactions.filter(
            candidate_digest=digest,
            state__in=[Transaction.State.KEPT, Transaction.State.KEEPING, Transaction.State.WAITING],
        )
        .order_by("-started_at")
        .first()
    )
    if made_by is not None:
        return (Revision.Origin.BOOT if made_by.boot else Revision.Origin.APPLIED), made_by.by, made_by
    staged = next(
        (one for one in node.change_sets.filter(state=ChangeSet.State.STAGED) if one.staged_digest == digest),
        None,
    )
    if staged is not None:
        return Revision.Origin.BOOT, staged.author, None
    undone = (
        node.transactions.filter(base_digest=digest, boot=True).exclude(state=Transaction.State.KEPT).first()
    )
    if undone is not None:
        return Revision.Origin.RESTORED, None, undone
    return Revision.Origin.FOUND, None, None


def _staged(node: Node) -> None:
    """Let the change sets follow what lies on the node: taken at boot, or removed by hand."""
    for change_set in node.change_sets.filter(state=ChangeSet.State.STAGED):
        if change_set.staged_digest == node.saved_digest:
            _saved_as(change_set)
        elif node.staged_text != change_set.staged_text and not _restage_pending(change_set):
            change_set.state = ChangeSet.State.DRAFT
            change_set.save()
            record("staged file gone", change_set, actor=f"node {node}", node=node)


def _restage_pending(change_set: ChangeSet) -> bool:
    return change_set.orders.filter(verb=messages.Verb.STAGE, answered_at=None).exists()


def _saved_as(change_set: ChangeSet) -> None:
    change_set.state = ChangeSet.State.SAVED
    change_set.save()
    record("saved", change_set, actor=f"node {change_set.node}", node=change_set.node)


@take.register
@transaction.atomic
def _order(report: OrderReport) -> None:
    node = _locked(report.node)
    order = Order.objects.select_for_update().filter(pk=report.order, node=node).first()
    if report.node_report is not None:
        take(report.node_report)
    if order is None or (order.accepted is not None and order.accepted == report.accepted):
        return
    order.answered_at, order.accepted = timezone.now(), report.accepted
    order.problem = messages.report_to_json(report)["problem"]
    order.save()
    if not report.accepted:
        refused(order)
    elif order.verb == messages.Verb.STAGE and order.change_set is not None:
        _is_staged(order.change_set)
    elif order.verb == messages.Verb.UNSTAGE:
        for change_set in node.change_sets.filter(state=ChangeSet.State.STAGED):
            change_set.state, change_set.staged_text = ChangeSet.State.DRAFT, None
            change_set.save()


def _is_staged(change_set: ChangeSet) -> None:
    if change_set.state == ChangeSet.State.DRAFT:
        change_set.state = ChangeSet.State.STAGED
        change_set.save()
        record("staged", change_set, actor=f"node {change_set.node}", node=change_set.node)


@take.register
@transaction.atomic
def _transaction(report: TransactionReport) -> None:
    node = _locked(report.node)
    known, is_new = Transaction.objects.get_or_create(
        pk=report.transaction,
        defaults={
            "node": node,
            "by": get_user_model().objects.filter(username=report.by).first(),
            "base_digest": report.base_digest,
            "candidate_digest": report.candidate_digest,
            "change_set": _booted(node, report),
        },
    )
    if not is_new and known.report.get("sequence", -1) >= report.sequence:
        return
    was_open = is_new or known.state not in Transaction.ENDED or known.state == Transaction.State.REFUSED
    known.state, known.boot = report.state, report.kind == "boot"
    known.candidate_digest = report.candidate_digest
    known.deadline = datetime.fromtimestamp(report.deadline, tz=UTC) if report.deadline else None
    known.report = messages.report_to_json(report)
    if was_open:
        _not_for_good(known, report)
    if report.state.ended and was_open:
        _ended(known, report)
    known.save()


def _booted(node: Node, report: TransactionReport) -> ChangeSet | None:
    """The staged change set that a boot took."""
    if report.kind != "boot":
        return None
    staged = node.change_sets.filter(state__in=[ChangeSet.State.STAGED, ChangeSet.State.SAVED])
    return next((one for one in staged if one.staged_digest == report.candidate_digest), None)


def _not_for_good(known: Transaction, report: TransactionReport) -> None:
    """A boot has made the change set's file the saved one, which it is only once somebody has confirmed."""
    taken, kept = known.change_set, report.state == messages.State.KEPT
    if not known.boot or kept or taken is None:
        return
    if taken.state in (ChangeSet.State.STAGED, ChangeSet.State.SAVED):
        taken.state = ChangeSet.State.APPLYING
        if not report.state.ended:
            taken.save()


def _ended(known: Transaction, report: TransactionReport) -> None:
    known.ended_at = datetime.fromtimestamp(report.ended_at, tz=UTC) if report.ended_at else timezone.now()
    if report.state == messages.State.KEPT:
        if known.change_set is not None and known.change_set.state != ChangeSet.State.SAVED:
            _saved_as(known.change_set)
    else:
        reopen(known.change_set)
    record(report.state.value, known, actor=f"node {known.node}", node=known.node, outcome=report.outcome)


def _locked(name: str) -> Node:
    return Node.objects.select_for_update().get(name=name)
