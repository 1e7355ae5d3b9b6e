"""Runs on a sandbox node: carries out orders in child processes of its own, with a fault at a named step.

One JSON object per line in, one out. A child that is to lose its power says so and stands still; the sandbox's
owner then cuts it. The faults come in through the node's own edges: the observer of steps, the file operations
and the clock.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from netadmin.node.boot import boot
from netadmin.node.clock import Clock
from netadmin.node.config import Node
from netadmin.node.errors import NodeError
from netadmin.node.facts.live import read_live
from netadmin.node.files import Files
from netadmin.node.journal import Journal
from netadmin.node.messages import REQUESTS, Order, Verb, digest, new_id
from netadmin.node.orders import carry_out
from netadmin.node.transaction import end_overdue
from netadmin.planning.records import decode, encode

Json = dict[str, Any]
BY_HAND, BY_RENAME = "# by hand\n", "# by an editor's rename\n"
HOUR = 3600


def obey(commands: dict[str, Callable[..., Json]]) -> None:
    node = Node.from_environment()
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(commands[request.pop("do")](node, **request)), flush=True)


def attempt(node: Node, *, work: Json, fault: Json) -> Json:
    """Do the work in a child process; tells whether the fault came to be and what the work answered."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        carry_through(node, work, fault, writing)
    os.close(writing)
    told: Json = {"fired": False, "answer": None, "beside": None}
    with os.fdopen(reading) as said:
        for line in said:
            told |= json.loads(line)
            if "cut" in told:
                return told
    _, status = os.waitpid(child, 0)
    return told | {"died": os.WIFSIGNALED(status)}


def carry_through(node: Node, work: Json, fault: Json, writing: int) -> None:
    out = os.fdopen(writing, "w", buffering=1)

    def tell(**said: Any) -> None:
        out.write(json.dumps(said) + "\n")

    faulty = Faulty(node, work, fault, tell)
    try:
        answer = WORK[work["verb"]](faulty.node, work)
        tell(answer=answer, beside=faulty.companion.answer() if faulty.companion else None)
    except BaseException as error:  # the child must not go on as a second runner
        tell(answer={"accepted": False, "error": repr(error)})
    finally:
        os._exit(0)


class Faulty:
    """A node with one fault in it, at the step `fault["step"]`."""

    def __init__(self, node: Node, work: Json, fault: Json, tell: Callable[..., None]) -> None:
        self.work, self.fault, self.tell = work, fault, tell
        self.step = ""
        self.operations = 0
        self.clock = SetBack()
        self.companion = Companion(node) if fault.get("kind") in BESIDE else None
        self.node = replace(node, files=Files(observe=self.operation), observe=self.reached, clock=self.clock)

    def reached(self, step: str) -> None:
        self.step = step
        if step == self.fault.get("step") and self.fault["kind"] in AT_STEP:
            AT_STEP[self.fault["kind"]](self)

    def operation(self, name: str, path: Path) -> None:
        if self.step != self.fault.get("step"):
            return
        if self.fault["kind"] == "edit" and name == "exchange":
            self.edit_by_rename(path)
        if self.fault["kind"] != "file":
            return
        self.operations += 1
        if self.operations == self.fault["number"]:
            self.fired()
            code = getattr(errno, self.fault["error"])
            raise OSError(code, os.strerror(code), str(path))

    def fired(self) -> None:
        self.tell(fired=True)

    def kill_worker(self) -> None:
        """In the steps that run the engine: as soon as that runs."""
        self.fired()
        if self.step.endswith(".engine"):
            self.when_engine_runs(lambda _pid: os.kill(os.getpid(), signal.SIGKILL))
        else:
            os.kill(os.getpid(), signal.SIGKILL)

    def kill_engine(self) -> None:
        if self.step.endswith(".engine"):
            self.when_engine_runs(self.kill_it)

    def kill_it(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.fired()

    def kill_guard(self) -> None:
        for pid in processes("cmdline", b"watch.py") + processes("cmdline", b"\0guard\0"):
            self.kill_it(pid)

    def cut(self) -> None:
        """In the steps that run the engine: as soon as that runs."""
        if self.step.endswith(".engine"):
            self.when_engine_runs(lambda _pid: self.stand_still())
        else:
            self.stand_still()

    def stand_still(self) -> None:
        self.tell(fired=True, cut=True)
        # Whoever waits for the end of the runner's output must not wait for this process.
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        signal.pause()

    def fail(self) -> None:
        self.fired()
        raise RuntimeError(f"a fault before {self.step}")

    def edit(self) -> None:
        self.tell(fired=True, by_hand=[BY_HAND])
        with self.node.saved.open("a") as file:
            file.write(BY_HAND)

    def edit_by_rename(self, saved: Path) -> None:
        """As vim and `sed -i` do, when the step is about to put another file in the saved one's place."""
        self.tell(by_hand=[BY_HAND, BY_RENAME])
        edited = saved.with_name("edited")
        edited.write_text(saved.read_text() + BY_RENAME)
        edited.rename(saved)

    def set_clock_back(self) -> None:
        self.fired()
        self.clock.back = HOUR

    def second_order(self) -> None:
        self.beside(apply_order(self.work["rival"], base=digest(self.work["base"])))

    def same_order(self) -> None:
        if "order" in self.work:
            self.beside(self.work["order"])

    def wrong_confirm(self) -> None:
        wrong = {"transaction": self.work["transaction"], "candidate_digest": digest("another")}
        self.beside({"verb": "confirm", "request": wrong, "id": new_id()})

    def beside(self, order: Json) -> None:
        assert self.companion is not None
        self.companion.send(order)
        self.fired()

    def when_engine_runs(self, act: Callable[[int], None]) -> None:
        def watch() -> None:
            step = self.step
            while self.step == step:
                for pid in processes("environ", b"\0NETADMIN_TRANSACTION="):
                    act(pid)
                    return
                time.sleep(0.002)

        threading.Thread(target=watch, daemon=True).start()


class Companion:
    """Another process of the node; forked before the work begins, so that it shares no lock with it."""

    def __init__(self, node: Node) -> None:
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()
        if not os.fork():
            os.close(self._orders)
            with os.fdopen(orders) as given, os.fdopen(answers, "w") as out:
                for line in given:
                    out.write(json.dumps(do_order(node, {"order": json.loads(line)})))
            os._exit(0)
        os.close(orders)
        os.close(answers)

    def send(self, order: Json) -> None:
        os.write(self._orders, json.dumps(order).encode() + b"\n")

    def answer(self) -> Json | None:
        """What it was answered; None when it was never sent an order."""
        os.close(self._orders)
        with os.fdopen(self._answers) as said:
            return json.loads(said.read() or "null")


BESIDE = ("second", "again", "wrong")
AT_STEP: dict[str, Callable[[Faulty], None]] = {
    "worker": Faulty.kill_worker,
    "engine": Faulty.kill_engine,
    "guard": Faulty.kill_guard,
    "raise": Faulty.fail,
    "power": Faulty.cut,
    "edit": Faulty.edit,
    "clock": Faulty.set_clock_back,
    "second": Faulty.second_order,
    "again": Faulty.same_order,
    "wrong": Faulty.wrong_confirm,
}


class SetBack(Clock):
    """The wall clock as somebody has set it: `back` seconds earlier."""

    back = 0

    def now(self) -> float:
        return super().now() - self.back


def apply_order(text: str, *, base: str) -> Json:
    request = {"transaction": new_id(), "candidate": text, "wait": 60}
    return {"verb": "apply", "request": request, "id": new_id(), "base_digest": base}


def do_order(node: Node, work: Json) -> Json:
    given = work["order"]
    verb = Verb(given["verb"])
    now = time.time()
    order = Order(
        id=given["id"],
        node=node.name,
        base_digest=given.get("base_digest", ""),
        issued_at=now,
        expires_at=now + 2 * HOUR,
        by="ada",
        request=decode(REQUESTS[verb], given["request"]),
    )
    answer = carry_out(order, node=node, emit=lambda _report: None)
    return encode(answer)


def do_boot(node: Node, _work: Json) -> Json:
    return {"accepted": True, "said": boot(node)}


def do_tend(node: Node, _work: Json) -> Json:
    record = end_overdue(node)
    return {"accepted": True, "open": record is not None}


WORK: dict[str, Callable[[Node, Json], Json]] = {"order": do_order, "boot": do_boot, "tend": do_tend}


def state(node: Node, *, transaction: str) -> Json:
    """The node as it is: its files, the kernel, and of the journal the named transaction and the newest."""
    try:
        record = Journal(node).newest()
        named = Journal(node).read(transaction) if transaction else None
    except NodeError as error:
        return {"broken": error.message}
    return {
        "saved": node.files.read(node.saved),
        "previous": node.files.read_if_there(node.previous) or "",
        "staged": node.files.read_if_there(node.staged),
        "aside": [path.read_text() for path in node.network.glob("interfaces.new.set-aside-*")],
        "live": live(),
        "newest": {"transaction": record.transaction, "state": record.state} if record is not None else None,
        # A record that was begun without becoming the newest is no transaction.
        "state": named.state if named is not None and named.state.ended else None,
        "residue": named.residue if named is not None else (),
        "engines": len(processes("environ", b"\0NETADMIN_TRANSACTION=")),
    }


def live() -> Json:
    """Links, addresses and routes without what comes and goes by itself."""
    seen = read_live()
    return {
        "links": {
            link.name: [
                link.kind,
                link.up,
                link.mtu,
                link.master,
                sorted(one.address for one in link.addresses if one.scope != "link"),
            ]
            for link in seen.links
        },
        "routes": sorted(
            f"{route.destination} {route.gateway} {route.device}"
            for route in seen.routes
            if not route.destination.startswith("fe80")
        ),
    }


def end_guards(node: Node) -> Json:
    """Between two cells: a guard that has nothing left to guard need not be waited for."""
    for pid in processes("cmdline", b"watch.py") + processes("cmdline", b"\0guard\0"):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return {}


def processes(file: str, words: bytes) -> list[int]:
    """Processes of the node whose /proc/PID/FILE holds these words; never this one."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) not in (os.getpid(), os.getppid()):
            with suppress(OSError):
                if words in b"\0" + (entry / file).read_bytes():
                    found.append(int(entry.name))
    return found


DO: dict[str, Callable[..., Json]] = {"attempt": attempt, "state": state, "end_guards": end_guards}


if __name__ == "__main__":
    obey(DO)
