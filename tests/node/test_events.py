"""Events are what a transaction tells of itself; they never stand in its way."""

import json

import pytest

from netadmin.node.messages import State, digest
from tests.node.conftest import BRIDGED

pytestmark = pytest.mark.sandbox

MOVED = BRIDGED.replace("10.1.0.1/24", "10.1.0.9/24")


def test_events_that_cannot_be_written_stop_nothing(rig):
    def send(verb, **fields):
        return rig.drive("events:ENOSPC", verb, json.dumps({"transaction": "t1", **fields}))

    assert send("apply", candidate=MOVED, wait=60)["fired"]
    assert rig.newest.state is State.WAITING

    assert send("confirm", candidate_digest=digest(MOVED))["answer"]["accepted"] is True
    assert rig.newest.state is State.KEPT
    assert rig.saved == MOVED
