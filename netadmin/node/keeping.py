"""Keeping a confirmed candidate: it becomes the saved file in one step."""

from . import guard
from .errors import WrongBase
from .messages import State
from .saving import drop_staged, edited_meanwhile, put, stow
from .steps import Output, Step, Transaction, take


def keep(transaction: Transaction) -> None:
    """Make the open transaction's candidate permanent. Raises WrongBase, OSError; the state tells how far it came."""
    take(KEEP, transaction, transaction)


def check_saved(transaction: Transaction, _output: Output) -> None:
    """A hand edit made since the apply is nobody's to overwrite."""
    node, record = transaction.node, transaction.record
    fine = (
        (record.candidate_digest,) if record.kind == "boot" else (record.base_digest, record.candidate_digest)
    )
    if node.files.digest(node.saved) not in fine:
        raise WrongBase(
            "The saved file was changed on the node while this transaction was open; keeping would overwrite that.",
            state="The candidate is live, the saved file holds the other change, the deadline stands.",
            next="Roll back, take in the file as it is now, and make the change on top of it.",
        )


def record_intent(transaction: Transaction, _output: Output) -> None:
    """From here on the transaction can only be kept: the confirm has won over the deadline."""
    transaction.write(state=State.KEEPING, problem=None)


def rename(transaction: Transaction, _output: Output) -> None:
    """The file under trial lies ready beside the saved one; only when somebody touched it, it is written again."""
    record = transaction.record
    if not is_renamed(transaction):
        text = transaction.journal.candidate_text(record.transaction)
        put(transaction.node, text, expected=record.base_digest)


def keep_previous(transaction: Transaction, output: Output) -> None:
    """The confirm has won; a hand edit that came between the check and the exchange is kept too, and told of."""
    problem = edited_meanwhile(transaction.node, transaction.record)
    if problem is not None:
        transaction.note(problem=problem)
        transaction.write()
        output.say(f"{problem.message} {problem.state}\n")
    stow(transaction.node, transaction.record)


def close(transaction: Transaction, _output: Output) -> None:
    transaction.write(
        state=State.KEPT,
        outcome="The candidate is the saved file now.",
        ended_at=transaction.node.clock.now(),
    )


def clean(transaction: Transaction, output: Output) -> None:
    """A staged file that has just become the saved one is pending no longer, nor is a rollback."""
    node, record = transaction.node, transaction.record
    guard.disarm(record.transaction)
    if drop_staged(node, record):
        output.say("The staged file was the same and is gone.\n")
    stow(node, record)


def is_renamed(transaction: Transaction) -> bool:
    return transaction.node.files.digest(transaction.node.saved) == transaction.record.candidate_digest


CLEAN = (Step("keep.clean", clean),)
KEEP = (
    Step("keep.check", check_saved),
    Step("keep.record", record_intent),
    Step("keep.rename", rename),
    Step("keep.previous", keep_previous),
    Step("keep.close", close),
    *CLEAN,
)
