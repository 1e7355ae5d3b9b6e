"""`NODE=host`: whether this machine can be managed itself, and under which name."""

import re
import socket
from pathlib import Path

# Each engine by a program that only it has; ifupdown2 first, for it brings an ifup as well.
ENGINES = {"ifupdown2": "usr/sbin/ifreload", "ifupdown": "sbin/ifup"}


class HostError(Exception):
    """This machine cannot be managed, and why."""


def check_host(root: Path) -> str:
    """The engine below `root`. Raises HostError when there is none, or nothing for it to read."""
    engine = next((name for name, program in ENGINES.items() if _exists(root, program)), "")
    if not engine:
        raise HostError(
            "This machine has neither ifupdown2 nor ifupdown, so nothing here reads /etc/network/interfaces.\n"
            "  netadmin does not install one: that could cut the machine off. Try the sandbox: make run"
        )
    if not (root / "etc/network/interfaces").exists():
        raise HostError(
            f"This machine has {engine} but no /etc/network/interfaces.\n"
            "  Something else manages its network; netadmin leaves that alone. Try the sandbox: make run"
        )
    return engine


def host_name() -> str:
    """The machine's name as a node's: lower-case letters, digits and hyphens."""
    name = re.sub(r"[^a-z0-9-]+", "-", socket.gethostname().lower()).strip("-")
    return name[:63] or "host"


def _exists(root: Path, program: str) -> bool:
    path = root / program
    return path.exists() or path.is_symlink()
