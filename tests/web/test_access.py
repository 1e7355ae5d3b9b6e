"""Nobody comes in without a login, and nobody does what the role does not allow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from netadmin.actions.candidate import candidate
from netadmin.actions.edit import open_draft, save_interface
from netadmin.models import AuditEntry, ChangeSet, Node, Transaction

pytestmark = pytest.mark.django_db

OPEN = {"login"}  # and nothing else
SENT = {"delay": "0", "seconds": "60", "wait": "60"}  # what the acts ask for
ACTS = {
    "node-refresh",
    "node-unstage",
    "node-reboot",
    "node-cancel-reboot",
    "change-retitle",
    "change-stage",
    "change-apply",
    "change-discard",
    "change-drop",
    "transaction-confirm",
    "transaction-extend",
    "transaction-roll-back",
    "revision-restore",
    "audit-verify",
    "correct",
    "logout",
}


def names(resolver: URLResolver | None = None) -> list[str]:
    """The name of every address there is."""
    found: list[str] = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            found.append(str(pattern.name))
        else:
            found += names(pattern)
    return found


@pytest.fixture
def site(node: Node, ann: Any) -> dict[str, list[str]]:
    """Arguments for every address, of things that are there."""
    draft = changed(node, ann)
    transaction = Transaction.objects.create(
        id="a" * 32, node=node, change_set=draft, by=ann, base_digest="", candidate_digest=""
    )
    by_prefix = {
        "node": [node.name],
        "interface": [node.name, "vmbr0"],
        "file": [node.name],
        "correct": [node.name],
        "revisions": [node.name],
        "revision": [node.name, "1"],
        "change": [str(draft.pk)],
        "transaction": [transaction.pk],
    }
    special = {
        "node-add": [],
        "interface-add": [node.name, "bond"],
        "nodes": [],
        "changes": [],
        "transactions": [],
    }
    return {name: special.get(name, by_prefix.get(name.split("-")[0], [])) for name in names()}


def changed(node: Node, by: Any) -> ChangeSet:
    """A draft in which vmbr0 has another address."""
    draft = open_draft(node, by=by)
    before = candidate(draft).definitions["vmbr0"]
    save_interface(draft, before, before.with_addresses("inet", ["192.168.10.9/24"]), by=by)
    draft.refresh_from_db()
    return draft


def test_without_a_login_every_address_leads_to_the_login(site: dict[str, list[str]]) -> None:
    client = Client()
    for name in set(names()) - OPEN - {"logout"}:
        address = reverse(name, args=site[name])

        answer = client.post(address) if name in ACTS else client.get(address)

        assert answer.status_code == 302, name
        assert answer.url == f"{reverse('login')}?next={address}", name


def test_an_account_without_a_role_sees_and_does_nothing(
    site: dict[str, list[str]], as_guest: Client
) -> None:
    before = AuditEntry.objects.count()
    for name in set(names()) - OPEN - {"logout", "password", "home"}:
        address = reverse(name, args=site[name])

        answer = as_guest.post(address, SENT) if name in ACTS else as_guest.get(address)

        assert answer.status_code == 403, name
        assert "You may not do this" in answer.content.decode(), name
    assert AuditEntry.objects.count() == before


def test_every_page_is_there_for_who_may_do_everything(
    site: dict[str, list[str]], as_ann: Client, publish: Callable[..., None]
) -> None:
    publish()
    for name in set(names()) - ACTS - {"home", "login"}:
        expected = 204 if name == "change-live" else 200
        assert as_ann.get(reverse(name, args=site[name])).status_code == expected, name


def test_an_act_is_not_done_by_looking(site: dict[str, list[str]], as_ann: Client) -> None:
    for name in ACTS - {"logout"}:
        assert as_ann.get(reverse(name, args=site[name])).status_code == 405, name


def test_an_editor_is_offered_neither_apply_nor_reboot_and_gets_neither(
    node: Node, as_bob: Client, bob: Any, publish: Callable[..., None]
) -> None:
    publish()
    draft = changed(node, bob)
    page = as_bob.get(reverse("change-set", args=[draft.pk])).content.decode()
    assert "Apply now" not in page
    assert "Stage for the next boot" in page
    assert "Reboot" not in as_bob.get(reverse("node", args=[node.name])).content.decode()

    assert as_bob.post(reverse("change-apply", args=[draft.pk]), {"wait": "60"}).status_code == 403
    assert as_bob.post(reverse("node-reboot", args=[node.name]), {"delay": "0"}).status_code == 403
    assert not Transaction.objects.exists()


def test_an_account_is_locked_out_after_five_wrong_passwords(ann: Any) -> None:
    client = Client()
    for _ in range(5):
        answer = client.post(reverse("login"), {"username": "ann", "password": "guess"})

    assert answer.status_code == 429
    assert "Too many failed logins" in answer.content.decode()
    answer = client.post(reverse("login"), {"username": "ann", "password": "correct horse battery"})
    assert answer.status_code == 429


def test_a_login_leads_on_to_the_page_one_came_for(ann: Any, node: Node) -> None:
    client = Client()
    wanted = reverse("node", args=[node.name])

    answer = client.post(
        reverse("login"), {"username": "ann", "password": "correct horse battery", "next": wanted}
    )

    assert (answer.status_code, answer.url) == (302, wanted)


def test_a_wrong_password_keeps_the_name_and_says_so(ann: Any) -> None:
    answer = Client().post(reverse("login"), {"username": "ann", "password": "guess"})

    assert answer.status_code == 200
    assert 'value="ann"' in answer.content.decode()
    assert "correct username and password" in answer.content.decode()
