"""Accounts: who may log in, and in which roles."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from netadmin.actions.errors import Refused
from netadmin.models.audit import record

ROLES: dict[str, tuple[str, ...]] = {
    "viewer": ("view_node", "view_revision", "view_changeset", "view_transaction"),
    "editor": ("change_changeset", "stage_node"),
    "operator": ("apply_node", "reboot_node"),
    "root writer": ("write_root",),
    "administrator": ("add_node", "change_node", "view_auditentry", "verify_audit"),
}
CONSOLE = "console"


@transaction.atomic
def add_account(
    name: str, *, roles: tuple[str, ...], actor: str = CONSOLE, password: str = ""
) -> tuple[Any, str]:
    """A new account in the roles, every one of them where "all" is among them, and its password.

    A password is made where none is given. Raises Refused for a name that is taken or an unknown role.
    """
    users = get_user_model()
    if users.objects.filter(username=name).exists():
        raise Refused(f"There is an account {name} already.", "Choose another name, or set its password.")
    password = password or secrets.token_urlsafe(15)
    user = users.objects.create_user(name, password=password)
    set_roles(user, roles, actor=actor)
    record("account added", name, actor=actor, roles=list(roles))
    return user, password


@transaction.atomic
def set_roles(user: Any, roles: tuple[str, ...], *, actor: str = CONSOLE) -> None:
    """Give the account exactly these roles. Raises Refused for an unknown one."""
    wanted = tuple(ROLES) if "all" in roles else roles
    unknown = [role for role in wanted if role not in ROLES]
    if unknown:
        raise Refused(f"There is no role {unknown[0]}.", f"The roles are {', '.join(ROLES)}, and all.")
    user.groups.set(Group.objects.filter(name__in=wanted))
    record("roles set", user.get_username(), actor=actor, roles=list(wanted))


@transaction.atomic
def set_password(user: Any, password: str = "", *, actor: str = CONSOLE) -> str:
    """Set the account's password, a made one where none is given; returns it."""
    password = password or secrets.token_urlsafe(15)
    user.set_password(password)
    user.save()
    record("password set", user.get_username(), actor=actor)
    return password


@transaction.atomic
def set_active(user: Any, active: bool, *, actor: str = CONSOLE) -> None:
    """Lock or unlock the account; a locked one cannot log in and its sessions end."""
    user.is_active = active
    user.save()
    record("account unlocked" if active else "account locked", user.get_username(), actor=actor)
