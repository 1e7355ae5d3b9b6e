"""The errors of the actions.

Refused
└── Stale      somebody else changed it in the meantime

Django's own PermissionDenied stands for "you may not".
"""


class Refused(Exception):  # noqa: N818 - the word the screens use
    """An action that cannot be done now: what is so, and what to do about it."""

    def __init__(self, message: str, hint: str = "", *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.field = field


class Stale(Refused):
    """What the admin saw is no longer what is stored."""
