"""Reports: what a node says becomes what is stored, once, in whatever order it arrives."""

import time

import pytest

from netadmin.actions import apply as applying
from netadmin.actions import confirm, edit, roll_back, stage
from netadmin.actions.candidate import candidate, own
from netadmin.actions.errors import Refused, Stale
from netadmin.actions.reports import take
from netadmin.models import AuditEntry, ChangeSet, Node, Order, Revision, Transaction
from netadmin.node import messages
from netadmin.node.messages import State, Verb
from tests.actions.conftest import SAVED, node_report

EDITED = SAVED.replace("192.168.10.2", "192.168.10.9")


@pytest.fixture
def draft(node, ann):
    """A draft of ann's that gives vmbr0 another address."""
    draft = edit.open_draft(node, by=ann)
    before = own(candidate(draft).definitions)["vmbr0"]
    edit.save_interface(draft, before, before.with_addresses("inet", ["192.168.10.9/24"]), by=ann)
    assert candidate(draft).text == EDITED
    return draft


@pytest.fixture
def waiting(draft, ann):
    """The draft applied, waiting for a confirm."""
    begun = applying.apply(draft, by=ann, accept_errors=True)
    take(transaction_report(begun, State.WAITING, 5))
    begun.refresh_from_db()
    return begun


def transaction_report(begun, state, sequence, **said):
    return messages.TransactionReport(
        **{
            "node": "host",
            "transaction": begun.id,
            "sequence": sequence,
            "kind": "apply",
            "state": state,
            "base_digest": begun.base_digest,
            "candidate_digest": begun.candidate_digest,
            "by": "ann",
            "boot_id": "boot-1",
            "started_at": time.time(),
            "deadline": time.time() + 120,
            **said,
        }
    )


def answer(order, *, accepted=True, **said):
    problem = None if accepted else messages.Problem("no", "as it was", "look")
    return messages.OrderReport("host", order.id, Verb(order.verb), accepted, problem, **said)


def test_the_first_report_brings_revision_and_definitions_in(node):
    assert (node.revision.number, node.revision.text, node.revision.origin) == (1, SAVED, "found")
    assert [row.name for row in node.definitions.all()] == ["lo", "eth0", "vmbr0"]
    bridge = node.definitions.get(name="vmbr0")
    assert (bridge.kind, bridge.addresses, bridge.lower) == ("bridge", ["192.168.10.2/24"], ["eth0"])


def test_the_same_report_again_makes_no_second_revision(node):
    take(node_report(SAVED))
    assert Revision.objects.count() == 1


def test_an_older_report_that_comes_late_is_passed_over(node):
    take(node_report("auto lo\n", reported_at=time.time() - 60))
    assert Node.objects.get().revision.text == SAVED


def test_bytes_that_are_not_utf8_come_through_unchanged(node):
    text = "# caf\udce9\niface eth\udce9 inet manual\n"
    take(node_report(text))
    assert Node.objects.get().revision.text == text


def test_a_hand_edit_is_a_new_revision_and_the_draft_on_the_old_one_is_refused(draft, ann):
    by_hand = SAVED + "mtu 1400\n"
    take(node_report(by_hand))
    assert Node.objects.get().revision.origin == "found"
    for verb in (stage.stage, applying.apply):
        with pytest.raises(Stale):
            verb(draft, by=ann, accept_errors=True)
    assert candidate(draft).text == EDITED


def test_a_staged_file_is_staged_once_the_node_says_so(draft, ann):
    order = stage.stage(draft, by=ann, accept_errors=True)
    assert ChangeSet.objects.get().state == ChangeSet.State.DRAFT
    take(answer(order, node_report=node_report(SAVED, staged=EDITED)))
    assert ChangeSet.objects.get().state == ChangeSet.State.STAGED
    assert Node.objects.get().staged_text == EDITED


def test_a_second_admin_cannot_stage_over_the_first(draft, ann, bob):
    take(
        answer(stage.stage(draft, by=ann, accept_errors=True), node_report=node_report(SAVED, staged=EDITED))
    )
    node = Node.objects.get()
    his = edit.open_draft(node, by=bob)
    before = own(candidate(his).definitions)["eth0"]
    edit.save_interface(his, before, before.with_option("mtu", ["9000"]), by=bob)
    with pytest.raises(Refused, match="is staged"):
        stage.stage(his, by=bob, accept_errors=True)


def test_a_staged_file_that_a_boot_took_is_a_revision_of_its_author(draft, ann):
    take(
        answer(stage.stage(draft, by=ann, accept_errors=True), node_report=node_report(SAVED, staged=EDITED))
    )
    take(node_report(EDITED, boot_id="boot-2"))
    revision = Node.objects.get().revision
    assert (revision.origin, revision.author, revision.text) == ("boot", ann, EDITED)
    assert ChangeSet.objects.get().state == ChangeSet.State.SAVED


@pytest.mark.parametrize("first", ["transaction", "node"])
@pytest.mark.parametrize(
    ("end", "left"), [(State.KEPT, ChangeSet.State.SAVED), (State.ROLLED_BACK, ChangeSet.State.DRAFT)]
)
def test_what_a_boot_took_is_saved_for_good_only_with_a_confirm(draft, ann, first, end, left):
    take(
        answer(stage.stage(draft, by=ann, accept_errors=True), node_report=node_report(SAVED, staged=EDITED))
    )
    began = Transaction(
        id="boot", base_digest=messages.digest(SAVED), candidate_digest=messages.digest(EDITED)
    )
    waits = transaction_report(began, State.WAITING, 1, kind="boot", boot_id="boot-2")
    reports = [waits, node_report(EDITED, boot_id="boot-2")]
    for report in reports if first == "transaction" else reversed(reports):
        take(report)
    assert ChangeSet.objects.get().state == ChangeSet.State.APPLYING

    take(transaction_report(began, end, 2, kind="boot", boot_id="boot-2"))

    assert ChangeSet.objects.get().state == left


def test_a_boot_whose_end_alone_is_heard_of_leaves_a_draft_when_it_was_taken_back(draft, ann):
    take(
        answer(stage.stage(draft, by=ann, accept_errors=True), node_report=node_report(SAVED, staged=EDITED))
    )
    began = Transaction(
        id="boot", base_digest=messages.digest(SAVED), candidate_digest=messages.digest(EDITED)
    )

    take(transaction_report(began, State.ROLLED_BACK, 9, kind="boot", boot_id="boot-2"))
    take(node_report(SAVED, boot_id="boot-2"))

    assert ChangeSet.objects.get().state == ChangeSet.State.DRAFT


def test_a_staged_file_that_somebody_removed_by_hand_is_a_draft_again(draft, ann):
    take(
        answer(stage.stage(draft, by=ann, accept_errors=True), node_report=node_report(SAVED, staged=EDITED))
    )
    take(node_report(SAVED))
    assert ChangeSet.objects.get().state == ChangeSet.State.DRAFT


def test_while_a_transaction_is_open_nothing_else_goes_to_the_node(waiting, ann):
    other = edit.open_draft(Node.objects.get(), by=ann)
    assert other != waiting.change_set
    with pytest.raises(Refused, match="transaction is open"):
        applying.apply(other, by=ann)


def test_a_kept_apply_is_a_saved_change_set_and_a_revision_of_whoever_applied(waiting, ann):
    confirm.confirm(waiting, by=ann, candidate_digest=waiting.candidate_digest)
    take(transaction_report(waiting, State.KEPT, 9, ended_at=time.time(), outcome="kept"))
    take(node_report(EDITED))
    revision = Node.objects.get().revision
    assert (revision.origin, revision.author, revision.transaction) == ("applied", ann, waiting)
    assert ChangeSet.objects.get().state == ChangeSet.State.SAVED


def test_a_rolled_back_apply_leaves_the_draft_to_be_edited_again(waiting):
    take(transaction_report(waiting, State.ROLLED_BACK, 9, ended_at=time.time(), outcome="undone"))
    assert ChangeSet.objects.get().state == ChangeSet.State.DRAFT
    assert Revision.objects.count() == 1
    assert AuditEntry.objects.filter(act="rolled-back", actor="node host").count() == 1


def test_a_report_that_comes_twice_or_late_changes_nothing(waiting):
    ended = transaction_report(waiting, State.ROLLED_BACK, 9, ended_at=time.time())
    take(ended)
    entries = AuditEntry.objects.count()
    take(ended)
    take(transaction_report(waiting, State.WAITING, 5))
    assert Transaction.objects.get().state == Transaction.State.ROLLED_BACK
    assert AuditEntry.objects.count() == entries


def test_a_refused_apply_ends_the_transaction_and_opens_the_draft(draft, ann):
    begun = applying.apply(draft, by=ann, accept_errors=True)
    take(answer(Order.objects.get(verb=Verb.APPLY), accepted=False))
    begun.refresh_from_db()
    assert (begun.state, begun.report["problem"]["message"]) == ("refused", "no")
    assert ChangeSet.objects.get().state == ChangeSet.State.DRAFT


def test_an_order_without_an_answer_is_settled_as_lost(draft, ann):
    begun = applying.apply(draft, by=ann, accept_errors=True)
    Order.objects.update(expires_at=begun.started_at)
    Transaction.objects.update(deadline=begun.started_at)
    again = applying.apply(ChangeSet.objects.get(), by=ann, accept_errors=True)
    begun.refresh_from_db()
    assert begun.state == Transaction.State.REFUSED
    assert again.is_open


def test_confirm_names_the_digest_that_was_looked_at(waiting, ann):
    with pytest.raises(Stale):
        confirm.confirm(waiting, by=ann, candidate_digest="another")
    confirm.confirm(waiting, by=ann, candidate_digest=waiting.candidate_digest)
    confirm.extend(waiting, 300, by=ann)
    roll_back.roll_back(waiting, by=ann)
    assert set(Order.objects.values_list("verb", flat=True)) == {"apply", "confirm", "extend", "roll-back"}


def test_a_transaction_begun_at_the_console_is_known_too(node):
    begun = Transaction(id="ab" * 16, base_digest=node.saved_digest, candidate_digest="cd")
    take(transaction_report(begun, State.WAITING, 1, by="root"))
    stored = Transaction.objects.get()
    assert (stored.state, stored.by, stored.change_set) == ("waiting", None, None)
