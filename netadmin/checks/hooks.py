"""Commands run when an interface goes up or down, and the routes they add."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.findings import Finding, Severity
from netadmin.checks.registry import IFUPDOWN2, Rule, looks_for
from netadmin.checks.subnets import Subnets
from netadmin.checks.survey import Survey, Use
from netadmin.definitions import Definition, Route
from netadmin.definitions.addresses import parse_ip

BACKGROUND = Rule(
    id="hook.background",
    severity=Severity.WARNING,
    what="A command sent to the background with `&` that keeps its output open.",
    why="ifupdown2 reads a hook's output until it is closed, without a time limit: a reload waits until the "
    "background command ends.",
    mend="Close the output: `COMMAND >/dev/null 2>&1 &`.",
    source="measured on ifupdown2 3.0.0",
    dialects=IFUPDOWN2,
)
REPEATS = Rule(
    id="hook.repeats",
    severity=Severity.HINT,
    what="A hook that adds something each time it runs, such as `iptables -A`.",
    why="`ifreload -a` runs every hook of every interface again, changed or not, and does not run the down hooks "
    "first: the rule is there twice, then three times.",
    mend="Ask first: `iptables -C … || iptables -A …`.",
    source="measured on ifupdown2 3.0.0; iptables(8), -C",
    dialects=IFUPDOWN2,
)
SECOND_DEFAULT = Rule(
    id="route.second-default",
    severity=Severity.WARNING,
    what="A hook adds a default route, and an interface has a `gateway` of the same family and metric.",
    why="The second one is refused (“File exists”), or replaces the first; which one depends on the order.",
    mend="Keep one of them, or give the hook's route a metric or a table of its own.",
    source="ip-route(8)",
)
UNREACHABLE = Rule(
    id="route.unreachable",
    severity=Severity.WARNING,
    what="A hook adds a route by a next hop that lies in none of the subnets of this file.",
    why="The kernel refuses it (“Nexthop has invalid gateway”); ifupdown2 warns, exits with 0 and goes on.",
    mend="Correct the next hop, or add `onlink` when it really is on the link.",
    source="ip-route(8); measured on ifupdown2 3.0.0 (a failing hook: exit code 0)",
)
BAD_ROUTE = Rule(
    id="route.invalid",
    severity=Severity.ERROR,
    what="A route in a hook whose destination or next hop is no address.",
    why="The command fails each time; ifupdown2 warns, exits with 0 and goes on.",
    mend="Write NETWORK/PREFIX via ADDRESS; the network's host part must be zero.",
    source="ip-route(8)",
)

_UP = ("pre-up", "up", "post-up")
_ADDS = frozenset({"-A", "-I", "--append", "--insert"})
_WORDS = frozenset({"default", "all", "any"})


@looks_for(BACKGROUND, REPEATS)
def commands(survey: Survey) -> Iterator[Finding]:
    for use in survey.of(*_UP, "pre-down", "down", "post-down"):
        command = use.value
        if command.endswith("&") and not command.endswith(("&&", "|&")) and ">" not in command:
            yield BACKGROUND.at(
                use,
                "ifupdown2 waits until this background command closes its output.",
                "Write `>/dev/null 2>&1 &` at its end.",
            )
        if use.key.replace("_", "-") in _UP and "tables" in command and _adds_each_time(command):
            yield REPEATS.at(
                use,
                "Every reload runs this again and adds the rule once more.",
                "Ask first: `iptables -C … || iptables -A …`.",
            )


@looks_for(SECOND_DEFAULT, UNREACHABLE, BAD_ROUTE)
def routes(survey: Survey) -> Iterator[Finding]:
    seen: set[str] = set()
    gateways: dict[tuple[str, int | None], str] | None = None
    subnets: Subnets | None = None
    for use in survey.of(*_UP):
        name = use.definition.name
        if "route" not in use.value or name in seen:
            continue
        seen.add(name)
        gateways = _gateways(survey) if gateways is None else gateways
        subnets = _subnets(survey) if subnets is None else subnets
        lines = _by_line(use.definition)
        for route in use.definition.routes:
            if (
                not route.device or route.device in survey.definitions
            ):  # else another program's, such as a VPN
                yield from _route(route, lines.get(route.line, use), gateways, subnets)


def _adds_each_time(command: str) -> bool:
    words = command.split()
    asks = "-C" in words or "--check" in words
    return not asks and not _ADDS.isdisjoint(words) and any(word.endswith("tables") for word in words)


def _route(
    route: Route, use: Use, gateways: dict[tuple[str, int | None], str], subnets: Subnets
) -> Iterator[Finding]:
    if _bad(route):
        yield BAD_ROUTE.at(use, f"“{_bad(route)}” is not an address.", "Write NETWORK/PREFIX via ADDRESS.")
        return
    default = route.destination in ("default", "0.0.0.0/0", "::/0")
    if (
        default
        and not route.table
        and (route.family, route.metric) in gateways
        and "replace" not in route.command
    ):
        holder = gateways[route.family, route.metric]
        yield SECOND_DEFAULT.at(
            use, f"{holder} has a default gateway already.", "Keep one of them, or add a metric to this one."
        )
    number = parse_ip(route.via)[1] if route.via else None
    if number is None or "onlink" in route.command or number >> 118 == 0xFE80 >> 6 or not subnets:
        return
    if not subnets.hold(route.family, number):
        yield UNREACHABLE.at(
            use,
            f"The next hop {route.via} is in no subnet of this file.",
            "Correct it, or add `onlink` when it really is on the link.",
        )


def _bad(route: Route) -> str:
    """The text that should be an address; what holds a variable is the shell's."""
    for text in (route.destination.partition("/")[0], route.via):
        odd = text and text not in _WORDS and "$" not in text and parse_ip(text)[1] is None
        if odd and (text[0].isdigit() and "." in text and text.count(".") >= 3):
            return text
    return ""


def _gateways(survey: Survey) -> dict[tuple[str, int | None], str]:
    found: dict[tuple[str, int | None], str] = {}
    for use in survey.of("gateway"):
        for gateway in use.definition.gateways:
            if not use.definition.option("vrf"):
                found.setdefault((gateway.family, gateway.metric), use.definition.name)
    return found


def _subnets(survey: Survey) -> Subnets:
    """All of the file, or none when an address comes from outside it: then nothing can be said."""
    if "pointopoint" in survey.uses or any("addr" in use.value for use in survey.of(*_UP)):
        return Subnets(())
    parts = (part for definition in survey.definitions.values() for part in definition.parts)
    if any(part.method not in ("static", "manual", "loopback", "") for part in parts):
        return Subnets(())
    return Subnets(placed.address for placed in survey.addresses)


def _by_line(definition: Definition) -> dict[int, Use]:
    """A definition's routes carry the number of their line alone."""
    return {
        part.line_of(place): Use(definition, part, place)
        for part in definition.parts
        for place in range(len(part.options))
    }
