"""Hooks in their order, and the routes in them."""

import pytest

from netadmin.definitions import Route
from tests.definitions.read import of_options


def test_hooks_of_every_phase_keep_their_order() -> None:
    found = of_options("up one", "pre-up two", "post_up three", "mtu 1500", "down four", "up five").hooks

    assert [(hook.phase, hook.command, hook.line) for hook in found] == [
        ("up", "one", 2),
        ("pre-up", "two", 3),
        ("post-up", "three", 4),
        ("down", "four", 6),
        ("up", "five", 7),
    ]


def routes(command: str) -> list[tuple[str, str, str, str, int | None, str]]:
    return [_said(route) for route in of_options(f"up {command}", name="eth7").routes]


def _said(route: Route) -> tuple[str, str, str, str, int | None, str]:
    return route.destination, route.family, route.via, route.device, route.metric, route.table


@pytest.mark.parametrize(
    ("command", "route"),
    [
        ("ip route add 10.0.0.0/8 via 192.0.2.1", ("10.0.0.0/8", "inet", "192.0.2.1", "", None, "")),
        ("/sbin/ip r add 10.0.0.0/8 dev $IFACE", ("10.0.0.0/8", "inet", "", "eth7", None, "")),
        ("ip ro replace 10.0.0.0/8 dev ${IFACE} metric 5", ("10.0.0.0/8", "inet", "", "eth7", 5, "")),
        ("ip -6 route add default via fe80::1 dev eth0", ("default", "inet6", "fe80::1", "eth0", None, "")),
        ("ip route add 2001:db8::/32 via fe80::1", ("2001:db8::/32", "inet6", "fe80::1", "", None, "")),
        ("ip route add to 10.0.0.0/8 table 7", ("10.0.0.0/8", "inet", "", "", None, "7")),
        ("ip route add blackhole 10.0.0.0/8", ("10.0.0.0/8", "inet", "", "", None, "")),
        ("route add default gw 192.0.2.1 metric 3", ("default", "inet", "192.0.2.1", "", 3, "")),
        ("route add -net 10.0.0.0/8 dev eth0", ("10.0.0.0/8", "inet", "", "eth0", None, "")),
        (
            "route add -net 10.0.0.0 netmask 255.0.0.0 gw 192.0.2.1",
            ("10.0.0.0/8", "inet", "192.0.2.1", "", None, ""),
        ),
        ("route add -host 10.0.0.9 gw 192.0.2.1", ("10.0.0.9/32", "inet", "192.0.2.1", "", None, "")),
        (
            "route -A inet6 add 2001:db8::/32 gw fe80::1 dev eth0",
            ("2001:db8::/32", "inet6", "fe80::1", "eth0", None, ""),
        ),
        ("sleep 1; ip route add 10.0.0.0/8 dev eth0 || true", ("10.0.0.0/8", "inet", "", "eth0", None, "")),
    ],
)
def test_a_route_in_a_hook_is_seen(command: str, route: tuple[str, str, str, str, int | None, str]) -> None:
    assert routes(command) == [route]


@pytest.mark.parametrize(
    "command",
    [
        "ip route del 10.0.0.0/8",
        "ip route show",
        "ip route",
        "ip",
        "ip -6",
        "ip route add",
        "ip route add to",
        "route add -net",
        "route del default",
        "route add",
        "route",
        "echo ip route add 10.0.0.0/8",
        "logger 'ip route add 10.0.0.0/8 dev eth0'",
        "ip route add '10.0.0.0/8 dev eth0",
        "traceroute 192.0.2.1",
    ],
)
def test_what_adds_no_route_is_none(command: str) -> None:
    assert routes(command) == []


def test_a_route_taken_away_when_going_down_is_none() -> None:
    assert of_options("down ip route add 10.0.0.0/8 dev eth0").routes == ()
