"""``manage.py account``: add, list, lock and unlock accounts, set roles and passwords."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from netadmin.actions import accounts
from netadmin.actions.errors import Refused


class Command(BaseCommand):
    """Accounts at the console of the centre."""

    help = f"Accounts and their roles: {', '.join(accounts.ROLES)}, or all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One subcommand per verb."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list")
        for verb in ("add", "roles"):
            named = verbs.add_parser(verb)
            named.add_argument("name")
            named.add_argument("--role", action="append", default=[], dest="roles")
        for verb in ("password", "lock", "unlock"):
            verbs.add_parser(verb).add_argument("name")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Carry the verb out; a made password is printed once and stored nowhere."""
        try:
            getattr(self, f"_{verb}")(**options)
        except Refused as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}") from refusal

    def _list(self, **options: Any) -> None:
        for user in get_user_model().objects.order_by("username"):
            roles = ", ".join(user.groups.values_list("name", flat=True)) or "no role"
            self.stdout.write(f"{user.username}\t{roles}\t{'active' if user.is_active else 'locked'}")

    def _add(self, *, name: str, roles: list[str], **options: Any) -> None:
        _, password = accounts.add_account(name, roles=tuple(roles or ["viewer"]))
        self.stdout.write(f"password of {name}: {password}")

    def _roles(self, *, name: str, roles: list[str], **options: Any) -> None:
        accounts.set_roles(_user(name), tuple(roles))

    def _password(self, *, name: str, **options: Any) -> None:
        self.stdout.write(f"password of {name}: {accounts.set_password(_user(name))}")

    def _lock(self, *, name: str, **options: Any) -> None:
        accounts.set_active(_user(name), False)

    def _unlock(self, *, name: str, **options: Any) -> None:
        accounts.set_active(_user(name), True)


def _user(name: str) -> Any:
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is no account {name}. List them with: manage.py account list")
    return user
