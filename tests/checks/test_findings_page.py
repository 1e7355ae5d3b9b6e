"""docs/findings.md explains every finding, and is the page that the rules make."""

from pathlib import Path

import pytest

from netadmin.checks import RULES, Rule
from netadmin.checks.page import findings_page

PAGE = Path(__file__).parents[2] / "docs" / "findings.md"


def test_the_page_is_the_one_the_rules_make() -> None:
    assert PAGE.read_text(encoding="utf-8") == findings_page(), "run: python manage.py findings_page"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_finding_is_explained_once_with_its_source(rule: Rule) -> None:
    page = findings_page()

    assert page.count(f"### {rule.id}\n") == 1
    for sentence in (rule.what, rule.why, rule.mend, rule.source):
        assert len(sentence) > 10
        assert sentence in page
