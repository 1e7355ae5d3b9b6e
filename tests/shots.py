"""`make shots`: the pictures of the documentation, taken from the running product by Chromium.

They tell one change from login to confirm, on a sandbox node, and land in docs/shots.
"""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.rigs.chromium import ARGUMENTS, chromium
from tests.rigs.machine import lend_tools
from tests.rigs.product import Product, Ready

SHOTS = Path(__file__).parents[1] / "docs/shots"
SIZE = {"width": 1280, "height": 860}


def main() -> int:
    lend_tools()
    SHOTS.mkdir(parents=True, exist_ok=True)
    browser_program = chromium()
    with (
        tempfile.TemporaryDirectory(prefix="netadmin-") as folder,
        Product(Path(folder) / "data", "--port", "8500") as product,
        sync_playwright() as playwright,
    ):
        ready = product.ready()
        browser = playwright.chromium.launch(
            executable_path=str(browser_program.program),
            args=list(ARGUMENTS),
            env=browser_program.environment,
        )
        page = browser.new_page(viewport=SIZE)
        tell_a_change(page, ready)
        browser.close()
    return 0


def tell_a_change(page: Page, ready: Ready) -> None:
    page.goto(ready.address)
    page.locator("input[name=username]").fill(ready.login)
    page.locator("input[name=password]").fill(ready.password)
    page.get_by_role("button", name="Log in").click()
    page.goto(f"{ready.address}nodes/sandbox/edit/vmbr0/")
    page.locator("textarea[name=inet_address]").fill("192.168.10.77/24")
    take(page, "edit")
    page.get_by_role("button", name="Save to my draft").click()
    page.goto(f"{ready.address}changes/")
    page.get_by_role("link", name=re.compile("vmbr0|draft|change", re.IGNORECASE)).last.click()
    take(page, "change")
    page.get_by_role("button", name="Apply now").click()
    expect(page.get_by_role("button", name="Confirm: keep it")).to_be_visible(timeout=30_000)
    take(page, "transaction")
    page.goto(f"{ready.address}nodes/sandbox/")
    expect(page.get_by_text("192.168.10.77/24").first).to_be_visible()
    take(page, "node")
    page.go_back()
    page.get_by_role("button", name="Confirm: keep it").click()
    expect(page.get_by_text("kept").first).to_be_visible(timeout=30_000)
    take(page, "kept")
    page.goto(f"{ready.address}audit/")
    take(page, "audit")


def take(page: Page, name: str) -> None:
    page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)
    print(f"docs/shots/{name}.png", flush=True)


if __name__ == "__main__":
    sys.exit(main())
