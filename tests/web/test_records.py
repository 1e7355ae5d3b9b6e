"""Revisions, the search across nodes, the audit trail."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from netadmin import actions
from netadmin.actions.candidate import candidate
from netadmin.actions.reports import take
from netadmin.models import AuditEntry, Node
from netadmin.web.audit.wording import PHRASES, detail_words
from tests.actions.conftest import SAVED, node_report
from tests.web.conftest import draft

pytestmark = pytest.mark.django_db

ACTIONS = Path(actions.__file__).parent


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


@pytest.mark.parametrize(
    ("noted", "words"),
    [
        ({"digest": "0123456789abcdef", "wait": 120}, "file 0123456789; 120 s to confirm"),
        ({"changes": ["vmbr0", "eth0"], "version": 3}, "changes: vmbr0, eth0; version 3"),
        ({"old": 1, "new": 2}, "from revision 1; to revision 2"),
        ({"digest": "f", "confirm_after_boot": None}, "file f; taken for good at the next boot"),
        ({"confirm_after_boot": 60}, "undone unless confirmed within 60 s of the next boot"),
        ({"delay": 0}, "at once"),
        ({"roles": []}, "roles: none"),
        ({"problem": {"message": "It is busy.", "state": "", "next": "Wait."}}, "It is busy. Wait."),
        ({"of_tomorrow": [1]}, "of tomorrow: [1]"),
        ({}, ""),
    ],
)
def test_what_an_audit_entry_notes_is_said_in_words(noted: dict[str, Any], words: str) -> None:
    assert detail_words(AuditEntry(act="edited", detail=noted)) == words


def test_every_note_that_the_actions_make_has_its_words() -> None:
    source = "".join(path.read_text() for path in ACTIONS.glob("*.py"))
    calls = re.findall(r"\brecord\((.*?)\)\n", source, re.DOTALL)
    written = {key for call in calls for key in re.findall(r"(\w+)=", call)}

    assert {"digest", "outcome", "changes"} <= written
    assert written - {"by", "actor", "node"} <= PHRASES.keys()


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
