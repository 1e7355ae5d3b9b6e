"""Corrections: the one obvious mend of a finding, as an edit of the document."""

from __future__ import annotations

import re
from collections.abc import Callable

from netadmin.checks.findings import Correction
from netadmin.checks.survey import Survey, Use
from netadmin.interfaces import Document, EditError, Iface, parse, render
from netadmin.interfaces.edit import set_method, set_options

Options = list[tuple[str, str]]


def set_value(use: Use, value: str) -> Correction | None:
    """Write another value behind the option."""
    return _in_stanza(use, f"Write {value}", lambda options: _with(options, use.place, (use.key, value)))


def rename_option(use: Use, key: str) -> Correction | None:
    """Write another name before the value."""
    return _in_stanza(use, f"Write {key}", lambda options: _with(options, use.place, (key, use.value)))


def remove_option(use: Use) -> Correction | None:
    """Take the line out."""
    return _in_stanza(use, "Remove the line", lambda options: _with(options, use.place))


def move_option_below_address(use: Use) -> Correction | None:
    """Put the line right below the first address line of its stanza, which stands further down."""
    return _in_stanza(use, "Move it below the address", lambda options: _below_address(options, use.place))


def set_method_of(iface: Iface, method: str) -> Correction:
    """Write another method on the stanza's header line."""

    def edit(document: Document) -> Document:
        alike = [other for other in document.named(iface.name) if other.family == iface.family]
        number = next((n for n, other in enumerate(alike) if other.method == iface.method), None)
        if number is None:
            raise EditError(
                f"No stanza of {iface.name} has the method {iface.method} any more.",
                hint=_CHANGED,
                interface=iface.name,
            )
        return set_method(document, iface.name, method, family=iface.family, index=number)

    return Correction(f"Write {method}", edit)


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


def move_line(document: Document, line: int, expected: str, *, above: int) -> Document:
    """Move a line to right above another one; both by number."""
    lines = _lines(document)
    moved = _take(lines, line, expected)
    lines[line - 1] = ""
    lines.insert(above - 1, moved if moved.endswith(("\n", "\r")) else moved + document.newline)
    return _parsed("".join(lines), document)


def _in_stanza(use: Use, label: str, change: Callable[[Options], Options]) -> Correction | None:
    """A change of the options of one stanza; sourced files are not written."""
    if use.definition.sourced:
        return None
    name, line = use.definition.name, (use.key, use.value)

    def edit(document: Document) -> Document:
        number = next(number for number, part in enumerate(use.definition.parts) if part is use.part)
        ifaces = document.named(name)
        options = [(o.key, o.value) for o in ifaces[number].options] if number < len(ifaces) else []
        if options[use.place : use.place + 1] != [line]:
            raise EditError(
                f"{name} no longer has `{' '.join(line)}` there.",
                hint=_CHANGED,
                interface=name,
                option=use.key,
            )
        return set_options(document, name, change(options), index=number)

    return Correction(label, edit)


_CHANGED = "The text has changed since it was checked; check it again."


def _with(options: Options, place: int, *instead: tuple[str, str]) -> Options:
    return [*options[:place], *instead, *options[place + 1 :]]


def _below_address(options: Options, place: int) -> Options:
    below = next(at for at, (key, _) in enumerate(options) if key == "address")
    return [*options[:place], *options[place + 1 : below + 1], options[place], *options[below + 1 :]]


def _edit(document: Document, line: int, expected: str, rewrite: Callable[[str], str]) -> Document:
    lines = _lines(document)
    lines[line - 1 : line] = [rewrite(_take(lines, line, expected))]
    return _parsed("".join(lines), document)


def _take(lines: list[str], line: int, expected: str) -> str:
    if not 1 <= line <= len(lines) or expected not in lines[line - 1]:
        raise EditError(f"Line {line} no longer holds “{expected}”.", hint=_CHANGED)
    return lines[line - 1]


def _swap(text: str, old: str, new: str) -> str:
    """As a word of its own where it is one, so that `up` is not found in `group`."""
    pattern = rf"(?<!\S){re.escape(old)}(?!\S)"
    changed, count = re.subn(pattern, lambda _: new, text, count=1)
    return changed if count else text.replace(old, new, 1)


def _lines(document: Document) -> list[str]:
    return document.dialect.grammar.line.findall(render(document))


def _parsed(text: str, document: Document) -> Document:
    return parse(text, dialect=document.dialect, file=document.file)
