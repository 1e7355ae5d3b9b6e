"""Changes to a written form as a form makes them, keeping the syntax that is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from netadmin.definitions.addresses import parse_mask
from netadmin.definitions.alignment import aligned
from netadmin.definitions.written import Pair, Part, option_name


def with_option(
    parts: tuple[Part, ...], name: str, values: Sequence[str], family: str | None
) -> tuple[Part, ...]:
    """The option with these values in the part where it stands, else in the first of `family`.

    Values that stay keep their place; a new option takes `_` where its like in the stanza is written with
    `_`.
    """
    target = _part_with(parts, name, family)
    if target is None:
        return parts
    part = parts[target]
    places = [place for place, (key, _value) in enumerate(part.options) if option_name(key) == name]
    key = part.options[places[-1]][0] if places else _key_like_neighbours(part, name)
    entries = _Entries(part.options, [[place] for place in places])
    pairs = aligned([part.options[place][1] for place in places], values)
    for old, new in pairs:
        if old is None and new is not None:
            entries.add([(key, values[new])])
        elif old is not None:
            own_key = part.options[places[old]][0]
            entries.put(old, [] if new is None else [[(own_key, values[new])]])
    return _with_part(parts, target, entries.result())


def with_addresses(parts: tuple[Part, ...], family: str, texts: Sequence[str]) -> tuple[Part, ...]:
    """The addresses of a family as `address/prefix` texts; where an address line has a netmask line, the pair
    stays a pair, and only what differs of it changes."""
    target = _part_with(parts, "address", family)
    if target is None:
        return parts
    pairs = parts[target].options
    groups = [_address_group(pairs, place) for place, (key, _value) in enumerate(pairs) if key == "address"]
    entries = _Entries(pairs, groups)
    for old, new in aligned([_as_prefix([pairs[at] for at in group]) for group in groups], texts):
        if old is None and new is not None:
            entries.add([("address", texts[new])])
        elif old is not None and new is None:
            entries.put(old, [])
        elif old is not None and new is not None:
            entries.put(old, _rewritten(pairs, groups[old], texts[new]))
    return _with_part(parts, target, entries.result())


def with_method(parts: tuple[Part, ...], family: str, method: str) -> tuple[Part, ...]:
    """The method of the first stanza of that family (one without family takes part when there is no
    other)."""
    for wanted in (family, ""):
        for place, part in enumerate(parts):
            if part.family == wanted:
                return (*parts[:place], replace(part, method=method), *parts[place + 1 :])
    return parts


def _part_with(parts: tuple[Part, ...], name: str, family: str | None) -> int | None:
    fitting = [place for place, part in enumerate(parts) if family is None or part.family == family]
    if not fitting and family is not None:
        fitting = [place for place, part in enumerate(parts) if not part.family]
    for place in fitting:
        if any(option_name(key) == name for key, _value in parts[place].options):
            return place
    return fitting[0] if fitting else None


class _Entries:
    """A stanza's options with groups of places that are being replaced, and additions between the groups."""

    def __init__(self, pairs: Sequence[Pair], groups: list[list[int]]) -> None:
        self._pairs = pairs
        self._groups = groups
        self._at: dict[int, list[Pair]] = {}  # place → what stands there instead
        self._behind: dict[int, list[Pair]] = {}  # place → what follows it; -1 when nothing precedes
        self._latest = -1 if groups else len(pairs) - 1

    def put(self, group: int, replacements: list[list[Pair]]) -> None:
        """Replace the places of a group one by one; places without replacement go."""
        for step, place in enumerate(self._groups[group]):
            self._at[place] = replacements[step] if step < len(replacements) else []
        self._latest = max(self._groups[group])

    def add(self, pairs: list[Pair]) -> None:
        """Put an entry behind the group that was put last; before the first group when none was."""
        place = self._latest
        if place < 0 and self._groups:
            place = self._groups[0][0] - 1
        self._behind.setdefault(place, []).extend(pairs)

    def result(self) -> list[Pair]:
        result = list(self._behind.get(-1, []))
        for place, pair in enumerate(self._pairs):
            result += self._at.get(place, [pair])
            result += self._behind.get(place, [])
        return result


def _key_like_neighbours(part: Part, name: str) -> str:
    """`bridge_fd` in a stanza that writes `bridge_ports`; otherwise the name itself."""
    told = [key for key, _value in part.options if "_" in key or "-" in key]
    prefix = name.partition("-")[0]
    alike = [key for key in told if option_name(key).startswith(f"{prefix}-")] or told
    if "-" in name and alike and all("_" in key for key in alike):
        return name.replace("-", "_")
    return name


def _address_group(pairs: Sequence[Pair], place: int) -> list[int]:
    """The place of an address line and, if it has one, of its netmask line.

    It follows the address before the next one; for a stanza's only address it may stand anywhere.
    """
    for at in range(place + 1, len(pairs)):
        if pairs[at][0] == "address":
            return [place]
        if pairs[at][0] == "netmask":
            return [place, at]
    masks = [at for at, (key, _value) in enumerate(pairs) if key == "netmask"]
    alone = sum(key == "address" for key, _value in pairs) == 1
    return [place, masks[0]] if alone and masks else [place]


def _as_prefix(group: list[Pair]) -> str:
    """An address line and its netmask line as one `address/prefix` text."""
    address = group[0][1]
    if len(group) == 1 or "/" in address:
        return address
    prefix = parse_mask(group[1][1], "inet6" if ":" in address else "inet")
    return address if prefix is None else f"{address}/{prefix}"


def _rewritten(pairs: Sequence[Pair], group: list[int], text: str) -> list[list[Pair]]:
    if len(group) == 1:
        return [[("address", text)]]
    address, netmask = _in_netmask_form(text, pairs[group[1]][1])
    return [[("address", address)], [("netmask", netmask)] if netmask else []]


def _in_netmask_form(text: str, old_netmask: str) -> tuple[str, str]:
    """`192.0.2.1/24` as address and netmask in the spelling of the old netmask; without a prefix the netmask
    stays."""
    address, slash, prefix_text = text.partition("/")
    family = "inet6" if ":" in address else "inet"
    prefix = parse_mask(prefix_text, family) if slash else None
    if not slash or prefix == parse_mask(old_netmask, family):
        return address, old_netmask
    if prefix is None:
        return text, ""  # not a mask at all: it stays as typed, for the checks to speak about
    if "." not in old_netmask:
        return address, str(prefix)
    bits = 0xFFFFFFFF >> (32 - prefix) << (32 - prefix)
    return address, ".".join(str(bits >> shift & 255) for shift in (24, 16, 8, 0))


def _with_part(parts: tuple[Part, ...], target: int, pairs: Sequence[Pair]) -> tuple[Part, ...]:
    """The parts with other options in one; its lines no longer fit and go."""
    part = replace(parts[target], options=tuple(pairs), lines=())
    return (*parts[:target], part, *parts[target + 1 :])
