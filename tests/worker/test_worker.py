"""The node's worker with a real broker, a real kernel and the real engine, and without Django."""

import signal
import sys

import pytest

from netadmin.node import messages
from netadmin.node.messages import State, digest
from netadmin.sandbox.sandbox import INSTALLED
from tests.rigs.until import until

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(120)]

SAVED = digest(INSTALLED)
CHANGED = INSTALLED.replace("192.168.10.2", "192.168.10.3")


def addresses(worked, link="vmbr0"):
    found = worked.centre.live.link(link)
    return (
        [] if found is None else [address.address for address in found.addresses if address.family == "inet"]
    )


def test_the_first_report_says_what_the_node_is(worked):
    report = worked.centre.node()
    assert report.saved.text == INSTALLED
    assert (report.engine, report.staged, report.sandbox) == ("ifupdown2", None, True)
    assert report.nics == ("eth0", "eth1", "eth2", "eth3")
    assert {"bridge", "veth"} <= set(report.features)
    assert report.engine_version.startswith("3.")


def test_the_worker_runs_where_django_cannot_be_imported(worked):
    tried = worked.sandbox.run([sys.executable, "-c", "import django"], check=False)
    assert "Django is not to be imported on a node" in tried.stderr
    assert worked.workers


def test_the_live_state_is_published_and_follows_the_kernel(worked):
    live = until(lambda: worked.centre.live)
    assert live.link("vmbr0").bridge is not None
    assert live.link("eth0").master == "vmbr0"
    assert any(route.destination == "default" for route in live.routes)
    worked.sandbox.run(["ip", "addr", "add", "10.9.9.9/24", "dev", "vmbr0"])
    until(lambda: "10.9.9.9/24" in addresses(worked), within=2)
    worked.sandbox.run(["ip", "link", "add", "tap7", "type", "veth", "peer", "name", "tap8"])
    worked.sandbox.run(["ip", "link", "set", "tap7", "master", "vmbr0"])
    until(lambda: (link := worked.centre.live.link("tap7")) and link.master == "vmbr0", within=2)
    worked.sandbox.run(["ip", "link", "del", "tap7"])
    until(
        lambda: worked.centre.live.link("tap7") is None and worked.centre.live.link("tap8") is None, within=2
    )
    assert worked.centre.live.sequence > live.sequence


def test_routes_that_go_with_their_device_are_gone_from_the_live_state(worked):
    worked.sandbox.run(["ip", "route", "add", "10.7.0.0/16", "via", "192.168.10.9"])
    until(lambda: any(route.destination == "10.7.0.0/16" for route in worked.centre.live.routes), within=2)
    worked.sandbox.run(["ip", "link", "set", "vmbr0", "down"])
    until(lambda: not [route for route in worked.centre.live.routes if route.family == "inet"], within=2)


@pytest.mark.timeout(200)
def test_what_the_kernel_tells_nobody_is_seen_all_the_same(worked):
    """That a bridge which is down ages otherwise, for one; and while nothing changes nothing is published.

    A busy machine looks less often.
    """
    worked.sandbox.run(["ip", "link", "add", "quiet", "type", "bridge"])
    until(lambda: worked.centre.live.link("quiet"))
    worked.sandbox.run(["ip", "link", "set", "quiet", "type", "bridge", "ageing_time", "12300"])
    until(lambda: worked.centre.live.link("quiet").bridge.ageing_time == 123, within=120)
    sequence, beat = worked.centre.live.sequence, worked.centre.redis.get("netadmin:beat:sandbox")
    until(lambda: worked.centre.redis.get("netadmin:beat:sandbox") != beat)
    assert worked.centre.live.sequence == sequence


def test_a_file_is_staged_and_reported_with_the_answer(worked):
    answer = worked.centre.answer(worked.centre.send(messages.Stage(CHANGED), base=SAVED))
    assert answer.accepted
    assert answer.node_report.staged.text == CHANGED
    assert worked.sandbox.interfaces.read_text() == INSTALLED


def test_bytes_that_are_no_utf8_survive_the_way_to_the_node_and_back(worked):
    text = INSTALLED + "# caf\udce9\n"
    order = worked.centre.send(messages.Stage(text), base=SAVED)
    answer = worked.centre.answer(order)
    if answer.accepted:
        assert answer.node_report.staged.text == text
    else:  # ifupdown2 would ignore such a file, so the node may refuse it; what it says must arrive
        assert "UTF-8" in answer.problem.message


def test_an_apply_goes_step_by_step_and_a_confirm_keeps_it(worked):
    transaction = messages.new_id()
    worked.centre.send(messages.Apply(transaction, CHANGED, 60), base=SAVED)
    waiting = worked.centre.transaction(lambda one: one.state is State.WAITING)
    assert waiting.transaction == transaction
    assert [event.step for event in waiting.events]
    until(lambda: "192.168.10.3/24" in addresses(worked), within=2)
    assert worked.sandbox.interfaces.read_text() == INSTALLED
    order = worked.centre.send(messages.Confirm(transaction, digest(CHANGED)))
    assert worked.centre.answer(order).accepted
    worked.centre.transaction(lambda one: one.state is State.KEPT)
    worked.centre.node(lambda one: one.saved.text == CHANGED)


def test_an_apply_that_nobody_confirms_is_reported_as_rolled_back(worked):
    worked.centre.send(messages.Apply(messages.new_id(), CHANGED, 6), base=SAVED)
    ended = worked.centre.transaction(lambda one: one.state.ended, within=40)
    assert ended.state is State.ROLLED_BACK
    until(lambda: addresses(worked) == ["192.168.10.2/24"], within=3)


def test_the_same_order_twice_is_done_once(worked):
    order = worked.centre.send(messages.Stage(CHANGED), base=SAVED, order_id=messages.new_id())
    worked.centre.answer(order)
    worked.sandbox.run(["rm", "/etc/network/interfaces.new"])
    worked.centre.node(lambda one: one.staged is None)
    worked.centre.reports.clear()
    worked.centre.send(messages.Stage(CHANGED), base=SAVED, order_id=order)
    assert worked.centre.answer(order).node_report.staged is None


def test_an_edit_by_hand_is_noticed_and_reported(worked):
    worked.sandbox.interfaces.write_text(INSTALLED + "# by hand\n")
    assert worked.centre.node(lambda one: one.saved.text.endswith("# by hand\n")).saved.digest != SAVED


def test_a_sourced_file_is_reported_and_its_edit_noticed(worked):
    folder = worked.sandbox.interfaces.parent / "interfaces.d"
    folder.mkdir(exist_ok=True)
    (folder / "extra").write_text("iface dummy7 inet manual\n")
    worked.sandbox.interfaces.write_text(INSTALLED + "source /etc/network/interfaces.d/*\n")
    name = "/etc/network/interfaces.d/extra"
    worked.centre.node(lambda one: one.sourced == {name: "iface dummy7 inet manual\n"})
    (folder / "extra").write_text("iface dummy8 inet manual\n")
    worked.centre.node(lambda one: one.sourced == {name: "iface dummy8 inet manual\n"})


def test_what_the_console_does_is_reported_by_the_worker(worked):
    worked.sandbox.interfaces.with_name("candidate").write_text(CHANGED)
    console = [sys.executable, "-m", "netadmin.node"]
    worked.sandbox.run([*console, "apply", "/etc/network/candidate", "--wait", "60"])
    waiting = worked.centre.transaction(lambda one: one.state is State.WAITING)
    worked.sandbox.run([*console, "roll-back"])
    worked.centre.transaction(lambda one: one.transaction == waiting.transaction and one.state.ended)


def test_a_broker_that_was_away_gets_everything_when_it_is_back(worked):
    worked.server.kill()
    worked.sandbox.interfaces.write_text(INSTALLED + "# while the broker was away\n")
    worked.sandbox.run(["ip", "addr", "add", "10.9.9.9/24", "dev", "vmbr0"])
    worked.server.start()
    until(lambda: worked.centre.live and "10.9.9.9/24" in addresses(worked), within=40)
    worked.centre.until(messages.NodeReport, lambda one: one.saved.text.endswith("was away\n"), within=40)
    order = worked.centre.send(messages.Report())
    assert worked.centre.until(messages.OrderReport, lambda one: one.order == order, within=40).accepted


def test_the_worker_ends_in_order_and_goes_on_where_it_was(worked):
    before = until(lambda: worked.centre.live)
    (worker,) = worked.workers
    worked.signal_worker(signal.SIGTERM)
    until(lambda: worked.workers not in ([], [worker]), within=20)
    until(lambda: worked.centre.live.sequence > before.sequence, within=20)
    order = worked.centre.send(messages.Report())
    assert worked.centre.until(messages.OrderReport, lambda one: one.order == order).accepted


def test_the_heart_beats(worked):
    first = until(lambda: worked.centre.redis.get("netadmin:beat:sandbox"))
    until(lambda: worked.centre.redis.get("netadmin:beat:sandbox") != first, within=5)
