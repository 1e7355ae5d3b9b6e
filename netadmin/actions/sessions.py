"""Sessions: who came in, who was turned away, who left, and who changed their password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest

from netadmin.models.audit import record


@transaction.atomic
def log_in(request: HttpRequest, user: Any, *, address: str) -> None:
    """Begin the user's session; ``address`` is where they come from."""
    login(request, user)
    record("login", user.get_username(), by=user, address=address)


@transaction.atomic
def turn_away(name: str, *, address: str) -> None:
    """Note a login that failed, under the name that was given."""
    record("login refused", name, actor=name[:150] or "nobody", address=address)


@transaction.atomic
def log_out(request: HttpRequest) -> None:
    """End the session, if there is one."""
    if request.user.is_authenticated:
        record("logout", request.user.get_username(), by=request.user)
    logout(request)


@transaction.atomic
def change_password(form: Any) -> None:
    """Save the new password of a valid form of Django's."""
    form.save()
    record("password changed", form.user.get_username(), by=form.user)
