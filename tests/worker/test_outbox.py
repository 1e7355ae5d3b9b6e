"""Reports wait for the broker in order, the newest of each kind, and go out once."""

import threading

import pytest

from netadmin.node.messages import OrderReport, State, TransactionReport, Verb
from netadmin.node.outbox import Outbox
from tests.rigs.until import until


class Broker:
    """Takes reports while `open` is set, as a broker that comes and goes."""

    def __init__(self):
        self.open = threading.Event()
        self.taken = []

    def __call__(self, report):
        if not self.open.is_set():
            raise ConnectionError("no broker")
        self.taken.append(report)


def transaction(sequence, name="t1"):
    return TransactionReport(
        "sandbox", name, sequence, "apply", State.APPLYING, "", "", "ann", "boot", started_at=0.0
    )


def order(name):
    return OrderReport("sandbox", name, Verb.STAGE, accepted=True)


@pytest.fixture
def broker():
    return Broker()


@pytest.fixture
def outbox(broker):
    found = Outbox(broker, (ConnectionError,))
    found.start()
    yield found
    found.stop()
    found.join(5)


def test_a_report_goes_out_at_once(outbox, broker):
    broker.open.set()
    outbox.put(order("a"))
    until(lambda: broker.taken == [order("a")], within=2)


def test_what_waits_for_the_broker_goes_out_when_it_is_back_the_newest_of_each(outbox, broker):
    for report in (order("a"), transaction(1), transaction(3), transaction(2), transaction(1, "t2")):
        outbox.put(report)
    broker.open.set()
    until(lambda: len(broker.taken) == 3, within=10)
    assert sorted(broker.taken, key=str) == sorted(
        [order("a"), transaction(3), transaction(1, "t2")], key=str
    )


def test_a_stopped_outbox_ends_though_the_broker_is_away(outbox):
    outbox.put(order("a"))
    outbox.stop()
    outbox.join(5)
    assert not outbox.is_alive()
