"""Every page at both widths, light and dark: axe finds nothing, nothing scrolls sideways, the console stays silent."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Running, edit_address, log_in

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.xdist_group("product")]

PATHS = (
    "nodes/",
    "nodes/_add/",
    "nodes/sandbox/",
    "nodes/sandbox/settings/",
    "nodes/sandbox/edit/vmbr0/",
    "nodes/sandbox/text/vmbr0/",
    "nodes/sandbox/remove/vmbr0/",
    "nodes/sandbox/add/bond/",
    "nodes/sandbox/add/vlan/",
    "nodes/sandbox/file/",
    "nodes/sandbox/revisions/",
    "nodes/sandbox/revisions/1/",
    "changes/",
    "changes/1/",
    "changes/1/rebase/",
    "transactions/",
    "search/",
    "audit/",
    "password/",
    "nowhere/",
)


@pytest.fixture(scope="module")
def changed(running: Running, browser: Browser) -> None:
    """A draft and a transaction, so that every page has something to show."""
    page = browser.new_page()
    log_in(page, running.ready)
    page.goto(f"{running.ready.address}nodes/sandbox/")
    edit_address(page, "vmbr0", "192.168.10.20/24")
    page.get_by_label("Seconds to confirm", exact=True).fill("600")
    page.get_by_role("button", name="Apply now").click()
    expect(page.get_by_role("button", name="Confirm: keep it")).to_be_visible()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_accessible_and_fits(
    width: int, scheme: str, running: Running, changed: None, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"{running.ready.address}login/")
    problems = _problems(page, "login/")
    log_in(page, running.ready)
    for path in PATHS:
        page.goto(f"{running.ready.address}{path}")
        problems += _problems(page, path)
    page.goto(f"{running.ready.address}transactions/")
    page.get_by_role("table").get_by_role("row").nth(1).get_by_role("link").first.click()
    expect(page.get_by_role("button", name="Confirm: keep it")).to_be_visible()
    problems += _problems(page, "the transaction")
    context.close()

    assert problems == []
    assert [line for line in said if "404" not in line] == []


def _problems(page: Page, path: str) -> list[str]:
    for details in page.locator("main details:not(.menu)").all():
        details.evaluate("element => { element.open = true }")
    page.evaluate("document.getAnimations().forEach(animation => animation.finish())")
    found = [
        f"{path}: {violation['id']}: {node['html'][:120]}"
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"][:3]
    ]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(f"{path}: scrolls sideways")
    return found
