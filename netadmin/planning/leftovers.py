"""Routes of hooks that go with a change: what no engine takes back, since it does not know what a hook has done."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.definitions import Route
from netadmin.planning.changes import Changes
from netadmin.planning.comparing.routes import destination_of, same_address
from netadmin.planning.live import LiveRoute

MAIN = ("", "main", "254")
OF_COMMANDS = ("boot", "static")  # marks of routes that a person or a script has made: ip-route(8), protocol
USUAL_METRIC = {"inet": 0, "inet6": 1024}


def stale_routes(changes: Changes) -> dict[str, tuple[LiveRoute, ...]]:
    """Live routes by the interface whose old hooks gave them, and that no hook of the new file gives.

    While such a route is there, `ip route add` of another one to the same destination fails, as it does in a reload.
    """
    found = {name: set(_of_old_hooks(changes, name)) for name in changes.to_bring_up}
    if not any(found.values()):
        return {}
    stay = {
        live
        for name in changes.new.wanted_up
        for route in changes.new.by_interface[name].routes
        for live in _made_by(changes, name, route)
    }
    return {name: tuple(sorted(stale, key=str)) for name, routes in found.items() if (stale := routes - stay)}


def _of_old_hooks(changes: Changes, name: str) -> Iterator[LiveRoute]:
    old = changes.old_names.get(name)
    if old is not None and name in changes.changed and name not in changes.destroyed:
        for route in old.routes:
            yield from _made_by(changes, name, route)


def _made_by(changes: Changes, name: str, route: Route) -> Iterator[LiveRoute]:
    """What this route of a hook of that interface has become in the kernel."""
    destination = destination_of(route.destination)
    if destination is None or route.table not in MAIN:
        return
    metric = USUAL_METRIC.get(route.family) if route.metric is None else route.metric
    for live in changes.new.main_routes.get((route.family, destination), ()):
        if (
            live.protocol in OF_COMMANDS
            and (same_address(live.gateway, route.via) if route.via else not live.gateway)
            and live.device == (route.device or (live.device if route.via else name))
            and live.metric == metric
        ):
            yield live
