"""Who may do what: every action asks here, whatever the screen has shown."""

from typing import Any

from django.core.exceptions import PermissionDenied

EDIT = "netadmin.change_changeset"
STAGE = "netadmin.stage_node"
APPLY = "netadmin.apply_node"
REBOOT = "netadmin.reboot_node"
CONFIGURE = "netadmin.change_node"
WRITE_ROOT = "netadmin.write_root"


def require(user: Any, permission: str) -> None:
    """Raises PermissionDenied unless the user is active and has the permission."""
    if not user.has_perm(permission):
        raise PermissionDenied(f"{user} lacks the permission {permission}")
