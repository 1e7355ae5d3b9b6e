"""What the checks look at: the definitions, indexed once by option, by address and by lower device."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from netadmin.checks.findings import Context
from netadmin.definitions import Address, Definition, Definitions, Part
from netadmin.definitions.written import option_name
from netadmin.interfaces import Dialect, Document, render

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

    `uses`: the lines of every option, by its name with "-". `addresses`: all address lines in file order.
    `standing`: by the name of a lower device, who names it as port, slave or raw device. `text`: of the main
    document. `continued`: the interfaces in whose stanzas a backslash joins lines.
    """

    definitions: Definitions
    context: Context
    uses: Mapping[str, Sequence[Use]]
    addresses: Sequence[Placed]
    standing: Mapping[str, Sequence[Standing]]
    text: str
    continued: frozenset[str]

    @property
    def document(self) -> Document:
        return self.definitions.document

    @property
    def ifupdown2(self) -> bool:
        return self.document.dialect is Dialect.IFUPDOWN2

    def of(self, *options: str) -> Iterator[Use]:
        """The lines of these options over all interfaces."""
        for option in options:
            yield from self.uses.get(option, ())


def survey(definitions: Definitions, context: Context) -> Survey:
    uses: dict[str, list[Use]] = {}
    addresses: list[Placed] = []
    for definition in definitions.values():
        _collect(definition, uses, addresses)
    text = render(definitions.document)
    return Survey(definitions, context, uses, addresses, _standing(uses), text, _continued(definitions, text))


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


def _collect(definition: Definition, uses: dict[str, list[Use]], addresses: list[Placed]) -> None:
    lines: list[Use] = []
    for part in definition.parts:
        for place, (key, value) in enumerate(part.options):
            use = Use(definition, part, place)
            if value:  # one without is skipped or refused by the engines; option.no-value says so
                uses.setdefault(option_name(key), []).append(use)
            if key == "address":
                lines.append(use)
    if lines:
        placed = map(Placed, definition.addresses, lines)
        addresses.extend([each for each in placed if each.address.text])


def _continued(definitions: Definitions, text: str) -> frozenset[str]:
    if "\\" not in text:
        return frozenset()
    return frozenset(iface.name for iface in definitions.document.ifaces if "\\" in iface.text)


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
