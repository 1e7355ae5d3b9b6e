"""What holds of every page: the strict policy, nothing inline, a title, and a 404 for what is not there."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.web.test_access import ACTS, SENT, names, site  # noqa: F401 - the same site

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
PAGES = sorted(set(names()) - ACTS - {"home", "login"})
PARTS = {"node-live", "transaction-live", "change-live"}


class Inline(HTMLParser):
    """Finds what the policy would keep from running: scripts and styles in the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if (tag == "script" and "src" not in given) or tag == "style":
            self.found.append(tag)
        self.found += [name for name in given if name == "style" or name.startswith(("on", "hx-on"))]


def test_every_page_carries_the_strict_policy_and_nothing_inline(
    site: dict[str, list[str]],  # noqa: F811
    as_ann: Client,
    publish: Callable[..., None],
) -> None:
    publish()
    for name in PAGES:
        answer = as_ann.get(reverse(name, args=site[name]))

        sent = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
        assert sent == POLICY, name
        finder = Inline()
        finder.feed(answer.content.decode())
        assert finder.found == [], name


def test_every_page_has_one_heading_of_its_own_and_a_title(
    site: dict[str, list[str]],  # noqa: F811
    as_ann: Client,
) -> None:
    for name in set(PAGES) - PARTS:
        page = as_ann.get(reverse(name, args=site[name])).content.decode()

        assert len(re.findall(r"<h1[ >]", page)) == 1, name
        assert re.search(r"<title>.+ · netadmin</title>", page, re.DOTALL), name


def test_what_is_not_there_is_a_404(as_ann: Client, site: dict[str, list[str]]) -> None:  # noqa: F811
    nothing = {"1": "77", "host": "nowhere", "vmbr0": "vmbr77", "bond": "toaster"}
    for name in (name for name in names() if site[name]):
        args = [nothing.get(arg, "0" * 32 if len(arg) == 32 else "77") for arg in site[name]]
        address = reverse(name, args=args)

        answer = as_ann.post(address, SENT) if name in ACTS else as_ann.get(address)

        assert answer.status_code == 404, name
        assert "There is nothing at this address" in answer.content.decode(), name


def test_every_page_says_in_red_when_the_node_is_this_machine(as_ann: Client, settings: object) -> None:
    assert "host-warning" not in as_ann.get(reverse("nodes")).content.decode()
    settings.NETADMIN_HOST_NODE = "host"  # type: ignore[attr-defined]

    assert "is this machine itself" in as_ann.get(reverse("nodes")).content.decode()


def test_htmx_is_told_to_evaluate_nothing(as_ann: Client) -> None:
    page = as_ann.get(reverse("nodes")).content.decode()

    assert '"allowEval": false' in page
    assert '"includeIndicatorStyles": false' in page
    assert settings.DEBUG is False
