"""Whether a text may become the file a node boots from, and whether there is room for it."""

import os

from netadmin.interfaces import Dialect, parse

from .config import Node
from .errors import Impossible, Unfit, WrongBase


def check_candidate(text: str, dialect: Dialect) -> None:
    """Raises Unfit for a text that the engine would pass over in silence, leaving no network or the old one."""
    if not parse(text, dialect=dialect).places:
        raise Unfit(
            "The file defines no interface at all.",
            next="Check that the text is complete; an empty network is never applied.",
        )
    if dialect is Dialect.IFUPDOWN2 and not _is_utf8(text):
        raise Unfit(
            "The file holds bytes that are not UTF-8: ifupdown2 ignores such a file without a word.",
            next="Write the character, often one in a comment, as UTF-8.",
        )


def check_base(found: str, wanted: str) -> None:
    """Raises WrongBase. An order that names no base takes what is there."""
    if wanted and found != wanted:
        raise WrongBase(
            f"The saved file is another one ({found[:12]}) than the order was made against ({wanted[:12]}).",
            next="Take in the file as it is now, bring the change up to date with it, and send it again.",
        )


def check_place(node: Node) -> None:
    """Raises Impossible where no file can be written beside the saved one, which keeping a change takes.

    As a rule that is so where /etc/network/interfaces is a link to a checkout which is mounted read-only.
    """
    folder, name = node.saved.parent, node.network / "interfaces"
    if not os.access(folder, os.W_OK):
        link = f" ({name} is a link to {node.saved})" if name.is_symlink() else ""
        raise Impossible(
            f"The node cannot write in {folder}, where the saved file lies{link}: no change could be kept.",
            next="Make the folder writable on the node, or put the file itself in the place of the link.",
        )


def _is_utf8(text: str) -> bool:
    """Bytes that are no UTF-8 have become lone surrogates, which UTF-8 cannot write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
