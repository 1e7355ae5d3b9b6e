"""Corrections: the one obvious mend of a finding, as an edit of the document's text in the line it is about."""

from __future__ import annotations

import re
from collections.abc import Callable

from netadmin.checks.findings import Correction
from netadmin.checks.survey import Survey, Use
from netadmin.interfaces import Document, EditError, parse, render


def set_value(survey: Survey, use: Use, value: str) -> Correction | None:
    """Write another value behind the option."""
    if not mendable(survey, use):
        return None
    key, old = use.key, use.value
    return rewrite_line(use.line, f"Write {value}", old, lambda text: _swap_behind(text, key, old, value))


def rename_option(survey: Survey, use: Use, key: str) -> Correction | None:
    """Write another name before the value."""
    return replace_in_line(use.line, f"Write {key}", use.key, key) if mendable(survey, use) else None


def remove_option(survey: Survey, use: Use) -> Correction | None:
    """Take the line out."""
    return rewrite_line(use.line, "Remove the line", use.key, lambda _: "") if mendable(survey, use) else None


def move_option_below_address(survey: Survey, use: Use) -> Correction | None:
    """Put the line right below the address line of its stanza."""
    keys = [key for key, _ in use.part.options]
    if "address" not in keys or not mendable(survey, use):
        return None
    target = use.part.line_of(keys.index("address"))
    return Correction(
        "Move it below the address", lambda document: move_line(document, use.line, use.key, below=target)
    )


def mendable(survey: Survey, use: Use) -> bool:
    """Whether its line says in the text what it says to the engine: sourced files are not written, and a backslash
    joins lines, so that a value need not stand on its line as it is read."""
    return not use.definition.sourced and use.definition.name not in survey.continued


def replace_in_line(line: int, label: str, old: str, new: str) -> Correction:
    """Put `new` in the place of the first `old` of a line of the document."""
    return rewrite_line(line, label, old, lambda text: _swap(text, old, new))


def rewrite_line(line: int, label: str, expected: str, rewrite: Callable[[str], str]) -> Correction:
    """Rewrite a line that holds `expected`; `rewrite` gets the line with its end."""
    return Correction(label, lambda document: _edit(document, line, expected, rewrite))


def move_line_correction(line: int, spoken: str, expected: str, *, above: int) -> Correction:
    """Move a line to right above another one."""
    return Correction(
        f"Move `{spoken}` above", lambda document: move_line(document, line, expected, above=above)
    )


def move_line(document: Document, line: int, expected: str, *, below: int = 0, above: int = 0) -> Document:
    """Move a line to right below, or right above, another one; both by number."""
    lines = _lines(document)
    moved = _take(lines, line, expected)
    if not moved.endswith(("\n", "\r")):
        moved += document.newline
    place = below if below else above - 1
    rest = [*lines[: line - 1], "", *lines[line:]]
    if place and not rest[place - 1].endswith(("\n", "\r")):
        rest[place - 1] += document.newline
    rest.insert(place, moved)
    return _parsed("".join(rest), document)


def _edit(document: Document, line: int, expected: str, rewrite: Callable[[str], str]) -> Document:
    lines = _lines(document)
    lines[line - 1 : line] = [rewrite(_take(lines, line, expected))]
    return _parsed("".join(lines), document)


def _take(lines: list[str], line: int, expected: str) -> str:
    if not 1 <= line <= len(lines) or expected not in lines[line - 1]:
        raise EditError(
            f"Line {line} no longer holds “{expected}”.",
            hint="The text has changed since it was checked; check it again.",
        )
    return lines[line - 1]


def _swap(text: str, old: str, new: str) -> str:
    """As a word of its own where it is one, so that `up` is not found in `group`."""
    pattern = rf"(?<!\S){re.escape(old)}(?!\S)"
    changed, count = re.subn(pattern, lambda _: new, text, count=1)
    return changed if count else text.replace(old, new, 1)


def _swap_behind(text: str, key: str, old: str, new: str) -> str:
    head, found, tail = text.partition(key)
    return head + found + _swap(tail, old, new)


def _lines(document: Document) -> list[str]:
    return document.dialect.grammar.line.findall(render(document))


def _parsed(text: str, document: Document) -> Document:
    return parse(text, dialect=document.dialect, file=document.file)
