"""What an apply would do: which interfaces, in which steps, what it costs whom, and how long it settles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netadmin.definitions import Definitions
from netadmin.interfaces import Dialect
from netadmin.planning.changes import Changes
from netadmin.planning.consequences import guests_of, missing_features, risks, settling
from netadmin.planning.leftovers import stale_routes
from netadmin.planning.live import LiveRoute, LiveState
from netadmin.planning.reloading import why_full

__all__ = ["Plan", "Step", "plan"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing for the engine, or for iproute2, to do.

    action: "ifdown", "ifup", "reload", "delete-link", "delete-address", "delete-route",
        "restore-port"
    interfaces: in the order in which they are named to the engine
    addresses: of "delete-address", with prefix
    routes: of "delete-route"
    """

    action: str
    interfaces: tuple[str, ...]
    why: str
    addresses: tuple[str, ...] = ()
    routes: tuple[LiveRoute, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """changed: interfaces written differently; dependents: others brought up again because of them.

    scope: "nothing", "partial" (the engine is driven for these interfaces alone) or "full" (a reload of the
    whole file); reason: why. guests: (bridge, link) of links on touched bridges that no file mentions. risks:
    sentences. missing_features: what the kernel lacks for it. minimum_wait: seconds within which a confirm
    cannot be expected, 0 when nothing needs to settle.
    """

    changed: tuple[str, ...]
    dependents: tuple[str, ...]
    scope: str
    reason: str
    steps: tuple[Step, ...]
    guests: tuple[tuple[str, str], ...] = ()
    risks: tuple[str, ...] = ()
    missing_features: tuple[str, ...] = ()
    minimum_wait: int = 0
    wait_reason: str = ""


def plan(
    before: Definitions,
    after: Definitions,
    live: LiveState,
    *,
    engine: Dialect,
    features: frozenset[str] | None = None,
    admin_address: str = "",
) -> Plan:
    """The plan that leads from one file to another.

    live: the kernel as it is, which decides what must be made anew and which guests are on the bridges.
    features: what the kernel can do, None when nobody knows. admin_address: where the person comes from.
    """
    changes = Changes(before, after, live)
    scope, reason = _scope(changes, engine)
    touched = {*changes.changed, *changes.dependents} if scope == "partial" else None
    wait, wait_reason = settling(changes)
    taken = tuple(steps(changes, scope, engine))
    if scope == "partial" and not taken:
        reason = "Nothing is to be done: no changed interface is started by the file and there."
    return Plan(
        changed=changes.changed,
        dependents=changes.dependents,
        scope=scope,
        reason=reason,
        steps=taken,
        guests=() if scope == "nothing" else guests_of(changes, touched),
        risks=tuple(risks(changes, admin_address)),
        missing_features=missing_features(changes, features),
        minimum_wait=wait,
        wait_reason=wait_reason,
    )


def _scope(changes: Changes, engine: Dialect) -> tuple[str, str]:
    reason = why_full(changes)
    if not changes.changed and not reason:
        return "nothing", "No interface's options differ."
    if engine is Dialect.IFUPDOWN:
        return "partial", "ifupdown has no reload: what changed is taken down and brought up."
    if reason:
        return "full", f"The whole file is reloaded, with every interface's hooks. {reason}"
    return "partial", "Only these interfaces are brought up again; the result is that of a full reload."


def steps(changes: Changes, scope: str, engine: Dialect) -> Iterator[Step]:
    """The way through the changes within that scope, in order."""
    if scope == "nothing":
        return
    if engine is Dialect.IFUPDOWN:
        yield from _classic_steps(changes)
        return
    for name, addresses in changes.stale_addresses.items():
        why = "ifupdown2 does not purge an interface with several stanzas, or one that goes with several addresses."
        yield Step("delete-address", (name,), why, addresses)
    for name, routes in stale_routes(changes).items():
        why = "A hook gave them and gives them no more, or another in their place; ifupdown2 takes back no route."
        yield Step("delete-route", (name,), why, routes=routes)
    yield from _taking_down(changes)
    if scope == "full":
        yield Step("reload", (), why_full(changes))
        if changes.after_reload:
            why = (
                "A reload passes over what is not auto, and may come to others before a bond is changed, "
                "a link let go or a default route gone."
            )
            yield Step("ifup", changes.after_reload, why)
    elif changes.to_bring_up:
        yield Step("ifup", changes.to_bring_up, "They changed, or stand on what changed.")
        if changes.bring_up_again:
            why = "They take links from each other, or stand on a bond that had to be changed first."
            yield Step("ifup", changes.bring_up_again, why)
    yield from _guests_back(changes)


def _taking_down(changes: Changes) -> Iterator[Step]:
    down = changes.to_take_down
    for names in _taken_down_together(changes):
        yield Step("ifdown", names, _why_down(changes))
    made_anew = tuple(name for name in down if changes.is_made(name))
    if made_anew:
        yield Step("delete-link", made_anew, "Whatever ifdown has left of them would keep its old form.")


def _taken_down_together(changes: Changes) -> list[tuple[str, ...]]:
    """In the order of ifdown of ifupdown2, which takes the names it is given from the last to the first.

    It refuses all of them when it has never brought up one ("interface was probably never up ?").
    """
    down = changes.to_take_down
    if changes.old.reloaded.issuperset(down):
        return [tuple(reversed(down))] if down else []
    return [(name,) for name in down]


def _why_down(changes: Changes) -> str:
    reasons = [
        f"{name}: {changes.why_rebuilt(name)}" for name in changes.to_take_down if name in changes.rebuilt
    ]
    removed = [name for name in changes.to_take_down if name in changes.removed]
    if removed:
        reasons.append(f"{', '.join(removed)}: no longer in the file")
    others = [name for name in changes.to_take_down if name not in changes.rebuilt | changes.removed]
    if others:
        reasons.append(f"{', '.join(others)}: on a device that goes away")
    return "; ".join(reasons) + "."


def _guests_back(changes: Changes) -> Iterator[Step]:
    guests = guests_of(changes, changes.destroyed & changes.new_names.keys())
    if guests:
        links = tuple(link for _bridge, link in guests)
        yield Step("restore-port", links, "Their bridge is made anew; guests are put back on it.")


def _classic_steps(changes: Changes) -> Iterator[Step]:
    """ifdown runs with the old file's stanzas, ifup with the new one's; nothing changes in between."""
    down = changes.all_to_take_down
    if down:
        yield Step("ifdown", down, "ifupdown changes an interface only by taking it down first.")
    leftovers = tuple(name for name in down if name in changes.destroyed and changes.is_made(name))
    if leftovers:
        yield Step("delete-link", leftovers, "Whatever ifdown has left of them would keep its old form.")
    if changes.to_bring_up:
        yield Step("ifup", changes.to_bring_up, "They changed, or stand on what changed.")
    guests = guests_of(changes, {name for name in down if name in changes.new_names})
    if guests:
        links = tuple(link for _bridge, link in guests)
        yield Step("restore-port", links, "Their bridge is made anew; guests are put back on it.")
