"""The live state attended to: one netlink subscription, published as it changes, for as long as the worker lives.

No event makes anything be read twice. But the kernel does not tell everything: not that LACP has found a partner, nor
that a slave has given up coming back, nor what is changed of a link that is down. So everything is looked at afresh
as often as costs little, every two seconds on a node with a few links, and only what differs is published.
"""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from contextlib import closing

import redis
from pyroute2.netlink.rtnl import (
    RTMGRP_IPV4_IFADDR,
    RTMGRP_IPV4_ROUTE,
    RTMGRP_IPV6_IFADDR,
    RTMGRP_IPV6_ROUTE,
    RTMGRP_LINK,
)

from netadmin.node.facts.ethtool import Ethtool
from netadmin.node.facts.kernel import KernelTable, Touched
from netadmin.node.facts.live import boot_id
from netadmin.node.facts.netlink import Netlink, OverrunError
from netadmin.node.facts.ovs import read_ovs
from netadmin.node.publishing import Publisher
from netadmin.planning.live import OpenVSwitch

GROUPS = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE
BEAT = 2.0  # seconds
LOOK_AFRESH_SHARE = 1 / 300  # of the time
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
OVS_KINDS = ("openvswitch",)

log = logging.getLogger(__name__)


class Attendant(threading.Thread):
    """Runs until `stop`; while Redis or the kernel does not answer it tries again, ever more slowly."""

    def __init__(self, connection: redis.Redis, node: str) -> None:
        super().__init__(name="live state", daemon=True)
        self._publisher = Publisher(connection, node, boot_id())
        self._stop_reader, self._stop_writer = os.pipe()
        self._stopped = threading.Event()

    def stop(self) -> None:
        self._stopped.set()
        os.write(self._stop_writer, b"x")

    def run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopped.is_set():
            began = time.monotonic()
            try:
                self._attend()
            except OverrunError:
                log.warning("Netlink events were lost; the live state is read anew.")
                continue
            except (redis.RedisError, OSError) as error:
                log.warning("The live state is not published: %s", error)
            pause = FIRST_PAUSE if time.monotonic() - began > LONGEST_PAUSE else min(2 * pause, LONGEST_PAUSE)
            self._stopped.wait(pause)

    def _attend(self) -> None:
        """Until stopped. Raises OverrunError, redis.RedisError, OSError."""
        with Netlink(groups=GROUPS) as events, Netlink() as questions, closing(Ethtool()) as speed:
            # Listening begins before the dump: what changes meanwhile is told again and does no harm.
            began = time.monotonic()
            table, ovs = KernelTable.read(questions, speed), read_ovs()
            self._publisher.publish_all(table, ovs)
            poll = select.poll()
            poll.register(events.fileno(), select.POLLIN)
            poll.register(self._stop_reader, select.POLLIN)
            next_beat, next_look = time.monotonic() + BEAT, _next_look(began)
            while not self._stopped.is_set():
                ready = dict(poll.poll(max(0.0, next_beat - time.monotonic()) * 1000))
                if events.fileno() in ready:
                    ovs = self._publish_events(events, table, ovs)
                if (now := time.monotonic()) < next_beat:
                    continue
                next_beat = now + BEAT
                if not self._publisher.beat():
                    self._publisher.publish_all(table, ovs)
                elif now >= next_look:
                    table, ovs = KernelTable.read(questions, speed), read_ovs()
                    self._publisher.publish_again(table, ovs)
                    next_look = _next_look(now)

    def _publish_events(
        self, events: Netlink, table: KernelTable, ovs: OpenVSwitch | None
    ) -> OpenVSwitch | None:
        """All that wait by now, in one go: while one lot is on its way to Redis, the next gathers."""
        touched = Touched()
        for message in events.waiting():
            table.apply(message, touched)
        if any(_is_of_ovs(table, index) for index in touched.links):
            ovs = read_ovs()
        self._publisher.publish(table, touched, ovs)
        return ovs


def _next_look(began: float) -> float:
    """When to look again, after a look that began then and has just ended."""
    now = time.monotonic()
    return now + (now - began) / LOOK_AFRESH_SHARE


def _is_of_ovs(table: KernelTable, index: int) -> bool:
    link = table.link(index)
    return link is not None and (link.kind in OVS_KINDS or link.master == "ovs-system")
