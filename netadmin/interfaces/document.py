"""A document: the text of one interfaces(5) file, and the stanzas it is read as."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
    def places(self) -> dict[str, tuple[int, ...]]:
        """Where the `iface` stanzas of each interface stand in `blocks`."""
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, block in enumerate(self.blocks):
            if block.keyword == "iface" and block.name:
                places[block.name].append(place)
        return {name: tuple(found) for name, found in places.items()}

    def spliced(self, start: int, stop: int, text: str) -> "Document":
        """The document with a text in the place of blocks[start:stop]; all other text stays.

        A file whose last line has no end keeps that habit.
        """
        first, last = max(start - 1, 0), min(stop + 1, len(self.blocks))
        before, after = self.blocks[first:start], self.blocks[stop:last]
        # The neighbours are cut anew: a comment at the seam may belong to another stanza now.
        around = "".join([*(block.text for block in before), text, *(block.text for block in after)])
        if last == len(self.blocks) and not self._ends_its_last_line:
            around = around.removesuffix("\n").removesuffix("\r")
        blocks = cut(around, self.dialect.grammar)
        if around == "".join([block.text for block in self.blocks[first:last]]):
            return self
        spliced = Document((*self.blocks[:first], *blocks, *self.blocks[last:]), self.dialect, self.file)
        if "places" in self.__dict__ and _headers(blocks) == _headers(self.blocks[first:last]):
            spliced.__dict__["places"] = self.places  # every block is still where it was
        return spliced

    def with_texts(self, texts: Mapping[int, str]) -> "Document":
        """The document with other texts for some of its blocks, by their place; "" takes a block out."""
        if not texts:
            return self
        start, stop = min(texts), max(texts) + 1
        between = enumerate(self.blocks[start:stop], start)
        return self.spliced(start, stop, "".join([texts.get(place, block.text) for place, block in between]))

    @property
    def _ends_its_last_line(self) -> bool:
        return not self.blocks or self.blocks[-1].text.endswith(("\n", "\r"))

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


def _headers(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    return [(block.keyword, block.name) for block in blocks]
