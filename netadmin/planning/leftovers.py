"""Routes of hooks that go with a change: what no engine takes back, since it does not know what a hook has done."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.definitions import Route
from netadmin.planning.changes import Changes
from netadmin.planning.comparing.routes import destination_of, same_address
from netadmin.planning.live import LiveRoute

MAIN = ("", "main", "254")
OF_COMMANDS = (
    "boot",
    "static",
)  # the marks of routes that a person or a script has made: ip-route(8), protocol
USUAL_METRIC = {"inet": 0, "inet6": 1024}


def stale_routes(changes: Changes) -> dict[str, tuple[LiveRoute, ...]]:
    """Live routes by the interface whose old hooks gave them, and that no hook of the new file gives.

    While such a route is there, `ip route add` of another one to the same destination fails, as it does in a reload.
    """
    stay = [
        (name, route)
        for name, definition in changes.new.by_interface.items()
        if name in changes.new.wanted_up
        for route in definition.routes
    ]
    found = {name: tuple(_of_old_hooks(changes, name)) for name in changes.to_bring_up}
    return {
        name: stale
        for name, routes in found.items()
        if (stale := tuple(one for one in routes if not any(_is_made_by(one, *given) for given in stay)))
    }


def _of_old_hooks(changes: Changes, name: str) -> Iterator[LiveRoute]:
    old = changes.old_names.get(name)
    if old is not None and name in changes.changed and name not in changes.destroyed:
        for route in old.routes:
            yield from (live for live in changes.live.routes if _is_made_by(live, name, route))


def _is_made_by(live: LiveRoute, name: str, route: Route) -> bool:
    """Whether the live route is what this route of a hook of that interface has become."""
    metric = USUAL_METRIC[live.family] if route.metric is None else route.metric
    return (
        route.table in MAIN
        and live.protocol in OF_COMMANDS
        and (live.family, live.destination) == (route.family, destination_of(route.destination))
        and (same_address(live.gateway, route.via) if route.via else not live.gateway)
        and live.device == (route.device or (live.device if route.via else name))
        and live.metric == metric
    )
