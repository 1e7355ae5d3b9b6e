"""Addresses, netmasks and gateways as each engine reads them."""

import pytest

from netadmin.definitions.addresses import parse_mask
from tests.definitions.read import of_options, of_text


@pytest.mark.parametrize(
    ("lines", "networks"),
    [
        (("address 192.0.2.1/24",), ["192.0.2.1/24"]),
        (("address 192.0.2.1", "netmask 255.255.255.0"), ["192.0.2.1/24"]),
        (("address 192.0.2.1", "netmask 24"), ["192.0.2.1/24"]),
        (("address 192.0.2.1/255.255.255.128",), ["192.0.2.1/25"]),
        (("address 192.0.2.1",), ["192.0.2.1/32"]),
        (("netmask 255.255.255.0", "address 192.0.2.1"), ["192.0.2.1/32"]),
        (("address 2001:db8::1",), ["2001:db8::1/128"]),
        (("address 2001:db8::1", "netmask 64"), ["2001:db8::1/64"]),
        (("address 192.0.2.1", "address 192.0.2.2", "netmask 25"), ["192.0.2.1/32", "192.0.2.2/25"]),
        (("address 192.0.2.1", "netmask 25", "address 192.0.2.2"), ["192.0.2.1/25", "192.0.2.2/32"]),
        (("address 999.0.0.2/40",), [None]),
        (("address 192.0.2.1/40",), [None]),
        (("address 192.0.2.1/",), [None]),
        (("address 192.0.2.01/24",), [None]),
        (("address 192.0.2.1", "netmask 255.0.255.0"), [None]),
        (("address two words",), [None]),
    ],
)
def test_ifupdown2_gives_an_address_the_netmask_below_it(
    lines: tuple[str, ...], networks: list[str | None]
) -> None:
    read = [address.ip for address in of_options(*lines).addresses]

    assert [str(ip) if ip is not None else None for ip in read] == networks


@pytest.mark.parametrize(
    ("lines", "network"),
    [
        (("netmask 255.255.255.0", "address 192.0.2.1"), "192.0.2.1/24"),
        (("address 192.0.2.1/16", "netmask 255.255.255.0"), "192.0.2.1/24"),
        (("address 10.0.0.1",), "10.0.0.1/8"),
        (("address 172.16.0.1",), "172.16.0.1/16"),
        (("address 192.0.2.1",), "192.0.2.1/24"),
    ],
)
def test_classic_gives_an_address_the_netmask_of_its_stanza_or_class(
    lines: tuple[str, ...], network: str
) -> None:
    (address,) = of_options(*lines, classic=True).addresses

    assert str(address.ip) == network


def test_an_address_has_the_family_of_its_text_not_of_its_stanza() -> None:
    read = of_options("address 2001:db8::1/64", "address 192.0.2.1/24", "address nonsense").addresses

    assert [address.family for address in read] == ["inet6", "inet", "inet"]


def test_an_address_knows_its_line_and_the_bounds_of_its_subnet() -> None:
    (address,) = of_options("mtu 1500", "address 192.0.2.70/26").addresses

    assert address.line == 3
    assert address.network == (0xC0000240, 0xC000027F)


@pytest.mark.parametrize(
    ("text", "family", "length"),
    [
        ("24", "inet", 24),
        ("0", "inet", 0),
        ("33", "inet", None),
        ("33", "inet6", 33),
        ("255.255.255.255", "inet", 32),
        ("0.0.0.0", "inet", 0),  # noqa: S104 - a mask
        ("255.255.240.0", "inet", 20),
        ("255.0.255.0", "inet", None),
        ("0.255.255.255", "inet", None),
        ("255.255.255.0", "inet6", None),
        ("ffff::", "inet6", None),
        ("", "inet", None),
        ("-1", "inet", None),
        ("٢٤", "inet", None),
    ],
)
def test_a_mask_is_a_length_or_dotted_without_holes(text: str, family: str, length: int | None) -> None:
    assert parse_mask(text, family) == length


def test_gateways_come_with_the_metric_of_their_stanza() -> None:
    found = of_text(
        "iface eth0 inet static\n gateway 192.0.2.1\n metric 20\n gateway 192.0.2.2\n metric 30\n"
        "iface eth0 inet6 static\n gateway fe80::1\n gateway nowhere\n"
    )["eth0"].gateways

    assert [(str(gateway.ip), gateway.family, gateway.metric, gateway.line) for gateway in found] == [
        ("192.0.2.1", "inet", 20, 2),
        ("192.0.2.2", "inet", 20, 4),
        ("fe80::1", "inet6", None, 7),
        ("None", "inet6", None, 8),
    ]
