"""Changes to a written form as a form makes them, keeping the syntax that is there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from netadmin.definitions.addresses import parse_mask
from netadmin.definitions.alignment import aligned
from netadmin.definitions.hooks import PHASES
from netadmin.definitions.written import Pair, Part, option_name

# In the order in which they are usually written; ifupdown2 drops a netmask that stands before its address.
ADDRESSING = (
    *("address", "netmask", "broadcast", "scope", "preferred-lifetime", "pointopoint"),
    *("gateway", "metric"),
)


def with_option(
    parts: tuple[Part, ...], name: str, values: Sequence[str], family: str | None
) -> tuple[Part, ...]:
    """The option with these values, in the stanzas where it stands, else in the first, of a family if given.

    Values that stay keep their place. A new option stands with its like, and takes `_` where that does.
    """
    held = [_Place(at, [place]) for at, place in _places(parts, name, family)]
    old = [parts[place.part].options[place.lines[0]] for place in held]

    def written(part: Part, place: _Place | None, value: str) -> list[Pair]:
        return [(part.options[place.lines[0]][0] if place else _key_for(part, name), value)]

    return _rewritten(parts, name, family, held, [value for _key, value in old], values, written)


def with_addresses(
    parts: tuple[Part, ...], family: str, texts: Sequence[str], *, classic: bool
) -> tuple[Part, ...]:
    """The addresses of a family as `address/prefix` texts; where an address line has a netmask line, the pair
    stays a pair, and only what differs of it changes."""
    held = [
        _Place(at, _address_lines(parts[at].options, place, classic=classic))
        for at, place in _places(parts, "address", family)
    ]
    old = [_as_prefix([parts[place.part].options[line] for line in place.lines]) for place in held]

    def written(part: Part, place: _Place | None, text: str) -> list[Pair]:
        if place is None or len(place.lines) == 1:
            return [("address", text)]
        return _as_netmask(text, part.options[place.lines[1]][1])

    return _rewritten(parts, "address", family, held, old, texts, written)


def with_method(parts: tuple[Part, ...], family: str, method: str) -> tuple[Part, ...]:
    """The method of a family's first stanza; one without family stands in where there is none."""
    for wanted in (family, ""):
        for place, part in enumerate(parts):
            if part.family == wanted:
                return (*parts[:place], replace(part, method=method), *parts[place + 1 :])
    return parts


class _Place(NamedTuple):
    """Where an entry stands: which part, and which of its options, an address and its netmask being two."""

    part: int
    lines: list[int]


def _places(parts: Sequence[Part], name: str, family: str | None) -> Iterator[tuple[int, int]]:
    """(part, option) of every occurrence of an option in the stanzas of a family, all when it is None."""
    for at in _fitting(parts, family):
        for place, (key, _value) in enumerate(parts[at].options):
            if option_name(key) == option_name(name):
                yield at, place


def _fitting(parts: Sequence[Part], family: str | None) -> list[int]:
    """The stanzas of a family; those without family stand in where it has none."""
    if family is None:
        return list(range(len(parts)))
    return [at for at, part in enumerate(parts) if part.family == family] or [
        at for at, part in enumerate(parts) if not part.family
    ]


def _rewritten(
    parts: tuple[Part, ...],
    name: str,
    family: str | None,
    held: Sequence[_Place],
    old: Sequence[str],
    new: Sequence[str],
    written: Callable[[Part, _Place | None, str], list[Pair]],
) -> tuple[Part, ...]:
    """The parts with the entries `held`, which say `old`, made to say `new`."""
    fitting = _fitting(parts, family)
    if not fitting:
        return parts
    into = held[0].part if held else fitting[0]
    below = held[0].lines[0] - 1 if held else _line_above_new(parts[into].options, name)
    edits = _Edits()
    for was, becomes in aligned(old, new):
        if was is None and becomes is not None:
            edits.added.setdefault((into, below), []).extend(written(parts[into], None, new[becomes]))
        elif was is not None:
            into, lines = held[was]
            below = max(lines)
            pairs = [] if becomes is None else written(parts[into], held[was], new[becomes])
            edits.replaced |= {(into, line): pairs[step : step + 1] for step, line in enumerate(lines)}
    return tuple(edits.of(at, part) for at, part in enumerate(parts))


class _Edits:
    """What becomes of the options of several parts, each named by (part, option)."""

    def __init__(self) -> None:
        self.replaced: dict[tuple[int, int], list[Pair]] = {}
        self.added: dict[tuple[int, int], list[Pair]] = {}  # what follows an option; -1 is the header

    def of(self, at: int, part: Part) -> Part:
        pairs = list(self.added.get((at, -1), []))
        for line, pair in enumerate(part.options):
            pairs += self.replaced.get((at, line), [pair])
            pairs += self.added.get((at, line), [])
        options = tuple(pairs)
        return part if options == part.options else replace(part, options=options, lines=())


def _line_above_new(pairs: Sequence[Pair], name: str) -> int:
    """Below which option one goes that the stanza does not have: its like; addresses first, hooks last."""
    names = [option_name(key) for key, _value in pairs]
    name = option_name(name)
    if name in PHASES:
        return len(names) - 1
    if name in ADDRESSING:
        alike = ADDRESSING[: ADDRESSING.index(name) + 1]
        return max((at for at, other in enumerate(names) if other in alike), default=-1)
    prefix = name.partition("-")[0]
    same_prefix = [at for at, other in enumerate(names) if other.partition("-")[0] == prefix]
    before_hooks = [at for at, other in enumerate(names) if other not in PHASES]
    return max(same_prefix or before_hooks, default=-1)


def _key_for(part: Part, name: str) -> str:
    """`bridge_fd` in a stanza that writes `bridge_ports`; otherwise the name as it is given."""
    told = [key for key, _value in part.options if "_" in key or "-" in key]
    prefix = name.partition("-")[0]
    alike = [key for key in told if option_name(key).startswith(f"{prefix}-")] or told
    if "-" in name and alike and all("_" in key for key in alike):
        return name.replace("-", "_")
    return name


def _address_lines(pairs: Sequence[Pair], place: int, *, classic: bool) -> list[int]:
    """The place of an address line and, if it has one, of its netmask line.

    That follows the address before the next one. In classic it may stand anywhere; in ifupdown2 one that
    stands before counts for nothing.
    """
    for at in range(place + 1, len(pairs)):
        if pairs[at][0] == "address":
            return [place]
        if pairs[at][0] == "netmask":
            return [place, at]
    above = [at for at, (key, _value) in enumerate(pairs[:place]) if key == "netmask"]
    alone = sum(key == "address" for key, _value in pairs) == 1
    return [place, above[0]] if classic and alone and above else [place]


def _as_prefix(group: list[Pair]) -> str:
    """An address line and its netmask line as one `address/prefix` text."""
    address = group[0][1]
    if len(group) == 1 or "/" in address:
        return address
    prefix = parse_mask(group[1][1], "inet6" if ":" in address else "inet")
    return address if prefix is None else f"{address}/{prefix}"


def _as_netmask(text: str, old_netmask: str) -> list[Pair]:
    """`192.0.2.1/24` as two lines, the netmask spelled like the old one, which stays without a prefix."""
    address, slash, prefix_text = text.partition("/")
    family = "inet6" if ":" in address else "inet"
    prefix = parse_mask(prefix_text, family) if slash else None
    if not slash or prefix == parse_mask(old_netmask, family):
        return [("address", address), ("netmask", old_netmask)]
    if prefix is None:
        return [("address", text)]  # no mask at all: it stays as typed, for the checks to speak about
    if "." not in old_netmask:
        return [("address", address), ("netmask", str(prefix))]
    bits = 0xFFFFFFFF >> (32 - prefix) << (32 - prefix)
    return [("address", address), ("netmask", ".".join(str(bits >> shift & 255) for shift in (24, 16, 8, 0)))]
