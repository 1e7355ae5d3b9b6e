"""Editing: the change set keeps what differs from its base, and nothing else of the file moves."""

import difflib

import pytest
from django.core.exceptions import PermissionDenied

from netadmin.actions import edit
from netadmin.actions.candidate import candidate, own
from netadmin.actions.errors import Refused, Stale
from netadmin.actions.reports import take
from netadmin.models import AuditEntry, ChangeSet
from tests.actions.conftest import SAVED, node_report


def definition(change_set, name):
    return own(candidate(change_set).definitions)[name]


def changed_lines(old, new):
    return [line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-"]


def edited(change_set, name, option, *values, by):
    before = definition(change_set, name)
    return edit.save_interface(change_set, before, before.with_option(option, values), by=by)


def test_an_edit_changes_the_lines_of_its_option_and_no_other(node, ann):
    draft = edit.open_draft(node, by=ann)
    edited(draft, "vmbr0", "address", "192.168.10.9", by=ann)
    assert changed_lines(SAVED, candidate(draft).text) == ["- address 192.168.10.2", "+ address 192.168.10.9"]


def test_the_candidate_comes_from_the_stored_changes(node, ann):
    draft = edit.open_draft(node, by=ann)
    edited(draft, "vmbr0", "address", "192.168.10.9", by=ann)
    change = draft.changes.get()
    assert (change.interface, change.verb, change.author) == ("vmbr0", "edit", ann)
    assert str(change.definition_before.addresses[0].ip) == "192.168.10.2/24"
    assert str(change.definition_after.addresses[0].ip) == "192.168.10.9/24"


def test_an_edit_back_to_the_base_leaves_no_change(node, ann):
    draft = edit.open_draft(node, by=ann)
    edited(draft, "vmbr0", "address", "192.168.10.9", by=ann)
    edited(draft, "vmbr0", "address", "192.168.10.2", by=ann)
    assert not draft.changes.exists()
    assert candidate(draft).text == SAVED


def test_raw_text_keeps_what_no_definition_says(node, ann):
    draft = edit.open_draft(node, by=ann)
    text = (
        "auto vmbr0\niface vmbr0 inet static\n# the uplink\naddress 192.168.10.2\n"
        "\tnetmask 255.255.255.0\nbridge_ports eth0\n"
    )
    edit.save_text(draft, "vmbr0", text, by=ann)
    assert text in candidate(draft).text
    edited(draft, "eth0", "mtu", "9000", by=ann)
    assert text in candidate(draft).text


def test_the_whole_file_can_be_edited_and_single_changes_dropped_afterwards(node, ann):
    draft = edit.open_draft(node, by=ann)
    text = (
        "# written by hand\n\n"
        + SAVED.replace("bridge_fd 0", "bridge_fd 2")
        + "\nsource-directory interfaces.d\n"
    )
    edit.save_file(draft, text, by=ann)
    assert candidate(draft).text == text
    edit.drop_change(draft, "vmbr0", by=ann)
    assert "bridge_fd 0" in candidate(draft).text


def test_removing_and_adding_interfaces(node, ann):
    draft = edit.open_draft(node, by=ann)
    edit.save_interface(draft, definition(draft, "vmbr0"), None, by=ann)
    assert "vmbr0" not in candidate(draft).text
    added = definition(draft, "eth0").renamed("eth1")
    edit.save_interface(draft, None, added, by=ann)
    assert {change.interface: change.verb for change in draft.changes.all()} == {
        "vmbr0": "remove",
        "eth1": "add",
    }
    with pytest.raises(Refused, match="already"):
        edit.save_interface(draft, None, added, by=ann)


def test_a_rename_is_one_change(node, ann):
    draft = edit.open_draft(node, by=ann)
    before = definition(draft, "vmbr0")
    edit.save_interface(draft, before, before.renamed("vmbr7"), by=ann)
    (change,) = draft.changes.all()
    assert (change.verb, change.interface) == ("rename", "vmbr7")
    assert candidate(draft).text == SAVED.replace("vmbr0", "vmbr7")


def test_two_windows_do_not_overwrite_each_other(node, ann):
    draft = edit.open_draft(node, by=ann)
    seen = draft.version
    edited(draft, "vmbr0", "address", "192.168.10.9", by=ann)
    before = definition(draft, "eth0")
    with pytest.raises(Stale):
        edit.save_interface(draft, before, before.with_option("mtu", ["9000"]), by=ann, version=seen)


def test_each_admin_has_a_draft_of_their_own(node, ann, bob):
    hers, his = edit.open_draft(node, by=ann), edit.open_draft(node, by=bob)
    edited(hers, "vmbr0", "address", "192.168.10.9", by=ann)
    assert hers != his
    assert candidate(his).text == SAVED


def test_whoever_may_not_edit_is_refused(node, account):
    with pytest.raises(PermissionDenied):
        edit.open_draft(node, by=account("guest", "viewer"))


@pytest.mark.parametrize(
    "line",
    [
        "post-up echo hello",
        "pre_up echo hello",
        "alias ${open('/etc/shadow').read()}",
        "source /tmp/more",
    ],
)
def test_what_runs_as_root_needs_its_own_permission(node, bob, line):
    draft = edit.open_draft(node, by=bob)
    with pytest.raises(Refused, match="run as root"):
        edit.save_file(draft, SAVED + line + "\n", by=bob)


def test_a_hook_that_stands_already_may_be_moved_by_anybody(node, ann, bob):
    hooked = SAVED + "post-up echo hello\n"
    take(node_report(hooked))
    draft = edit.open_draft(node, by=bob)
    before = definition(draft, "vmbr0")
    edit.save_interface(draft, before, before.renamed("vmbr7"), by=bob)
    assert "post-up echo hello" in candidate(draft).text


def test_a_discarded_draft_makes_room_for_a_new_one(node, ann):
    draft = edit.open_draft(node, by=ann)
    edit.discard(draft, by=ann)
    assert ChangeSet.objects.get(pk=draft.pk).state == ChangeSet.State.DISCARDED
    assert edit.open_draft(node, by=ann) != draft


def test_every_edit_is_in_the_audit_trail(node, ann):
    draft = edit.open_draft(node, by=ann)
    edited(draft, "vmbr0", "address", "192.168.10.9", by=ann)
    entry = AuditEntry.objects.first()
    assert (entry.actor, entry.act, entry.detail["changes"]) == ("ann", "edited", ["vmbr0"])
