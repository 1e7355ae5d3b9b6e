"""Default routes, and those that hooks give."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from netadmin.definitions import Gateway, Route
from netadmin.planning.comparing.scene import Subject
from netadmin.planning.comparing.verdict import Comparison, Verdict, unknown
from netadmin.planning.live import LiveRoute

SPEAKS_FOR = frozenset({"gateway", "metric"})
# ifupdown2 marks the routes of its gateways "kernel", iproute2 its own "boot"; a daemon's or a server's routes
# have marks of their own.
BY_HAND = ("boot", "static", "kernel")


def compare_routes(subject: Subject) -> Iterator[Comparison]:
    if subject.definition.option("vrf") is not None:
        if subject.definition.gateways:
            why = "Its default route is in the table of its VRF, which is not read."
            yield unknown(subject.name, "gateway", subject.definition.gateways[0].text, why)
        return
    for gateway in subject.definition.gateways:
        if subject.definition.method(gateway.family) not in ("dhcp", "ppp") and gateway.ip is not None:
            yield _gateway(subject, gateway)
    for route in subject.definition.routes:
        yield _hook_route(subject, route)
    yield from _other_defaults(subject)


def _gateway(subject: Subject, gateway: Gateway) -> Comparison:
    defaults = subject.scene.main_routes.get((gateway.family, "default"), [])
    wanted = f"default via {gateway.ip}" + (f" metric {gateway.metric}" if gateway.metric else "")
    for route in defaults:
        here = route.gateway == str(gateway.ip) and route.device == subject.name
        if here and gateway.metric in (None, route.metric):
            return Comparison(subject.name, "gateway", wanted, _text(route), Verdict.AS_WANTED)
    why = "The kernel takes one default route for each metric." if defaults else ""
    seen = ", ".join(_text(route) for route in defaults) or "no default route"
    return Comparison(subject.name, "gateway", wanted, seen, Verdict.DIFFERS, why)


def _hook_route(subject: Subject, route: Route) -> Comparison:
    option = f"route {route.destination}"
    wanted = " ".join(
        [
            route.destination,
            *([f"via {route.via}"] if route.via else []),
            *([f"dev {route.device}"] if route.device else []),
        ]
    )
    if route.table not in ("", "main", "254"):
        return unknown(subject.name, option, wanted, f"The table {route.table} is not read.")
    destination = destination_of(route.destination)
    if destination is None:
        return unknown(subject.name, option, wanted, "The destination is no address that could be looked up.")
    there = subject.scene.main_routes.get((route.family, destination), [])
    for seen in there:
        if _is(seen, route):
            return Comparison(subject.name, option, wanted, _text(seen), Verdict.AS_WANTED)
    texts = ", ".join(_text(seen) for seen in there)
    why = "A hook should have made it; its output tells whether it failed."
    return Comparison(subject.name, option, wanted, texts or "no such route", Verdict.DIFFERS, why)


def _is(seen: LiveRoute, wanted: Route) -> bool:
    via = not wanted.via or same_address(seen.gateway, wanted.via)
    device = not wanted.device or seen.device == wanted.device
    metric = wanted.metric is None or seen.metric == wanted.metric
    return via and device and metric


def same_address(one: str, other: str) -> bool:
    try:
        return bool(one) and ip_address(one) == ip_address(other)
    except ValueError:
        return False


def _other_defaults(subject: Subject) -> Iterator[Comparison]:
    """A default route over this interface that neither a gateway nor a hook has given: an older file's."""
    if subject.methods & {"dhcp", "ppp"} or "route" in subject.hook_words:
        return
    given = {str(gateway.ip) for gateway in subject.definition.gateways}
    for family in ("inet", "inet6"):
        for route in subject.scene.main_routes.get((family, "default"), []):
            if route.device == subject.name and route.protocol in BY_HAND and route.gateway not in given:
                why = "The file gives no such default route."
                yield Comparison(subject.name, "gateway", "none", _text(route), Verdict.DIFFERS, why)


def destination_of(destination: str) -> str | None:
    """A destination as the kernel writes it; None for a name or a mistake."""
    if destination in ("default", "0.0.0.0/0", "::/0"):
        return "default"
    try:
        return str(ip_network(destination, strict=False))
    except ValueError:
        return None


def _text(route: LiveRoute) -> str:
    via = f" via {route.gateway}" if route.gateway else ""
    metric = f" metric {route.metric}" if route.metric else ""
    return f"{route.destination}{via} dev {route.device}{metric}"
