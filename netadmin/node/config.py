"""A node as its environment describes it: its name, its paths, and the edges it works through."""

import os
import socket
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from netadmin.planning.live import LiveState

from .clock import Clock
from .files import Files


def unobserved(step: str) -> None:
    """Nobody is watching."""


def look_at_kernel(only: Collection[str] | None = None) -> LiveState:
    """As facts.live.read_live, imported when it is needed: the boot step has the standard library only."""
    from netadmin.node.facts.live import read_live

    return read_live(only)


@cache
def features_of_kernel() -> frozenset[str]:
    """Asked once per process; a kernel learns nothing new without a reboot."""
    from netadmin.node.facts.features import kernel_features

    return kernel_features()


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Everything a transaction touches outside its own values.

    root: where etc/network lies; state: survives a reboot; run: does not. engine: "auto", "ifupdown2" or
    "ifupdown". engine_limit: seconds one engine command may take, None for as long as the file's size suggests.
    broker: URL, asked for as a probe; probe_name: a host name to look up as a probe; both "" for none.
    python: what the guard is run with; it needs pyroute2, which the boot step's own interpreter may lack.
    observe: told the name of every step before it is taken; what it raises happens instead.
    """

    name: str
    root: Path = Path("/")
    state: Path = Path("/var/lib/netadmin")
    run: Path = Path("/run/netadmin")
    engine: str = "auto"
    engine_limit: float | None = None
    sandbox: bool = False
    reboot: tuple[str, ...] = ("systemctl", "reboot")
    python: str = sys.executable
    broker: str = ""
    probe_name: str = ""
    files: Files = field(default_factory=Files)
    clock: Clock = field(default_factory=Clock)
    look: Callable[..., LiveState] = look_at_kernel
    features: Callable[[], frozenset[str]] = features_of_kernel
    observe: Callable[[str], None] = unobserved

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Node":
        """All optional: NETADMIN_NODE, _ROOT, _STATE, _RUN, _ENGINE, _ENGINE_LIMIT, _SANDBOX, _BROKER, _PROBE_NAME,
        _PYTHON, _REBOOT.
        """
        limit = environment.get("NETADMIN_ENGINE_LIMIT")
        return cls(
            name=environment.get("NETADMIN_NODE") or socket.gethostname(),
            root=Path(environment.get("NETADMIN_ROOT", "/")),
            state=Path(environment.get("NETADMIN_STATE", "/var/lib/netadmin")),
            run=Path(environment.get("NETADMIN_RUN", "/run/netadmin")),
            engine=environment.get("NETADMIN_ENGINE", "auto"),
            engine_limit=float(limit) if limit else None,
            sandbox=environment.get("NETADMIN_SANDBOX") == "1",
            broker=environment.get("NETADMIN_BROKER", ""),
            probe_name=environment.get("NETADMIN_PROBE_NAME", ""),
            python=environment.get("NETADMIN_PYTHON") or sys.executable,
            reboot=tuple(environment.get("NETADMIN_REBOOT", "systemctl reboot").split()),
        )

    def environment(self) -> dict[str, str]:
        """The same node for a process started from this one."""
        return {
            "NETADMIN_NODE": self.name,
            "NETADMIN_ROOT": str(self.root),
            "NETADMIN_STATE": str(self.state),
            "NETADMIN_RUN": str(self.run),
            "NETADMIN_ENGINE": self.engine,
            "NETADMIN_ENGINE_LIMIT": "" if self.engine_limit is None else str(self.engine_limit),
            "NETADMIN_BROKER": self.broker,
            "NETADMIN_PROBE_NAME": self.probe_name,
            "NETADMIN_PYTHON": self.python,
            "NETADMIN_SANDBOX": "1" if self.sandbox else "0",
            "NETADMIN_REBOOT": " ".join(self.reboot),
        }

    @property
    def network(self) -> Path:
        return self.root / "etc/network"

    @property
    def saved(self) -> Path:
        """The file the node boots from; of a link, the file it points to, so that a change leaves the link alone."""
        return Path(os.path.realpath(self.network / "interfaces"))

    @property
    def staged(self) -> Path:
        return self.network / "interfaces.new"

    @property
    def previous(self) -> Path:
        """The saved file before the last change that netadmin made to it."""
        return self.saved.with_name(f"{self.saved.name}.previous")

    @property
    def candidate(self) -> Path:
        """The file under trial, in the saved file's folder so that the two can be exchanged."""
        return self.saved.with_name(f"{self.saved.name}.candidate")

    def set_aside(self, reason: str) -> Path:
        """Where a staged file goes that the boot step does not take."""
        return self.network / f"interfaces.new.set-aside-{reason}"


def deadline_in(node: Node, seconds: float) -> dict[str, float]:
    """CLOCK_BOOTTIME counts; the wall clock's reading of it is for people."""
    return {
        "deadline": node.clock.now() + seconds,
        "deadline_boottime": node.clock.boottime() + seconds,
    }
