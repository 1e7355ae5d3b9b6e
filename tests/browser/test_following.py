"""What a page follows without a reload, and what works without JavaScript."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Running, edit_address, log_in, row

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.xdist_group("product")]


def test_a_changed_link_is_seen_without_a_reload_while_details_stay_open(
    admin: Page, running: Running
) -> None:
    rows = admin.locator("table.states > tbody > tr")
    eth3 = rows.filter(has_text=re.compile(r"^\s*eth3"))
    expect(eth3.first).to_contain_text("down")
    options = admin.locator("details[id^='o-']").first
    options.locator("summary").click()
    admin.evaluate("window.untouched = true")

    before = time.monotonic()
    in_sandbox(running, "ip", "link", "set", "eth3", "up")
    expect(eth3.first.locator(".dot.good")).to_be_visible(timeout=5_000)
    seconds = time.monotonic() - before

    print(f"seen after {seconds:.2f} s")
    expect(options).to_have_attribute("open", "")
    assert admin.evaluate("window.untouched")
    in_sandbox(running, "ip", "link", "set", "eth3", "down")
    expect(eth3.first.locator(".dot.good")).to_have_count(0)


def test_nothing_is_asked_while_nobody_looks(admin: Page) -> None:
    asked: list[str] = []
    admin.on("request", lambda request: asked.append(request.url) if "/live/" in request.url else None)
    admin.clock.install()
    admin.reload()
    admin.clock.run_for(3_000)
    assert asked

    admin.evaluate("Object.defineProperty(document, 'visibilityState', {value: 'hidden'})")
    asked.clear()
    admin.clock.run_for(60_000)

    assert asked == []


def test_who_loses_the_server_is_told_and_who_is_logged_out_is_asked_to_log_in(admin: Page) -> None:
    lost = admin.get_by_role("alert").filter(has_text="The web server does not answer")
    admin.context.set_offline(True)
    expect(lost).to_be_visible()
    admin.context.set_offline(False)
    expect(lost).to_be_hidden()

    admin.context.clear_cookies()

    expect(admin.get_by_role("heading", name="Log in")).to_be_visible()


def test_a_change_is_applied_and_confirmed_without_javascript(running: Running, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, running.ready)
    page.goto(f"{running.ready.address}nodes/sandbox/")
    edit_address(page, "vmbr0", "192.168.10.70/24")
    page.get_by_role("button", name="Apply now").click()
    while not page.get_by_role("button", name="Confirm: keep it").is_visible():
        page.reload()
    expect(page.locator("[data-left]")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))  # the deadline itself

    page.get_by_role("button", name="Confirm: keep it").click()
    while not page.get_by_role("heading", name="Kept: the saved file is the new one").is_visible():
        page.reload()

    assert "192.168.10.70" in running.saved_file.read_text()
    page.goto(f"{running.ready.address}nodes/sandbox/")
    expect(row(page, "vmbr0").locator("td[data-label=Live]")).to_contain_text("192.168.10.70/24")
    context.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_click_counts_though_the_preview_grows_while_the_button_is_down(
    width: int, admin: Page, running: Running
) -> None:
    admin.set_viewport_size({"width": width, "height": 900})
    admin.goto(f"{running.ready.address}nodes/sandbox/edit/vmbr0/")
    admin.get_by_label("Addresses").first.fill(f"192.168.10.{width % 200}/24")
    save = admin.get_by_role("button", name="Save to my draft")
    save.hover()
    admin.mouse.down()
    admin.locator("#preview .added").first.wait_for()
    admin.mouse.up()
    expect(admin.get_by_role("heading", name="What changes in the file")).to_be_visible()


def in_sandbox(running: Running, *command: str) -> None:
    """Run a command of this machine in the network namespace of the sandbox."""
    worker = next(
        entry
        for entry in Path("/proc").iterdir()
        if entry.name.isdecimal()
        and _read(entry / "cmdline").endswith(b"netadmin.node\0worker\0")
        and str(running.data).encode() in _read(entry / "environ")
    )
    subprocess.run(["nsenter", "--target", worker.name, "--net", *command], check=True)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended
        return b""
