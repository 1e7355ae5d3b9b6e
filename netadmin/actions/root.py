"""What in a file runs as root on the node: whoever may write it owns the machine."""

from __future__ import annotations

from collections import Counter
from typing import Any

from netadmin.actions import access
from netadmin.actions.errors import Refused
from netadmin.interfaces import Document, Iface, Mapping, Source

HOOKS = frozenset({"pre-up", "up", "post-up", "pre-down", "down", "post-down"})
TEMPLATE_MARKS = ("${", "<%", "%>")  # ifupdown2 renders the file with Mako where python3-mako is installed


def root_lines(document: Document) -> Counter[str]:
    """Every command, script, sourced file and template expression of the document.

    Sources: interfaces(5), "IFACE OPTIONS" (hooks), "INCLUDING OTHER FILES" and "MAPPING"; Mako's own syntax.
    """
    lines: Counter[str] = Counter()
    for stanza in document.stanzas:
        if isinstance(stanza, Source | Mapping):
            lines[stanza.text.strip()] += 1
        elif isinstance(stanza, Iface):
            lines.update(option.value for option in stanza.options if option.name.replace("_", "-") in HOOKS)
        if any(mark in stanza.text for mark in TEMPLATE_MARKS):
            lines[stanza.text.strip()] += 1
    return lines


def require_for_root_lines(user: Any, new: Document, *known: Document) -> None:
    """Raises Refused when ``new`` runs what no known document does, as root, and the user may not write that."""
    allowed: Counter[str] = Counter()
    for document in known:
        allowed |= root_lines(document)
    added = root_lines(new) - allowed
    if added and not user.has_perm(access.WRITE_ROOT):
        line = next(iter(added))
        raise Refused(
            f"“{line}” would run as root on the node, and you may not write such lines.",
            "Take it out, or ask somebody with the permission “write what runs as root” to add it.",
            field="hooks",
        )
