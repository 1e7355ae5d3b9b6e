"""What an admin does at the console of a node that has lost its network: everything, without broker or web."""

import getpass
from pathlib import Path

from netadmin.planning.compare import Verdict

from . import messages
from .boot import last_boot
from .config import Node
from .errors import NoTransaction
from .journal import Journal, Record
from .messages import State, TransactionReport, new_id
from .rebooting import reboot_at
from .staging import stage as stage_file
from .transaction import apply as apply_candidate
from .transaction import confirm as confirm_transaction
from .transaction import end_overdue, roll_back_now
from .transaction import extend as extend_transaction


def status(node: Node) -> str:
    end_overdue(node)
    lines = [
        f"node     {node.name}",
        f"saved    {_file(node, node.saved)}",
        f"staged   {_file(node, node.staged)}",
    ]
    record = Journal(node).newest()
    if record is not None:
        lines += _transaction_lines(node, record)
    if at := reboot_at(node):
        lines.append(f"reboot   in {max(0, at - node.clock.now()):.0f} s")
    lines += [f"boot     {sentence}" for sentence in last_boot(node)]
    return "\n".join(lines) + "\n"


def confirm(node: Node, transaction: str) -> TransactionReport:
    end_overdue(node)
    record = _open_or_newest(node, transaction)
    return confirm_transaction(messages.Confirm(transaction, record.candidate_digest), node=node)


def extend(node: Node, transaction: str, seconds: int) -> TransactionReport:
    end_overdue(node)
    return extend_transaction(messages.Extend(transaction, seconds), node=node)


def roll_back(node: Node, transaction: str) -> TransactionReport:
    end_overdue(node)
    record = _open_or_newest(node, transaction)
    return roll_back_now(messages.RollBack(record.transaction), node=node, by=_me())


def apply(node: Node, file: Path, wait: int) -> TransactionReport:
    end_overdue(node)
    request = messages.Apply(new_id(), node.files.read(file), wait)
    return apply_candidate(request, node=node, by=_me())


def stage(node: Node, file: Path, confirm_within: int | None) -> str:
    request = messages.Stage(node.files.read(file), confirm_within, new_id())
    stage_file(request, node=node, by=_me())
    return f"Staged as {node.staged}; the next boot takes it."


def told(report: TransactionReport) -> str:
    """A transaction for a terminal: its steps, what is not as it should be, and what to do next."""
    lines = [f"{report.transaction} {report.state}"]
    lines += [f"  {event.step} {event.state} {event.seconds:.2f} s" for event in report.events]
    if report.state is State.WAITING:
        lines += _differing(report)
    lines += [f"  {probe.name}: {probe.detail}" for probe in report.probes if not probe.passed]
    lines += [f"  left: {sentence}" for sentence in report.residue]
    if report.problem is not None:
        lines += [f"  {sentence}" for sentence in _sentences(report.problem)]
    if report.outcome:
        lines.append(report.outcome)
    if report.state is State.WAITING:
        lines.append(f"Confirm with: python -m netadmin.node confirm {report.transaction}")
    return "\n".join(lines)


def _differing(report: TransactionReport) -> list[str]:
    lines = [
        f"  {one['interface']}: {one['option']} should be {one['wanted']} and is {one['seen']}"
        for one in report.comparisons
        if one["verdict"] == Verdict.DIFFERS
    ]
    more = report.comparison_counts.get(Verdict.DIFFERS, 0) - len(lines)
    return [*lines, f"  and {more} more"] if more > 0 else lines


def _open_or_newest(node: Node, transaction: str) -> Record:
    record = Journal(node).newest()
    if record is None or transaction not in ("", record.transaction):
        raise NoTransaction(
            f"There is no transaction {transaction}." if transaction else "There is no transaction.",
            state=f"The newest is {record.transaction} ({record.state})."
            if record
            else "There was none yet.",
            next="See `status`.",
        )
    return record


def _transaction_lines(node: Node, record: Record) -> list[str]:
    lines = [f"newest   {record.transaction} {record.state} (by {record.by or 'unknown'})"]
    if record.state is State.WAITING:
        left = record.deadline_boottime - node.clock.boottime()
        lines.append(f"         rolled back in {max(0.0, left):.0f} s unless confirmed")
    if record.outcome:
        lines.append(f"         {record.outcome}")
    if record.problem is not None:
        lines += [f"         {sentence}" for sentence in _sentences(record.problem)]
    return lines + [f"         left: {sentence}" for sentence in record.residue]


def _sentences(problem: messages.Problem) -> list[str]:
    return [sentence for sentence in (problem.message, problem.state, problem.next) if sentence]


def _file(node: Node, path: Path) -> str:
    digest = node.files.digest(path)
    return f"{path} {digest[:12]}" if digest else "none"


def _me() -> str:
    return f"{getpass.getuser()} at the console"
