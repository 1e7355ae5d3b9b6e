"""Between an interface's definition and the form's values: what a field shows, and what an edit of it changes.

A field that was left as it was changes nothing, however its option is spelled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from netadmin.definitions import Definition, Kind, Part
from netadmin.definitions.addresses import read_addresses
from netadmin.definitions.values import switch
from netadmin.web.interfaces.fields import BY_KIND, HOOKS, LINK, ON_OFF, YES_NO, Entry

Pair = tuple[str, str]

ADDRESSING = frozenset({"address", "netmask", "gateway"})
START = {"auto": ("auto",), "hotplug": ("allow-hotplug",), "manual": ()}


def entries(kind: Kind) -> tuple[Entry, ...]:
    """The fields of a kind, without what every interface has."""
    return BY_KIND.get(kind, ())


def numbered_parts(definition: Definition) -> tuple[tuple[int, Part], ...]:
    """Every stanza with its number within its family, from 0."""
    seen: Counter[str] = Counter()
    found = []
    for part in definition.parts:
        found.append((seen[part.family], part))
        seen[part.family] += 1
    return tuple(found)


# --- what a field shows -----------------------------------------------------------------------------------


def shown_start(definition: Definition) -> str:
    """ "auto", "hotplug", "manual", or the classes themselves where they are others."""
    known = {classes: name for name, classes in START.items()}
    return known.get(definition.classes, " ".join(definition.classes))


def shown_addresses(part: Part, *, classic: bool) -> list[str]:
    """The stanza's addresses with their prefix, a netmask line counted in."""
    return [
        f"{address.text}/{address.prefix}"
        if address.netmask and address.prefix is not None and "/" not in address.text
        else address.text
        for address in read_addresses((part,), classic=classic)
    ]


def shown_gateways(part: Part) -> list[str]:
    """The stanza's gateways."""
    return [value for key, value in part.options if key == "gateway"]


def shown_hooks(part: Part) -> list[Pair]:
    """The stanza's commands, in order."""
    return [pair for pair in part.options if is_hook(*pair)]


def shown_further(part: Part, kind: Kind) -> list[Pair]:
    """The options that no field stands for, in order."""
    return [pair for pair in part.options if is_further(kind)(*pair)]


def shown_entry(definition: Definition, entry: Entry) -> str:
    """The option's value as its field shows it: choices by their canonical spelling."""
    values = _values(definition, option_of(definition, entry))
    if entry.many:
        return "\n".join(values)
    value = values[0] if values else ""
    if entry.option == "bond-mode" and definition.bond:
        return definition.bond.mode or ""
    if entry.option == "bond-xmit-hash-policy" and definition.bond:
        return definition.bond.xmit_hash_policy or ""
    if entry.option == "bond-lacp-rate" and definition.bond:
        return definition.bond.lacp_rate or ""
    if entry.choices in (ON_OFF, YES_NO) and (on := switch(value)) is not None:
        return entry.choices[1 if on else 2][0]
    return value


def shown_ports(definition: Definition, entry: Entry, offered: Sequence[str]) -> tuple[list[str], str]:
    """The listed devices among the offered, and everything else of the list as text."""
    words = _words(definition, entry)
    named = [word for word in words if word in offered] if _plain(words) else []
    rest = [word for word in words if word not in named and word != "none"]
    return named, " ".join(rest)


def port_words(definition: Definition, kind: Kind) -> tuple[str, ...]:
    """Every word of the kind's port lists."""
    lists = [_words(definition, entry) for entry in entries(kind) if entry.ports]
    return tuple(word for words in lists for word in words)


def option_of(definition: Definition, entry: Entry) -> str:
    """The option's name as this definition has it: `slaves` stays `slaves`."""
    for name in (entry.option, *entry.aliases):
        if definition.option(name) is not None:
            return name
    return entry.option


# --- what an edit changes ---------------------------------------------------------------------------------


def with_start(definition: Definition, start: str) -> Definition:
    """How it is started."""
    return definition.with_classes(START.get(start, tuple(start.split())))


def with_entry(definition: Definition, entry: Entry, values: Sequence[str]) -> Definition:
    """The option with these values, none of which removes it; what a field of one line cannot show stays."""
    name = option_of(definition, entry)
    hidden = () if entry.many else _values(definition, name)[1:]
    return definition.with_option(name, [*values, *hidden])


def with_ports(definition: Definition, entry: Entry, ticked: Iterable[str], rest: str) -> Definition:
    """The list with these devices: those that stay keep their order, new ones come last."""
    wanted = [*ticked, *rest.split()]
    words = _words(definition, entry)
    if _plain(words) and _plain(wanted):
        kept = [word for word in words if word in wanted]
        wanted = [*kept, *(word for word in wanted if word not in kept)]
    return definition.with_option(option_of(definition, entry), [" ".join(wanted) or "none"])


def with_method(definition: Definition, family: str, number: int, method: str) -> Definition:
    """The method of a family's stanza of that number."""
    return _in_part(definition, family, number, lambda alone: alone.with_method(family, method))


def with_addresses(definition: Definition, family: str, number: int, addresses: Sequence[str]) -> Definition:
    """The addresses of a family's stanza of that number."""
    return _in_part(definition, family, number, lambda alone: alone.with_addresses(family, addresses))


def with_gateways(definition: Definition, family: str, number: int, gateways: Sequence[str]) -> Definition:
    """The gateways of a family's stanza of that number."""
    return _in_part(definition, family, number, lambda alone: alone.with_option("gateway", gateways, family))


def with_hooks(definition: Definition, family: str, number: int, hooks: Sequence[Pair]) -> Definition:
    """The commands of a family's stanza of that number."""
    return _in_part(definition, family, number, lambda alone: _with_pairs(alone, is_hook, hooks))


def with_further(
    definition: Definition, family: str, number: int, options: Sequence[Pair], kind: Kind
) -> Definition:
    """The options of a family's stanza of that number that no field stands for."""
    return _in_part(definition, family, number, lambda alone: _with_pairs(alone, is_further(kind), options))


def in_usual_order(definition: Definition) -> Definition:
    """A new interface as one would write it: address and gateway before the options of its kind."""
    return replace(
        definition,
        parts=tuple(
            replace(part, options=tuple(sorted(part.options, key=lambda pair: pair[0] not in ADDRESSING)))
            for part in definition.parts
        ),
    )


def is_hook(key: str, value: str) -> bool:
    """Whether an option is a command that runs as root."""
    return key.replace("_", "-") in HOOKS


def is_further(kind: Kind) -> Callable[[str, str], bool]:
    """Whether no field of this kind stands for an option."""
    fields = {
        name for entry in (*LINK, *entries(kind)) for name in (entry.option, *entry.aliases)
    } | ADDRESSING

    def further(key: str, value: str) -> bool:
        return key.replace("_", "-") not in fields and not is_hook(key, value)

    return further


def _in_part(
    definition: Definition, family: str, number: int, edit: Callable[[Definition], Definition]
) -> Definition:
    """The definition with one stanza edited as if it were the only one."""
    parts = definition.parts
    at = [place for place, part in enumerate(parts) if part.family == family][number]
    alone = edit(replace(definition, parts=(parts[at],)))
    return replace(definition, parts=(*parts[:at], *alone.parts, *parts[at + 1 :]))


def _with_pairs(
    definition: Definition, among: Callable[[str, str], bool], pairs: Sequence[Pair]
) -> Definition:
    """Its only stanza with these pairs among the options; what stays keeps its place, what is new follows it."""
    (part,) = definition.parts
    places = [number for number, pair in enumerate(part.options) if among(*pair)]
    options = tuple(_replaced(part.options, places, pairs))
    return replace(definition, parts=(replace(part, options=options, lines=()),))


def _replaced(options: Sequence[Pair], places: Sequence[int], pairs: Sequence[Pair]) -> list[Pair]:
    after: dict[int, list[Pair]] = {}
    gone: set[int] = set()
    last = len(options) - 1
    old = [options[place] for place in places]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, list(pairs), autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        gone.update(places[i1:i2])
        anchor = places[i2 - 1] if i2 > i1 else places[i1 - 1] if i1 else places[0] - 1 if places else last
        after.setdefault(anchor, []).extend(pairs[j1:j2])
    result = list(after.get(-1, []))
    for number, pair in enumerate(options):
        if number not in gone:
            result.append(pair)
        result.extend(after.get(number, []))
    return result


def _words(definition: Definition, entry: Entry) -> list[str]:
    values = _values(definition, option_of(definition, entry))
    return [word for value in values for word in value.split()]


def _values(definition: Definition, option: str) -> list[str]:
    """The option's values in the first stanza that has it."""
    for part in definition.parts:
        if values := [value for key, value in part.options if key.replace("_", "-") == option]:
            return values
    return []


def _plain(words: Iterable[str]) -> bool:
    """Whether a list names devices only, so that its order may be read as theirs."""
    return not any(word in ("regex", "glob", "noregex", "noglob", "all") for word in words)
