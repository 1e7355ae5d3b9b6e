"""What the checks look at: the definitions, indexed once by option, by address and by lower device."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, TypeVar

from netadmin.checks.findings import Context
from netadmin.definitions import Address, Definition, Definitions, Gateway, Part
from netadmin.definitions.written import option_name
from netadmin.interfaces import Dialect, Document, render

Line = TypeVar("Line", Address, Gateway)

# Words in a list of ports that are not names of devices, or change the meaning of the word behind them.
PORT_WORDS = frozenset({"none", "all", "regex", "noregex", "glob", "noglob"})
_LOWER_OPTIONS = {
    "bridge-ports": "port",
    "bond-slaves": "slave",
    "bond-ports": "slave",
    "slaves": "slave",
    "vlan-raw-device": "raw device",
    "vxlan-physdev": "physical device",
    "ovs-bonds": "slave",
    "ovs-ports": "OVS port",
}


class Use(NamedTuple):
    """One option line and where it stands."""

    definition: Definition
    part: Part
    place: int  # among the options of the part

    @property
    def key(self) -> str:
        return self.part.options[self.place][0]

    @property
    def value(self) -> str:
        return self.part.options[self.place][1]

    @property
    def line(self) -> int:
        return self.part.line_of(self.place)


class Placed(NamedTuple):
    """One `address` line as the engine reads it."""

    address: Address
    use: Use

    @property
    def name(self) -> str:
        return self.use.definition.name


class Standing(NamedTuple):
    """One interface standing on another, the option that says so, and as what."""

    use: Use
    role: str  # "port", "slave", "OVS port", "raw device", "physical device"

    @property
    def upper(self) -> Definition:
        return self.use.definition


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything a check may look at; made in one pass over the options, for all checks together.

    `definitions`: by name in file order. `sourced`: every definition of a sourced file. `uses`: the lines of every
    option, by its name with "-". `addresses`: all address lines in file order. `standing`: by the name of a lower
    device, who names it as port, slave or raw device. `text`: of the main document. `continued`: the interfaces in
    whose stanzas a backslash joins lines.
    """

    document: Document
    context: Context
    definitions: Mapping[str, Definition]
    sourced: Sequence[Definition]
    uses: Mapping[str, Sequence[Use]]
    addresses: Sequence[Placed]
    standing: Mapping[str, Sequence[Standing]]
    text: str
    continued: frozenset[str]

    @property
    def ifupdown2(self) -> bool:
        return self.document.dialect is Dialect.IFUPDOWN2

    def of(self, *options: str) -> Iterator[Use]:
        """The lines of these options over all interfaces."""
        for option in options:
            yield from self.uses.get(option, ())


def survey(definitions: Definitions, context: Context) -> Survey:
    uses = _uses(definitions)
    text = render(definitions.document)
    return Survey(
        document=definitions.document,
        context=context,
        definitions=dict(definitions),
        sourced=definitions.sourced,
        uses=uses,
        addresses=_addresses(uses.get("address", ())),
        standing=_standing(uses),
        text=text,
        continued=_continued(definitions.document, text),
    )


def uses_in(definition: Definition, option: str) -> Iterator[Use]:
    """The lines of one option of one interface, in file order."""
    for part in definition.parts:
        for place, (key, _) in enumerate(part.options):
            if option_name(key) == option:
                yield Use(definition, part, place)


def first_use(definition: Definition, option: str) -> Use | None:
    """The line that decides: both engines take the first of an option that may stand once."""
    return next(uses_in(definition, option), None)


def port_names(value: str) -> list[str]:
    """The devices a list of ports names outright; none when it holds patterns, which the node alone resolves."""
    words = value.split()
    return [] if not PORT_WORDS.isdisjoint(words) and words != ["none"] else [w for w in words if w != "none"]


def paired(read: Sequence[Line], lines: Sequence[Use]) -> Iterator[tuple[Line, Use]]:
    """What was read of an interface's lines, with the lines; what it inherits from a template has none here."""
    if len(read) == len(lines):
        return zip(read, lines, strict=True)
    by_line = {line.line: line for line in lines}
    return ((each, by_line[each.line]) for each in read if each.line in by_line)


def _uses(definitions: Definitions) -> dict[str, list[Use]]:
    uses: dict[str, list[Use]] = {}
    lists: dict[str, list[Use]] = {}  # by the key as written: most lines need no look at their name
    for definition in definitions.values():
        for part in definition.parts:
            for place, (key, value) in enumerate(part.options):
                if not value:  # skipped or refused by the engines; option.no-value says so
                    continue
                found = lists.get(key)
                if found is None:
                    found = lists[key] = uses.setdefault(option_name(key), [])
                found.append(Use(definition, part, place))
    return uses


def _addresses(lines: Sequence[Use]) -> list[Placed]:
    addresses: list[Placed] = []
    for _, own in groupby(lines, key=lambda use: use.definition.name):
        uses = list(own)
        read = [address for address in uses[0].definition.addresses if address.text]
        addresses.extend([Placed(address, use) for address, use in paired(read, uses)])
    return addresses


def _continued(document: Document, text: str) -> frozenset[str]:
    if "\\" not in text:
        return frozenset()
    return frozenset(iface.name for iface in document.ifaces if "\\" in iface.text)


def _standing(uses: Mapping[str, Sequence[Use]]) -> dict[str, list[Standing]]:
    standing: dict[str, list[Standing]] = {}
    for option, role in _LOWER_OPTIONS.items():
        for use in uses.get(option, ()):
            value = use.value
            if value == "none":
                continue
            for name in dict.fromkeys(port_names(value)):
                standing.setdefault(name, []).append(Standing(use, role))
    return standing
