"""Comparing what the kernel shows with what a file says, while the network settles."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from netadmin.definitions import Definitions
from netadmin.planning.compare import Comparison, Verdict, compare, compare_removed
from netadmin.planning.comparing.scene import Scene
from netadmin.planning.live import LiveState
from netadmin.planning.plan import Plan

from .config import Node

# Duplicate address detection takes a second or two, carrier about as long; what is known to take longer
# (spanning tree, LACP, DHCP) the plan says.
PATIENCE = 3.0
LONGEST_PATIENCE = 30.0
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.5

# Of each verdict: with thousands of interfaces every report would otherwise carry megabytes that nobody reads.
LISTED = 300


@dataclass(frozen=True, slots=True)
class Seen:
    state: LiveState
    comparisons: tuple[Comparison, ...]

    @property
    def differing(self) -> tuple[Comparison, ...]:
        return tuple(one for one in self.comparisons if one.verdict is Verdict.DIFFERS)

    @property
    def listed(self) -> tuple[Comparison, ...]:
        """The first of each verdict, in file order."""
        of_verdict: defaultdict[Verdict, list[Comparison]] = defaultdict(list)
        for one in self.comparisons:
            of_verdict[one.verdict].append(one)
        return tuple(one for found in of_verdict.values() for one in found[:LISTED])

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each verdict, by its value."""
        return {
            verdict.value: count
            for verdict, count in Counter(one.verdict for one in self.comparisons).items()
        }

    @property
    def summary(self) -> str:
        lines = [
            f"{one.interface}: {one.option} should be {one.wanted} and is {one.seen}\n"
            for one in self.differing
        ]
        return "".join(lines) or f"as wanted ({len(self.comparisons)} options)\n"


def verify(node: Node, wanted: Definitions, plan: Plan, *, before: Definitions) -> Seen:
    """Look until everything is as wanted, or patience ends; what still differs then is the report.

    `before`: the file that the plan led away from; of what has left it nothing may remain.
    """
    until = node.clock.boottime() + max(PATIENCE, min(plan.minimum_wait, LONGEST_PATIENCE))
    only = {*plan.changed, *plan.dependents} if plan.scope == "partial" else None
    links = None if only is None else _links(only, plan, wanted)
    pause = FIRST_PAUSE
    some_removed = any(name not in wanted for name in plan.changed)
    while True:
        state = node.look(links)
        removed = compare_removed(before, wanted, state) if some_removed else ()
        seen = Seen(state, compare(wanted, state, only=only) + removed)
        if not seen.differing or node.clock.boottime() >= until:
            return seen
        node.clock.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def _links(interfaces: Collection[str], plan: Plan, wanted: Definitions) -> Collection[str] | None:
    """What has to be looked at to compare these interfaces and the guests; None: everything.

    While the network settles the node looks again and again, and a look at 4094 bridges takes half a second.
    """
    scene = Scene(wanted, LiveState(""))
    found = {link for guest in plan.guests for link in guest}
    waiting = [*interfaces]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name in scene.by_interface:
            ports = scene.by_interface[name].ports
            if ports is not None and ports.patterns:
                return None
            waiting.extend(scene.lower(name))
    return found
