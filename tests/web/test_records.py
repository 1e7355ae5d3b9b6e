"""Revisions, the search across nodes, the audit trail."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from netadmin.actions.candidate import candidate
from netadmin.actions.reports import take
from netadmin.models import Node
from tests.actions.conftest import SAVED, node_report
from tests.web.conftest import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def edited(node: Node) -> Node:
    """A node whose file was edited by hand once."""
    take(node_report(SAVED.replace("192.168.10.2", "192.168.10.3")))
    return node


def test_a_revision_shows_its_text_and_what_it_changed(edited: Node, as_ann: Client) -> None:
    answer = as_ann.get(reverse("revision", args=["host", 2]))

    assert [
        (line.kind, line.text) for line in answer.context["diff"] if line.old is None or line.new is None
    ][1:] == [
        ("removed", "address 192.168.10.2"),
        ("added", "address 192.168.10.3"),
    ]
    assert "found on the node" in answer.content.decode()


def test_a_revision_is_compared_with_any_other(edited: Node, as_ann: Client) -> None:
    answer = as_ann.get(reverse("revision", args=["host", 1]), {"against": "2"})

    assert answer.context["older"].number == 2
    assert as_ann.get(reverse("revision", args=["host", 1]), {"against": "x"}).status_code == 200


def test_an_old_revision_is_brought_back_as_a_draft(edited: Node, as_ann: Client) -> None:
    as_ann.post(reverse("revision-restore", args=["host", 1]))

    assert candidate(draft(edited)).text == SAVED


def test_the_newest_revision_cannot_be_brought_back(edited: Node, as_ann: Client) -> None:
    answer = as_ann.post(reverse("revision-restore", args=["host", 2]), follow=True)

    assert "has this text already" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "vmbr"}, ["vmbr0"]),
        ({"q": "192.168.10.2"}, ["vmbr0"]),
        ({"q": "eth0"}, ["eth0", "vmbr0"]),
        ({"kind": "bridge"}, ["vmbr0"]),
        ({"q": "vmbr eth0"}, ["vmbr0"]),
        ({"q": "nothing"}, []),
        ({"node": "nowhere"}, []),
        ({"kind": "toaster"}, []),
    ],
)
def test_interfaces_are_found_on_all_nodes(
    node: Node, as_ann: Client, query: dict[str, str], found: list[str]
) -> None:
    answer = as_ann.get(reverse("search"), query)

    assert [each.name for each in answer.context["page"]] == found


def test_the_audit_trail_is_filtered(edited: Node, as_ann: Client) -> None:
    everything = as_ann.get(reverse("audit")).context["page"].paginator.count
    one = as_ann.get(reverse("audit"), {"act": "revision found", "node": "host", "actor": "node"})

    assert 0 < one.context["page"].paginator.count < everything
    assert as_ann.get(reverse("audit"), {"since": "2000-01-01"}).context["page"].paginator.count == everything


def test_a_filter_that_makes_no_sense_is_told_at_its_field(node: Node, as_ann: Client) -> None:
    answer = as_ann.get(reverse("audit"), {"since": "yesterday"})

    assert "Enter a valid date" in answer.content.decode()
    assert 'value="yesterday"' in answer.content.decode()


def test_the_record_is_verified_and_a_tampered_entry_named(edited: Node, as_ann: Client) -> None:
    whole = as_ann.post(reverse("audit-verify"), follow=True)
    assert "The record is whole" in whole.content.decode()

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE netadmin_auditentry SET actor = 'nobody' WHERE id = (SELECT min(id) FROM netadmin_auditentry)"
        )

    assert "The record was altered" in as_ann.post(reverse("audit-verify"), follow=True).content.decode()
