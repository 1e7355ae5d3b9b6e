"""The audit trail is a chain: written with its act, never altered, and a break in it is found."""

import pytest
from django.db import transaction

from netadmin.models import AuditEntry
from netadmin.models.audit import first_broken, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries():
    with transaction.atomic():
        return [record(act, "thing", actor="ann", n=1) for act in ("edit", "stage", "apply")]


def test_each_entry_carries_the_hash_of_the_one_before(entries):
    assert [entry.previous_hash for entry in entries] == ["", entries[0].hash, entries[1].hash]
    assert first_broken() is None


def test_an_entry_cannot_be_saved_again_or_deleted(entries):
    with pytest.raises(TypeError):
        entries[0].save()
    with pytest.raises(TypeError):
        entries[0].delete()


def test_an_altered_entry_is_found(entries):
    AuditEntry.objects.filter(pk=entries[1].pk).update(actor="bob")
    assert first_broken() == entries[1]


def test_a_missing_entry_is_found(entries):
    AuditEntry.objects.filter(pk=entries[1].pk)._raw_delete("default")
    assert first_broken() == entries[2]


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_the_transaction_of_its_act_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        record("edit", "thing", actor="ann")
