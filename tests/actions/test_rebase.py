"""A hand edit of the saved file: the change set is carried over, and nobody's words are overwritten."""

import pytest

from netadmin.actions import edit
from netadmin.actions.candidate import candidate, own
from netadmin.actions.rebase import rebase
from netadmin.actions.reports import take
from netadmin.models import ChangeSet
from tests.actions.conftest import SAVED, node_report


@pytest.fixture
def draft(node, ann):
    draft = edit.open_draft(node, by=ann)
    before = own(candidate(draft).definitions)["vmbr0"]
    edit.save_interface(draft, before, before.with_addresses("inet", ["192.168.10.9/24"]), by=ann)
    return draft


def test_edits_of_different_options_come_together(draft, ann):
    by_hand = SAVED.replace("bridge_fd 0", "bridge_fd 2") + "# by hand\n"
    take(node_report(by_hand))
    assert rebase(draft, by=ann) == ()
    draft = ChangeSet.objects.get()
    assert draft.base.number == 2
    assert candidate(draft).text == by_hand.replace("192.168.10.2", "192.168.10.9")


@pytest.mark.parametrize(("choice", "address"), [("ours", "192.168.10.9"), ("theirs", "192.168.10.77")])
def test_a_conflict_waits_for_a_choice_and_changes_nothing_until_then(draft, ann, choice, address):
    take(node_report(SAVED.replace("192.168.10.2", "192.168.10.77")))
    (conflict,) = rebase(draft, by=ann)
    assert (conflict.interface, conflict.option) == ("vmbr0", "address")
    assert ChangeSet.objects.get().base.number == 1
    assert rebase(draft, by=ann, choices={("vmbr0", "address"): choice}) == ()
    assert f"address {address}\n" in candidate(ChangeSet.objects.get()).text


@pytest.mark.parametrize("choice", ["ours", "theirs"])
def test_an_interface_that_the_file_lost_is_a_conflict_with_its_edit(draft, ann, choice):
    take(node_report("".join(SAVED.partition("auto vmbr0")[:1])))
    conflicts = rebase(draft, by=ann)
    assert {conflict.interface for conflict in conflicts} == {"vmbr0"}
    choices = {(conflict.interface, conflict.option): choice for conflict in conflicts}
    assert rebase(draft, by=ann, choices=choices) == ()
    assert ("192.168.10.9" in candidate(ChangeSet.objects.get()).text) is (choice == "ours")
