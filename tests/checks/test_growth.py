"""The cost of checking grows with the file, not faster: counted in steps of the interpreter, not in seconds."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from netadmin.checks import Context, check
from netadmin.definitions import Definitions, definitions
from netadmin.interfaces import Dialect, parse


def steps_of(read: Definitions, context: Context) -> int:
    """How many lines of Python run while these definitions are checked."""
    steps = 0

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal steps
        steps += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        check(read, context=context)
    finally:
        sys.settrace(before)
    return steps


def repeated(stanza: Callable[[int], str]) -> Callable[[int], str]:
    return lambda size: "".join(stanza(number) for number in range(size))


def in_one_stanza(
    option: Callable[[int], str], head: str = "iface eth0 inet static\n"
) -> Callable[[int], str]:
    return lambda size: head + "".join(option(number) for number in range(size))


def address(number: int) -> str:
    return f"10.{number >> 8}.{number & 255}.1/24"


FILES = {
    "bridges": repeated(
        lambda n: f"auto vmbr{n}\niface vmbr{n} inet static\n\taddress {address(n)}\n\tbridge-ports none\n\n"
    ),
    "vlans with bridges": repeated(
        lambda n: (
            f"iface eth0.{n} inet manual\n\niface br{n} inet manual\n\tbridge-ports eth0.{n}\n\tmtu 9000\n\n"
        )
    ),
    "one subnet for all": repeated(
        lambda n: f"auto e{n}\niface e{n} inet static\n\taddress 10.0.{n % 250}.{n}/8\n"
    ),
    "nested subnets": repeated(
        lambda n: f"auto e{n}\niface e{n} inet static\n\taddress 10.0.0.1/{8 + n % 24}\n"
    ),
    "one address for all": repeated(lambda n: f"auto e{n}\niface e{n} inet static\n\taddress 10.0.0.1/24\n"),
    "gateways": repeated(
        lambda n: f"iface e{n} inet static\n\taddress {address(n)}\n\tgateway 10.{n >> 8}.{n & 255}.9\n"
    ),
    "routes": repeated(
        lambda n: (
            f"iface e{n} inet static\n\taddress {address(n)}\n\tup ip route add 10.99.{n & 255}.0/24 via 192.0.2.1\n"
        )
    ),
    "auto behind iface": repeated(lambda n: f"iface e{n} inet manual\nauto e{n}\n"),
    "auto of nothing": repeated(lambda n: f"auto e{n}\n"),
    "one long auto line": lambda size: "auto " + " ".join(f"e{n}" for n in range(size)) + " # all\n",
    "unknown lines": repeated(lambda n: f"wizard {n}\n\n"),
    "bonds": repeated(
        lambda n: f"iface bond{n} inet manual\n\tbond-slaves a{n} b{n}\n\tbond-mode 4\n\tbond-primary c{n}\n"
    ),
    "ports of two bridges": repeated(lambda n: f"iface br{n} inet manual\n\tbridge-ports a{n} a{n + 1}\n"),
    "one bridge with many ports": lambda size: (
        "iface br0 inet manual\n\tmtu 9000\n\tbridge-ports " + " ".join(f"e{n}" for n in range(size)) + "\n"
    ),
    "a line of bridges": repeated(lambda n: f"iface br{n} inet manual\n\tbridge-ports br{n + 1}\n"),
    "a circle of bridges": lambda size: "".join(
        f"iface br{n} inet manual\n\tbridge-ports br{(n + 1) % size}\n" for n in range(size)
    ),
    "port options without bridge": repeated(lambda n: f"iface e{n} inet manual\n\tbridge-access 10\n"),
    "vxlans": repeated(
        lambda n: f"iface vx{n} inet manual\n\tvxlan-id 7\n\tvxlan-local-tunnelip 10.0.0.{n % 250}\n"
    ),
    "open vswitch": lambda size: (
        "iface br0 inet manual\n\tovs_type OVSBridge\n\tovs_ports "
        + " ".join(f"e{n}" for n in range(size))
        + "\n"
        + "".join(f"iface e{n} inet manual\n\tovs_type OVSPort\n\tovs_bridge br0\n" for n in range(size))
    ),
    "mistyped options": repeated(lambda n: f"iface e{n} inet static\n\tadress {address(n)}\n"),
    "inline comments": repeated(lambda n: f"iface e{n} inet static\n\taddress {address(n)} # {n}\n"),
    "backslashes": repeated(lambda n: f"iface e{n} inet manual\n\tup echo a\\tb\n# {n} \\\n"),
    "addresses of one interface": in_one_stanza(lambda n: f"\taddress {address(n)}\n"),
    "netmasks of one interface": in_one_stanza(
        lambda n: f"\taddress 10.0.0.{n % 250}\n\tnetmask 255.0.255.{n % 250}\n"
    ),
    "gateways of one interface": in_one_stanza(lambda n: f"\taddress {address(n)}\n\tgateway 10.0.{n}.9\n"),
    "hooks of one interface": in_one_stanza(
        lambda n: f"\tup ip route add 10.9.{n % 250}.0/24 via 10.0.0.{n % 250}\n"
    ),
    "one option again and again": in_one_stanza(
        lambda n: f"\tmtu {n}\n\tbridge-maxage {n}\n\tbridge_hello 3\n"
    ),
    "gateways without readable address": in_one_stanza(
        lambda n: f"\taddress 10.0.0.{n % 250}\n\tnetmask 255.0.255.0\n\tgateway 10.0.0.9\n"
    ),
    "stanzas of one interface": repeated(lambda n: f"iface eth0 f{n} loopback\n\tadress 10.0.0.1/24\n"),
    "ports on many lines": in_one_stanza(
        lambda n: f"\tbridge-ports e{n}\n", "iface br0 inet manual\n\tmtu 9000\n"
    ),
}


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize("name", FILES)
def test_twice_the_file_costs_twice_the_steps(name: str, dialect: Dialect) -> None:
    small, large = (parse(FILES[name](size), dialect=dialect, file="interfaces") for size in (100, 200))
    context = Context(nics=frozenset(f"e{n}" for n in range(0, 200, 2)), mako=True, features=frozenset())
    check(definitions(large), context=context)  # fills the caches of values that both have

    ratio = steps_of(definitions(large), context) / steps_of(definitions(small), context)

    assert ratio < 2.3
