"""A document: the text of one interfaces(5) file, and the stanzas it is read as."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from netadmin.interfaces.blocks import Block, cut
from netadmin.interfaces.dialect import Dialect
from netadmin.interfaces.stanzas import Auto, Iface, Stanza, comment_of, read


def parse(text: str, *, dialect: Dialect = Dialect.IFUPDOWN2, file: str = "") -> "Document":
    """Read a text as an engine would; never fails, whatever the text is.

    file: where the text comes from, for those who report about it. Bytes that are not UTF-8 are expected
    as the lone surrogates of `surrogateescape`.
    """
    return Document(cut(text, dialect.grammar), dialect, file)


def render(document: "Document") -> str:
    """The text of a document: `render(parse(text)) == text` for every text."""
    return "".join([block.text for block in document.blocks])


@dataclass(frozen=True)
class Document:
    """The text of a file as a row of blocks; what it says is read from them when it is asked for.

    A block holds its text and no place, so that an edit replaces one block and shares all others.
    """

    blocks: tuple[Block, ...]
    dialect: Dialect
    file: str = ""

    @cached_property
    def stanzas(self) -> tuple[Stanza, ...]:
        """One stanza per block, in the order of the text."""
        grammar = self.dialect.grammar
        stanzas: list[Stanza] = []
        line, comment, commented = 1, "", ""
        for block in self.blocks:
            above = comment if block.name == commented else ""
            stanza, height = read(block, line, grammar, above)
            stanzas.append(stanza)
            line += height
            comment, commented = "", ""
            if isinstance(stanza, Auto) and len(stanza.names) == 1 and (above or "#" in block.text):
                comment, commented = above or comment_of(block.text, grammar), block.name
        return tuple(stanzas)

    @cached_property
    def ifaces(self) -> tuple[Iface, ...]:
        """The `iface` stanzas, in the order of the text."""
        return tuple([stanza for stanza in self.stanzas if isinstance(stanza, Iface)])

    @cached_property
    def newline(self) -> str:
        """The line end that most lines have."""
        text = render(self)
        crlf = text.count("\r\n")
        counts = {"\n": text.count("\n") - crlf, "\r\n": crlf}
        if self.dialect is Dialect.IFUPDOWN2:
            counts["\r"] = text.count("\r") - crlf
        return max(counts, key=lambda end: counts[end])

    def named(self, name: str) -> tuple[Iface, ...]:
        """All `iface` stanzas of an interface."""
        return self._by_name.get(name, ())

    def classes_of(self, name: str) -> tuple[str, ...]:
        """The keywords of the `auto` and `allow-*` lines that name an interface, each once."""
        return self._classes.get(name, ())

    def comment_of(self, name: str) -> str:
        """The comment of an interface: the first that one of its stanzas has."""
        return next((iface.comment for iface in self.named(name) if iface.comment), "")

    @cached_property
    def _by_name(self) -> dict[str, tuple[Iface, ...]]:
        named: defaultdict[str, list[Iface]] = defaultdict(list)
        for iface in self.ifaces:
            named[iface.name].append(iface)
        return {name: tuple(ifaces) for name, ifaces in named.items()}

    @cached_property
    def _classes(self) -> dict[str, tuple[str, ...]]:
        classes: dict[str, tuple[str, ...]] = {}
        for stanza in self.stanzas:
            if isinstance(stanza, Auto) and not stanza.keyword.startswith("no-"):
                for name in stanza.names:
                    known = classes.get(name, ())
                    if stanza.keyword not in known:
                        classes[name] = (*known, stanza.keyword)
        return classes
