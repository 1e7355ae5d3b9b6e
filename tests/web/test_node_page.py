"""The page of a node: four states side by side, what differs in words, and the part that follows the machine."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from netadmin.actions.candidate import candidate
from netadmin.actions.edit import open_draft, save_interface
from netadmin.actions.reports import take
from netadmin.models import Node, Order
from netadmin.planning.live import Link, LinkAddress
from tests.actions.conftest import SAVED, node_report
from tests.web.conftest import LINKS

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafted(node: Node, ann: Any) -> Node:
    """The node with a draft of ann's in which vmbr0 has another address."""
    draft = open_draft(node, by=ann)
    before = candidate(draft).definitions["vmbr0"]
    save_interface(draft, before, before.with_addresses("inet", ["192.168.10.9/24"]), by=ann)
    return node


def rows(client: Client) -> dict[str, Any]:
    """The rows of the page by interface."""
    return {row.name: row for row in client.get(reverse("node", args=["host"])).context["rows"]}


def test_a_draft_stands_beside_the_saved_and_the_live_state(
    drafted: Node, as_ann: Client, publish: Callable[..., None]
) -> None:
    publish()

    row = rows(as_ann)["vmbr0"]

    assert [(each.option, each.old, each.new) for each in row.draft.differences] == [
        ("address", "192.168.10.2", "192.168.10.9")
    ]
    assert row.saved.lines == ("192.168.10.2/24", "gateway 192.168.10.1", "ports eth0")
    assert "192.168.10.2/24" in row.live.lines
    assert row.live.differences == ()
    assert row.live.status_words == "up"


def test_what_differs_is_said_in_words(drafted: Node, as_ann: Client, publish: Callable[..., None]) -> None:
    vmbr0 = replace(LINKS[3], addresses=(LinkAddress("192.168.10.3/24"),))
    publish((*LINKS[:3], vmbr0, LINKS[4]))

    page = as_ann.get(reverse("node", args=["host"])).content.decode()

    assert "pending" in page
    assert "live differs" in page
    assert "Live differs from the saved file" in page


def test_a_staged_file_stands_in_its_own_column(node: Node, as_ann: Client) -> None:
    take(node_report(SAVED, staged=SAVED.replace("192.168.10.2", "192.168.10.4")))

    page = as_ann.get(reverse("node", args=["host"])).content.decode()

    assert [(each.old, each.new) for each in rows(as_ann)["vmbr0"].staged.differences] == [
        ("192.168.10.2", "192.168.10.4")
    ]
    assert "Staged: taken at the next boot" in page
    assert "no change set here staged" in page


def test_a_link_that_no_file_mentions_is_shown_and_can_be_put_into_the_file(
    node: Node, as_ann: Client, publish: Callable[..., None]
) -> None:
    publish()

    row = rows(as_ann)["tap100i0"]

    assert row.in_kernel_only
    assert row.saved.word == "not there"
    assert "in vmbr0" in row.live.lines


def test_an_interface_of_a_sourced_file_is_shown_with_its_place_and_without_a_form(
    node: Node, as_ann: Client
) -> None:
    text = f"{SAVED}\nsource /etc/network/interfaces.d/*\n"
    sourced = {"/etc/network/interfaces.d/extra": "# more\niface eth1 inet manual\n"}
    take(node_report(text, sourced=sourced))

    assert rows(as_ann)["eth1"].place == "/etc/network/interfaces.d/extra:2"
    assert not rows(as_ann)["eth1"].editable
    assert as_ann.get(reverse("interface", args=["host", "eth1"])).status_code == 404


def test_changes_of_all_admins_are_listed_and_marked_at_their_interfaces(
    drafted: Node, as_bob: Client
) -> None:
    page = as_bob.get(reverse("node", args=["host"])).content.decode()

    assert "also edited by ann" in page
    assert rows(as_bob)["vmbr0"].draft.differences == ()


def test_the_live_part_is_sent_only_when_it_would_show_something_else(
    node: Node, as_ann: Client, publish: Callable[..., None]
) -> None:
    publish(sequence=1)
    token = as_ann.get(reverse("node", args=["host"])).context["token"]
    page = reverse("node-live", args=["host"])
    assert as_ann.get(page, {"seen": token}).status_code == 204

    publish((*LINKS, Link(6, "eth2", up=True, carrier=True)), sequence=2)
    answer = as_ann.get(page, {"seen": token})

    assert answer.status_code == 200
    assert "eth2" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def following(client: Client, **asked: str) -> str:
    """The address by which the page asks for what is new."""
    page = client.get(reverse("node", args=["host"]), asked).content.decode()
    found = re.search(r'hx-get="([^"]+/live/[^"]+)"', page)
    assert found
    return unescape(found[1])


def test_after_an_event_only_the_rows_that_say_something_else_are_sent(
    node: Node, as_ann: Client, publish: Callable[..., None]
) -> None:
    publish(sequence=1)
    follow = following(as_ann)

    publish((*LINKS[:2], replace(LINKS[2], up=True, carrier=True), *LINKS[3:]), sequence=2)
    answer = as_ann.get(follow)

    shown = {row.name: row.anchor for row in answer.context["rows"]}
    assert re.findall(r'<tbody id="([^"]+)" hx-swap-oob="true"', answer.content.decode()) == [shown["eth1"]]
    assert "HX-Retarget" not in answer.headers


def test_after_an_edit_the_whole_part_is_sent(
    node: Node, as_ann: Client, ann: Any, publish: Callable[..., None]
) -> None:
    publish()
    follow = following(as_ann)

    open_draft(node, by=ann)
    answer = as_ann.get(follow)

    assert answer.headers["HX-Retarget"] == "#now"
    assert 'id="now"' in answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"find": "vmbr"}, ["vmbr0"]),
        ({"find": "192.168.10.1"}, ["vmbr0"]),
        ({"find": "ETH1"}, ["eth1"]),
        ({"find": "eth0 192"}, ["vmbr0"]),
        ({"find": "nothing like it"}, []),
        ({"show": "pending"}, ["vmbr0"]),
        ({"show": "unmentioned"}, ["eth1", "tap100i0"]),
        ({"show": "differs"}, ["vmbr0"]),
        ({"show": "findings"}, []),
        ({"show": "pending", "find": "eth1"}, []),
    ],
)
def test_interfaces_are_found_by_what_they_say_and_by_how_they_stand(
    drafted: Node, as_ann: Client, publish: Callable[..., None], asked: dict[str, str], names: list[str]
) -> None:
    publish((*LINKS[:3], replace(LINKS[3], mtu=1400), LINKS[4]))

    page = as_ann.get(reverse("node", args=["host"]), asked)

    assert [row.name for row in page.context["rows"]] == names
    assert ("No interface fits" in page.content.decode()) is (names == [])


def test_a_long_list_keeps_what_was_asked_for_from_page_to_page(
    node: Node, as_ann: Client, publish: Callable[..., None]
) -> None:
    publish(tuple(Link(number, f"dummy{number}", "dummy") for number in range(120)))

    page = as_ann.get(reverse("node", args=["host"]), {"find": "dummy", "page": "2"})

    assert [row.name for row in page.context["rows"]] == [f"dummy{number}" for number in range(50, 100)]
    assert 'href="?find=dummy&amp;page=3"' in page.content.decode()
    assert "find=dummy&page=2" in following(as_ann, find="dummy", page="2")


def test_a_silent_node_is_shown_as_silent_with_the_age_of_what_is_known(
    node: Node, as_ann: Client, publish: Callable[..., None]
) -> None:
    publish(beat=time.time() - 200)

    page = as_ann.get(reverse("node", args=["host"])).content.decode()

    assert "host is silent" in page
    assert "last heard 3 min 20 s ago" in page


def test_a_hand_edit_is_told_with_its_revision_and_the_way_to_carry_a_draft_over(
    drafted: Node, as_ann: Client
) -> None:
    take(node_report(f"{SAVED}\n# by hand\n"))

    page = as_ann.get(reverse("node", args=["host"])).content.decode()

    assert "The saved file was edited by hand" in page
    assert reverse("revision", args=["host", 2]) in page
    assert reverse("change-rebase", args=[drafted.change_sets.get().pk]) in page


def test_bytes_that_are_no_utf8_do_not_break_the_page(node: Node, as_ann: Client) -> None:
    take(node_report("# caf\udce9\nauto \udcff0\niface \udcff0 inet manual\n"))

    page = as_ann.get(reverse("node", args=["host"]))

    assert page.status_code == 200
    assert "\\xff0" in page.content.decode()


def test_a_reboot_with_a_delay_that_is_no_number_is_not_ordered(node: Node, as_ann: Client) -> None:
    answer = as_ann.post(reverse("node-reboot", args=["host"]), {"delay": "soon"}, follow=True)

    assert "No reboot" in answer.content.decode()
    assert not Order.objects.exists()


def test_a_reboot_is_ordered_with_its_delay(node: Node, as_ann: Client) -> None:
    as_ann.post(reverse("node-reboot", args=["host"]), {"delay": "60"})

    assert Order.objects.get().verb == "reboot"


def test_a_node_is_added_and_a_bad_name_stays_in_its_field(as_ann: Client) -> None:
    page = reverse("node-add")
    refused = as_ann.post(page, {"name": "Not A Name"})
    assert "Lower-case letters" in refused.content.decode()
    assert 'value="Not A Name"' in refused.content.decode()

    answer = as_ann.post(page, {"name": "pve9"}, follow=True)

    assert "pve9 has never reported" in answer.content.decode()


def test_the_time_to_confirm_is_set_and_one_too_short_refused_at_its_field(
    node: Node, as_ann: Client
) -> None:
    page = reverse("node-settings", args=["host"])
    refused = as_ann.post(page, {"confirm_seconds": "3"})
    assert "greater than or equal to 10" in str(refused.context["form"].errors["confirm_seconds"])

    as_ann.post(page, {"confirm_seconds": "300"})

    node.refresh_from_db()
    assert node.confirm_seconds == 300
