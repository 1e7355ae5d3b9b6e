"""Messages: what one side writes, the other side reads, and nothing else gets through."""

import hashlib
import json

import pytest

from netadmin.node import messages
from netadmin.node.messages import (
    Event,
    EventState,
    FileText,
    Guest,
    NodeReport,
    Order,
    OrderReport,
    Probe,
    Problem,
    State,
    TransactionReport,
    Verb,
)
from netadmin.planning.records import RecordError


def order(request):
    return Order(
        id="a1", node="pve1", base_digest="d0", issued_at=1000.0, expires_at=1060.5, by="ada", request=request
    )


TRANSACTION = TransactionReport(
    node="pve1",
    transaction="f00d",
    sequence=7,
    kind="apply",
    state=State.WAITING,
    base_digest="d0",
    candidate_digest="d1",
    by="ada",
    boot_id="b",
    started_at=1.0,
    plan={"scope": "partial", "changed": ["vmbr0"]},
    events=(Event(1, "apply.reload", EventState.DONE, 2.5, 0.2, "info: …\n"),),
    comparisons=({"interface": "vmbr0", "option": "address", "verdict": "as wanted"},),
    probes=(Probe("gateway", True, "10.0.0.1 answers"),),
    guests=(Guest("vmbr0", "tap100i0", True, True),),
    residue=("link vmbr9 is still there",),
    problem=Problem("m", "s", "n"),
)
NODE = NodeReport(
    node="pve1",
    hostname="pve1",
    engine="ifupdown2",
    engine_version="3.0.0",
    kernel="6.1",
    features=("bonding",),
    nics=("eth0",),
    saved=FileText("auto lo\n", "d0"),
    staged=None,
    sourced={"/etc/network/interfaces.d/x": "# caf\udce9\n"},
    sandbox=True,
    boot_id="b",
    reported_at=3.0,
    last=TRANSACTION,
)


@pytest.mark.parametrize(
    "request_",
    [
        messages.Report(),
        messages.Stage("auto lo\n# caf\udce9\n", confirm_after_boot=90),
        messages.Unstage("d1"),
        messages.Apply("f00d", "auto lo\n", wait=60, admin_address="10.0.0.9"),
        messages.Confirm("f00d", "d1"),
        messages.Extend("f00d", 300),
        messages.RollBack("f00d"),
        messages.Reboot(30),
        messages.CancelReboot(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_order_survives_the_wire(request_):
    sent = json.loads(json.dumps(messages.order_to_json(order(request_))))
    assert messages.order_from_json(sent) == order(request_)


def test_every_verb_has_its_request():
    assert set(messages.REQUESTS) == set(Verb)


@pytest.mark.parametrize(
    "report",
    [NODE, TRANSACTION, OrderReport("pve1", "a1", Verb.STAGE, True, None, NODE)],
    ids=lambda r: type(r).__name__,
)
def test_every_report_survives_the_wire(report):
    sent = json.loads(json.dumps(messages.report_to_json(report)))
    assert messages.report_from_json(sent) == report


def test_a_field_of_a_newer_version_is_ignored():
    sent = messages.report_to_json(TRANSACTION) | {"mood": "sunny"}
    assert messages.report_from_json(sent) == TRANSACTION


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"verb": "format-disk"}, "format-disk"),
        ({"request": {}}, "transaction"),
        ({"request": {"transaction": "f", "candidate": 7}}, "candidate"),
        ({"request": {"transaction": "f", "candidate": "", "wait": "60"}}, "wait"),
        ({"request": {"transaction": "f", "candidate": "", "wait": True}}, "wait"),
        ({"id": None}, "str"),
        ({"expires_at": "soon"}, "float"),
    ],
)
def test_an_order_of_the_wrong_shape_is_refused_and_the_place_named(change, place):
    good = messages.order_to_json(order(messages.Apply("f00d", "auto lo\n")))
    with pytest.raises(RecordError, match=place):
        messages.order_from_json(good | change)


@pytest.mark.parametrize(
    "junk", [None, 3, [], {}, {"report": "weather"}, {"report": "transaction", "state": "happy"}]
)
def test_what_is_no_report_is_refused(junk):
    with pytest.raises(RecordError):
        messages.report_from_json(junk)


def test_the_digest_is_of_the_bytes_in_the_file():
    assert messages.digest("caf\udce9") == hashlib.sha256(b"caf\xe9").hexdigest()
