"""The node's worker: a Celery application of its own that consumes the queue of its node and nothing else.

Beside the orders three threads run: the live state (attending), what happens without an order (noticing), and
the reports on their way (outbox). None of them needs the broker to be there.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any, Self

import redis
from celery import Celery
from celery.app.amqp import AMQP
from celery.exceptions import CeleryError
from kombu import Connection
from kombu.exceptions import KombuError

from netadmin.planning.records import RecordError

from .attending import Attendant
from .config import Node
from .messages import (
    CENTRE_QUEUE,
    REPORT_TASK,
    AnyReport,
    OrderReport,
    Verb,
    node_queue,
    order_from_json,
    report_to_json,
    task_name,
)
from .noticing import Notice
from .orders import carry_out
from .outbox import Outbox
from .reporting import node_report

BROKER_LIMIT = 5  # seconds to connect, and to be answered
LONGEST_PAUSE = 5  # seconds between two looks for a broker that is away
SEND_FAILURES = (KombuError, CeleryError, redis.RedisError, OSError)

log = logging.getLogger(__name__)


def run(node: Node) -> None:
    """Work until SIGTERM; an order that is being carried out is finished first."""
    app = application(node)
    connection = live_connection(node.broker)
    outbox = Outbox(lambda report: send(app, report), SEND_FAILURES)
    helpers = (outbox, Attendant(connection, node.name), Notice(node, outbox.put))
    _consume_orders(app, node, outbox)
    for helper in helpers:
        helper.start()
    try:
        app.worker_main(_arguments(node))
    finally:
        for helper in reversed(helpers):
            helper.stop()
        for helper in reversed(helpers):
            helper.join(BROKER_LIMIT)


def application(node: Node) -> Celery:
    """The Celery application; JSON alone, no results, and an order is acknowledged when it has been answered."""
    app = Celery("netadmin.node", broker=node.broker, set_as_current=False, amqp=NodeAMQP)
    limits = {"socket_timeout": BROKER_LIMIT, "socket_connect_timeout": BROKER_LIMIT}
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_acks_late=True,
        task_default_queue=node_queue(node.name),
        # No limit to what is fetched ahead: one order at a time is carried out all the same, and one whose
        # acknowledgement the broker did not live to see would count against the limit for ever (kombu's QoS).
        worker_prefetch_multiplier=0,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        broker_transport_options=limits,
        broker_connection_timeout=BROKER_LIMIT,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
    )
    return app


class Persistent(Connection):
    """Looks every few seconds for a broker that is away: kombu's pauses grow to half a minute, a deadline does not."""

    def ensure_connection(
        self, errback: Any = None, max_retries: Any = None, *_kombus: Any, **settings: Any
    ) -> Self:
        settings |= {"interval_start": 0.5, "interval_step": 0.5, "interval_max": LONGEST_PAUSE}
        return super().ensure_connection(errback, max_retries, **settings)


class NodeAMQP(AMQP):
    Connection = Persistent


def live_connection(broker: str) -> redis.Redis:
    """Celery's `redis+socket://` is redis-py's `unix://`."""
    url = broker.replace("redis+socket://", "unix://", 1)
    return redis.Redis.from_url(url, socket_timeout=BROKER_LIMIT, socket_connect_timeout=BROKER_LIMIT)


def send(app: Celery, report: AnyReport) -> None:
    """Hand one report to the broker. Raises one of SEND_FAILURES."""
    app.send_task(
        REPORT_TASK,
        kwargs={"report": report_to_json(report)},
        queue=CENTRE_QUEUE,
        retry=False,
        ignore_result=True,
    )


def _consume_orders(app: Celery, node: Node, outbox: Outbox) -> None:
    """One task for every verb, all of them the same: decode, carry out, answer."""

    def take(order: dict[str, Any]) -> None:
        try:
            decoded = order_from_json(order)
        except RecordError as error:
            log.error("An order was not understood: %s", error)
            return
        answer = carry_out(decoded, node=node, emit=outbox.put)
        outbox.put(_with_node(answer, node))

    for verb in Verb:
        app.task(name=task_name(verb), shared=False)(take)


def _with_node(answer: OrderReport, node: Node) -> OrderReport:
    """With every answer the node as it is afterwards, so that nobody decides on what was."""
    try:
        return replace(answer, node_report=node_report(node))
    except OSError as error:
        log.warning("The node could not be reported: %s", error)
        return answer


def _arguments(node: Node) -> list[str]:
    queue, name = node_queue(node.name), f"node@{node.name}"
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return ["worker", "--pool=solo", f"--queues={queue}", f"--hostname={name}", "--loglevel=INFO", *alone]
