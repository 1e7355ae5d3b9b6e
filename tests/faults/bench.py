"""A sandbox node on which one cell of the crash matrix after the other is tried.

Every cell begins with a node at rest and ends with one: a transaction that works then makes the other of the two
configurations the saved one, and the next cell begins from there.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netadmin.node.messages import State, digest, new_id
from netadmin.sandbox import Sandbox
from tests.faults.matrix import Fault, Phase, apply, order
from tests.faults.runner import BY_HAND, BY_RENAME
from tests.rigs.until import until

Json = dict[str, Any]
RUNNER = Path(__file__).with_name("runner.py")
CHECKOUT = Path(__file__).parents[2]
PATIENCE = 90  # seconds; a guard or a worker on an idle machine needs one or two

ONE = """\
auto lo
iface lo inet loopback

auto vmbr0
iface vmbr0 inet static
	address 10.1.0.1/24
	bridge-ports eth0
	bridge-stp off
	bridge-fd 0

auto vmbr1
iface vmbr1 inet static
	address 10.2.0.1/24
	bridge-ports none
	bridge-stp off
	bridge-fd 0
"""
RIVAL = ONE.replace("10.1.0.1/24", "10.1.0.77/24")
OTHER = (
    ONE.replace("10.1.0.1/24", "10.1.0.9/24").replace("vmbr1", "vmbr2").replace("ports none", "ports eth1")
)
NEAR = ONE.replace("10.2.0.1/24", "10.2.0.9/24")  # one run of the engine away


@dataclass
class Bench:
    """`other`: the configuration that a transaction leads to, from ONE or back to it."""

    sandbox: Sandbox
    other: str = OTHER
    networks: dict[str, Json] = field(default_factory=dict)  # what the kernel shows for a text, once seen
    _runner: subprocess.Popen[str] | None = None

    def start(self, worker: Sequence[str] = ()) -> None:
        """`worker`: a command that the node keeps running."""
        self.sandbox.start(worker)
        self.run_runner()
        self.networks[ONE] = self.state()["live"]
        if self.other not in self.networks:
            self.work_normally()

    def cells(self, phase: Phase, step: str, fault: Fault) -> Iterator[str]:
        """The outcome of the fault at that step; of each file operation of the step, where it is one of those.

        A later transaction works: the next cell's own shows that, where an apply without a fault leads to it.
        """
        if not phase.can_have(fault, step):
            return
        if fault.kind != "file":
            outcome = self.cell(phase, {"kind": fault.kind, "step": step}, fault)
            assert outcome is not None, f"{fault.title} did not come to be in {step}"
            yield outcome
            if not phase.begins_with_an_apply or step == phase.rows[-1] or fault.kind == "edit":
                self.work_normally()
            return
        number = 1
        while True:
            detail = {"kind": "file", "step": step, "number": number, "error": fault.error}
            outcome = self.cell(phase, detail, fault)
            if outcome is None:
                self.work_normally()
                return
            yield outcome
            number += 1

    def cell(self, phase: Phase, detail: Json, fault: Fault) -> str | None:
        """How the node ended; None when the work has no such file operation. Fails when it is not sound then."""
        base = as_configured(self.state()["saved"])
        other = self.other if base == ONE else ONE
        transaction = new_id()
        for work in phase.before(base, other, transaction):
            assert self.attempt(work)["answer"]["accepted"], work
        work = phase.work(base, other, transaction) | {
            "transaction": transaction,
            "base": base,
            "rival": RIVAL,
        }
        told = self.attempt(work, detail)
        state = self.at_rest(
            transaction, guarded=fault.ended_by == "guard" and phase.is_guarded(detail["step"])
        )
        if phase.name == "boot":
            self.sandbox.power_cut()
            self.sandbox.power_on()
            self.run_runner()
            state = self.state(transaction)
        check_answer_beside(phase, fault, told)
        self.check_sound(state, base, other, by_hand=told.get("by_hand", ()))
        self.check_late_confirm(transaction, other, kept=state["state"] == State.KEPT)
        self.ask("end_guards")
        return WORDS[state["state"]] if told["fired"] else None

    def check_sound(self, state: Json, base: str, other: str, *, by_hand: Iterable[str] = ()) -> None:
        """One of the two files in full, its network, and a journal that says which."""
        assert state["engines"] == 0, "an engine is still running"
        expected = other if state["state"] == State.KEPT else base
        if by_hand:
            for line in by_hand:
                assert line in state["saved"] + state["previous"], f"what was written by hand is lost: {line}"
            assert as_configured(state["saved"]) in (base, other)
            assert state["live"] in (self.networks[base], self.networks[other])
        else:
            assert state["saved"] == expected, "the saved file is not the one that the journal says"
            assert state["live"] == self.networks[expected], "the network is not that of the saved file"

    def at_rest(self, transaction: str, *, guarded: bool) -> Json:
        """Wait for the end: by the guard alone, or by the node's worker as well."""

        def ended() -> Json | None:
            if not guarded:
                self.attempt({"verb": "tend"})
            newest = self.state()["newest"]
            if newest and newest["state"] == State.WAITING:
                self.attempt(order("roll-back", {"transaction": newest["transaction"]}))
                return None
            return self.state(transaction) if not newest or State(newest["state"]).ended else None

        return until(ended, within=PATIENCE)

    def check_late_confirm(self, transaction: str, text: str, *, kept: bool) -> None:
        """A confirm that comes now is the second one, or too late."""
        confirm = order("confirm", {"transaction": transaction, "candidate_digest": digest(text)})
        answer = self.attempt(confirm)["answer"]
        assert answer["accepted"] == kept, answer

    def work_normally(self) -> None:
        """A later transaction works, and leaves the node at rest with the other configuration.

        Between the file operations of one step, the next operation's own transaction shows the same.
        """
        base = self.state()["saved"]
        other = self.other if base.startswith(ONE) else ONE
        transaction = new_id()
        assert self.attempt(apply(base, other, transaction))["answer"]["accepted"]
        confirm = order("confirm", {"transaction": transaction, "candidate_digest": digest(other)})
        assert self.attempt(confirm)["answer"]["accepted"]
        self.ask("end_guards")
        state = self.state(transaction)
        assert (state["saved"], state["state"]) == (other, State.KEPT)
        assert state["live"] == self.networks.setdefault(other, state["live"])

    def attempt(self, work: Json, fault: Json | None = None) -> Json:
        return self.ask("attempt", work=work, fault=fault or {})

    def state(self, transaction: str = "") -> Json:
        state = self.ask("state", transaction=transaction)
        assert "broken" not in state, state
        return state

    def ask(self, what: str, **details: Any) -> Json:
        assert self._runner is not None and self._runner.stdin is not None and self._runner.stdout is not None
        self._runner.stdin.write(json.dumps({"do": what, **details}) + "\n")
        self._runner.stdin.flush()
        line = self._runner.stdout.readline()
        assert line, "the runner ended: see its traceback above"
        return json.loads(line)

    def run_runner(self) -> None:
        self.stop_runner()
        self._runner = subprocess.Popen(
            self.sandbox.inside([sys.executable, RUNNER]),
            env={**self.sandbox.environment, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def stop_runner(self) -> None:
        if self._runner is not None:
            self._runner.kill()
            self._runner.communicate()
            self._runner = None


def as_configured(text: str) -> str:
    """Without what the fault "edit by hand" has added."""
    return text.replace(BY_HAND, "").replace(BY_RENAME, "")


WORDS = {
    None: "not begun",
    State.KEPT: "kept",
    State.ROLLED_BACK: "rolled back",
    State.ROLLED_BACK_RESIDUE: "rolled back, with a note",
    State.FAILED_BEFORE_CHANGE: "nothing changed",
}


def check_answer_beside(phase: Phase, fault: Fault, told: Json) -> None:
    """An order that comes in between waits for its turn; by then only after a rollback is it a right one."""
    if fault.kind == "wrong" or (fault.kind == "second" and phase.name != "rollback"):
        assert not told["beside"]["accepted"]
    if fault.kind == "again":
        assert told["beside"]["accepted"] == told["answer"]["accepted"]
