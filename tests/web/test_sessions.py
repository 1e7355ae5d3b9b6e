"""Coming in, being turned away, leaving and changing a password leave their entries in the audit trail."""

from django.test import Client
from django.urls import reverse

from netadmin.models import AuditEntry

PASSWORD = "correct horse battery"


def acts() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", "actor"))


def log_in(client: Client, name: str, password: str) -> int:
    return client.post(reverse("login"), {"username": name, "password": password}).status_code


def test_a_login_and_a_logout_are_recorded_with_the_address(client, ann):
    assert log_in(client, "ann", PASSWORD) == 302
    assert client.post(reverse("logout")).status_code == 302
    assert acts()[-2:] == [("login", "ann"), ("logout", "ann")]
    assert AuditEntry.objects.get(act="login").detail["address"] == "127.0.0.1"


def test_a_wrong_password_is_recorded_without_the_password(client, ann):
    assert log_in(client, "ann", "not it") == 200
    entry = AuditEntry.objects.first()
    assert (entry.act, entry.actor) == ("login refused", "ann")
    assert "not it" not in str(entry.detail)


def test_after_five_wrong_passwords_even_the_right_one_waits(client, ann):
    for _ in range(5):
        log_in(client, "ann", "not it")
    assert log_in(client, "ann", PASSWORD) == 429


def test_a_changed_password_ends_the_other_sessions(client, ann):
    other = Client()
    for one in (client, other):
        log_in(one, "ann", PASSWORD)
    new = "another horse battery"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post(reverse("password"), form).status_code == 302
    assert acts()[-1] == ("password changed", "ann")
    assert client.get(reverse("nodes")).status_code == 200
    assert other.get(reverse("nodes")).status_code == 302
