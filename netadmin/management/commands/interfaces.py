"""`manage.py interfaces lint|show|set|diff`: look at and change interfaces files from the command line."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from netadmin.checks import Finding, Severity, check
from netadmin.checks import to_json as finding_to_json
from netadmin.definitions import Definition, Definitions, definitions
from netadmin.definitions import to_json as definition_to_json
from netadmin.interfaces import (
    Dialect,
    Document,
    EditError,
    OptionChange,
    differences,
    parse,
    read_tree,
    render,
)
from netadmin.interfaces.edit import remove_option, set_method, set_option
from netadmin.node.files import Files, decode_text, encode_text

STDIN = "-"
# Exit codes: 1 says that errors were found or that files differ, 2 that the command could not do its work.
FOUND, FAILED = 1, 2


class Command(BaseCommand):
    help = "Check, show, change and compare interfaces(5) files. FILE may be - for standard input."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="lint|show|set|diff")
        lint = verbs.add_parser("lint", help="tell what is wrong; exit code 1 if there are errors")
        lint.add_argument("file", nargs="+", metavar="FILE")
        lint.add_argument("--format", choices=("text", "json", "github"), default="text")
        show = verbs.add_parser("show", help="show what the interfaces of a file are")
        show.add_argument("file", metavar="FILE")
        show.add_argument("--format", choices=("table", "json"), default="table")
        change = verbs.add_parser("set", help="set options, leaving every other byte alone")
        change.add_argument("file", metavar="FILE")
        change.add_argument("assignment", nargs="+", metavar="IFACE.OPTION=VALUE")
        change.add_argument("--family", choices=("inet", "inet6"), help="the stanza, where there are several")
        diff = verbs.add_parser("diff", help="tell what differs, per option; exit code 1 if anything does")
        diff.add_argument("file", nargs=2, metavar="FILE")
        diff.add_argument("--format", choices=("text", "json"), default="text")
        for verb in (lint, show, change, diff):
            verb.add_argument("--engine", type=Dialect, choices=list(Dialect), default=Dialect.IFUPDOWN2)
        for verb in (lint, show):
            verb.add_argument(
                "--root",
                type=Path,
                help="read sourced files too, taking this folder for / (FILE is below it)",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        match options["verb"]:
            case "lint":
                self.lint(options["file"], options["engine"], options["root"], options["format"])
            case "show":
                self.show(options["file"], options["engine"], options["root"], options["format"])
            case "set":
                self.set(options["file"], options["assignment"], options["engine"], options["family"])
            case "diff":
                old, new = options["file"]
                self.diff(old, new, options["engine"], options["format"])

    def lint(self, files: Sequence[str], dialect: Dialect, root: Path | None, form: str) -> None:
        """Print the findings of the files; exit with 1 when one is an error."""
        found = [finding for file in files for finding in check(_definitions(file, dialect, root))]
        if form == "json":
            self._print(json.dumps([finding_to_json(finding) for finding in found], indent=2))
        else:
            line = _github if form == "github" else _text
            self._print_lines(line(finding) for finding in found)
        if any(finding.severity is Severity.ERROR for finding in found):
            sys.exit(FOUND)

    def show(self, file: str, dialect: Dialect, root: Path | None, form: str) -> None:
        """Print the definitions of a file."""
        found = _definitions(file, dialect, root)
        if form == "json":
            self._print(json.dumps([definition_to_json(one) for one in found.values()], indent=2))
        else:
            self._print_lines(_table([_HEADINGS, *(_row(definition) for definition in found.values())]))

    def set(self, file: str, assignments: Sequence[str], dialect: Dialect, family: str | None) -> None:
        """Carry the assignments out and replace the file at once; standard input goes to standard output."""
        before = _document(file, dialect)
        after = before
        for assignment in assignments:
            after = _assigned(after, assignment, family)
        if file == STDIN:
            sys.stdout.buffer.write(encode_text(render(after)))
        elif after != before:
            try:
                Files().replace(Path(file).resolve(), render(after))
            except OSError as error:
                raise CommandError(
                    f"{file} is unchanged, as it cannot be written: {error.strerror}", returncode=FAILED
                ) from error

    def diff(self, old: str, new: str, dialect: Dialect, form: str) -> None:
        """Print what differs between two files, per option; exit with 1 when anything does."""
        found = differences(_document(old, dialect), _document(new, dialect))
        if form == "json":
            self._print(json.dumps([_change_to_json(change) for change in found], indent=2))
        else:
            self._print_lines(line for change in found for line in _change_lines(change))
        if found:
            sys.exit(FOUND)

    def _print_lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._print(line)

    def _print(self, text: str) -> None:
        """Print text that may hold bytes that are not UTF-8: they are shown as escapes."""
        self.stdout.write(text.encode("utf-8", "backslashreplace").decode())


def _document(file: str, dialect: Dialect) -> Document:
    try:
        data = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}", returncode=FAILED) from error
    return parse(decode_text(data), dialect=dialect, file=file)


def _definitions(file: str, dialect: Dialect, root: Path | None) -> Definitions:
    document = _document(file, dialect)
    if root is None or file == STDIN:
        return definitions(document)
    try:
        inside = Path(file).resolve().relative_to(root.resolve())
    except ValueError as error:
        raise CommandError(f"{file} is not below {root}", returncode=FAILED) from error
    tree = read_tree(f"/{inside}", dialect=dialect, root=root)
    return definitions(tree.document, sourced=tree.documents)


def _text(finding: Finding) -> str:
    file = "standard input" if finding.file == STDIN else finding.file
    place = f"{file}:{finding.line}" if finding.line else file
    return f"{place}: {finding.severity}: {finding.message} [{finding.id}]\n    {finding.hint}"


# The words of GitHub's workflow commands for a severity.
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


def _github(finding: Finding) -> str:
    place = f"file={_property(finding.file)},line={max(finding.line, 1)},title={_property(finding.id)}"
    return f"::{_GITHUB[finding.severity]} {place}::{_data(f'{finding.message} {finding.hint}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


_HEADINGS = ("INTERFACE", "KIND", "METHOD", "ADDRESSES", "STANDS ON", "STARTS", "COMMENT")


def _row(definition: Definition) -> tuple[str, ...]:
    methods = dict.fromkeys(part.method or "-" for part in definition.parts)
    return (
        definition.name,
        str(definition.kind),
        ",".join(methods),
        " ".join(address.text for address in definition.addresses) or "-",
        " ".join(definition.lower) or "-",
        " ".join(definition.classes) or "-",
        definition.comment.replace("\n", " / "),
    )


def _table(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _assigned(document: Document, assignment: str, family: str | None) -> Document:
    """Carry out `IFACE.OPTION=VALUE`; an empty value removes the option, `method` is the stanza's method."""
    target, equals, value = assignment.partition("=")
    interface, option = _target(document, target)
    if not equals or not option:
        raise CommandError(
            f"{assignment} is not of the form IFACE.OPTION=VALUE, such as vmbr0.mtu=9000", returncode=FAILED
        )
    try:
        if option == "method":
            return set_method(document, interface, value, family=family)
        if not value:
            return remove_option(document, interface, option, family=family)
        return set_option(document, interface, option, value, family=family)
    except EditError as error:
        raise CommandError(f"{assignment}: {error.message}. {error.hint}", returncode=FAILED) from error


def _target(document: Document, target: str) -> tuple[str, str]:
    """Interface and option: the interface's name may hold dots, as `eth0.50` in `eth0.50.mtu` does."""
    interface, _, option = target.rpartition(".")
    known = [name for name in document.places if target.startswith(f"{name}.")]
    if interface not in known and known:
        interface = max(known, key=len)
        option = target[len(interface) + 1 :]
    return interface, option


def _change_lines(change: OptionChange) -> Iterable[str]:
    where = " ".join(part for part in (change.interface, change.family, change.option) if part)
    for sign, value in (("-", change.old), ("+", change.new)):
        if value is not None:
            said = value.replace("\n", f"\n{sign} ")
            yield f"{sign} {where}: {said}" if where else f"{sign} {said}"


def _change_to_json(change: OptionChange) -> dict[str, Any]:
    return {
        "interface": change.interface,
        "family": change.family,
        "option": change.option,
        "old": change.old,
        "new": change.new,
        "line": change.line,
    }
