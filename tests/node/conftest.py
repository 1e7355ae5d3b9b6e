"""A sandbox node for the tests of the node's transaction."""

from collections.abc import Callable, Iterator

import pytest

from netadmin.sandbox import Sandbox
from tests.node.rig import CHECKOUT, Rig

BRIDGED = """\
auto lo
iface lo inet loopback

auto vmbr0
iface vmbr0 inet static
	address 192.168.10.2/24
	gateway 192.168.10.1
	bridge-ports eth0
	bridge-stp off
	bridge-fd 0

auto vmbr1
iface vmbr1 inet static
	address 10.1.0.1/24
	bridge-ports none
	bridge-stp off
	bridge-fd 0
"""


@pytest.fixture
def make_rig(make_sandbox: Callable[..., Sandbox]) -> Callable[..., Rig]:
    """Started nodes: make_rig(text=…, engine=…, environment={…})."""

    def make(*, text: str = BRIDGED, environment: dict[str, str] | None = None, **settings: object) -> Rig:
        node = make_sandbox(
            text=text, environment={"PYTHONPATH": str(CHECKOUT), **(environment or {})}, **settings
        )
        node.start()
        return Rig(node)

    return make


@pytest.fixture
def rig(make_rig: Callable[..., Rig]) -> Iterator[Rig]:
    yield make_rig()
