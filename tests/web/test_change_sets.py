"""A change set's page: differences, findings, plan; staging, applying, discarding, undoing, carrying over."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from netadmin.actions.candidate import candidate
from netadmin.actions.edit import open_draft, save_file, save_interface, save_text
from netadmin.actions.reports import take
from netadmin.models import ChangeSet, Node, Order, Transaction
from tests.actions.conftest import SAVED, node_report
from tests.web.conftest import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def change_set(node: Node, ann: Any) -> ChangeSet:
    """Ann's draft: vmbr0 has another address."""
    made = open_draft(node, by=ann)
    edit(made, "vmbr0", lambda before: before.with_addresses("inet", ["192.168.10.9/24"]), ann)
    return draft(node)


def edit(made: ChangeSet, interface: str, how: Callable[[Any], Any], by: Any) -> None:
    """Change an interface in the change set."""
    before = candidate(made).definitions[interface]
    save_interface(made, before, how(before), by=by)


def address(change_set: ChangeSet, act: str = "") -> str:
    """The page of a change set, or of an act on it."""
    return reverse(f"change-{act}" if act else "change-set", args=[change_set.pk])


def test_the_page_shows_options_lines_and_the_plan(
    change_set: ChangeSet, as_ann: Client, publish: Callable[..., None]
) -> None:
    publish()

    answer = as_ann.get(address(change_set))
    page = answer.content.decode()

    assert [(each.option, each.old, each.new) for each in answer.context["changes"][0].differences] == [
        ("address", "192.168.10.2", "192.168.10.9")
    ]
    assert [
        (line.kind, line.text) for line in answer.context["diff"] if line.kind in ("added", "removed")
    ] == [
        ("removed", "address 192.168.10.2"),
        ("added", "address 192.168.10.9"),
    ]
    assert "ifup" in page
    assert "vmbr0" in answer.context["review"].plan.changed


def test_the_page_says_beforehand_what_the_kernel_lacks_what_is_made_anew_and_why_the_wait_rises(
    node: Node, ann: Any, as_ann: Client, publish: Callable[..., None]
) -> None:
    publish()
    take(node_report(SAVED, features=()))
    made = open_draft(node, by=ann)
    bond = "bond-slaves eth0\n\tbond-mode 802.3ad"
    save_text(made, "vmbr0", f"auto vmbr0\niface vmbr0 inet manual\n\t{bond}\n", by=ann)

    answer = as_ann.get(address(made))
    page = answer.content.decode()

    assert "The kernel of the node lacks what this needs</strong> bonding" in page
    assert "delete-link vmbr0" in page
    assert "LACP" in page
    assert answer.context["apply_form"]["wait"].value() >= answer.context["review"].plan.minimum_wait > 0


def test_applying_orders_the_node_and_leads_to_the_transaction(change_set: ChangeSet, as_ann: Client) -> None:
    answer = as_ann.post(address(change_set, "apply"), {"wait": "90"})

    begun = Transaction.objects.get()
    assert answer.url == reverse("transaction", args=[begun.pk])
    assert Order.objects.get().verb == "apply"
    assert "The order is on its way" in as_ann.get(answer.url).content.decode()


@pytest.mark.parametrize("wait", ["", "3", "soon"])
def test_a_wait_that_makes_no_sense_is_told_at_its_field(
    change_set: ChangeSet, as_ann: Client, wait: str
) -> None:
    answer = as_ann.post(address(change_set, "apply"), {"wait": wait})

    assert answer.status_code == 422
    assert answer.context["apply_form"].errors["wait"]
    assert answer.context["apply_form"]["wait"].value() == wait
    assert not Transaction.objects.exists()


def test_an_error_stands_in_the_way_until_somebody_accepts_it(
    change_set: ChangeSet, as_ann: Client, ann: Any
) -> None:
    edit(change_set, "vmbr0", lambda before: before.with_addresses("inet", ["192.168.10.9/240"]), ann)

    refused = as_ann.post(address(change_set, "apply"), {"wait": "90"}, follow=True)
    assert "error" in refused.content.decode()
    assert not Transaction.objects.exists()

    as_ann.post(address(change_set, "apply"), {"wait": "90", "accept_errors": "on"})
    assert Transaction.objects.exists()


def test_staging_orders_the_node_with_the_seconds_to_confirm(change_set: ChangeSet, as_ann: Client) -> None:
    as_ann.post(address(change_set, "stage"), {"confirm_after_boot": "300"})

    change_set.refresh_from_db()
    assert Order.objects.get().verb == "stage"
    assert change_set.staged_text == SAVED.replace("192.168.10.2", "192.168.10.9")


def test_the_page_asks_for_itself_again_only_when_the_node_has_answered(
    change_set: ChangeSet, as_ann: Client
) -> None:
    token = as_ann.get(address(change_set)).context["token"]
    assert "HX-Refresh" not in as_ann.get(address(change_set, "live"), {"seen": token})

    take(node_report(f"{SAVED}\n# by hand\n"))

    assert as_ann.get(address(change_set, "live"), {"seen": token})["HX-Refresh"] == "true"


def test_a_single_change_is_undone_and_the_others_stay(
    change_set: ChangeSet, as_ann: Client, ann: Any
) -> None:
    edit(change_set, "eth0", lambda before: before.with_option("mtu", ["9000"]), ann)

    as_ann.post(address(change_set, "drop"), {"interface": "vmbr0"})

    assert [made.interface for made in change_set.changes.all()] == ["eth0"]


def test_a_title_is_given_and_one_too_long_refused_at_its_field(
    change_set: ChangeSet, as_ann: Client
) -> None:
    refused = as_ann.post(address(change_set, "retitle"), {"title": "x" * 121})
    assert refused.status_code == 422
    assert refused.context["title_form"]["title"].value() == "x" * 121

    page = as_ann.post(address(change_set, "retitle"), {"title": "Move the office"}, follow=True)

    assert "<h1>" in page.content.decode()
    assert "Move the office" in page.content.decode()


def test_a_discarded_change_set_is_gone_from_the_pending(change_set: ChangeSet, as_ann: Client) -> None:
    as_ann.post(address(change_set, "discard"))

    assert "Nothing is pending" in as_ann.get(reverse("changes")).content.decode()
    assert f"change set {change_set.pk}" in as_ann.get(reverse("changes"), {"state": "all"}).content.decode()


def test_a_change_set_behind_the_file_offers_to_carry_over_and_nothing_else(
    change_set: ChangeSet, as_ann: Client
) -> None:
    take(node_report(f"{SAVED}\n# by hand\n"))

    page = as_ann.get(address(change_set)).content.decode()
    assert "The saved file has moved on" in page
    assert "Apply now" not in page
    as_ann.post(address(change_set, "apply"), {"wait": "90"})
    assert not Transaction.objects.exists()

    assert "# by hand" in as_ann.get(address(change_set, "rebase")).content.decode()
    as_ann.post(address(change_set, "rebase"))
    change_set.refresh_from_db()
    assert candidate(change_set).text == f"{SAVED}\n# by hand\n".replace("192.168.10.2", "192.168.10.9")


@pytest.mark.parametrize(("whose", "kept"), [("ours", "192.168.10.9"), ("theirs", "192.168.10.77")])
def test_a_conflict_is_asked_for_and_the_choice_is_what_stands_in_the_file(
    change_set: ChangeSet, as_ann: Client, whose: str, kept: str
) -> None:
    take(node_report(SAVED.replace("192.168.10.2", "192.168.10.77")))

    asked = as_ann.post(address(change_set, "rebase"))
    page = asked.content.decode()
    assert "1 option changed on both sides" in page
    assert all(value in page for value in ("192.168.10.2", "192.168.10.9", "192.168.10.77"))
    (conflict,) = asked.context["conflicts"]

    as_ann.post(
        address(change_set, "rebase"),
        {"interface": conflict.interface, "option": conflict.option, "choice-0": whose},
    )

    change_set.refresh_from_db()
    assert f"address {kept}" in candidate(change_set).text
    assert change_set.base == change_set.node.revision


def test_a_finding_is_mended_from_the_page_of_ones_own_change_set_alone(
    change_set: ChangeSet, as_ann: Client, as_bob: Client, ann: Any
) -> None:
    save_file(change_set, candidate(change_set).text.replace("inet manual", "inet maunal"), by=ann)
    found = re.search(r'name="mend"\s+value="([^"]+)"', as_ann.get(address(change_set)).content.decode())
    assert found
    assert 'name="mend"' not in as_bob.get(address(change_set)).content.decode()

    as_ann.post(reverse("correct", args=["host"]), {"mend": found[1]})

    assert candidate(change_set).text == SAVED.replace("192.168.10.2", "192.168.10.9")
