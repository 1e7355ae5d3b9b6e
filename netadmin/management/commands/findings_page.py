"""`manage.py findings_page`: write docs/findings.md from the rules of the checks."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from netadmin.checks.page import findings_page


class Command(BaseCommand):
    help = "Write docs/findings.md, the page that explains every finding."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        page = Path(settings.BASE_DIR) / "docs" / "findings.md"
        page.parent.mkdir(exist_ok=True)
        page.write_text(findings_page(), encoding="utf-8")
        self.stdout.write(f"wrote {page}")
