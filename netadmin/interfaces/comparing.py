"""What is different between two documents, option by option."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netadmin.interfaces.alignment import align
from netadmin.interfaces.document import Document
from netadmin.interfaces.stanzas import Auto, Iface, Stanza, uncomment


@dataclass(frozen=True, slots=True)
class OptionChange:
    """One option that has another value in the new document; None stands for "not there".

    interface: "" for text that belongs to no interface
    family: as its stanza has it; "" for what is about the interface as a whole
    option: an option's name; "method"; "auto" or "allow-CLASS" with the value "yes"; "comment" for one line of
        comment; "" for a piece of text that belongs to no interface
    line: where it stands in the new document, in the old one when it is gone from the new
    """

    interface: str
    family: str
    option: str
    old: str | None
    new: str | None
    line: int


def differences(old: Document, new: Document) -> tuple[OptionChange, ...]:
    """The options, methods, classes, comments and free texts that differ, in the order of their lines.

    How a line is written makes no difference: indent, spelling of the key, order among other options.
    """
    before, after = _facts(old), _facts(new)
    changes = [
        OptionChange(*subject, *pair)
        for subject in {**before, **after}
        for pair in _paired(before.get(subject, []), after.get(subject, []))
    ]
    return tuple(sorted(changes, key=lambda change: change.line))


_Subject = tuple[str, str, str]  # interface, family, option
_Fact = tuple[str, int]  # value, line


def _facts(document: Document) -> dict[_Subject, list[_Fact]]:
    facts: defaultdict[_Subject, list[_Fact]] = defaultdict(list)
    for stanza in document.stanzas:
        for subject, fact in _facts_of(stanza):
            facts[subject].append(fact)
        for subject, fact in _comments(stanza, document):
            facts[subject].append(fact)
    return facts


def _facts_of(stanza: Stanza) -> Iterator[tuple[_Subject, _Fact]]:
    if isinstance(stanza, Iface):
        yield (stanza.name, stanza.family, "method"), (" ".join([stanza.method, *stanza.extra]), stanza.line)
        for option in stanza.options:
            yield (stanza.name, stanza.family, option.name), (option.value, option.line)
    elif isinstance(stanza, Auto):
        for name in stanza.names:
            yield (name, "", stanza.keyword), ("yes", stanza.line)
    elif text := stanza.text.strip():
        yield ("", "", ""), (text, stanza.line)


def _comments(stanza: Stanza, document: Document) -> Iterator[tuple[_Subject, _Fact]]:
    """The comment lines of an interface; those of a stanza that is about several belong to none."""
    if "#" not in stanza.text or not isinstance(stanza, Iface | Auto):
        return
    grammar = document.dialect.grammar
    name = stanza.name if isinstance(stanza, Iface) else stanza.names[0] if len(stanza.names) == 1 else ""
    lines = grammar.lines(stanza.text)
    header = next(number for number, line in enumerate(lines) if grammar.means_something(line))
    for number, line in enumerate(lines):
        if line.lstrip(grammar.blanks).startswith("#"):
            yield (name, "", "comment"), (uncomment(line), stanza.line - header + number)


def _paired(old: Sequence[_Fact], new: Sequence[_Fact]) -> Iterator[tuple[str | None, str | None, int]]:
    """Which value became which: (old, new, line) for each that is not in both."""
    before, after = [value for value, _ in old], [value for value, _ in new]
    if before == after:
        return
    for run in align(before, after):
        if not run.same:
            gone, come = old[run.old_start : run.old_stop], new[run.new_start : run.new_stop]
            for (was, _), (value, line) in zip(gone, come, strict=False):
                yield was, value, line
            yield from ((value, None, line) for value, line in gone[len(come) :])
            yield from ((None, value, line) for value, line in come[len(gone) :])
