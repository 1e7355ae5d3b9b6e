"""The saved file given another text in one step, and never at the cost of what somebody else writes there.

The new text lies ready, fully written, under the candidate's name. Exchanging the two names puts it in the saved
file's place, and whatever stood there by then under the candidate's. So an editor that saves by a rename (vim,
`sed -i`) comes before, and its text becomes the previous file, or after, and its text is the saved one. An editor that
writes in place goes on writing into the file it has opened, which is the previous one then.
"""

from .config import Node
from .errors import WrongBase
from .journal import Record
from .messages import Problem, digest


def put(node: Node, text: str, *, expected: str) -> None:
    """Make the text the saved file; `stow` is to follow, also after a crash in between.

    expected: digest of what should stand there. Raises OSError, and WrongBase where names cannot be exchanged and
    something else stands there; the saved file is untouched then.
    """
    if node.files.digest(node.candidate) != digest(text):
        node.files.replace(node.candidate, text, like=node.saved)
    if not node.saved.exists():
        node.files.rename(node.candidate, node.saved)
    elif not node.files.exchange(node.candidate, node.saved):
        _rename_over(node, expected)


def edited_meanwhile(node: Node, record: Record) -> Problem | None:
    """What to tell when `put` has taken out a text that is neither of the transaction's; `stow` keeps it."""
    if node.files.digest(node.candidate) in ("", record.base_digest, record.candidate_digest):
        return None
    return Problem(
        "The saved file was edited by hand in the very moment in which it was changed.",
        f"The text with the hand edit is {node.previous}; nothing of it is live.",
        "Compare it with the saved file, and make what was edited by hand as a change of its own.",
        code="EditedMeanwhile",
    )


def stow(node: Node, record: Record) -> None:
    """Clear the candidate's name: the candidate goes, any other text stood in the saved file's place and is kept."""
    found = node.files.digest(node.candidate)
    if found and found != record.candidate_digest:
        node.files.rename(node.candidate, node.previous)
    else:
        node.files.remove(node.candidate)


def drop_staged(node: Node, record: Record) -> bool:
    """The candidate that has been the saved file is pending no longer; whether it was staged too."""
    same = node.files.digest(node.staged) == record.candidate_digest
    if same:
        node.files.remove(node.staged)
    return same


def _rename_over(node: Node, expected: str) -> None:
    """Between link and rename, some microseconds, an editor's rename would be lost: the kernel offers no more here."""
    if node.files.digest(node.saved) != expected:
        raise WrongBase(
            "The saved file was changed on the node a moment ago.",
            state="It stays as it was changed.",
            next="Take in the file as it is now, and make the change on top of it.",
        )
    node.files.keep_as(node.saved, node.previous)
    node.files.rename(node.candidate, node.saved)
