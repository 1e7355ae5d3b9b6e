"""One address changed among many bridges: the node's transaction beside a bare `ifreload -a` of the same change.

Both in the same sandbox and the same run; the transaction in a process that has been up for a while, as a worker
has, measured from the order to the verified live state.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from netadmin.node import messages
from netadmin.node.config import Node
from netadmin.node.journal import Journal
from netadmin.node.messages import Order, State
from netadmin.node.orders import carry_out
from netadmin.node.steps import tell_nobody
from netadmin.sandbox import Sandbox

# bridges: (rounds, the most that the transaction may take as a part of the bare reload)
LIMITS = {10: (5, 1.5), 1000: (3, 0.25), 4094: (1, 0.1)}
CHECKOUT = Path(__file__).parents[1]
SAVED = Path("/etc/network/interfaces")


def main() -> int:
    if "--inside" in sys.argv:
        return inside(int(sys.argv[-1]))
    return sum([not measure(bridges, *limits) for bridges, limits in LIMITS.items()])


def measure(bridges: int, rounds: int, limit: float) -> bool:
    """In a sandbox of its own; whether the limit was kept."""
    with tempfile.TemporaryDirectory(prefix="netadmin-bench-") as folder:
        environment = {"PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": ""}
        with Sandbox(Path(folder), text=text_of(bridges), environment=environment) as sandbox:
            sandbox.start()
            command = [sys.executable, "-m", "benchmarks.bench_transaction", "--inside", str(rounds)]
            told = json.loads(sandbox.run(command, timeout=900).stdout)
    bare, ours = statistics.median(told["bare"]), statistics.median(told["ours"])
    kept = ours <= limit * bare
    steps = ", ".join(f"{name} {seconds:.3f}" for name, seconds in told["steps"].items() if seconds >= 0.005)
    print(f"{bridges} bridges: bare reload {bare:.3f} s, transaction {ours:.3f} s")
    print(f"  {steps}")
    print(f"  {'kept' if kept else 'MISSED'}: {ours / bare:.3f} of it, at most {limit}", flush=True)
    return kept


def text_of(bridges: int) -> str:
    stanzas = [
        f"auto vmbr{number}\niface vmbr{number} inet static\n\taddress {address(number)}\n"
        "\tbridge-ports none\n\tbridge-stp off\n\tbridge-fd 0\n"
        for number in range(bridges)
    ]
    return "auto lo\niface lo inet loopback\n\n" + "\n".join(stanzas)


def address(number: int) -> str:
    return f"10.{number // 250}.{number % 250}.1/24"


def inside(rounds: int) -> int:
    """On the sandbox node: print the seconds of every round as JSON."""
    node, before = Node.from_environment(), SAVED.read_text()
    after = before.replace(address(5), "10.200.0.1/24")
    node.look()
    told: dict[str, object] = {"bare": [bare_reload(before, after) for _ in range(rounds)]}
    told["ours"] = [transaction(node, after) for _ in range(rounds)]
    report = Journal(node).newest()
    assert report is not None
    events, _ = Journal(node).events(report.transaction)
    told["steps"] = {event.step: event.seconds for event in events if not event.step.startswith("roll")}
    print(json.dumps(told))
    return 0


def bare_reload(before: str, after: str) -> float:
    """Of the changed file; the way back is not counted."""
    seconds = []
    for text in (after, before):
        SAVED.write_text(text)
        began = time.perf_counter()
        reload = ["/usr/bin/python3", "/usr/sbin/ifreload", "-a"]
        subprocess.run(reload, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, capture_output=True, check=True)
        seconds.append(time.perf_counter() - began)
    return seconds[0]


def transaction(node: Node, candidate: str) -> float:
    """From the order to the verified live state; the way back is not counted."""
    transaction = messages.new_id()
    began = time.time()
    send(node, messages.Apply(transaction, candidate))
    journal = Journal(node)
    record = journal.newest()
    assert record is not None and record.state is State.WAITING and not differing(record.comparisons), record
    events, _ = journal.events(transaction)
    verified = next(event for event in events if event.step == "apply.verify")
    send(node, messages.RollBack(transaction))
    record = journal.newest()
    assert record is not None and record.state is State.ROLLED_BACK, record.residue
    return verified.at + verified.seconds - began


def differing(comparisons: tuple[dict[str, str], ...]) -> list[dict[str, str]]:
    return [one for one in comparisons if one["verdict"] == "differs"]


def send(node: Node, request: messages.Request) -> None:
    now = time.time()
    order = Order(messages.new_id(), node.name, "", now, now + 60, "bench", request)
    answer = carry_out(order, node=node, emit=tell_nobody)
    assert answer.accepted, answer.problem


if __name__ == "__main__":
    sys.exit(main())
