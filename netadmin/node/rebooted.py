"""A transaction that a reboot has ended: the machine has booted, or is about to boot, the saved file."""

from typing import Any

from .journal import Record
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
    transaction.to_the_end = True
    found = node.files.digest(node.saved)
    taken = found == record.candidate_digest != record.base_digest
    restored = taken and record.kind == "boot" and record.state in (State.WAITING, State.ROLLING_BACK)
    if restored:
        put(node, transaction.journal.saved_text(record.transaction), expected=record.candidate_digest)
    end = _end(record, found, taken=taken, restored=restored)
    problem = edited_meanwhile(node, record) or record.problem
    stow(node, record)
    if taken:
        drop_staged(node, record)
    transaction.write(**end, problem=problem, ended_at=node.clock.now())


def _end(record: Record, found: str, *, taken: bool, restored: bool) -> dict[str, Any]:
    """State and outcome; `found`: the saved file's digest when the node came up."""
    if restored:
        return {
            "state": State.ROLLED_BACK,
            "outcome": "Rebooted before it was confirmed: the previous file is the saved one again.",
        }
    if taken:
        return {"state": State.KEPT, "outcome": "Saved; the node was rebooted before that was written down."}
    if found == record.base_digest:
        return {
            "state": State.ROLLED_BACK,
            "outcome": "Ended by a reboot: the node boots the saved file, which is the old one.",
        }
    edited = "Ended by a reboot: the node boots the saved file, which was edited by hand meanwhile."
    if record.kind == "apply":
        return {"state": State.ROLLED_BACK, "outcome": edited}
    # Edited after the boot had taken it, it holds what nobody confirmed.
    residue = ("The saved file is not the previous one: it was edited by hand.",)
    return {"state": State.ROLLED_BACK_RESIDUE, "outcome": edited, "residue": residue}
