"""The rows of a node's table as HTML, made once for as long as they say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2s

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from netadmin.web.nodes.states import Row


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as it stands in the page; ``digest`` is another when it would look different."""

    anchor: str
    html: SafeString
    digest: str


# Two thousand rows are the pages that a dozen admins have open, at about 6 kB a row.
@lru_cache(maxsize=2000)
def shown_row(row: Row, node: str, may_edit: bool) -> ShownRow:
    """The row of the node of that name, for somebody who may edit its interfaces or may not."""
    html = render_to_string("nodes/row.html", {"row": row, "node": node, "may_edit": may_edit})
    return ShownRow(row.anchor, html, _digest(html))


def fingerprint(shown: Sequence[ShownRow], total: int) -> str:
    """What a browser sends back to be told what changed: which rows it has, of how many, and what they say."""
    return ".".join(
        (_digest(f"{total} {' '.join(one.anchor for one in shown)}"), *(one.digest for one in shown))
    )


def changed_rows(shown: Sequence[ShownRow], now: str, then: str) -> list[ShownRow] | None:
    """The rows that differ between two fingerprints, the first being of ``shown``; None when these are other rows."""
    (rows, *digests), (rows_then, *digests_then) = now.split("."), then.split(".")
    if rows != rows_then or len(digests) != len(digests_then):
        return None
    return [one for one, had in zip(shown, digests_then, strict=True) if one.digest != had]


def _digest(text: str) -> str:
    return blake2s(text.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()
