"""The pictures of the documentation, taken from the running product: `python -m tests.shots`.

They go to docs/shots: the node with a pending change, the form, the change set, a change that waits for its
confirm, each as it looks on a wide screen, and the node and the waiting change on a phone at night.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.rigs.chromium import ARGUMENTS, chromium
from tests.rigs.product import CHECKOUT, Product, Ready

SHOTS = CHECKOUT / "docs" / "shots"
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def main() -> None:
    """Start the product, live a change through, and take the pictures on the way."""
    SHOTS.mkdir(exist_ok=True)
    found = chromium()
    with (
        tempfile.TemporaryDirectory(prefix="netadmin-") as folder,
        Product(Path(folder), "--port", "8600") as product,
        sync_playwright() as playwright,
    ):
        ready = product.ready()
        browser = playwright.chromium.launch(
            executable_path=str(found.program), args=list(ARGUMENTS), env=dict(found.environment)
        )
        _take(browser, ready)
        browser.close()


def _take(browser: Browser, ready: Ready) -> None:
    page = _logged_in(browser, ready, WIDE, "light")
    page.goto(f"{ready.address}nodes/sandbox/edit/vmbr0/")
    page.get_by_label("Addresses").first.fill("192.168.10.20/24")
    page.get_by_label("Comment").fill("uplink of the office")
    page.locator("#preview .added", has_text="uplink").first.wait_for()
    _shot(page, "form")
    page.get_by_role("button", name="Save to my draft").click()
    _entitle(page, "Move vmbr0 to its new address")
    _shot(page, "change")
    change_set = page.url
    page.goto(f"{ready.address}nodes/sandbox/")
    _shot(page, "node")
    page.goto(change_set)
    page.get_by_role("button", name="Apply now").click()
    page.get_by_role("button", name="Confirm: keep it").wait_for()
    page.locator(".step.done", has_text="try gateway").wait_for()
    _shot(page, "transaction")
    phone = _logged_in(browser, ready, PHONE, "dark")
    phone.goto(page.url)
    _shot(phone, "transaction-phone")
    phone.goto(f"{ready.address}nodes/sandbox/")
    _shot(phone, "node-phone")
    page.get_by_role("button", name="Confirm: keep it").click()
    page.get_by_role("heading", name="Kept").wait_for()


def _entitle(page: Page, title: str) -> None:
    page.get_by_text("Rename …").click()
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Save the title").click()
    page.get_by_role("heading", name=title).wait_for()
    page.goto(page.url)  # without the message


def _logged_in(browser: Browser, ready: Ready, viewport: dict[str, int], scheme: str) -> Page:
    context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{ready.address}login/")
    page.get_by_label("Username").fill(ready.login)
    page.get_by_label("Password").fill(ready.password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Nodes").wait_for()
    return page


def _shot(page: Page, name: str) -> None:
    page.screenshot(path=SHOTS / f"{name}.png", animations="disabled")
    print(SHOTS / f"{name}.png")


if __name__ == "__main__":
    main()
