"""The written form of an interface: its stanzas' options as they stand in the file, looked up by name."""

from collections.abc import KeysView
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

Pair = tuple[str, str]  # (key as written, value)


@dataclass(frozen=True, slots=True)
class Part:
    """One `iface` stanza. `options` holds (key as written, value) in file order; equality is about what is
    written, not about the lines it stands on."""

    family: str  # inet, inet6, … or "" where ifupdown2 reads a stanza for both families
    method: str  # as written, also when no engine knows it; "" when absent
    options: tuple[Pair, ...] = ()
    line: int = field(default=0, compare=False)
    lines: tuple[int, ...] = field(default=(), compare=False)  # of every option; () if made in a form
    template: "Part | None" = field(default=None, compare=False)  # what classic's `inherits` puts before it

    @property
    def whole(self) -> "Part":
        """The stanza with what it inherits, as the engine reads it."""
        if self.template is None:
            return self
        above = self.template.whole
        return Part(
            self.family, self.method, above.options + self.options, self.line, above.lines + self.lines
        )

    def line_of(self, index: int) -> int:
        return self.lines[index] if index < len(self.lines) else self.line


class Written(NamedTuple):
    """One option; `name` is the key with `-` for `_`, under which it is looked up."""

    name: str
    key: str
    value: str
    line: int
    family: str


@lru_cache(maxsize=4096)
def option_name(key: str) -> str:
    """ifupdown2 reads `_` as `-`; classic hands both to its scripts as the same `IF_…` variable
    (interfaces(5), HOOK SCRIPTS), so for what an option means the two are one."""
    return key.replace("_", "-")


class Options:
    """The options of all parts, by name. Holds first values alone: nearly every option stands once."""

    __slots__ = ("_first", "_parts", "_repeated")

    def __init__(self, parts: tuple[Part, ...]) -> None:
        first: dict[str, str] = {}
        repeated: set[str] = set()
        for part in parts:
            for key, value in part.options:
                name = key.replace("_", "-") if "_" in key else key
                if name in first:
                    repeated.add(name)
                else:
                    first[name] = value
        self._parts = parts
        self._first = first
        self._repeated = repeated

    def __contains__(self, name: str) -> bool:
        return name in self._first

    @property
    def names(self) -> KeysView[str]:
        """Each name once, in the order of the file."""
        return self._first.keys()

    def first(self, *names: str) -> str | None:
        """The first value of the first of these names that is there."""
        for name in names:
            if name in self._first:
                return self._first[name]
        return None

    def all(self, name: str) -> list[Written]:
        """Every occurrence of an option, in file order."""
        if name not in self._first:
            return []
        return [
            Written(name, key, value, part.line_of(index), part.family)
            for part in self._parts
            for index, (key, value) in enumerate(part.options)
            if option_name(key) == name
        ]

    def words(self, *names: str) -> tuple[str, ...]:
        """The words of every occurrence of the first of these names that is there."""
        for name in names:
            if name in self._repeated:
                return tuple([word for written in self.all(name) for word in written.value.split()])
            if name in self._first:
                return tuple(self._first[name].split())
        return ()
