"""The written form of an interface: its stanzas' options as they stand in the file, and how to look them
up."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Part:
    """One `iface` stanza. `options` holds (key as written, value) in file order; equality is about what is
    written, not about the lines it stands on."""

    family: str  # inet, inet6, … or "" where ifupdown2 reads a stanza for both families
    method: str  # as written, also when no engine knows it; "" when absent
    options: tuple[tuple[str, str], ...] = ()
    line: int = field(default=0, compare=False)
    lines: tuple[int, ...] = field(
        default=(), compare=False
    )  # of every option; empty for a part made in a form

    def line_of(self, index: int) -> int:
        return self.lines[index] if index < len(self.lines) else self.line


class Written(NamedTuple):
    """One option with the name that scripts see: `bridge_ports` and `bridge-ports` are both
    `bridge-ports`."""

    name: str
    value: str
    line: int
    family: str
    key: str


@lru_cache(maxsize=4096)
def option_name(key: str) -> str:
    """ifupdown2 reads `_` as `-`; classic hands both to its scripts as the same `IF_…` variable
    (interfaces(5), HOOK SCRIPTS), so for what an option means the two are one."""
    return key.replace("_", "-")


class Options:
    """The options of all parts, by name."""

    __slots__ = ("_by_name",)

    def __init__(self, parts: tuple[Part, ...]) -> None:
        by_name: dict[str, list[Written]] = {}
        for part in parts:
            for index, (key, value) in enumerate(part.options):
                name = option_name(key)
                by_name.setdefault(name, []).append(
                    Written(name, value, part.line_of(index), part.family, key)
                )
        self._by_name = by_name

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def all(self, name: str) -> list[Written]:
        return self._by_name.get(name, [])

    def first(self, *names: str) -> str | None:
        """The first value of the first of these names that is there."""
        for name in names:
            if name in self._by_name:
                return self._by_name[name][0].value
        return None

    def words(self, *names: str) -> tuple[str, ...]:
        """The words of every occurrence of the first of these names that is there."""
        for name in names:
            if name in self._by_name:
                return tuple(word for written in self._by_name[name] for word in written.value.split())
        return ()
