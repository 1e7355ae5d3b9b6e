"""Runs in a guest with a disk: comes up after a power cut as a node does, and goes as far as the next one.

As runner.py, whose works and faults it uses: one JSON object per line in, one out.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

from netadmin.node.config import Node
from tests.faults.matrix import PHASES, apply, confirm
from tests.faults.runner import attempt, obey, state

Json = dict[str, Any]


def come_up(node: Node, *, transaction: str, new: str) -> Json:
    """What the boot step and the networking service make of it, and what a confirm then comes to."""
    do(node, {"verb": "boot"})
    subprocess.run(["ifup", "-a"], check=True, capture_output=True)
    seen = state(node, transaction=transaction)
    late = attempt(node, work=confirm("", new, transaction), fault={})
    return {**seen, "late_confirm": late["answer"]["accepted"]}


def go_as_far_as(node: Node, *, phase: str, step: str, transaction: str, texts: list[str]) -> Json:
    """Carry a change of the saved text to the other one as far as that step, and stand still there."""
    base, new = both(node, texts)
    (way,) = (one for one in PHASES if one.name == phase)
    for work in way.before(base, new, transaction):
        do(node, work)
    told = attempt(node, work=way.work(base, new, transaction), fault={"kind": "power", "step": step})
    return {"base": base, "new": new, "cut": told.get("cut", False)}


def change(node: Node, *, transaction: str, texts: list[str]) -> Json:
    """A whole transaction from the saved text to the other one."""
    base, new = both(node, texts)
    do(node, apply(base, new, transaction))
    do(node, confirm(base, new, transaction))
    return {**state(node, transaction=transaction), "new": new}


def both(node: Node, texts: list[str]) -> tuple[str, str]:
    """The saved text and the other one."""
    base = node.files.read(node.saved)
    return base, texts[1 - texts.index(base)]


def do(node: Node, work: Json) -> None:
    told = attempt(node, work=work, fault={})
    assert told["answer"]["accepted"], told


DO: dict[str, Callable[..., Json]] = {"come_up": come_up, "go_as_far_as": go_as_far_as, "change": change}


if __name__ == "__main__":
    obey(DO)
