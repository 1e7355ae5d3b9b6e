"""A network namespace of its own, entered by the test for as long as it looks at the kernel."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pyroute2 import netns


class Namespace:
    """An empty network namespace, alive as long as its process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "echo ready; exec sleep infinity"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout.readline() == "ready\n"

    @property
    def path(self) -> str:
        return f"/proc/{self._process.pid}/ns/net"

    def ip(self, *commands: str) -> str:
        """Runs `ip COMMAND` for each; the output of the last."""
        output = ""
        for command in commands:
            arguments = ["nsenter", f"--net={self.path}", "ip", *command.split()]
            output = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout
        return output

    @contextmanager
    def entered(self) -> Iterator[None]:
        """This thread looks at the namespace's kernel instead of the machine's."""
        netns.pushns(self.path)
        try:
            yield
        finally:
            netns.popns()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture
def namespace() -> Iterator[Namespace]:
    namespace = Namespace()
    yield namespace
    namespace.close()
