"""What the definitions say is what the engines read: compared with the real ifquery of either."""

import ipaddress
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from netadmin.checks import check
from netadmin.definitions import Definition, Definitions, Part, definitions
from netadmin.interfaces import Dialect, parse
from netadmin.sandbox import Sandbox
from netadmin.sandbox.packages import program
from tests.definitions.strategies import device_texts, texts

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
OF_ADDRESSES = ("address", "netmask", "broadcast", "scope", "preferred-lifetime")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A node without NICs, where ifupdown2 can be asked."""
    with Sandbox(tmp_path_factory.mktemp("ifquery"), nics=()) as started:
        started.start()
        yield started


@pytest.mark.sandbox
@settings(max_examples=20, deadline=None, suppress_health_check=QUIET)
@given(text=texts(Dialect.IFUPDOWN2))
def test_definitions_agree_with_ifupdown2(node: Sandbox, text: str) -> None:
    found = definitions(parse(text))

    read = _ifquery_json(node, text)

    assert _stanzas_by_name(read) == _stanzas_of(found)
    assert {entry["name"] for entry in read if entry["auto"]} == _started_at_boot(found)


@pytest.mark.sandbox
def test_a_range_is_one_definition_of_several_interfaces(node: Sandbox) -> None:
    text = "auto swp[1-3]\niface swp[1-3]\n\tmtu 1400\niface eth0.[7-8] inet manual\n"

    found = definitions(parse(text))

    assert {entry["name"] for entry in _ifquery_json(node, text)} == {
        name for definition in found.values() for name in definition.names
    }


TWO_VLAN_AWARE = "".join(
    f"auto br{number}\niface br{number} inet manual\n\tbridge_ports p{number}\n\tbridge_vlan_aware yes\n"
    for number in (0, 1)
)


@pytest.mark.sandbox
@settings(max_examples=15, deadline=None, suppress_health_check=QUIET)
@given(text=device_texts())
@example(text=TWO_VLAN_AWARE)
def test_interfaces_stand_on_what_ifupdown2_brings_up_before_them(node: Sandbox, text: str) -> None:
    read = dict(
        re.findall(r"^(\S+) : (.*)$", _ifquery(node, text, "-a", "--print-dependency=list"), re.MULTILINE)
    )

    found = definitions(parse(text))
    passed_over = {one.interface for one in check(found) if one.id == "bridge.second-vlan-aware"}
    assert passed_over == found.keys() - read.keys()
    for name in found.keys() - passed_over:
        assert sorted(found[name].lower) == sorted(set(re.findall(r"'([^']+)'", read[name])))


@settings(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(text=texts(Dialect.IFUPDOWN))
def test_definitions_agree_with_classic_ifupdown(classic_root: Path, tmp_path: Path, text: str) -> None:
    file = tmp_path / "interfaces"
    file.write_text(text)

    for definition in definitions(parse(text, dialect=Dialect.IFUPDOWN)).values():
        read = _classic_ifquery(classic_root, file, definition.name)
        assert [value for key, value in read if key in ("up", "down", "pre-up", "post-down")] == [
            hook.command for hook in definition.hooks
        ]
        assert [address.prefix for address in definition.addresses] == [
            _prefix(value) for key, value in read if key == "netmask"
        ]
        for part in definition.parts:
            for key, value in part.options:
                if key not in (*OF_ADDRESSES, "up", "post-up", "pre-up", "down", "pre-down", "post-down"):
                    assert (key, value) in read


INHERITING = """
iface base inet6 static
  mtu 1111
iface base inet static
  mtu 1400
  netmask 255.255.0.0
  up echo base
iface mid inet static inherits base
  up echo mid
iface eth0 inet static inherits mid
  address 10.0.0.2
  up echo own
"""


def test_what_classic_inherits_is_part_of_the_meaning_and_not_of_the_text(
    classic_root: Path, tmp_path: Path
) -> None:
    (tmp_path / "interfaces").write_text(INHERITING)
    eth0 = definitions(parse(INHERITING, dialect=Dialect.IFUPDOWN))["eth0"]

    read = _classic_ifquery(classic_root, tmp_path / "interfaces", "eth0")

    assert [value for key, value in read if key == "up"] == [hook.command for hook in eth0.hooks]
    assert ("mtu", str(eth0.mtu)) in read
    assert ("netmask", "255.255.0.0") in read
    assert str(eth0.addresses[0].ip) == "10.0.0.2/16"
    assert [key for key, _value in eth0.parts[0].options] == ["address", "up"]


def _ifquery_json(node: Sandbox, text: str) -> list[dict[str, Any]]:
    """ifupdown2's own reading of a text: one dict per stanza and interface, in file order per interface."""
    names = sorted({real for iface in parse(text).ifaces for real in _real_names(iface.name)})
    read: list[dict[str, Any]] = json.loads(_ifquery(node, text, "-o", "json", *names))
    return read


def _ifquery(node: Sandbox, text: str, *arguments: str) -> str:
    (node.directory / "etc-network" / "probe").write_text(text)
    command = ["/usr/bin/python3", "/usr/sbin/ifquery", "-i", "/etc/network/probe", *arguments]
    return node.run(command, check=False).stdout


def _real_names(name: str) -> tuple[str, ...]:
    """ifupdown2 gives an alias's stanza to the device."""
    return Definition(name.partition(":")[0], ()).names


def _stanzas_by_name(read: list[dict[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for entry in read:
        config = {key: _listed(value) for key, value in entry["config"].items()}
        addresses = config.pop("address", [])
        masks = config.pop("netmask", [])
        found.setdefault(entry["name"], []).append(
            (
                entry.get("addr_family", ""),
                entry.get("addr_method", ""),
                [
                    _network(address, dict(enumerate(masks)).get(place))
                    for place, address in enumerate(addresses)
                ],
                config,
            )
        )
    return {name: _each_once(stanzas) for name, stanzas in found.items()}


def _network(address: str, mask: str | None) -> str | None:
    """nlmanager's IPNetwork(address, mask): a mask and a prefix at once are an error."""
    if mask and "/" in address:
        return None
    return str(ipaddress.ip_interface(f"{address}/{mask}" if mask else address))


def _stanzas_of(found: Definitions) -> dict[str, list[Any]]:
    stanzas = [
        (part.line, name, _stanza(definition, part))
        for definition in found.values()
        for part in definition.parts
        for name in _real_names(definition.name)
    ]
    by_name: dict[str, list[Any]] = {}
    for _line, name, stanza in sorted(stanzas, key=lambda entry: entry[0]):
        by_name.setdefault(name, []).append(stanza)
    return {name: _each_once(stanzas) for name, stanzas in by_name.items()}


def _each_once(stanzas: list[Any]) -> list[Any]:
    """ifupdown2 drops a stanza that says the same as the first of its interface."""
    return [stanza for place, stanza in enumerate(stanzas) if stanza not in stanzas[:place]]


def _stanza(definition: Definition, part: Part) -> tuple[str, str, list[str | None], dict[str, list[str]]]:
    addresses = [address for address in definition.addresses if address.line in part.lines]
    config: dict[str, list[str]] = {}
    for key, value in part.options:
        if key not in OF_ADDRESSES:
            value = value.replace("$IFACE", definition.name)
            config.setdefault(key.replace("_", "-"), []).append(value)
    networks = [None if a.netmask and "/" in a.text else str(a.ip) for a in addresses]
    return part.family, part.method, networks, config


def _started_at_boot(found: Definitions) -> set[str]:
    return {
        name
        for definition in found.values()
        for name in _real_names(definition.name)
        if ":" not in definition.name and definition.autostart and "auto" not in definition.late
    }


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _classic_ifquery(root: Path, file: Path, name: str) -> list[tuple[str, str]]:
    done = subprocess.run(
        [program(root, "ifquery"), "-i", file, name], capture_output=True, text=True, check=True
    )
    return re.findall(r"^([\w-]+): (.*(?:\n(?![\w-]+: ).+)*)$", done.stdout, re.MULTILINE)


def _prefix(mask: str) -> int:
    return ipaddress.IPv4Network(f"0.0.0.0/{mask}").prefixlen
