"""Reading, checking and editing large files, beside ifupdown2's own parser on the same files in the same run."""

import logging
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from netadmin.checks import check
from netadmin.definitions import definitions
from netadmin.interfaces import parse, render
from netadmin.interfaces.edit import set_option
from netadmin.sandbox.packages import ENGINE_PACKAGES, unpacked

ROUNDS = 7
# How much more one interface may cost in a file of 40,000 than in one of 1,000. A quadratic step would take 40
# times as much; memory that no longer fits the processor's caches takes two or three times as much.
GROWTH = 6.0


class Step(NamedTuple):
    """Something to measure: `run` on what `prepare` makes of a text, in times of ifupdown2's parser."""

    title: str
    run: Callable[[Any], object]
    prepare: Callable[[str], Any] = str
    limit: float | None = None


STEPS = (
    Step("parse, before anything is asked", parse),
    Step("parse, every option read", lambda text: parse(text).ifaces, limit=0.5),
    Step("parse, definitions and all checks", lambda text: check(definitions(parse(text))), limit=2.5),
    Step(
        "set an option of a parsed document, and render",
        lambda document: render(set_option(document, "vmbr700", "bridge-fd", "5")),
        parse,
        limit=0.1,
    ),
    Step(
        "add an option to a parsed document, and render",
        lambda document: render(set_option(document, "vmbr700", "mtu", "9000")),
        parse,
        limit=0.1,
    ),
)


def main() -> int:
    """Print all figures; return how many limits were missed."""
    engine = Step("ifupdown2's own parser", ifupdown2_parser())
    missed = 0
    for title, text in (("4094 bridges", bridges(4094)), ("4094 VLAN + bridge pairs", pairs(4094))):
        seconds, *ours = best((engine, *STEPS), text)
        print(f"{title}, {len(text) // 1000} kB: {engine.title} {seconds * 1000:.1f} ms")
        for step, took in zip(STEPS, ours, strict=True):
            limit = "" if step.limit is None else f"  (limit {step.limit} x)"
            over = step.limit is not None and took > step.limit * seconds
            missed += over
            print(f"  {step.title:48}{took * 1000:8.2f} ms{took / seconds:8.3f} x{limit}{'  MISSED' * over}")
    return missed + grow()


def grow() -> int:
    """Print what one interface costs in ever larger files; return how many steps grow faster than the file."""
    counts = (1000, 4000, 40_000)
    costs = [best(STEPS, bridges(count), rounds=3) for count in counts]
    print("microseconds per interface" + "".join(f"{count:>9}" for count in counts) + "   growth")
    missed = 0
    for step, *seconds in zip(STEPS, *costs, strict=True):
        each = [took / count * 1e6 for took, count in zip(seconds, counts, strict=True)]
        growth = each[-1] / each[0]
        missed += growth > GROWTH
        figures = "".join(f"{cost:9.2f}" for cost in each)
        print(f"  {step.title:48}{figures}{growth:8.2f} x  (limit {GROWTH} x)")
    return missed


def best(steps: tuple[Step, ...], text: str, *, rounds: int = ROUNDS) -> list[float]:
    """The shortest processor time of each step in seconds; they take turns, so that what else runs hits all alike."""
    times: list[list[float]] = [[] for _ in steps]
    for _ in range(rounds):
        for step, taken in zip(steps, times, strict=True):
            prepared = step.prepare(text)
            start = time.process_time()
            step.run(prepared)
            taken.append(time.process_time() - start)
    return [min(taken) for taken in times]


def ifupdown2_parser() -> Callable[[str], object]:
    """The parser of the Debian package, unpacked; told to keep every interface it finds and to accept any option."""
    sys.path.insert(0, str(unpacked(*ENGINE_PACKAGES["ifupdown2"]) / "usr/share/ifupdown2"))
    from ifupdown.networkinterfaces import networkInterfaces

    logging.disable(logging.CRITICAL)

    def run(text: str) -> object:
        with tempfile.NamedTemporaryFile("w", suffix=".interfaces") as file:
            file.write(text)
            file.flush()
            found: list[object] = []
            parser = networkInterfaces(file.name)
            parser.subscribe("iface_found", found.append)
            parser.subscribe("validateifaceattr", lambda _name, _value: True)
            parser.load()
        assert found, "ifupdown2 has read nothing"
        return found

    return run


def bridges(count: int) -> str:
    """A file of that many bridges with a static address each."""
    return "auto lo\niface lo inet loopback\n\n" + "".join(bridge(number, "none") for number in range(count))


def pairs(count: int) -> str:
    """A file of that many VLANs of eth0 with a bridge on each."""
    head = "auto lo\niface lo inet loopback\n\niface eth0 inet manual\n\n"
    return head + "".join(
        f"auto eth0.{number + 1}\niface eth0.{number + 1} inet manual\n\n"
        + bridge(number, f"eth0.{number + 1}")
        for number in range(count)
    )


def bridge(number: int, port: str) -> str:
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return (
        f"auto vmbr{number}\niface vmbr{number} inet static\n\taddress {address}/32\n"
        f"\tbridge-ports {port}\n\tbridge-stp off\n\tbridge-fd 0\n\n"
    )


if __name__ == "__main__":
    sys.exit(main())
