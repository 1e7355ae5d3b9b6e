"""The table of known options against the packages that it was read from."""

import ast
import gzip
import re
from pathlib import Path

import pytest

from netadmin.definitions import engines_of, is_known, known_options
from netadmin.definitions.options import IFUPDOWN, IFUPDOWN2
from netadmin.interfaces import Dialect


@pytest.mark.filterwarnings("ignore:invalid escape sequence")
def test_every_option_of_every_addon_of_ifupdown2_is_known(engine_root: Path) -> None:
    found = _options_of_the_addons(engine_root / "usr/share/ifupdown2/addons")

    assert len(found) > 150
    assert found <= known_options(Dialect.IFUPDOWN2)


def test_no_option_is_said_to_be_ifupdown2s_that_its_code_does_not_name(engine_root: Path) -> None:
    code = "".join(path.read_text() for path in (engine_root / "usr/share/ifupdown2").rglob("*.py"))

    said = {name for names in IFUPDOWN2.values() for name in names}

    assert {name for name in said if f"'{name}'" not in code and f'"{name}"' not in code} == set()


def test_every_variable_that_classics_hook_scripts_read_is_known(classic_root: Path) -> None:
    scripts = [
        *(classic_root / "etc/network").rglob("if-*.d/*"),
        *classic_root.glob("**/lib/bridge-utils/*.sh"),
    ]
    read = {
        name
        for path in scripts
        if path.is_file()
        for name in re.findall(r"\bIF_([A-Z0-9_]+)", path.read_text(errors="replace"))
    }

    assert {"BRIDGE_PORTS", "SLAVES", "VLAN_RAW_DEVICE"} <= read
    known = {name.upper().replace("-", "_") for name in known_options(Dialect.IFUPDOWN)}
    assert read - known - {"BOND_GIVE_A_CHANGE"} == set()  # a slip in ifenslave itself


def test_every_option_of_classics_man_page_is_known(classic_root: Path) -> None:
    page = gzip.decompress((classic_root / "usr/share/man/man5/interfaces.5.gz").read_bytes()).decode()
    methods = page.partition(".SH INET ADDRESS FAMILY")[2].partition(".SH KNOWN BUGS")[0]

    found = {name.replace("\\", "") for name in re.findall(r"^\.BI? ([a-z_6\\-]+)", methods, re.MULTILINE)}

    assert {"address", "accept_ra", "dad-attempts", "restart-ms"} <= found
    assert {name for name in found if not is_known(name, Dialect.IFUPDOWN)} == set()
    said = {
        name for group in ("addresses", "inet6", "dhcp, bootp", "tunnel", "can") for name in IFUPDOWN[group]
    }
    assert said <= {name.replace("_", "-") for name in found}


@pytest.mark.parametrize(
    ("key", "engines"),
    [
        ("address", ("ifupdown2", "ifupdown")),
        ("bridge_ports", ("ifupdown2", "ifupdown")),
        ("bond-arp-interval", ("ifupdown",)),
        ("slaves", ("ifupdown",)),
        ("bridge-vids", ("ifupdown2",)),
        ("vlan-id", ("ifupdown2",)),
        ("wpa-ssid", ("ifupdown2", "ifupdown")),
        ("dns-nameservers", ("ifupdown2", "ifupdown")),
        ("accept_ra", ("ifupdown",)),
        ("accept-ra", ()),  # classic's inet6 methods look up the name as it is written
        ("dad_attempts", ()),
        ("adress", ()),
        ("Address", ()),
    ],
)
def test_an_option_is_known_to_the_engines_that_read_it(key: str, engines: tuple[str, ...]) -> None:
    assert engines_of(key) == engines


def _options_of_the_addons(folder: Path) -> set[str]:
    """The keys of every `_modinfo["attrs"]`, and their aliases."""
    found: set[str] = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_modinfo":
                found |= _names_of_attributes(node.value)
    return found


def _names_of_attributes(modinfo: ast.expr) -> set[str]:
    """The names alone: some values are computed, which `literal_eval` refuses."""
    assert isinstance(modinfo, ast.Dict)
    described = _by_key(modinfo)["attrs"]
    found: set[str] = set()
    for name, description in _by_key(described).items():
        found.add(name)
        if aliases := _by_key(description).get("aliases"):
            found |= set(ast.literal_eval(aliases))
    return found


def _by_key(node: ast.expr) -> dict[str, ast.expr]:
    assert isinstance(node, ast.Dict)
    return {ast.literal_eval(key): value for key, value in zip(node.keys, node.values, strict=True) if key}
