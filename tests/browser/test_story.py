"""The life of a change as a person lives it: edit, look, apply, watch, confirm, or let it roll back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Running, apply, edit_address, row

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.xdist_group("product")]


def test_a_change_is_edited_compared_applied_seen_live_and_confirmed(admin: Page, running: Running) -> None:
    before = running.saved_file.read_text()
    edit_address(admin, "vmbr0", "192.168.10.20/24")
    expect(admin.locator(".diff .removed")).to_have_count(1)
    expect(admin.locator(".diff .removed")).to_contain_text("address 192.168.10.2")
    expect(admin.locator(".diff .added")).to_contain_text("address 192.168.10.20")

    node_page = admin.context.new_page()
    node_page.goto(f"{running.ready.address}nodes/sandbox/")
    expect(row(node_page, "vmbr0").get_by_text("pending")).to_be_visible()
    apply(admin, wait=60)

    expect(row(node_page, "vmbr0").locator("td[data-label=Live]")).to_contain_text("192.168.10.20/24")
    expect(row(node_page, "vmbr0").get_by_text("live differs")).to_be_visible()
    expect(admin.locator("[data-left]")).to_have_text(re.compile(r"\d+ s|1:00"))
    expect(admin.get_by_text("all as wanted")).to_be_visible()
    assert running.saved_file.read_text() == before  # untouched until somebody confirms

    admin.get_by_role("button", name="Confirm: keep it").click()

    expect(admin.get_by_role("heading", name="Kept: the saved file is the new one")).to_be_visible()
    assert running.saved_file.read_text() == before.replace("192.168.10.2\n", "192.168.10.20\n")
    expect(row(node_page, "vmbr0").locator("td[data-label=Saved]")).to_contain_text("192.168.10.20/24")
    expect(node_page.get_by_text("live differs")).to_have_count(0)


def test_a_change_that_nobody_confirms_is_rolled_back(admin: Page, running: Running) -> None:
    before = running.saved_file.read_text()
    edit_address(admin, "vmbr0", "192.168.10.30/24")
    apply(admin, wait=10)

    expect(admin.get_by_role("heading", name="Rolled back: the network is as it was")).to_be_visible(
        timeout=30_000
    )

    assert running.saved_file.read_text() == before
    admin.get_by_role("navigation", name="You are here").get_by_role("link", name="sandbox").click()
    expect(row(admin, "vmbr0").locator("td[data-label=Live]")).not_to_contain_text("192.168.10.30")
    expect(row(admin, "vmbr0").get_by_text("pending")).to_be_visible()  # the draft is still there
    discard(admin)


def test_an_admin_may_have_more_time_and_may_undo_at_once(admin: Page, running: Running) -> None:
    before = running.saved_file.read_text()
    edit_address(admin, "vmbr0", "192.168.10.40/24")
    apply(admin, wait=30)
    admin.get_by_label("Seconds from now").fill("300")
    admin.get_by_role("button", name="Extend").click()
    expect(admin.locator("[data-left]")).to_have_text(re.compile(r"[45]:\d\d"))

    admin.get_by_role("button", name="Roll back now").click()

    expect(admin.get_by_role("heading", name="Rolled back: the network is as it was")).to_be_visible()
    assert running.saved_file.read_text() == before
    admin.get_by_role("navigation", name="You are here").get_by_role("link", name="sandbox").click()
    discard(admin)


def test_a_staged_file_is_taken_at_reboot_and_confirmed_and_another_is_taken_back(
    admin: Page, running: Running
) -> None:
    reboot_into(admin, "192.168.10.50/24", confirm_within=60)
    expect(admin.get_by_role("heading", name="Booted with the staged file, and waiting")).to_be_visible()
    assert "192.168.10.50" in running.saved_file.read_text()  # a boot has no other file to come up with

    admin.get_by_role("button", name="Confirm: keep it").click()

    expect(admin.get_by_role("heading", name="Kept: the staged file is the saved one")).to_be_visible()
    kept = running.saved_file.read_text()
    assert "192.168.10.50" in kept

    admin.get_by_role("navigation", name="You are here").get_by_role("link", name="sandbox").click()
    reboot_into(admin, "192.168.10.90/24", confirm_within=10)

    expect(
        admin.get_by_role("heading", name="Restored: the file from before the boot is back")
    ).to_be_visible()
    assert running.saved_file.read_text() == kept
    admin.get_by_role("navigation", name="You are here").get_by_role("link", name="sandbox").click()
    expect(row(admin, "vmbr0").locator("td[data-label=Live]")).to_contain_text("192.168.10.50/24")
    discard(admin)


def test_a_hand_edit_between_edit_and_stage_is_noticed_and_carried_over(
    admin: Page, running: Running
) -> None:
    edit_address(admin, "vmbr0", "192.168.10.60/24")
    by_hand = running.saved_file.read_text() + "\n# a note left by hand\n"
    running.saved_file.write_text(by_hand)

    admin.get_by_role("button", name="Stage", exact=True).click()
    expect(admin.get_by_text("The saved file has moved on")).to_be_visible()
    expect(admin.get_by_role("button", name="Apply now")).to_have_count(0)
    assert running.saved_file.read_text() == by_hand

    admin.get_by_role("link", name="Carry over …").click()
    expect(admin.locator(".diff .added")).to_contain_text(["# a note left by hand"])
    admin.get_by_role("button", name="Carry the changes over").click()
    apply(admin, wait=60)
    admin.get_by_role("button", name="Confirm: keep it").click()
    expect(admin.get_by_role("heading", name="Kept: the saved file is the new one")).to_be_visible()
    assert running.saved_file.read_text() == by_hand.replace("192.168.10.50", "192.168.10.60")


def reboot_into(page: Page, address: str, *, confirm_within: int) -> None:
    """From the node's page: stage another address of vmbr0, reboot, and go to the transaction of that boot."""
    edit_address(page, "vmbr0", address)
    page.get_by_label("Seconds to confirm after the boot").fill(str(confirm_within))
    page.get_by_role("button", name="Stage", exact=True).click()
    expect(page.locator("h1 .badge")).to_have_text("staged")
    page.get_by_role("navigation", name="You are here").get_by_role("link", name="sandbox").click()
    expect(page.get_by_text("Staged: taken at the next boot")).to_be_visible()
    expect(row(page, "vmbr0").locator("td[data-label=Staged]")).to_contain_text(address.partition("/")[0])
    page.get_by_text("Reboot …").click()
    page.get_by_role("button", name="Reboot sandbox").click()
    expect(page.get_by_text("waiting for confirm after boot")).to_be_visible()
    page.get_by_role("link", name="Go to the transaction").click()


def discard(page: Page) -> None:
    """From the node's page: give the own draft up."""
    page.get_by_role("region", name="Pending changes").get_by_role("link").first.click()
    page.get_by_text("Discard …").click()
    page.get_by_role("button", name="Discard all changes").click()
    expect(page.get_by_text("You have no draft here")).to_be_visible()
