"""The text itself: bytes, backslashes, templates and comments that make an engine read something else."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from netadmin.checks.corrections import mendable, rewrite_line
from netadmin.checks.findings import Finding, Severity
from netadmin.checks.registry import IFUPDOWN, IFUPDOWN2, Rule, looks_for
from netadmin.checks.survey import Survey, Use
from netadmin.interfaces import Auto, Dialect, Document, Iface

NOT_UTF8 = Rule(
    id="text.not-utf8",
    severity=Severity.ERROR,
    what="The file holds a byte that is not UTF-8, if only in a comment.",
    why="ifupdown2 then ignores the whole file: `ifreload -a` says “nothing to reload” and exits with 0, and at the "
    "next boot no interface comes up.",
    mend="Write the letter in UTF-8, or without accents.",
    source="measured on ifupdown2 3.0.0",
    dialects=IFUPDOWN2,
)
BOM = Rule(
    id="text.byte-order-mark",
    severity=Severity.ERROR,
    what="The file begins with a byte order mark.",
    why="ifupdown2 loses the first line, classic ifupdown refuses the whole file.",
    mend="Remove the first three bytes; an editor calls it “UTF-8 without BOM”.",
    source="measured on ifupdown2 3.0.0 and ifupdown 0.8.41",
)
LONE_CR = Rule(
    id="text.carriage-return",
    severity=Severity.WARNING,
    what="A carriage return in the middle of a line.",
    why="ifupdown2 ends the line there, classic ifupdown takes it for a blank: the two read different files.",
    mend="Replace it by a line feed, or remove it.",
    source="measured on ifupdown2 3.0.0 and ifupdown 0.8.41",
)
NUL = Rule(
    id="text.nul",
    severity=Severity.ERROR,
    what="The file holds a byte with the value zero.",
    why="Classic ifupdown, written in C, reads the line as if it ended there; ifupdown2 hands it on, and no command "
    "can be started with it.",
    mend="Remove it; such bytes come from a copy that went wrong, so look at the lines around it too.",
    source="measured on ifupdown 0.8.41; execve(2)",
)
INLINE_COMMENT = Rule(
    id="text.inline-comment",
    severity=Severity.ERROR,
    what="A `#` behind a value, meant as a comment.",
    why="Comments have lines of their own. Both engines take `#` and what follows as part of the value; on an "
    "`auto` line they become names of interfaces.",
    mend="Put the comment on a line of its own above.",
    source="interfaces(5), FILE FORMAT: “end-of-line comments are NOT supported”; measured on ifupdown2 3.0.0",
)
BACKSLASH = Rule(
    id="text.backslash",
    severity=Severity.WARNING,
    what="A backslash inside a line.",
    why="ifupdown2 turns every backslash, with the white space around it, into one blank: `echo a\\tb` becomes "
    "`echo a tb`, and a regular expression something else.",
    mend="Put the command into a script and call that, or write it without a backslash: `[.]` instead of `\\.`.",
    source="measured on ifupdown2 3.0.0; networkinterfaces.py, process_interfaces()",
    dialects=IFUPDOWN2,
)
COMMENT_CONTINUES = Rule(
    id="text.comment-continues",
    severity=Severity.ERROR,
    what="A comment ends in a backslash.",
    why="ifupdown2 joins the next line to it, so that line is comment too and has no effect. Classic ifupdown does "
    "not, and reads it.",
    mend="Remove the backslash.",
    source="measured on ifupdown2 3.0.0 and ifupdown 0.8.41",
    dialects=IFUPDOWN2,
)
SWALLOWS = Rule(
    id="text.continuation",
    severity=Severity.ERROR,
    what="A line ends in a backslash and the next one begins a stanza.",
    why="The `auto` or `iface` line becomes part of the value above it, and its stanza is gone.",
    mend="Remove the backslash.",
    source="interfaces(5), FILE FORMAT; measured on ifupdown2 3.0.0",
)
BLANK_BEHIND = Rule(
    id="text.blank-behind-backslash",
    severity=Severity.WARNING,
    what="White space behind a backslash at the end of a line.",
    why="Classic ifupdown continues a line only when the backslash is its last character; so the next line stands "
    "alone.",
    mend="Remove the white space.",
    source="interfaces(5), FILE FORMAT: “making the last character a backslash”; measured on ifupdown 0.8.41",
    dialects=IFUPDOWN,
)
TEMPLATE = Rule(
    id="text.template",
    severity=Severity.WARNING,
    what="The file holds `%`, and the node has python3-mako.",
    why="ifupdown2 then renders the file as a template: lines that begin with % are program, `${…}` is replaced, and "
    "a mistake in it makes ifupdown2 go on with the text as it stands.",
    mend="Write `$IFACE` instead of `${IFACE}`, and put commands with % into a script.",
    source="measured on ifupdown2 3.0.0 with python3-mako; ifupdown2.conf, template_enable",
    dialects=IFUPDOWN2,
)
VARIABLE = Rule(
    id="text.variable",
    severity=Severity.WARNING,
    what="`$IFACE` is followed by a letter, digit or underscore.",
    why="ifupdown2 replaces the six characters as text: `$IFACE_MTU` becomes `eth0_MTU`, where a shell would see "
    "another variable.",
    mend="Write `${IFACE}` where the name itself is meant, or name the variable differently.",
    source="measured on ifupdown2 3.0.0; networkinterfaces.py, parse_iface()",
    dialects=IFUPDOWN2,
)
LITERAL_VARIABLE = Rule(
    id="text.variable-in-value",
    severity=Severity.WARNING,
    what="`$IFACE` in an option that is no command.",
    why="Classic ifupdown gives the variable to commands only; here it stays as it is written.",
    mend="Write the interface's name.",
    source="interfaces(5), ENVIRONMENT VARIABLES; measured on ifupdown 0.8.41",
    dialects=IFUPDOWN,
)

_HOOKS = frozenset({"pre-up", "up", "post-up", "pre-down", "down", "post-down"})
# Values in which # is a character like any other.
_FREE_TEXT = _HOOKS | {"alias", "description", "ovs-extra", "ovs-options", "provider", "script", "options"}
_COMMENT = re.compile(r"(?:^|\s)#")
_SURROGATE = re.compile(r"[\udc80-\udcff]")
_LONE_CR = re.compile(r"\r(?!\n)")
# ifupdown2 joins across blank lines too, classic ifupdown the next line alone.
_COMMENT_BACKSLASH = re.compile(r"^[ \t]*#[^\r\n]*\\[ \t]*[\r\n]\s*(?=[^\s#])", re.MULTILINE)
_SWALLOWED = {
    Dialect.IFUPDOWN2: re.compile(
        r"^[ \t]*[^\s#][^\r\n]*\\[ \t]*[\r\n]\s*(iface|auto|allow-\S+)[ \t]", re.MULTILINE
    ),
    Dialect.IFUPDOWN: re.compile(r"^[ \t]*[^\s#][^\r\n]*\\\n[ \t]*(iface|auto|allow-\S+)[ \t]", re.MULTILINE),
}
_INNER_BACKSLASH = re.compile(r"\\(?=[ \t]*[^\s\\])")
_BLANK_BEHIND = re.compile(r"\\[ \t\v\f\r]+\n(?=[ \t]*\S)")
_TEMPLATE = re.compile(r"\$\{|^[ \t]*%|<%", re.MULTILINE)
_VARIABLE = re.compile(r"\$IFACE(?=\w)")


@looks_for(NOT_UTF8, BOM, LONE_CR, NUL)
def bytes_(survey: Survey) -> Iterator[Finding]:
    text, file = survey.text, survey.document.file
    if not text.isascii() and survey.ifupdown2 and (found := _SURROGATE.search(text)):
        byte = ord(text[found.start()]) - 0xDC00
        yield NOT_UTF8.in_text(
            file,
            _line_at(survey.document, text, found.start()),
            f"The byte 0x{byte:02x} is not UTF-8, so ifupdown2 ignores the whole file.",
            "Write the letter in UTF-8, or without accents.",
        )
    if text.startswith("\ufeff"):
        yield BOM.in_text(
            file,
            1,
            "A byte order mark stands before the first line.",
            "Remove it.",
            correction=rewrite_line(1, "Remove it", "\ufeff", lambda line: line.removeprefix("\ufeff")),
        )
    if "\r" in text and (found := _LONE_CR.search(text)):
        yield LONE_CR.in_text(
            file,
            _line_at(survey.document, text, found.start()),
            "A carriage return stands in this line without a line feed.",
            "Replace it by a line feed, or remove it.",
        )
    if "\0" in text:
        yield NUL.in_text(
            file,
            _line_at(survey.document, text, text.index("\0")),
            "A byte with the value zero stands in this line.",
            "Remove it, and look at the lines around it.",
        )


@looks_for(INLINE_COMMENT)
def comments_behind_values(survey: Survey) -> Iterator[Finding]:
    if "#" not in survey.text:
        return
    for name, uses in survey.uses.items():
        if name in _FREE_TEXT or name.startswith(("wpa-", "wireless")):
            continue
        for use in uses:
            value = use.part.options[use.place][1]
            if "#" in value and _COMMENT.search(value):
                yield _behind_value(survey, use)
    for stanza in survey.document.stanzas:
        if isinstance(stanza, Auto):
            if any(name.startswith("#") for name in stanza.names):
                yield _behind_header(survey, stanza, stanza.keyword)
        elif isinstance(stanza, Iface) and any(word.startswith("#") for word in stanza.extra):
            yield _behind_header(survey, stanza, "iface", stanza.name)


@looks_for(BACKSLASH, COMMENT_CONTINUES, SWALLOWS, BLANK_BEHIND)
def backslashes(survey: Survey) -> Iterator[Finding]:
    document = survey.document
    text = survey.text
    if "\\" not in text:
        return
    lines = _Lines(document, text)
    if survey.ifupdown2:
        for found in _COMMENT_BACKSLASH.finditer(text):
            line = lines.at(found.start())
            yield COMMENT_CONTINUES.in_text(
                document.file,
                line,
                "This comment ends in a backslash, so ifupdown2 takes the next line for comment too.",
                "Remove the backslash.",
                correction=rewrite_line(line, "Remove the backslash", "\\", _without_backslash),
            )
        yield from _inside(document, text, lines)
    else:
        for found in _BLANK_BEHIND.finditer(text):
            yield BLANK_BEHIND.in_text(
                document.file,
                lines.at(found.start()),
                "White space behind the backslash: classic ifupdown does not continue this line.",
                "Remove the white space.",
            )
    for found in _SWALLOWED[document.dialect].finditer(text):
        line = lines.at(found.start())
        yield SWALLOWS.in_text(
            document.file,
            line,
            f"The backslash makes the next line, `{found[1]} …`, part of this one.",
            "Remove the backslash.",
            correction=rewrite_line(line, "Remove the backslash", "\\", _without_backslash),
        )


@looks_for(TEMPLATE)
def templates(survey: Survey) -> Iterator[Finding]:
    text = survey.text
    if not survey.context.mako or "%" not in text:
        return
    found = _TEMPLATE.search(text)
    if found:
        yield TEMPLATE.in_text(
            survey.document.file,
            _line_at(survey.document, text, found.start()),
            f"“{found[0].strip()}” is template language here, because the file holds a %.",
            "Write $IFACE without braces; put commands with % into a script.",
        )


@looks_for(VARIABLE, LITERAL_VARIABLE)
def variables(survey: Survey) -> Iterator[Finding]:
    if "$IFACE" not in survey.text:
        return
    for name, uses in survey.uses.items():
        for use in uses:
            if "$IFACE" not in use.value:
                continue
            if survey.ifupdown2 and _VARIABLE.search(use.value):
                yield VARIABLE.at(
                    use,
                    f"ifupdown2 replaces $IFACE inside a longer name: {_VARIABLE.sub(use.definition.name, use.value)}",
                    "Write ${IFACE} where the interface's name is meant.",
                )
            elif not survey.ifupdown2 and name not in _HOOKS:
                yield LITERAL_VARIABLE.at(
                    use, "Classic ifupdown replaces $IFACE in commands only.", f"Write {use.definition.name}."
                )


class _Lines:
    """Line numbers by offset; made once for a text."""

    def __init__(self, document: Document, text: str) -> None:
        self._lines: list[str] = document.dialect.grammar.line.findall(text)
        self._starts = list(accumulate(map(len, self._lines), initial=0))

    def at(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    def text(self, line: int) -> str:
        return self._lines[line - 1]


def _line_at(document: Document, text: str, offset: int) -> int:
    return _Lines(document, text).at(offset)


def _inside(document: Document, text: str, lines: _Lines) -> Iterator[Finding]:
    said = 0
    for found in _INNER_BACKSLASH.finditer(text):
        line = lines.at(found.start())
        if line == said or lines.text(line).lstrip().startswith("#"):
            continue
        said = line
        yield BACKSLASH.in_text(
            document.file,
            line,
            "ifupdown2 turns every backslash of this line into a blank.",
            "Put the command into a script, or write it without a backslash.",
        )


def _behind_value(survey: Survey, use: Use) -> Finding:
    value = use.value
    start = _COMMENT.search(value)
    kept = value[: start.start()].rstrip() if start else value
    comment = value[len(kept) :].strip()
    return INLINE_COMMENT.at(
        use,
        f"“{comment}” is no comment here but part of the value.",
        "Put it on a line of its own above.",
        correction=rewrite_line(use.line, "Put the comment above", comment, _comment_above)
        if mendable(survey, use)
        else None,
    )


def _behind_header(survey: Survey, stanza: Auto | Iface, keyword: str, interface: str = "") -> Finding:
    return INLINE_COMMENT.in_text(
        survey.document.file,
        stanza.line,
        "`#` begins no comment here: "
        + (
            "its words become names of interfaces."
            if keyword != "iface"
            else "its words are part of the line."
        ),
        "Put the comment on a line of its own above.",
        severity=Severity.WARNING,
        interface=interface,
        family=stanza.family if isinstance(stanza, Iface) else "",
        correction=rewrite_line(stanza.line, "Put the comment above", "#", _comment_above)
        if "\\" not in stanza.text
        else None,
    )


def _comment_above(line: str) -> str:
    start = _COMMENT.search(line)
    if start is None:
        return line
    head, comment = line[: start.start()], line[start.start() :].strip()
    body = line.rstrip("\r\n")
    end = line[len(body) :] or "\n"
    indent = body[: len(body) - len(body.lstrip())]
    return f"{indent}{comment}{end}{head.rstrip()}{line[len(body) :]}"


def _without_backslash(line: str) -> str:
    head, _, tail = line.rpartition("\\")
    return head.rstrip() + tail.lstrip(" \t")
