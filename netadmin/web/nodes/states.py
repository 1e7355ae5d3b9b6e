"""Every interface of a node with its four states side by side: draft, staged, saved, live."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from netadmin.checks import Finding
from netadmin.definitions import Definition, Definitions
from netadmin.planning.compare import Comparison, Verdict
from netadmin.planning.live import Link, LiveState
from netadmin.web.nodes.wording import definition_lines, link_lines, link_status, written_options

Placed = TypeVar("Placed", Finding, Comparison)


@dataclass(frozen=True, slots=True)
class Difference:
    """One option whose value is another: what it was, what it becomes; "" where it is not there."""

    option: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one state says of one interface, in lines; ``word`` says how it stands to the saved file."""

    word: str = ""
    lines: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    status: str = ""  # live only: "good", "warning", "error" or "" beside its words
    status_words: str = ""


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option in the four states; ``live_word`` is the verdict on the live value."""

    family: str
    option: str
    draft: str | None
    staged: str | None
    saved: str | None
    live: str | None
    live_word: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One interface of a node."""

    name: str
    kind: str
    comment: str
    draft: Cell
    staged: Cell
    saved: Cell
    live: Cell
    options: tuple[OptionRow, ...]
    findings: tuple[Finding, ...]
    place: str  # "file:line" of an interface that a sourced file defines, which is not edited here
    in_kernel_only: bool
    others: tuple[str, ...]  # who else has a change of it pending

    @property
    def editable(self) -> bool:
        """Whether it has a form: it stands in the saved file or a draft, under a name that fits an address."""
        return not self.place and not self.in_kernel_only and self.name.isprintable()

    @property
    def anchor(self) -> str:
        """An id for the row that no two names share."""
        return f"i-{self.name.encode('utf-8', 'surrogateescape').hex()}"


@dataclass(frozen=True, slots=True)
class States:
    """The four states of a node; ``staged``, ``draft`` and ``live`` are None where there is none."""

    saved: Definitions
    staged: Definitions | None = None
    draft: Definitions | None = None
    live: LiveState | None = None
    comparisons: tuple[Comparison, ...] = ()
    findings: tuple[Finding, ...] = ()
    others: Mapping[str, tuple[str, ...]] | None = None

    def names(self) -> list[str]:
        """Saved ones in file order, then new ones, then links that no file mentions."""
        names = dict.fromkeys(name for definitions in self._files() for name in definitions)
        defined = {each for one in self._files() for definition in one.values() for each in definition.names}
        return [*names, *(link.name for link in self._links() if link.name not in defined)]

    def chosen(self, *, find: str = "", show: str = "") -> list[str]:
        """The names of those that say every word of ``find`` and are what ``show`` asks for, in the same order."""
        names = self.names()
        if show:
            asked = self._asked(show, names)
            names = [name for name in names if name in asked]
        words = find.lower().split()
        return [name for name in names if self._says(name, words)] if words else names

    def _asked(self, show: str, names: Iterable[str]) -> Collection[str]:
        if show == "pending":
            others = [definitions for definitions in (self.staged, self.draft) if definitions is not None]
            return {name for name in names for other in others if other.get(name) != self.saved.get(name)}
        if show == "differs":
            return set(self.drifting())
        if show == "findings":
            return {finding.interface for finding in self.findings}
        return {name for name in names if not any(name in one for one in self._files())}

    def _says(self, name: str, words: Iterable[str]) -> bool:
        said = "\n".join([name, *self._words(name)]).lower()
        return all(word in said for word in words)

    def _words(self, name: str) -> Iterator[str]:
        """What its stanzas say behind their keys, its comments, the addresses of its link."""
        for definition in (one[name] for one in self._files() if name in one):
            yield definition.comment
            for part in definition.parts:
                yield from (value for _, value in part.options)
        if self.live is not None and (link := self.live.link(name)):
            yield from (address.address for address in link.addresses)
            yield link.alias

    def rows(self, names: Iterable[str]) -> list[Row]:
        """A row for each of the names."""
        compared = _by_interface(self.comparisons)
        found = _by_interface(self.findings)
        return [self._row(name, compared.get(name, ()), found.get(name, ())) for name in names]

    def drifting(self) -> tuple[str, ...]:
        """The interfaces whose live state is not what the saved file says."""
        return tuple(
            dict.fromkeys(each.interface for each in self.comparisons if each.verdict is Verdict.DIFFERS)
        )

    def _row(self, name: str, compared: tuple[Comparison, ...], found: tuple[Finding, ...]) -> Row:
        saved = self.saved.get(name)
        staged = None if self.staged is None else self.staged.get(name)
        draft = None if self.draft is None else self.draft.get(name)
        link = None if self.live is None else self.live.link(name)
        shown = draft or saved or staged
        return Row(
            name=name,
            kind=str(shown.kind) if shown else (link.kind or "ethernet" if link else ""),
            comment=shown.comment if shown else (link.alias if link else ""),
            draft=_against(saved, draft) if self.draft is not None else Cell(),
            staged=_against(saved, staged) if self.staged is not None else Cell(),
            saved=Cell(lines=definition_lines(saved)) if saved else Cell(word="not there"),
            live=_live(link, self.live, compared) if self.live else Cell(word="not known"),
            options=tuple(_options(draft, staged, saved, compared)),
            findings=found,
            place=f"{shown.file}:{shown.line}" if shown and shown.sourced else "",
            in_kernel_only=shown is None,
            others=(self.others or {}).get(name, ()),
        )

    def _files(self) -> list[Definitions]:
        return [one for one in (self.saved, self.staged, self.draft) if one is not None]

    def _links(self) -> tuple[Link, ...]:
        return self.live.links if self.live else ()


def differences(old: Definition | None, new: Definition | None) -> tuple[Difference, ...]:
    """Per option what two definitions say differently, in the order of the newer one."""
    before, after = written_options(old), written_options(new)
    options = dict.fromkeys([*after, *before])
    return tuple(
        Difference(_label(option), before.get(option, ""), after.get(option, ""))
        for option in options
        if before.get(option) != after.get(option)
    )


def _against(saved: Definition | None, other: Definition | None) -> Cell:
    if saved is None and other is None:
        return Cell()
    if other is None:
        return Cell(word="removed")
    if saved is None:
        return Cell(word="new", lines=definition_lines(other))
    found = differences(saved, other)
    return Cell(word="changed", differences=found) if found else Cell(word="as saved")


def _live(link: Link | None, state: LiveState, compared: tuple[Comparison, ...]) -> Cell:
    found = tuple(
        Difference(each.option, each.wanted, each.seen)
        for each in compared
        if each.verdict is Verdict.DIFFERS
    )
    if link is None and found:
        return Cell(status="warning", status_words="not there, though the file wants it")
    if link is None:
        return Cell(word="not there")
    status, words = link_status(link)
    word = "differs" if found else ""
    return Cell(word, link_lines(link, state), found, status, words)


def _options(
    draft: Definition | None,
    staged: Definition | None,
    saved: Definition | None,
    compared: tuple[Comparison, ...],
) -> Iterator[OptionRow]:
    drafted, lying, kept = (written_options(definition) for definition in (draft, staged, saved))
    seen = {each.option: each for each in compared}
    for key in dict.fromkeys([*drafted, *lying, *kept]):
        live, live_word, why = _seen(seen.pop(key[1], None))
        yield OptionRow(*key, drafted.get(key), lying.get(key), kept.get(key), live, live_word, why)
    for option, comparison in seen.items():
        yield OptionRow("", option, None, None, None, *_seen(comparison))


def _seen(comparison: Comparison | None) -> tuple[str | None, str, str]:
    if comparison is None:
        return None, "", ""
    words = {Verdict.AS_WANTED: "as saved", Verdict.DIFFERS: "differs", Verdict.UNKNOWN: "cannot be known"}
    return comparison.seen, words[comparison.verdict], comparison.why


def _label(option: tuple[str, str]) -> str:
    family, name = option
    return f"{name} ({family})" if family == "inet6" and name in ("method", "address", "gateway") else name


def _by_interface(items: Iterable[Placed]) -> dict[str, tuple[Placed, ...]]:
    grouped: dict[str, list[Placed]] = {}
    for item in items:
        grouped.setdefault(item.interface, []).append(item)
    return {name: tuple(found) for name, found in grouped.items()}
