"""A guest whose power is cut in one step of a transaction after the other; what comes up goes on to the next."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netadmin.node.messages import State, new_id
from tests.faults.bench import CHECKOUT, ONE, RIVAL, WORDS
from tests.faults.matrix import Phase
from tests.faults.moments import DISCARDED, STAGED
from tests.rigs.disk import DiskGuest, take_out

Json = dict[str, Any]
STEPS, MOMENTS = (Path(__file__).with_name(name) for name in ("powered.py", "moments.py"))
ENVIRONMENT = {"PYTHONPATH": str(CHECKOUT), "NETADMIN_NODE": "guest"}
PATIENCE = 240  # seconds; what is asked for takes an idle machine ten
TEXTS = (ONE, RIVAL)
#: what may be left by a power cut, by what was told before it: of anything else, the one or the other
NEW = (STAGED, State.KEPT)
OLD = (DISCARDED, State.APPLYING, State.WAITING, State.ROLLING_BACK, State.ROLLED_BACK)
KNOWN = (State.WAITING, State.ROLLING_BACK, State.ROLLED_BACK)
BRIDGE = re.compile(r"^iface (vmbr\d) inet static\n\taddress (\S+)\n\tbridge-ports (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Cut:
    """A power cut in a step of the transaction that was to bring the node from `base` to `new`."""

    step: str
    transaction: str
    base: str
    new: str


def outcomes(guest: DiskGuest, phase: Phase) -> Iterator[tuple[str, str]]:
    """For each step: how a node whose power is cut there has come up. Fails when it is not sound then.

    The guest is off, with the saved file ONE. After the last step the node works through a whole change.
    """
    cut: Cut | None = None
    for step in phase.rows:
        guest.boot()
        transaction = new_id()
        going = {"phase": phase.name, "step": step, "transaction": transaction, "texts": TEXTS}
        came_up, went = ask(guest, STEPS, come_up_after(cut), {"do": "go_as_far_as", **going})
        guest.power_cut()
        if cut:
            yield cut.step, outcome(cut, came_up)
        assert went["cut"], f"{step} was not reached: {went}"
        cut = Cut(step, transaction, went["base"], went["new"])
    assert cut
    guest.boot()
    change = {"do": "change", "transaction": new_id(), "texts": TEXTS}
    came_up, changed = ask(guest, STEPS, come_up_after(cut), change)
    yield cut.step, outcome(cut, came_up)
    assert (changed["state"], changed["saved"]) == (State.KEPT, changed["new"])
    assert bridges(changed) == wanted(changed["new"])


def moments(guest: DiskGuest) -> tuple[list[Json], list[str]]:
    """What a boot makes of the disk as it was at each file operation, and the steps in which they came.

    The guest is off, with the saved file ONE.
    """
    guest.boot()
    (lived,) = ask(guest, MOMENTS, {"do": "live", "texts": TEXTS})
    assert "moments" in lived, lived
    guest.power_cut()
    guest.boot()
    disks = sorted({moment["disk"] for moment in lived["moments"]})
    for disk in disks:
        take_out(guest.window / "moments" / disk, guest.window / "files" / disk)
    boots = ask(guest, MOMENTS, *({"do": "boot_from", "disk": disk} for disk in disks))
    seen = dict(zip(disks, boots, strict=True))
    return [{**moment, "seen": seen[moment["disk"]]} for moment in lived["moments"]], lived["steps"]


def verdict(moment: Json) -> str:
    """What is wrong with what has come up; "" when nothing is."""
    seen, told = moment["seen"], moment["told"]
    if "saved" not in seen:
        return "the journal cannot be read"
    if seen["saved"] not in (moment["base"], moment["new"]):
        return "the saved file is neither the old nor the new one"
    is_new = seen["saved"] == moment["new"]
    state = seen["state"] if seen["transaction"] == moment["transaction"] else None
    if is_new != (state in (State.KEPT, State.WAITING)):
        return "the journal says the one file, the other is there"
    if is_new and seen["previous"] != moment["base"]:
        return "the previous file is gone"
    if told in NEW and not is_new:
        return "the new file is gone"
    if told in OLD and is_new:
        return "what nobody has confirmed is there"
    if told in KNOWN and state is None:
        return "the transaction is forgotten"
    return ""


def ask(guest: DiskGuest, program: Path, *requests: Json) -> tuple[Json, ...]:
    """The answers; a request that went wrong answers with the traceback, and so does every one after it."""
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    done = guest.run(
        [sys.executable, program], input=lines, environment=ENVIRONMENT, check=False, timeout=PATIENCE
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    missing = len(requests) - len(answers)
    return (*answers, *[{"cut": False, "said": done.stderr}] * missing)


def come_up_after(cut: Cut | None) -> Json:
    return {"do": "come_up", "transaction": cut.transaction if cut else "", "new": cut.new if cut else ""}


def outcome(cut: Cut, came_up: Json) -> str:
    """One of the two files in full, its network, and a journal that says which and takes no late confirm."""
    assert "said" not in came_up, came_up["said"]
    assert "broken" not in came_up, came_up
    expected = cut.new if came_up["state"] == State.KEPT else cut.base
    assert came_up["saved"] == expected, "the saved file is not the one that the journal says"
    assert bridges(came_up) == wanted(expected), "the network is not that of the saved file"
    assert came_up["engines"] == 0, "an engine is running"
    assert came_up["late_confirm"] == (came_up["state"] == State.KEPT)
    newest = came_up["newest"]
    assert newest is None or State(newest["state"]).ended, f"a transaction is open: {newest}"
    return WORDS[came_up["state"]]


def wanted(text: str) -> Json:
    """Of each bridge of the text: its address and its ports."""
    return {
        name: [address, ports.replace("none", "").split()] for name, address, ports in BRIDGE.findall(text)
    }


def bridges(seen: Json) -> Json:
    """Of each bridge that is up: its address and its ports."""
    links = seen["live"]["links"]
    return {
        name: [" ".join(addresses), [port for port, link in links.items() if link[3] == name]]
        for name, (kind, up, _mtu, _master, addresses) in links.items()
        if kind == "bridge" and up
    }
