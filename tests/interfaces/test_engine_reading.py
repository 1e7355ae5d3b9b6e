"""The document reads what ifupdown2's own parser reads, whatever is done with backslashes, blanks and line ends."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from netadmin.interfaces import Document, Iface, Vlan, parse
from netadmin.interfaces.blocks import Block
from tests.interfaces.strategies import trap_texts

Reading = list[tuple[str, dict[str, list[str]]]]

# Dropped or moved by the engine for what stands before them, which is a matter of definitions.
DEPENDENT = {"netmask", "scope", "broadcast", "preferred-lifetime"}


@pytest.fixture(scope="session")
def engine_reading(engine_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Reading]:
    """What ifupdown2's parser hands to the rest of ifupdown2."""
    sys.path.insert(0, str(engine_root / "usr/share/ifupdown2"))
    from ifupdown.networkinterfaces import networkInterfaces

    logging.getLogger("ifupdown").setLevel(logging.CRITICAL)
    file = tmp_path_factory.mktemp("engine") / "interfaces"

    def read(text: str) -> Reading:
        file.write_bytes(text.encode())
        found: list[object] = []
        parser = networkInterfaces(str(file))
        parser.subscribe("iface_found", found.append)
        parser.subscribe("validateifaceattr", lambda _name, _value: True)
        parser.load()
        return [(one.name, dict(one.config)) for one in found]

    return read


def own_reading(document: Document) -> Reading:
    reading = []
    for stanza in document.stanzas:
        if isinstance(stanza, Iface | Vlan):
            options: dict[str, list[str]] = {}
            for option in stanza.options:
                if option.value:
                    options.setdefault(option.name, []).append(option.value.replace("$IFACE", stanza.name))
            reading.append((stanza.name, options))
    return reading


def comparable(reading: Reading) -> Reading:
    """Without dependent options, and without what the engine keeps of lines of odd blanks, which nothing looks up."""
    return [
        (
            name,
            {
                key: said
                for key, some in options.items()
                if key and key not in DEPENDENT and (said := [*filter(None, some)])
            },
        )
        for name, options in reading
    ]


def ends_the_engine(block: Block) -> bool:
    """Whether the engine's parser ends with an exception at this stanza and forgets the rest of the file."""
    return block.keyword == "allow" or (block.keyword not in ("", "auto") and not block.name)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trap_texts())
def test_options_and_values_are_those_of_the_engine(
    engine_reading: Callable[[str], Reading], text: str
) -> None:
    assume("\udcff" not in text and "\x0b" not in text)
    assume(
        text.strip() == text.strip(" \t\r\n")
    )  # odd blanks at the file's ends are taken away, elsewhere not
    document = parse(text)
    assume(not any(map(ends_the_engine, document.blocks)))
    assert comparable(own_reading(document)) == comparable(engine_reading(text))
