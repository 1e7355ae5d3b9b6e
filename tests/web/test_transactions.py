"""A transaction's page in every state, and the human's word on it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from netadmin.models import Node, Order, Transaction
from netadmin.web.transactions.page import NEXT, TITLES, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(node: Node, ann: Any) -> Transaction:
    """One that is live and waits for its confirm."""
    return Transaction.objects.create(
        id="c" * 32,
        node=node,
        by=ann,
        state=Transaction.State.WAITING,
        base_digest="b" * 64,
        candidate_digest="d" * 64,
        deadline=timezone.now() + timedelta(seconds=90),
        report={
            "sequence": 5,
            "wait": 120,
            "outcome": "",
            "events": [
                {"seq": 1, "step": "apply.engine", "state": "started", "at": 1.0},
                {
                    "seq": 2,
                    "step": "apply.engine",
                    "state": "done",
                    "at": 1.0,
                    "seconds": 0.4,
                    "output": "a\nb\n",
                },
            ],
            "comparisons": [
                {
                    "interface": "vmbr0",
                    "option": "mtu",
                    "wanted": "9000",
                    "seen": "1500",
                    "verdict": "differs",
                    "why": "",
                }
            ],
            "probes": [{"name": "gateway", "passed": False, "detail": "no answer"}],
            "plan": {"scope": "partial", "risks": ["192.168.10.2 goes: go on at 192.168.10.9."]},
        },
    )


def address(transaction: Transaction, act: str = "") -> str:
    """The page of a transaction, or of an act on it."""
    return reverse(f"transaction-{act}" if act else "transaction", args=[transaction.pk])


def test_the_page_shows_steps_comparisons_probes_and_where_to_go_on(
    waiting: Transaction, as_ann: Client, publish: Callable[..., None]
) -> None:
    publish()

    page = as_ann.get(address(waiting)).content.decode()

    for said in ("run the engine", "What it printed", "1 differs", "not passed", "go on at 192.168.10.9"):
        assert said in page
    assert "Confirm: keep it" in page


def test_what_the_node_only_counted_is_said_to_be_more(
    waiting: Transaction, as_ann: Client, publish: Callable[..., None]
) -> None:
    publish()
    waiting.report["comparison_counts"] = {"differs": 4, "as-wanted": 9000}
    waiting.save()

    page = as_ann.get(address(waiting)).content.decode()

    for said in ("4 differ<", "3 more differ.", "9000 options as wanted", "and 9000 more"):
        assert said in page


def test_a_step_that_started_and_ended_is_one_line(waiting: Transaction) -> None:
    (step,) = steps(waiting.events)

    assert (step.state, step.seconds, step.output) == ("done", 0.4, "a\nb\n")


@pytest.mark.parametrize("state", Transaction.State.values)
def test_every_state_has_its_words(waiting: Transaction, as_ann: Client, state: str) -> None:
    Transaction.objects.update(state=state)

    page = as_ann.get(address(waiting)).content.decode()

    assert TITLES[Transaction.State(state)] in page
    assert NEXT[Transaction.State(state)] in page
    assert ("Confirm: keep it" in page) == (state == Transaction.State.WAITING)


def test_an_order_that_expired_unanswered_is_not_shown_as_on_its_way(
    waiting: Transaction, as_ann: Client
) -> None:
    Transaction.objects.update(
        state=Transaction.State.ORDERED, deadline=timezone.now() - timedelta(seconds=1)
    )

    page = as_ann.get(address(waiting)).content.decode()

    assert "The node has not answered" in page
    assert "hx-trigger" not in page


def test_a_confirm_names_the_digest_that_was_looked_at(waiting: Transaction, as_ann: Client) -> None:
    refused = as_ann.post(address(waiting, "confirm"), {"digest": "e" * 64}, follow=True)
    assert "not what was applied" in refused.content.decode()
    assert not Order.objects.exists()

    as_ann.post(address(waiting, "confirm"), {"digest": waiting.candidate_digest})

    assert Order.objects.get().verb == "confirm"


@pytest.mark.parametrize("seconds", ["", "3", "for ever"])
def test_an_extension_that_makes_no_sense_is_not_ordered(
    waiting: Transaction, as_ann: Client, seconds: str
) -> None:
    answer = as_ann.post(address(waiting, "extend"), {"seconds": seconds}, follow=True)

    assert "Not extended" in answer.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize(("act", "sent"), [("extend", {"seconds": "300"}), ("roll-back", {})])
def test_more_time_and_the_way_back_are_ordered(
    waiting: Transaction, as_ann: Client, act: str, sent: dict[str, str]
) -> None:
    as_ann.post(address(waiting, act), sent)

    assert Order.objects.get().verb == act


def test_a_confirm_after_the_end_is_refused_in_words(waiting: Transaction, as_ann: Client) -> None:
    Transaction.objects.update(state=Transaction.State.ROLLED_BACK)

    answer = as_ann.post(address(waiting, "confirm"), {"digest": waiting.candidate_digest}, follow=True)

    assert "does not wait for a confirm" in answer.content.decode()


def test_a_node_that_is_silent_since_the_deadline_undoes_it_by_itself_and_the_page_says_so(
    waiting: Transaction, as_ann: Client, publish: Callable[..., None]
) -> None:
    publish(beat=time.time() - 100)
    Transaction.objects.update(deadline=timezone.now() - timedelta(seconds=30))

    page = as_ann.get(address(waiting)).content.decode()

    assert "has not spoken since the deadline" in page
    assert "by itself" in page


def test_the_live_part_is_sent_only_when_it_would_show_something_else(
    waiting: Transaction, as_ann: Client, publish: Callable[..., None]
) -> None:
    publish()
    token = as_ann.get(address(waiting)).context["token"]
    assert as_ann.get(address(waiting, "live"), {"seen": token}).status_code == 204

    Transaction.objects.update(state=Transaction.State.KEPT)
    answer = as_ann.get(address(waiting, "live"), {"seen": token})

    assert answer.status_code == 200
    assert "Kept" in answer.content.decode()
    assert "hx-trigger" not in answer.content.decode()  # it has ended: nobody asks any more


def test_the_list_can_be_of_one_node(waiting: Transaction, as_ann: Client) -> None:
    page = as_ann.get(reverse("transactions"), {"node": "host"}).content.decode()

    assert address(waiting) in page
    assert as_ann.get(reverse("transactions"), {"node": "nowhere"}).status_code == 404
