"""A person at a browser in front of the whole product: real broker, sandbox node, workers and web server."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.rigs.product import Product, Ready

expect.set_options(timeout=20_000)


@dataclass(frozen=True, slots=True)
class Running:
    """The product and where it answers."""

    product: Product
    ready: Ready

    @property
    def data(self) -> Path:
        return self.product.data

    @property
    def saved_file(self) -> Path:
        """The sandbox node's own /etc/network/interfaces."""
        return self.data / "sandbox" / "etc-network" / "interfaces"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """The product, started once for the tests of a file."""
    with (
        tempfile.TemporaryDirectory(prefix="netadmin-") as folder,
        Product(Path(folder), "--port", "8400") as product,
    ):
        yield Running(product, product.ready())


@pytest.fixture
def admin(page: Page, running: Running) -> Page:
    """A browser in which the administrator is logged in, on the sandbox's page."""
    page.set_default_timeout(20_000)
    log_in(page, running.ready)
    page.get_by_role("row", name="sandbox").get_by_role("link", name="sandbox").first.click()
    expect(page.get_by_role("heading", name="Interfaces")).to_be_visible()
    return page


def log_in(page: Page, ready: Ready) -> None:
    """Type login and password."""
    page.goto(f"{ready.address}login/")
    page.get_by_label("Username").fill(ready.login)
    page.get_by_label("Password").fill(ready.password)
    page.get_by_role("button", name="Log in").click()


def edit_address(page: Page, interface: str, address: str) -> None:
    """From the node's page: give the interface another address and save it to the draft."""
    page.get_by_role("link", name=interface, exact=True).click()
    page.get_by_label("Addresses").first.fill(address)
    page.get_by_role("button", name="Save to my draft").click()
    expect(page.get_by_role("heading", name="What changes in the file")).to_be_visible()


def apply(page: Page, *, wait: int) -> None:
    """From the change set's page: apply it, and follow until it waits for the confirm."""
    page.get_by_label("Seconds to confirm", exact=True).fill(str(wait))
    page.get_by_role("button", name="Apply now").click()
    expect(page.get_by_role("heading", name="Live, and waiting for your confirm")).to_be_visible()


def row(page: Page, interface: str) -> Locator:
    """The interface's row in the table of the node's page."""
    return page.locator("table.states > tbody > tr").filter(
        has=page.get_by_role("link", name=interface, exact=True)
    )
