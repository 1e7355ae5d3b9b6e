"""Port lists as bridges and bonds write them: names, `none`, `all`, regular expressions, globs, ranges."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

# What `all` stands for in bridge-utils-interfaces(5): regex eth.* em.* en.* p[0-9].*
ALL_PATTERNS = ("eth.*", "em.*", "en.*", "p[0-9].*")
MOST_NAMES_OF_A_RANGE = 4096  # a slip such as swp[1-99999999] must not cost memory

_RANGE = re.compile(r"\[([0-9]{1,9})-([0-9]{1,9})\]")
_BARE_RANGE = re.compile(r"(?<=[A-Za-z])([0-9]{1,9})-([0-9]{1,9})(?=\.\w+$|$)")


@dataclass(frozen=True, slots=True)
class Ports:
    """`names` are devices that are named (globs spelled out); `patterns` are regular expressions that take
    whatever the node has when the engine runs."""

    names: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    whole_name: bool = True  # classic matches `^…$`; ifupdown2 is content when the pattern ends the name

    def matching(self, links: Iterable[str]) -> tuple[str, ...]:
        """What the list means on a node with these links: the names, then what the patterns find."""
        matching = (link for link in links if any(self._matches(pattern, link) for pattern in self.patterns))
        return tuple(dict.fromkeys([*self.names, *matching]))

    def _matches(self, pattern: str, link: str) -> bool:
        compiled = _compiled(f"(?:{pattern})\\Z")
        if compiled is None:
            return False
        return (compiled.match(link) if self.whole_name else compiled.search(link)) is not None


NO_PORTS = Ports()


def read_ports(words: tuple[str, ...], *, classic: bool) -> Ports:
    """The words of a `bridge-ports`, `bond-slaves` or `ovs-ports` option.

    ifupdown2 (`modulebase.parse_port_list`): `regex` and `glob` reach to the next word alone. Classic
    (bridge-utils-interfaces(5)): `regex` reaches to `noregex`, and a glob is a name like any other.
    """
    if not words or words == ("none",):
        return NO_PORTS
    names: list[str] = []
    patterns: list[str] = []
    mode = ""
    for word in words:
        if word in ("regex", "glob"):
            mode = word
        elif word in ("noregex", "noglob"):
            mode = ""
        elif word == "all" and classic:
            patterns.extend(ALL_PATTERNS)
        elif mode == "regex":
            patterns.append(word)
            mode = "regex" if classic else ""
        elif mode == "glob":
            names.extend(expand_glob(word))
            mode = ""
        elif word != "none":
            names.append(word)
    return Ports(tuple(dict.fromkeys(names)), tuple(patterns), whole_name=classic)


def expand_range(name: str) -> tuple[str, ...]:
    """The interfaces of `iface swp[1-3].100` in ifupdown2; a name without brackets is itself."""
    return _expand(name, _RANGE) if "[" in name else (name,)


def expand_glob(expression: str) -> tuple[str, ...]:
    """ifupdown2's globs: `swp1-3.100`, `swp[1-3]`, `swp[1-3]sub[0-1]`."""
    return _expand(expression, _RANGE if "[" in expression else _BARE_RANGE)


def _expand(text: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    names = [text]
    while match := pattern.search(names[0]):
        first, last = int(match[1]), int(match[2])
        if last < first or (last - first + 1) * len(names) > MOST_NAMES_OF_A_RANGE:
            return (text,)
        names = [
            pattern.sub(str(number), name, count=1) for name in names for number in range(first, last + 1)
        ]
    return tuple(names)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return None
