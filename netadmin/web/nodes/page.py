"""The page of a node: its states put together, and the token by which a browser sees that nothing changed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Max
from django.http import QueryDict
from django.utils import timezone

from netadmin.actions.access import EDIT
from netadmin.actions.candidate import Content, candidate, content, current
from netadmin.actions.edit import draft_of
from netadmin.actions.review import findings
from netadmin.models import ChangeSet, Node, Revision
from netadmin.models.live import SILENT_AFTER, live, pulse
from netadmin.planning.following import Follower
from netadmin.web.nodes.forms import Choice
from netadmin.web.nodes.rows import fingerprint, shown_row
from netadmin.web.nodes.states import States

PER_PAGE = 50


def token(node: Node) -> str:
    """Changes whenever the page would show something else; costs one look at Redis and three at the database."""
    sequence, beat = pulse(node)
    opened = node.open_transaction
    edited = node.change_sets.aggregate(at=Max("updated_at"))["at"]
    parts = [
        sequence,
        "silent" if beat is None or beat > SILENT_AFTER else "",
        node.reported_at and node.reported_at.timestamp(),
        opened and f"{opened.pk} {opened.state} {opened.report.get('sequence')}",
        edited and edited.timestamp(),
    ]
    return "|".join(str(part or "") for part in parts)


def only_live_moved(now: str, then: str) -> bool:
    """Whether two tokens differ in nothing but the live state."""
    return now.partition("|")[2] == then.partition("|")[2]


def page_of(node: Node, user: Any, asked: QueryDict) -> dict[str, Any]:
    """Everything the node's page and its live part show; ``asked`` holds page, find and show."""
    seen = token(node)
    now = live(node)
    saved = current(node)
    found = findings(node, saved)
    opened = node.open_transaction
    draft = draft_of(node, user) or (opened.change_set if opened else None)
    pending = list(node.change_sets.pending().select_related("author", "base").prefetch_related("changes"))
    states = States(
        saved=saved.definitions,
        staged=None if node.staged_text is None else content(node, node.staged_text).definitions,
        draft=candidate(draft).definitions if draft else None,
        live=now.state,
        comparisons=_follower(saved).compare(now.state) if now.state else (),
        findings=found,
        others=_others(pending, user),
    )
    return {
        "node": node,
        "token": seen,
        "live": now,
        **_table(states, asked, node, may_edit=user.has_perm(EDIT)),
        "file_findings": [finding for finding in found if not finding.interface],
        "draft": draft,
        "pending": pending,
        "staged": next((one for one in pending if one.state == ChangeSet.State.STAGED), None),
        "has_staged": node.staged_text is not None,
        "opened": opened,
        "drift": () if opened else states.drifting(),
        "hand_edit": _hand_edit(node),
        "behind": [one for one in pending if one.is_behind],
        "unsaid": node.orders.filter(accepted=False).order_by("-sent_at").first(),
        "now": timezone.now(),
    }


# Of the saved files that pages are open for; what follows one file is of no use to the next.
@lru_cache(maxsize=8)
def _follower(saved: Content) -> Follower:
    return Follower(saved.definitions)


def _table(states: States, asked: QueryDict, node: Node, *, may_edit: bool) -> dict[str, Any]:
    """The chosen interfaces, one page of them, and the way to ask for the same again."""
    choice = Choice(asked)
    chosen = choice.cleaned_data if choice.is_valid() else {}
    page = Paginator(states.chosen(**chosen), PER_PAGE).get_page(asked.get("page"))
    rows = states.rows(page)
    shown = [shown_row(row, node.name, may_edit) for row in rows]
    query = urlencode({key: value for key, value in chosen.items() if value})
    return {
        "choice": choice,
        "query": f"{query}&" if query else "",
        "page": page,
        "rows": rows,
        "shown": shown,
        "fingerprint": fingerprint(shown, page.paginator.count),
    }


def _others(pending: list[ChangeSet], user: Any) -> dict[str, tuple[str, ...]]:
    """Interface to the other admins who have a change of it pending."""
    authors: dict[str, tuple[str, ...]] = {}
    for change_set in pending:
        if change_set.author_id != user.pk:
            for change in change_set.changes.all():
                known = authors.get(change.interface, ())
                authors[change.interface] = (*known, change_set.author.get_username())
    return authors


def _hand_edit(node: Node) -> Revision | None:
    """The newest revision, when somebody made it without the product."""
    newest = node.revision
    by_hand = newest is not None and newest.origin == newest.Origin.FOUND and newest.number > 1
    return newest if by_hand else None
