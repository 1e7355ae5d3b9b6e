"""Hooks of every phase, and the routes that people add in them."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import dropwhile, takewhile

from netadmin.definitions.addresses import parse_ip, parse_mask
from netadmin.definitions.values import whole
from netadmin.definitions.written import Part, option_name

PHASES = frozenset({"pre-up", "up", "post-up", "pre-down", "down", "post-down"})
UP_PHASES = frozenset({"pre-up", "up", "post-up"})

# What may stand before the destination (ip-route(8)).
ROUTE_TYPES = frozenset(
    {
        "to",
        "unicast",
        "local",
        "broadcast",
        "multicast",
        "throw",
        "unreachable",
        "prohibit",
        "blackhole",
        "nat",
    }
)


@dataclass(frozen=True, slots=True)
class Hook:
    """One command and its phase as written; to classic `post-up` is `up` and `pre-down` is `down`."""

    phase: str
    command: str
    line: int
    family: str


@dataclass(frozen=True, slots=True)
class Route:
    """A route that a hook adds. `destination` is `default` or a prefix as written; empty strings and None
    where the command says nothing."""

    destination: str
    family: str
    via: str
    device: str
    metric: int | None
    table: str
    command: str
    line: int


def read_hooks(parts: tuple[Part, ...]) -> tuple[Hook, ...]:
    """All hooks in file order."""
    return tuple(
        Hook(name, value, part.line_of(index), part.family)
        for part in parts
        for index, (key, value) in enumerate(part.options)
        if (name := option_name(key)) in PHASES
    )


def read_routes(hooks: tuple[Hook, ...], name: str) -> tuple[Route, ...]:
    """The routes that the hooks of interface `name` add, `$IFACE` taken for the name."""
    found = []
    for hook in hooks:
        if hook.phase in UP_PHASES and ("route" in hook.command or "ip " in hook.command):
            for words in _commands(hook.command):
                route = _ip_route(words, hook, name) or _net_tools_route(words, hook, name)
                if route is not None:
                    found.append(route)
    return tuple(found)


@lru_cache(maxsize=4096)
def _commands(command: str) -> tuple[tuple[str, ...], ...]:
    """The simple commands of a shell line, as words: `a && b || true` is three."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    commands: list[list[str]] = [[]]
    try:
        for word in lexer:
            if set(word) <= set("();<>|&"):
                commands.append([])
            else:
                commands[-1].append(word)
    except ValueError:  # an unclosed quote: no route that could be shown for sure
        return ()
    return tuple(tuple(words) for words in commands if words)


def _ip_route(words: tuple[str, ...], hook: Hook, name: str) -> Route | None:
    """`ip [-4|-6] route add|append|replace|change DESTINATION [via …] [dev …] [metric …] [table …]`."""
    if words[0].rpartition("/")[2] != "ip":
        return None
    flags = list(takewhile(lambda word: word.startswith("-"), words[1:]))
    family = "inet6" if "-6" in flags else "inet" if "-4" in flags else ""
    object_, verb, *rest = (*words[1 + len(flags) :], "", "")
    if object_ not in ("route", "ro", "r") or verb not in ("add", "append", "replace", "change"):
        return None
    destination, *rest = [*dropwhile(lambda word: word in ROUTE_TYPES, rest), ""]
    if not destination:
        return None
    said = _pairs(rest, ("via", "dev", "metric", "table", "preference"))
    via = said.get("via", "")
    return Route(
        destination=destination,
        family=family or _family_of(destination, via, hook),
        via=via,
        device=_device(said.get("dev", ""), name),
        metric=whole(said.get("metric", said.get("preference"))),
        table=said.get("table", ""),
        command=hook.command,
        line=hook.line,
    )


def _net_tools_route(words: tuple[str, ...], hook: Hook, name: str) -> Route | None:
    """`route [-A inet6] add [-net|-host] DESTINATION [netmask …] [gw …] [metric …] [[dev] …]` (route(8))."""
    if words[0].rpartition("/")[2] != "route" or "add" not in words:
        return None
    verb = words.index("add")
    family = "inet6" if {"-6", "inet6", "--inet6"} & set(words[:verb]) else "inet"
    target, *rest = (*words[verb + 1 :], "")
    destination, *rest = [*rest, ""] if target in ("-net", "-host") else [target, *rest]
    if not destination:
        return None
    said = _pairs(rest, ("netmask", "gw", "metric", "dev"))
    prefix = parse_mask(said["netmask"], family) if "netmask" in said else 32 if target == "-host" else None
    if prefix is not None and "/" not in destination and destination != "default":
        destination = f"{destination}/{prefix}"
    return Route(
        destination=destination,
        family=family,
        via=said.get("gw", ""),
        device=_device(said.get("dev", ""), name),
        metric=whole(said.get("metric")),
        table="",
        command=hook.command,
        line=hook.line,
    )


def _pairs(words: Sequence[str], known: tuple[str, ...]) -> dict[str, str]:
    said: dict[str, str] = {}
    for place, word in enumerate(words[:-1]):
        if word in known:
            said.setdefault(word, words[place + 1])
    return said


def _family_of(destination: str, via: str, hook: Hook) -> str:
    for text in (destination.partition("/")[0], via):
        family, number = parse_ip(text)
        if number is not None:
            return family
    return hook.family or "inet"


def _device(text: str, name: str) -> str:
    return name if text in ("$IFACE", "${IFACE}") else text
