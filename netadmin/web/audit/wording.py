"""What an audit entry says beside who, what and when, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from netadmin.models import AuditEntry, Transaction

# What each act notes of itself (netadmin.actions, every call of `record`).
PHRASES: dict[str, Callable[[Any], str]] = {
    "roles": lambda roles: f"roles: {_listed(roles, 'none')}",
    "address": lambda address: f"from {address}" if address else "",
    "base": lambda number: f"on revision {number}",
    "old": lambda number: f"from revision {number}",
    "new": lambda number: f"to revision {number}",
    "changes": lambda names: f"changes: {_listed(names, 'none')}",
    "version": lambda number: f"version {number}",
    "digest": lambda digest: f"file {str(digest)[:10]}",
    "wait": lambda seconds: f"{seconds} s to confirm",
    "seconds": lambda seconds: f"{seconds} s from then on",
    "confirm_seconds": lambda seconds: f"time to confirm: {seconds} s",
    "confirm_after_boot": lambda seconds: (
        "taken for good at the next boot"
        if seconds is None
        else f"undone unless confirmed within {seconds} s of the next boot"
    ),
    "delay": lambda seconds: f"in {seconds} s" if seconds else "at once",
    "outcome": str,
    "problem": lambda problem: " ".join(
        filter(None, ((problem or {}).get(part) for part in ("message", "next")))
    ),
}


def act_words(entry: AuditEntry) -> str:
    """The act; the end of a transaction by the name that its own page has."""
    ends: dict[str, str] = {state.value: str(state.label) for state in Transaction.ENDED}
    return ends.get(entry.act, entry.act)


def detail_words(entry: AuditEntry) -> str:
    """Everything that was noted, as one line; a note that nobody has words for is shown as it is."""
    said = (
        PHRASES[key](value) if key in PHRASES else f"{key.replace('_', ' ')}: {value}"
        for key, value in entry.detail.items()
    )
    return "; ".join(filter(None, said))


def _listed(names: Any, nothing: str) -> str:
    return ", ".join(str(name) for name in names) or nothing
