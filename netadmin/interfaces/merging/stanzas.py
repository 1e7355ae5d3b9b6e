"""The merge of one stanza that both sides changed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from netadmin.interfaces.blocks import Block
from netadmin.interfaces.dialect import Grammar
from netadmin.interfaces.document import Document
from netadmin.interfaces.edit.lines import Line, ended, engine_value, header_at, join, split
from netadmin.interfaces.edit.places import is_auto
from netadmin.interfaces.merging.versions import Conflict, merge_values
from netadmin.interfaces.stanzas import uncomment


class Stanza(NamedTuple):
    """A stanza in its parts: comment lines above, header, and the lines below."""

    above: list[Line]
    header: Line
    below: list[Line]


def merge_stanza(
    base: Block | None, ours: Block, theirs: Block, document: Document
) -> tuple[str, list[Conflict]]:
    """The text of a stanza with what both sides changed of it; the lines of ours stay where they are.

    base: None when both sides added the stanza
    """
    grammar = document.dialect.grammar
    our, their = _parts(ours, document), _parts(theirs, document)
    was = _parts(base, document) if base is not None else Stanza([], Line("", "", "", "", ""), [])
    subject = ours.name if ours.keyword == "iface" or is_auto(ours.keyword) else ""
    above, conflicts = _merge_above(was, our, their, subject)
    header, more = _merge_header(was, our, their, grammar, subject)
    below, most = _merge_below(was.below, our.below, their.below, grammar, subject)
    return join([*above, header, *below]), [*conflicts, *more, *most]


def _parts(block: Block, document: Document) -> Stanza:
    lines = ended(split(block.text, document.dialect.grammar), document)
    at = header_at(lines)
    return Stanza(lines[:at], lines[at], lines[at + 1 :])


def _merge_above(was: Stanza, our: Stanza, their: Stanza, subject: str) -> tuple[list[Line], list[Conflict]]:
    texts = [_comment_text(stanza.above) for stanza in (was, our, their)]
    merged, conflict = merge_values(*texts)
    conflicts = [_conflict(subject, "comment", *texts)] if conflict else []
    return our.above if merged == texts[1] else their.above, conflicts


def _comment_text(lines: Iterable[Line]) -> list[str]:
    """A comment as one value: it is read as a whole."""
    text = "\n".join(uncomment(line.text) for line in lines)
    return [text] if text else []


def _merge_header(
    was: Stanza, our: Stanza, their: Stanza, grammar: Grammar, subject: str
) -> tuple[Line, list[Conflict]]:
    """An `auto` line is a list of names; of another header the words are one value."""
    words = [grammar.word.findall(engine_value(stanza.header, grammar)) for stanza in (was, our, their)]
    if not is_auto(our.header.key):
        words = [[" ".join(some)] if some else [] for some in words]
    merged, conflict = merge_values(*words)
    conflicts = [_conflict(subject, "method", *words)] if conflict else []
    for stanza, some in ((our, words[1]), (their, words[2])):
        if merged == some:
            return stanza.header, conflicts
    return our.header._replace(value=" ".join(merged)), conflicts


_Said = tuple[str, str]  # name and value of an option; "#" and the text of a comment


def _merge_below(
    was: Sequence[Line], our: Sequence[Line], their: Sequence[Line], grammar: Grammar, subject: str
) -> tuple[list[Line], list[Conflict]]:
    """The lines of ours, with those that theirs changed, added and removed."""
    versions = [_values(lines, grammar) for lines in (was, our, their)]
    gone: Counter[_Said] = Counter()
    come: Counter[_Said] = Counter()
    conflicts = []
    for name in {**versions[0], **versions[1], **versions[2]}:
        values = [version.get(name, []) for version in versions]
        merged, conflict = merge_values(*values)
        if conflict:
            conflicts.append(_conflict(subject, "comment" if name == "#" else name, *values))
        gone.update((name, value) for value in (Counter(values[1]) - Counter(merged)).elements())
        come.update((name, value) for value in (Counter(merged) - Counter(values[1])).elements())
    return _rewritten(our, their, gone, come, grammar), conflicts


def _rewritten(
    our: Sequence[Line], their: Sequence[Line], gone: Counter[_Said], come: Counter[_Said], grammar: Grammar
) -> list[Line]:
    """The lines of ours without those gone, and with those of theirs that come.

    A line that comes takes the place of one of its name that goes, else it follows the line that it follows
    in theirs.
    """
    leaving = Counter(name for name, _ in gone.elements())
    instead: defaultdict[str, list[Line]] = defaultdict(list)
    behind: defaultdict[_Said | None, list[Line]] = defaultdict(list)
    stays = {said for line in our if (said := _said(line, grammar)) and not gone[said]}
    anchor: _Said | None = None
    for line in their:
        said = _said(line, grammar)
        if said in stays:
            anchor = said
        elif said and come[said] > 0:
            come[said] -= 1
            if len(instead[said[0]]) < leaving[said[0]]:
                instead[said[0]].append(line)
                anchor = said
            else:
                behind[anchor].append(line)
    lines = behind.pop(None, [])
    for line in our:
        said = _said(line, grammar)
        if said and gone[said] > 0:
            gone[said] -= 1
            if not instead[said[0]]:
                continue
            line = instead[said[0]].pop(0)
            said = _said(line, grammar)
        lines += [line, *behind.pop(said, [])]
    return lines


def _values(lines: Iterable[Line], grammar: Grammar) -> dict[str, list[str]]:
    values: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        if said := _said(line, grammar):
            values[said[0]].append(said[1])
    return values


def _said(line: Line, grammar: Grammar) -> _Said | None:
    if line.key:
        return grammar.name(line.key), engine_value(line, grammar)
    return ("#", uncomment(line.text)) if line.text.strip() else None


def _conflict(
    subject: str, option: str, base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Conflict:
    values = ["\n".join(some) if some else None for some in (base, ours, theirs)]
    return Conflict(subject, option, *values)
