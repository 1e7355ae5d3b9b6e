"""A sandbox node with its journal within reach, driven as a console or a worker would drive it."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netadmin.node.config import Node
from netadmin.node.journal import Journal, Record
from netadmin.node.messages import TransactionReport
from netadmin.sandbox import Sandbox
from tests.rigs.until import until

CHECKOUT = Path(__file__).parents[2]
DRIVER = Path(__file__).with_name("driver.py")


@dataclass
class Rig:
    sandbox: Sandbox

    @property
    def files(self) -> Path:
        """The node's /etc/network, seen from outside."""
        return self.sandbox.interfaces.parent

    @property
    def saved(self) -> str:
        return self.sandbox.interfaces.read_text(errors="surrogateescape")

    @property
    def journal(self) -> Journal:
        """The node's journal, read from outside."""
        run = Path(f"/proc/{self.sandbox.pid}/root/run/netadmin")
        return Journal(Node(name="sandbox", state=self.sandbox.directory / "var-lib", run=run))

    @property
    def newest(self) -> Record:
        record = self.journal.newest()
        assert record is not None
        return record

    @property
    def report(self) -> TransactionReport:
        return self.journal.report(self.newest)

    def cli(self, *arguments: str, check: bool = True, **settings: Any) -> subprocess.CompletedProcess[str]:
        """`python -m netadmin.node …` on the node."""
        return self.sandbox.run([sys.executable, "-m", "netadmin.node", *arguments], check=check, **settings)

    def drive(self, *arguments: str, check: bool = True, **settings: Any) -> Any:
        """driver.py on the node: what a worker does, with a fault where the test wants one; its JSON answer."""
        done = self.sandbox.run([sys.executable, str(DRIVER), *arguments], check=False, **settings)
        if check and done.returncode:
            raise AssertionError(f"driver {arguments} ended with {done.returncode}: {done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip() else None

    def put(self, text: str, name: str = "candidate") -> str:
        """A file on the node, by the path it has there."""
        (self.files / name).write_text(text, errors="surrogateescape", newline="")
        return f"/etc/network/{name}"

    def apply(self, text: str, *, wait: int = 60) -> TransactionReport:
        """Apply at the console; returns the report of the transaction that waits, or has ended."""
        self.cli("apply", self.put(text), "--wait", str(wait))
        return self.report

    def ip(self, *arguments: str) -> Any:
        return json.loads(self.sandbox.run(["ip", "-j", "-d", *arguments]).stdout or "[]")

    def sh(self, script: str, **settings: Any) -> str:
        return self.sandbox.run(["sh", "-c", script], **settings).stdout

    def links(self) -> dict[str, Any]:
        return {link["ifname"]: link for link in self.ip("link", "show")}

    def addresses(self, link: str) -> list[str]:
        """IPv4 only, as address/prefix; empty when there is no such link."""
        shown = [entry for entry in self.ip("address", "show") if entry["ifname"] == link]
        return [
            f"{one['local']}/{one['prefixlen']}"
            for entry in shown
            for one in entry["addr_info"]
            if one["family"] == "inet"
        ]

    def dump(self) -> dict[str, Any]:
        """What the kernel shows, without what comes and goes by itself."""
        links = {
            name: {
                key: link.get(key) for key in ("mtu", "master", "address", "ifalias", "link") if link.get(key)
            }
            | {"up": "UP" in link["flags"], "kind": link.get("linkinfo", {}).get("info_kind", "")}
            for name, link in self.links().items()
        }
        addresses = {name: self.addresses(name) for name in links}
        routes = sorted(
            (route["dst"], route.get("gateway", ""), route["dev"]) for route in self.ip("route", "show")
        )
        return {"links": links, "addresses": addresses, "routes": routes}

    def until_ended(self, timeout: float = 20) -> Record:
        """Raises TimeoutError that says where the transaction stands, and what the node's processes are at."""
        try:
            return until(lambda: self.newest if self.newest.state.ended else None, within=timeout)
        except TimeoutError as error:
            log = self.sh("cat /run/netadmin/guard.log; ps -e -o pid,etimes,stat,wchan:20,args", check=False)
            raise TimeoutError(f"{error}\n{self.newest}\n{self.report.events}\n{log}") from None

    def processes(self, words: Sequence[str]) -> list[int]:
        """The node's processes (by its own numbers) whose command line holds all these words."""
        listed = self.sandbox.run(["ps", "-e", "-o", "pid=,args="]).stdout.splitlines()
        return [
            int(line.split()[0])
            for line in listed
            if all(word in line for word in words) and "ps -e" not in line
        ]
