"""kill -9 of the worker, the web server and Redis while a change waits for its confirm: the node undoes it alone."""

from __future__ import annotations

import os
import re
import signal
import tempfile
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from tests.rigs.product import Product, Ready
from tests.rigs.until import until

pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("product")]

WAIT = 12  # seconds to confirm
LATENESS = 5.0  # seconds after the deadline by which the node must have undone it

VICTIMS = {
    "worker": re.compile(rb"netadmin\.node\0worker"),
    "web": re.compile(rb"gunicorn\0config\.wsgi"),
    "redis": re.compile(rb"redis-server"),
}


@pytest.fixture(scope="module")
def product() -> Iterator[tuple[Product, Ready]]:
    """The product, started once for the tests of this file."""
    with (
        tempfile.TemporaryDirectory(prefix="netadmin-") as folder,
        Product(Path(folder), "--port", "8500") as product,
    ):
        yield product, product.ready()


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_change_is_rolled_back_though_a_process_was_killed(
    victim: str, product: tuple[Product, Ready]
) -> None:
    running, ready = product
    saved = running.data / "sandbox/etc-network/interfaces"
    before = saved.read_text()
    init = parent(processes(running, VICTIMS["worker"])[0])
    transaction = Admin(ready).apply_address("192.168.10.90")
    assert has_address(init, "192.168.10.90")

    for pid in processes(running, VICTIMS[victim]):
        os.kill(pid, signal.SIGKILL)

    until(lambda: not has_address(init, "192.168.10.90"), within=WAIT + LATENESS)
    until(lambda: has_address(init, "192.168.10.2"), within=LATENESS)
    assert saved.read_text() == before
    until(
        lambda: "Rolled back: the network is as it was" in Admin(ready).page(transaction), within=60, every=1
    )


class Admin:
    """A browser without JavaScript: forms sent as they stand, cookies kept."""

    def __init__(self, ready: Ready) -> None:
        self.address = ready.address.rstrip("/")
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        until(lambda: self._answers("/login/"), within=60, every=0.5)
        self.send("/login/", "/login/", username=ready.login, password=ready.password)

    def page(self, path: str) -> str:
        """The page's text."""
        with self.opener.open(f"{self.address}{path}", timeout=10) as answer:
            return str(answer.read().decode())

    def send(self, form: str, to: str, **fields: str) -> str:
        """Send the form on a page with its own token; the address of the page it leads to."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page(form))
        assert token, form
        data = urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        with self.opener.open(f"{self.address}{to}", data, timeout=10) as answer:
            return str(answer.url).removeprefix(self.address)

    def apply_address(self, address: str) -> str:
        """Edit vmbr0 in the raw text of its stanza, apply it, and wait until it is live; the transaction's path."""
        text_page = "/nodes/sandbox/text/vmbr0/"
        text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", self.page(text_page), re.DOTALL)
        assert text
        edited = re.sub(r"address \S+", f"address {address}", text[1])
        change_set = self.send(text_page, text_page, text=edited, save="1")
        transaction = self.send(change_set, f"{change_set}apply/", wait=str(WAIT))
        until(lambda: "waiting for your confirm" in self.page(transaction), every=0.2)
        return transaction

    def _answers(self, path: str) -> bool:
        try:
            return bool(self.page(path))
        except OSError:
            return False


def processes(running: Product, command: re.Pattern[bytes]) -> list[int]:
    """The processes of this product whose command line fits, and of no other."""
    data = str(running.data).encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            line, environment = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
        except OSError:  # it has ended
            continue
        if command.search(line) and (data in environment or data in line):
            found.append(int(entry.name))
    assert found, command
    return found


def has_address(init: int, address: str) -> bool:
    """Whether the kernel of the sandbox that this process lives in has the address, asked of nobody else."""
    return f"-- {address}\n" in Path(f"/proc/{init}/net/fib_trie").read_text()


def parent(pid: int) -> int:
    """The process that started it."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^PPid:\s+(\d+)", status, re.MULTILINE)[1])  # type: ignore[index]
