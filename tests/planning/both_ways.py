"""A node taken from one file to another by a plan's own steps, in parts or as a whole, and what is compared then.

`Rig` is what the tests need of a node: commands run on it, its file, a look at its kernel.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

from hypothesis import assume

from netadmin.definitions import Definitions
from netadmin.interfaces import Dialect
from netadmin.node.driving import deletion_of
from netadmin.planning.changes import Changes
from netadmin.planning.live import Link, LiveState
from netadmin.planning.plan import Plan, Step, plan, steps
from tests.planning.living import brought_up, read

DEFAULT_MTU = 1500


class Rig(Protocol):
    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]: ...

    def write(self, text: str) -> None: ...

    def look(self) -> LiveState: ...

    def forget(self) -> None:
        """Leave the NICs as they were delivered and nothing else."""


def assume_partial(before: str, after: str) -> None:
    """Pass over what would be reloaded as a whole in any case, before a node is set up for it."""
    assume(planned(before, after, brought_up(before)).scope == "partial")


def outcome(rig: Rig, before: str, after: str, scope: str) -> dict[str, Any]:
    """What lasts of the kernel's state after that way from one file to the other."""
    begin(rig, before)
    live = rig.look()
    assume(planned(before, after, live).scope == "partial")
    for step in list(steps(Changes(read(before), read(after), live), scope, Dialect.IFUPDOWN2)):
        rig.write(before if step.action == "ifdown" else after)
        for command in commands(step):
            rig.run(command)
    return lasting(rig.look(), read(after))


def begin(rig: Rig, text: str) -> None:
    """The node as it is with that file, once a further reload changes nothing more."""
    rig.forget()
    rig.run(["sh", "-c", "rm -f /var/tmp/network/ifstatenew"])
    rig.write(text)
    hotplug = [engine("ifup", "--allow=hotplug")] if "allow-hotplug" in text else []
    for command in (engine("ifup", "-a"), *hotplug, engine("ifreload", "-a")):
        done = rig.run(command)
        assert done.returncode in (0, 1), done.stderr  # 1: a second default gateway, and the like


def planned(before: str, after: str, live: LiveState) -> Plan:
    return plan(read(before), read(after), live, engine=Dialect.IFUPDOWN2)


def engine(command: str, *arguments: str) -> list[str]:
    return ["/usr/bin/python3", f"/usr/sbin/{command}", *arguments]


def commands(step: Step) -> Iterator[list[str]]:
    match step.action:
        case "ifdown" | "ifup":
            yield engine(step.action, *step.interfaces)
        case "reload":
            yield engine("ifreload", "-a")
        case "delete-link":
            yield from (["ip", "link", "delete", name] for name in step.interfaces)
        case "delete-address":
            yield from (["ip", "address", "delete", one, "dev", *step.interfaces] for one in step.addresses)
        case "delete-route":
            yield from ([*deletion_of(route)] for route in step.routes)
        case unknown:
            raise ValueError(f"no node of a test does {unknown!r}")


def lasting(state: LiveState, described: Definitions) -> dict[str, Any]:
    """The kernel's state without indexes, generated MAC addresses, and what settles by itself."""
    return {
        **{link.name: _lasting(link, state, described) for link in state.links},
        "routes": sorted(
            (route.destination, route.gateway, route.device, route.metric, route.protocol, route.source)
            for route in state.routes
            if not route.destination.startswith("fe80")
        ),
    }


def _lasting(link: Link, state: LiveState, described: Definitions) -> dict[str, Any]:
    given = link.name in described or bool(link.bridge)  # of another link nobody sets MTU and alias
    return {
        "kind": link.kind,
        "up": link.up,
        "master": link.master,
        "parent": link.parent,
        "alias": link.alias if given else None,
        "mtu": link.mtu if given and not _may_follow_its_ports(link, state) else None,
        "inet": [one.address for one in link.addresses if one.family == "inet"],
        "inet6": sorted(
            one.address for one in link.addresses if one.family == "inet6" and one.scope != "link"
        ),
        "vlan": link.vlan,
        # The ageing time is short for as long as spanning tree's topology is new.
        "bridge": link.bridge and replace(link.bridge, ageing_time=0),
        "port": link.port and replace(link.port, state="", cost=0),  # by the carrier's speed at that moment
        "bond": link.bond
        and replace(link.bond, active_slave="", aggregator=None, aggregator_ports=None, partner_mac=""),
    }


def _may_follow_its_ports(link: Link, state: LiveState) -> bool:
    """The kernel gives a bridge the smallest MTU of its ports, until somebody sets another (net/bridge/br_if.c).

    ifupdown2 sets the file's or the default again if it has heard of that by then, or else in its next run.
    """
    return link.bridge is not None and any(port.mtu < DEFAULT_MTU for port in state.members(link.name))
