"""A transaction that a reboot has ended: the machine has booted, or is about to boot, the saved file."""

from .messages import State
from .saving import drop_staged, edited_meanwhile, put, stow
from .steps import Transaction


def end_after_reboot(transaction: Transaction) -> None:
    """Write down what the reboot has made of it; the network is left alone.

    The saved file is the old one unless a confirmed candidate had already been renamed, or, of a boot that waited
    for its confirm or was already on the way back, unless nobody gave it: then the previous file is put back, before
    networking starts.
    """
    node, record = transaction.node, transaction.record
    taken = node.files.digest(node.saved) == record.candidate_digest != record.base_digest
    transaction.to_the_end = True
    if taken and record.kind == "boot" and record.state in (State.WAITING, State.ROLLING_BACK):
        saved = transaction.journal.saved_text(record.transaction)
        put(node, saved, expected=record.candidate_digest)
        state, outcome = (
            State.ROLLED_BACK,
            "Rebooted before it was confirmed: the previous file is the saved one again.",
        )
    elif taken:
        state, outcome = State.KEPT, "Saved; the node was rebooted before that was written down."
    else:
        state, outcome = (
            State.ROLLED_BACK,
            "Ended by a reboot: the node boots the saved file, which is the old one.",
        )
    problem = edited_meanwhile(node, record) or record.problem
    stow(node, record)
    if taken:
        drop_staged(node, record)
    transaction.write(state=state, outcome=outcome, problem=problem, ended_at=node.clock.now())
