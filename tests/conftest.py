"""Rigs that tests of every folder use: a sandbox node with the real engine, and a real Redis."""

import platform
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from netadmin.interfaces import Dialect
from netadmin.sandbox import Sandbox
from netadmin.sandbox.packages import ENGINE_PACKAGES, unpacked
from netadmin.sandbox.redis import RedisServer
from tests.faults.table import say_matrix
from tests.rigs.chromium import ARGUMENTS, chromium
from tests.rigs.machine import lend_tools
from tests.rigs.report import note_rigs, say_rigs

#: what a guest has and the machine need not have
GUEST_PACKAGES = ("user-mode-linux", "kmod", "openvswitch-switch", *ENGINE_PACKAGES["ifupdown2"])
if not Path("/lib/systemd/systemd").exists():  # a container as a rule has none
    GUEST_PACKAGES += ("systemd",)

# How fast a single example is says more about the machine's other work than about the code.
hypothesis.settings.register_profile(
    "netadmin", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("netadmin")


def pytest_configure() -> None:
    lend_tools()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    note_rigs(items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    say_rigs(terminalreporter)
    say_matrix(terminalreporter)


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Any) -> None:
    """Argon2 costs what it should, which is too much for hundreds of accounts that live for one test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def engine_root() -> Path:
    """ifupdown2 and its tools, unpacked."""
    return unpacked(*ENGINE_PACKAGES["ifupdown2"])


@pytest.fixture(scope="session")
def classic_root() -> Path:
    """Classic ifupdown with the packages whose hooks know bridges, bonds and VLANs, unpacked."""
    return unpacked(*ENGINE_PACKAGES["ifupdown"])


@pytest.fixture(scope="session")
def guest_packages() -> Path:
    if (machine := platform.machine()) != "x86_64":
        pytest.skip(f"Debian builds user-mode Linux for PCs, this machine is {machine}")
    return unpacked(*GUEST_PACKAGES)


@pytest.fixture
def make_sandbox(tmp_path: Path) -> Iterator[Callable[..., Sandbox]]:
    """Sandboxes not yet started, each in a folder of its own: make_sandbox(engine=…, text=…, …)."""
    with ExitStack() as stack:

        def make(name: str = "node", **settings: object) -> Sandbox:
            return stack.enter_context(Sandbox(tmp_path / name, **settings))  # type: ignore[arg-type]

        yield make


@pytest.fixture
def sandbox(make_sandbox: Callable[..., Sandbox]) -> Sandbox:
    """A node that is up with the installer's default and ifupdown2; it runs no worker."""
    node = make_sandbox(engine=Dialect.IFUPDOWN2)
    node.start()
    return node


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis of this test's own; its folder's path is short, for a socket's path may have 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="netadmin-") as folder, RedisServer(Path(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium instead of one that Playwright would download."""
    found = chromium()
    return {
        **browser_type_launch_args,
        "executable_path": str(found.program),
        "args": list(ARGUMENTS),
        "env": found.environment,
    }
