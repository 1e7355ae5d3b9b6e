"""A guest as a managed node: driven at its console, its journal read from the disk it shares with the machine."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from typing import Any

from netadmin.node.config import Node
from netadmin.node.journal import Journal, Record
from netadmin.node.messages import TransactionReport
from netadmin.planning.compare import Verdict
from tests.rigs.guest import Guest, SystemdGuest
from tests.rigs.until import until
from tests.uml.conftest import CHECKOUT, PYTHON

ENVIRONMENT = {"PYTHONPATH": str(CHECKOUT), "NETADMIN_NODE": "guest"}
SAVED, STAGED = "/etc/network/interfaces", "/etc/network/interfaces.new"


class GuestNode:
    """`boot_up` is what a node does at boot: its services, the boot step, then its networking service."""

    def __init__(self, guest: Guest, *, service: Sequence[str] = ("true",)) -> None:
        self.guest = guest
        self.service = service

    def boot_up(self) -> None:
        if isinstance(self.guest, SystemdGuest):
            self.guest.wait_for("networking.service")
        else:
            self.guest.run(self.service)
            self.cli("boot")
            self.guest.run(["ifup", "-a"])

    def reboot(self) -> None:
        self.guest.reboot()
        self.boot_up()

    def cli(self, *arguments: str, check: bool = True, **settings: Any) -> subprocess.CompletedProcess[str]:
        """`python -m netadmin.node …` in the guest."""
        command = [PYTHON, "-m", "netadmin.node", *arguments]
        return self.guest.run(command, check=check, environment=ENVIRONMENT, **settings)

    def apply(self, text: str, *, wait: int = 120) -> TransactionReport:
        """Apply at the console; returns the report of the transaction that waits, or has ended."""
        self.guest.write("/etc/network/candidate", text)
        self.cli("apply", "/etc/network/candidate", "--wait", str(wait))
        return self.report

    def confirm(self) -> None:
        self.cli("confirm", self.newest.transaction)

    @property
    def saved(self) -> str:
        return self.guest.kept(SAVED).read_text()

    @property
    def journal(self) -> Journal:
        return Journal(Node(name="guest", state=self.guest.kept("/var/lib/netadmin/transaction").parent))

    @property
    def newest(self) -> Record:
        record = self.journal.newest()
        assert record is not None
        return record

    @property
    def report(self) -> TransactionReport:
        return self.journal.report(self.newest)

    @property
    def differing(self) -> list[str]:
        """What the newest transaction's verification found not to be as wanted."""
        return [
            f"{one['interface']}.{one['option']}: {one['wanted']} wanted, {one['seen']} seen"
            for one in self.newest.comparisons
            if one["verdict"] == Verdict.DIFFERS
        ]

    def until_ended(self, *, within: float = 20) -> Record:
        return until(lambda: self.newest if self.newest.state.ended else None, within=within)

    def ip(self, *arguments: str) -> Any:
        return json.loads(self.guest.run(["ip", "-j", "-d", *arguments]).stdout or "[]")

    def links(self) -> dict[str, Any]:
        return {link["ifname"]: link for link in self.ip("link")}

    def look(self) -> dict[str, Any]:
        """What the kernel shows, without what comes and goes by itself."""
        return {
            "links": {name: _lasting(link) for name, link in self.links().items()},
            "addresses": {
                link["ifname"]: sorted(
                    f"{one['local']}/{one['prefixlen']}"
                    for one in link["addr_info"]
                    if one["scope"] == "global"
                )
                for link in self.ip("address")
            },
            "routes": sorted(
                (route["dst"], route.get("gateway", ""), route["dev"])
                for route in self.ip("-4", "route") + self.ip("-6", "route")
                if not route["dst"].startswith("fe80")
            ),
            "vlans": json.loads(self.guest.run(["bridge", "-j", "-compressvlans", "vlan"]).stdout),
        }


def _lasting(link: dict[str, Any]) -> dict[str, Any]:
    info = link.get("linkinfo", {})
    return {
        "up": "UP" in link["flags"],
        "mtu": link["mtu"],
        "master": link.get("master", ""),
        "kind": info.get("info_kind", ""),
    }
