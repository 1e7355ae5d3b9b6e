"""The page that explains every finding, made from the rules."""

from __future__ import annotations

from netadmin.checks.registry import CHECKS, Rule
from netadmin.checks.run import SUBJECTS
from netadmin.interfaces import Dialect

_HEAD = """# Findings

What `netadmin` says about an interfaces(5) file before a kernel sees it. Each finding has an id that does not
change, and a usual severity: an **error** will not work as written, a **warning** may do something else than
is meant, a **hint** could be better. A check may say it softer or sharper where the file around it gives reason.

Made from the rules in `netadmin/checks` by `python manage.py findings_page`.
"""
_ENGINES = {Dialect.IFUPDOWN2: "ifupdown2", Dialect.IFUPDOWN: "classic ifupdown"}


def findings_page() -> str:
    """The whole page as Markdown, one section per subject, one paragraph per finding."""
    return "\n".join([_HEAD, *(_section(name, title, rules) for name, title, rules in _subjects())])


def _subjects() -> list[tuple[str, str, list[Rule]]]:
    found = []
    for module in SUBJECTS:
        title = (module.__doc__ or "").strip().splitlines()[0]
        rules = [rule for each in CHECKS if each.check.__module__ == module.__name__ for rule in each.rules]
        found.append((module.__name__.rpartition(".")[2], title, rules))
    return found


def _section(name: str, title: str, rules: list[Rule]) -> str:
    return "\n".join([f"## {name.capitalize()}\n", f"{title}\n", *map(_paragraph, rules)])


def _paragraph(rule: Rule) -> str:
    only = ""
    if len(rule.dialects) == 1:
        only = f", {_ENGINES[rule.dialects[0]]} only"
    return (
        f"### {rule.id}\n\n*{rule.severity}{only}*\n\n"
        f"{rule.what} {rule.why}\n\n**Mend:** {rule.mend}\n\n*Source: {rule.source}.*\n"
    )
