"""An interface's definition: the written form of its stanzas, and the meaning derived from it when asked
for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from netadmin.definitions import rewriting
from netadmin.definitions.addresses import Address, Gateway, read_addresses, read_gateways
from netadmin.definitions.bonds import Bond, read_bond
from netadmin.definitions.bridges import Bridge, PortSettings, read_bridge, read_port
from netadmin.definitions.derived import derived
from netadmin.definitions.hooks import Hook, Route, read_hooks, read_routes
from netadmin.definitions.kinds import KERNEL_KINDS, Kind, kind_of
from netadmin.definitions.options import is_known
from netadmin.definitions.ovs import Ovs, read_ovs
from netadmin.definitions.ports import Ports, expand_range
from netadmin.definitions.values import whole
from netadmin.definitions.vlans import Vlan, Vxlan, read_vlan, read_vxlan
from netadmin.definitions.written import Options, Part, Written, option_name
from netadmin.interfaces import Dialect, Document


@dataclass(frozen=True)  # no slots: what is derived is kept in the instance's dict
class Definition:
    """All stanzas of one interface. The written form (name, classes, comment, parts) is the truth and what
    equality compares; everything else is derived from it on first use. Unknown options are options like any
    other."""

    name: str
    parts: tuple[Part, ...]
    classes: tuple[str, ...] = ()  # as `auto` and `allow-CLASS` lines name it: ("auto", "allow-hotplug")
    comment: str = ""
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)
    dialect: Dialect = field(default=Dialect.IFUPDOWN2, compare=False)
    sourced: bool = field(default=False, compare=False)  # stands in a file that the main one sources
    reached_by: tuple[str, ...] = field(default=(), compare=False)  # classes by `auto all` or a pattern
    late: tuple[str, ...] = field(default=(), compare=False)  # classes named only after the last iface line

    @derived
    def read_parts(self) -> tuple[Part, ...]:
        """The parts with what they inherit: what the engine reads."""
        if any(part.template is not None for part in self.parts):
            return tuple(part.whole for part in self.parts)
        return self.parts

    @derived
    def options(self) -> Options:
        return Options(self.read_parts)

    @derived
    def kind(self) -> Kind:
        return kind_of(self.name, self.parts, self.options)

    @property
    def wanted_kind(self) -> str:
        """The kernel's link kind, "" for a device that is there or that nothing here creates."""
        return KERNEL_KINDS.get(self.kind, "")

    @property
    def classic(self) -> bool:
        return self.dialect == Dialect.IFUPDOWN

    @property
    def names(self) -> tuple[str, ...]:
        """The interfaces it defines: one, or in ifupdown2 those of a range such as `swp[1-3]`."""
        return (self.name,) if self.classic else expand_range(self.name)

    @property
    def families(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.family for part in self.parts))

    def method(self, family: str) -> str | None:
        """The method of a family's first stanza, else of one without family; None without either."""
        for wanted in (family, ""):
            for part in self.parts:
                if part.family == wanted:
                    return part.method
        return None

    def option(self, name: str, family: str | None = None) -> str | None:
        """The first value of an option; `_` and `-` are one, in the name as in the file."""
        values = self.option_values(name, family)
        return values[0] if values else None

    def option_values(self, name: str, family: str | None = None) -> tuple[str, ...]:
        return tuple(written.value for written in self.written(name, family))

    def written(self, name: str, family: str | None = None) -> tuple[Written, ...]:
        """Every occurrence of an option with key, value, line and family."""
        found = self.options.all(option_name(name))
        return tuple(written for written in found if family is None or written.family == family)

    @property
    def autostart(self) -> bool:
        """Whether the text means it to come up at boot; ifupdown2 3.0.0 ignores an `auto` that is `late`."""
        return "auto" in self.classes or "auto" in self.reached_by

    @property
    def hotplug(self) -> bool:
        return "allow-hotplug" in self.classes or "allow-hotplug" in self.reached_by

    @derived
    def addresses(self) -> tuple[Address, ...]:
        return read_addresses(self.read_parts, classic=self.classic) if "address" in self.options else ()

    @derived
    def gateways(self) -> tuple[Gateway, ...]:
        return read_gateways(self.read_parts) if "gateway" in self.options else ()

    @property
    def mtu(self) -> int | None:
        return whole(self.options.first("mtu", "ovs-mtu"))

    @property
    def hwaddress(self) -> str | None:
        """The MAC address; interfaces(5) also has the form `hwaddress ether 02:…`."""
        text = self.options.first("hwaddress")
        return text.rpartition(" ")[2] if text else None

    @derived
    def hooks(self) -> tuple[Hook, ...]:
        return read_hooks(self.read_parts)

    @derived
    def routes(self) -> tuple[Route, ...]:
        return read_routes(self.hooks, self.name)

    @derived
    def bridge(self) -> Bridge | None:
        return read_bridge(self.options, classic=self.classic) if self.kind is Kind.BRIDGE else None

    @derived
    def port(self) -> PortSettings | None:
        """What its own stanza says about it as a bridge port."""
        return None if self.kind is Kind.BRIDGE else read_port(self.options)

    @derived
    def bond(self) -> Bond | None:
        return read_bond(self.options, classic=self.classic) if self.kind is Kind.BOND else None

    @derived
    def vlan(self) -> Vlan | None:
        return read_vlan(self.name, self.options) if self.kind is Kind.VLAN else None

    @derived
    def vxlan(self) -> Vxlan | None:
        return read_vxlan(self.options) if self.kind is Kind.VXLAN else None

    @derived
    def ovs(self) -> Ovs | None:
        return read_ovs(self.options) if "ovs-type" in self.options else None

    @property
    def ports(self) -> Ports | None:
        """The list of what is enslaved to it: a bridge's ports, a bond's slaves; Open vSwitch's by `ovs`."""
        if self.bridge is not None:
            return self.bridge.ports
        return self.bond.slaves if self.bond is not None else None

    @derived
    def lower(self) -> tuple[str, ...]:
        """The devices it stands on, as named in its own stanzas (a port list's patterns name none): ports,
        slaves, raw device, underlay, the device of an alias; the ports of an Open vSwitch bridge."""
        if self.kind is Kind.ETHERNET or self.kind is Kind.LOOPBACK:
            return ()
        if (ports := self.ports) is not None:
            return ports.names
        if self.vlan is not None:
            return (self.vlan.parent,) if self.vlan.parent else ()
        if self.vxlan is not None:
            return (self.vxlan.physdev,) if self.vxlan.physdev else ()
        if self.ovs is not None:
            return self.ovs.bonds or self.ovs.ports
        if self.kind is Kind.ALIAS:
            return (self.name.partition(":")[0],)
        return self.options.words("tunnel-dev", "tunnel-physdev", "ppp-physdev")

    @property
    def master(self) -> str | None:
        """The device its own stanza names as master: ifenslave's bond, Open vSwitch's bridge, a VRF."""
        return self.options.first("bond-master", "ovs-bridge", "vrf")

    @derived
    def unknown(self) -> tuple[tuple[str, str, int], ...]:
        """(key as written, value, line) of the options that nothing in its engine reads."""
        return tuple(
            (key, value, part.line_of(index))
            for part in self.parts
            for index, (key, value) in enumerate(part.options)
            if not is_known(key, self.dialect)
        )

    def with_option(self, name: str, values: Sequence[str], family: str | None = None) -> Definition:
        """The option with these values, one occurrence each, in the stanza's spelling; none removes it."""
        return replace(self, parts=rewriting.with_option(self.parts, name, values, family))

    def with_addresses(self, family: str, texts: Sequence[str]) -> Definition:
        """The addresses of a family, each as `192.0.2.1/24`; a stanza with netmasks keeps its netmasks."""
        return replace(self, parts=rewriting.with_addresses(self.parts, family, texts, classic=self.classic))

    def with_method(self, family: str, method: str) -> Definition:
        return replace(self, parts=rewriting.with_method(self.parts, family, method))

    def with_family(self, family: str, method: str, options: Sequence[tuple[str, str]] = ()) -> Definition:
        """Another stanza for a family."""
        return replace(self, parts=(*self.parts, Part(family, method, tuple(options))))

    def without_family(self, family: str) -> Definition:
        return replace(self, parts=tuple(part for part in self.parts if part.family != family))

    def with_classes(self, classes: Sequence[str]) -> Definition:
        return replace(self, classes=tuple(classes))

    def with_comment(self, comment: str) -> Definition:
        return replace(self, comment=comment)

    def renamed(self, name: str) -> Definition:
        return replace(self, name=name)


class Definitions(Mapping[str, Definition]):
    """The definitions of a document by name in file order, then those that only sourced files hold."""

    def __init__(
        self, document: Document, by_name: Mapping[str, Definition], sourced: Sequence[Definition] = ()
    ) -> None:
        self.document = document
        self.sourced = tuple(sourced)  # all that sourced files define, also names the document has itself
        self._by_name = dict(by_name)
        for definition in sourced:
            self._by_name.setdefault(definition.name, definition)

    def __getitem__(self, name: str) -> Definition:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    @derived
    def masters(self) -> Mapping[str, tuple[str, ...]]:
        """For each device the interfaces that take it as port or slave, by their list or by its own word."""
        found: dict[str, list[str]] = {}
        for definition in self.values():
            if definition.ports is not None or definition.kind in (Kind.OVS_BRIDGE, Kind.OVS_BOND):
                for port in definition.lower:
                    found.setdefault(port, []).append(definition.name)
            if definition.master is not None:
                found.setdefault(definition.name, []).append(definition.master)
        return {port: tuple(dict.fromkeys(masters)) for port, masters in found.items()}

    @derived
    def uppers(self) -> Mapping[str, tuple[str, ...]]:
        """For each device the interfaces that stand on it."""
        found: dict[str, list[str]] = {}
        for definition in self.values():
            for device in definition.lower:
                found.setdefault(device, []).append(definition.name)
        return {device: tuple(names) for device, names in found.items()}


def to_json(definition: Definition) -> dict[str, Any]:
    """Name, kind, classes, comment and parts as plain lists and dicts; `from_json` is its inverse."""
    return {
        "name": definition.name,
        "kind": str(definition.kind),
        "classes": list(definition.classes),
        "comment": definition.comment,
        "parts": [
            {"family": part.family, "method": part.method, "options": [list(pair) for pair in part.options]}
            for part in definition.parts
        ],
    }


def from_json(data: Mapping[str, Any], *, dialect: Dialect = Dialect.IFUPDOWN2) -> Definition:
    """The written form back; KeyError or TypeError for what `to_json` never gave."""
    return Definition(
        name=data["name"],
        classes=tuple(data["classes"]),
        comment=data["comment"],
        parts=tuple(
            Part(part["family"], part["method"], tuple((key, value) for key, value in part["options"]))
            for part in data["parts"]
        ),
        dialect=dialect,
    )
