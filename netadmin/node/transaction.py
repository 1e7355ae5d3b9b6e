"""A change on trial: applied, then confirmed or rolled back, by whoever is there to do it.

    prepare ─▶ apply ─▶ wait ─▶ keep         a person confirmed in time
       │         │        └───▶ roll back    nobody did, or somebody said so
       │         └────────────▶ roll back    a step failed, or the process that took it is gone
       └──────────────────────▶ nothing has changed

One lock is held through each of these, but not while waiting. Whoever takes the lock reads the journal's state
afresh, so of a confirm and the deadline exactly one wins.
"""

import traceback

from .applying import CANDIDATE_STEP, ENGINE_STEP, Applying, make_live, prepare
from .config import Node, deadline_in
from .errors import Busy, NoTransaction, TooLate
from .journal import Journal, Record
from .keeping import CLEAN, is_renamed, keep
from .lock import node_lock
from .messages import Apply, Confirm, Extend, RollBack, State, TransactionReport, digest
from .rebooted import end_after_reboot
from .rolling_back import end_before_change, roll_back
from .steps import Emit, Transaction, problem_of, take_all, tell_nobody

PATIENCE = 15.0  # for the lock: whoever has it is done sooner, but for an apply and a rollback
LONGEST_WAIT = 24 * 3600


def apply(
    request: Apply, *, node: Node, by: str = "", base_digest: str = "", emit: Emit = tell_nobody
) -> TransactionReport:
    """Make the candidate live and leave it waiting for its confirm.

    Returns the report of a transaction that waits, or was rolled back because a step failed. Raises Refused or
    OSError when it did not come to a transaction; nothing has changed then. The same request again returns the report
    of the transaction that it began.
    """
    journal = Journal(node)
    with node_lock(node, wait=PATIENCE):
        if (begun := journal.begun(request.transaction)) is not None:
            return journal.report(begun)
        transaction = Transaction(node, journal, _first_record(request, node, by, base_digest), emit)
        work = Applying(transaction, request.candidate, request.admin_address)
        try:
            prepare(work)
        except Exception:
            if transaction.took(CANDIDATE_STEP):  # else it is the candidate of the transaction that is open
                node.candidate.unlink(missing_ok=True)
            raise
        try:
            make_live(work)
        except Exception as error:  # whatever stops it, the node must not stay half changed
            _undo(transaction, error)
        return transaction.report()


def confirm(request: Confirm, *, node: Node, emit: Emit = tell_nobody) -> TransactionReport:
    """Keep the transaction's candidate. Confirming what has been kept is fine.

    Raises NoTransaction for another transaction or digest, TooLate after the deadline, WrongBase when the saved file
    was changed by hand meanwhile, OSError; the deadline stands then.
    """
    journal = Journal(node)
    with node_lock(node, wait=PATIENCE):
        record = _named(journal, request.transaction)
        if record.candidate_digest != request.candidate_digest:
            raise NoTransaction(
                "The confirm is for another candidate than the one on trial.",
                state=f"Transaction {record.transaction} is {record.state}.",
                next="Look at the change again and confirm what is really live.",
            )
        if record.state is not State.KEPT:
            _check_waits(record, node)
            _keep(Transaction.taken_up(node, journal, record, emit))
        return journal.report(_named(journal, request.transaction))


def extend(request: Extend, *, node: Node, emit: Emit = tell_nobody) -> TransactionReport:
    """Move the deadline to so many seconds from now. Raises NoTransaction, TooLate, OSError."""
    journal = Journal(node)
    with node_lock(node, wait=PATIENCE):
        record = _named(journal, request.transaction)
        _check_waits(record, node)
        transaction = Transaction.taken_up(node, journal, record, emit)
        seconds = max(1, min(request.seconds, LONGEST_WAIT))
        with transaction.step("wait.extend") as output:
            transaction.write(**deadline_in(node, seconds))
            output.say(f"{seconds} s from now\n")
        return transaction.report()


def roll_back_now(
    request: RollBack, *, node: Node, by: str = "", emit: Emit = tell_nobody
) -> TransactionReport:
    """Go back without waiting for the deadline; what has been rolled back stays so. Raises NoTransaction."""
    journal = Journal(node)
    with node_lock(node, wait=PATIENCE):
        record = _named(journal, request.transaction)
        if record.state is State.KEPT:
            raise NoTransaction(
                f"Transaction {record.transaction} has been kept; there is nothing to roll back.",
                state="The candidate is the saved file.",
                next="To go back, apply the earlier revision as a change of its own.",
            )
        if not record.state.ended:
            transaction = Transaction.taken_up(node, journal, record, emit)
            roll_back(transaction, f"Rolled back by {by or 'somebody at the console'}.")
        return journal.report(_named(journal, request.transaction))


def end_overdue(node: Node, *, emit: Emit = tell_nobody, journal: Journal | None = None) -> Record | None:
    """End the open transaction if its deadline has passed or nobody is at work on it; returns it when still open.

    For the guard at the deadline, the worker every second and the console before every command. Cheap when there is
    nothing to do.
    """
    journal = journal or Journal(node)
    record = journal.open()
    if record is None or not _is_overdue(record, node):
        return record
    try:
        with node_lock(node, wait=0.1):
            record = journal.open()
            if record is not None and _is_overdue(record, node):
                _end(Transaction.taken_up(node, journal, record, emit))
            return journal.open()
    except Busy:
        return record  # somebody is at work on it


def end_at_deadline(node: Node, transaction: str) -> None:
    """Wait until that transaction has ended, and end it when its deadline has passed: the guard's whole work.

    Whatever stands in the way may be gone in a second, and nobody else may be watching; it is told once.
    """
    told = ""
    while True:
        try:
            record = end_overdue(node)
        except Exception as error:
            if str(error) != told:
                told = str(error)
                traceback.print_exc()
            node.clock.sleep(1)
            continue
        if record is None or record.transaction != transaction:
            return
        node.clock.sleep(min(1.0, max(0.05, record.deadline_boottime - node.clock.boottime())))


def _first_record(request: Apply, node: Node, by: str, base_digest: str) -> Record:
    return Record(
        transaction=request.transaction,
        kind="apply",
        state=State.APPLYING,
        by=by,
        base_digest=base_digest,
        candidate_digest=digest(request.candidate),
        boot_id=node.clock.boot_id(),
        started_at=node.clock.now(),
        wait=max(1, min(request.wait, LONGEST_WAIT)),
    )


def _undo(transaction: Transaction, error: Exception) -> None:
    problem = problem_of(error, "The node is being rolled back.")
    transaction.note(problem=problem)
    if transaction.took(ENGINE_STEP):
        roll_back(transaction, f"Rolled back because a step failed: {problem.message}")
    else:
        end_before_change(transaction, error)


def _keep(transaction: Transaction) -> None:
    """Back to waiting when keeping fails before the rename; after it, the change is kept whatever happens."""
    try:
        keep(transaction)
    except Exception as error:  # whatever stops it, the journal must say where the transaction stands
        transaction.to_the_end = True
        problem = problem_of(error, "The candidate is live but not saved; the deadline stands.")
        if is_renamed(transaction):
            outcome = "The candidate is the saved file now."
            ended = transaction.node.clock.now()
            problem = transaction.record.problem or problem
            transaction.write(state=State.KEPT, outcome=outcome, ended_at=ended, problem=problem)
            take_all(CLEAN, transaction, transaction)
            return
        transaction.write(state=State.WAITING, problem=problem)
        raise


def _named(journal: Journal, transaction: str) -> Record:
    record = journal.newest()
    if record is None or record.transaction != transaction:
        raise NoTransaction(
            f"Transaction {transaction} is not the one this node knows.",
            state=f"The newest one is {record.transaction} ({record.state})."
            if record
            else "There was none yet.",
            next="Look at the node's page: the transaction has ended or was another node's.",
        )
    return record


def _check_waits(record: Record, node: Node) -> None:
    if record.state.ended or _is_overdue(record, node):
        raise TooLate(
            f"Too late: transaction {record.transaction} is past its deadline or has ended.",
            state=record.outcome or "It is being rolled back.",
            next="Apply the change again, with a longer wait if the answer takes longer.",
        )


def _is_overdue(record: Record, node: Node) -> bool:
    """Also when it does not just wait: whoever holds the lock then is still at work on it."""
    if record.boot_id != node.clock.boot_id():
        return True
    return record.state is not State.WAITING or node.clock.boottime() >= record.deadline_boottime


def _end(transaction: Transaction) -> None:
    """End what nobody else will end."""
    record = transaction.record
    if record.kind == "boot" and _was_never_taken(transaction):
        end_before_change(transaction, InterruptedError("the boot step did not come to its end"))
    elif record.kind == "apply" and record.boot_id != transaction.node.clock.boot_id():
        end_after_reboot(transaction)
    elif record.state is State.KEEPING:
        _keep(transaction)
    elif record.state is State.WAITING:
        roll_back(transaction, "Nobody confirmed by the deadline.")
    elif record.state is State.APPLYING and not transaction.took(ENGINE_STEP):
        end_before_change(transaction, InterruptedError("the process that applied it ended"))
    else:
        roll_back(transaction, "The process that was at work on it ended.")


def _was_never_taken(transaction: Transaction) -> bool:
    """Of a boot: whether its step ended before the staged file was the saved one, which may have been edited since."""
    record, saved = transaction.record, transaction.node.files.digest(transaction.node.saved)
    if record.state is State.WAITING:
        return saved == record.base_digest != record.candidate_digest
    return record.state is not State.ROLLING_BACK and saved != record.candidate_digest
