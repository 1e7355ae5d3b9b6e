"""The rules: what every finding id means, and which function looks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netadmin.checks.findings import Correction, Finding, Severity

if TYPE_CHECKING:
    from netadmin.checks.survey import Survey


@dataclass(frozen=True, slots=True)
class Rule:
    """One finding id and its paragraph in docs/findings.md: what it is, why it matters, how to mend it.

    `source` names where the rule comes from: a man page's section, kernel documentation, an RFC, or the
    engine's version it was measured on. `severity` is the usual one; a check may soften it.
    """

    id: str
    severity: Severity
    title: str
    what: str
    why: str
    mend: str
    source: str

    def finding(
        self,
        message: str,
        hint: str,
        *,
        file: str = "",
        line: int = 0,
        interface: str = "",
        family: str = "",
        option: str = "",
        correction: Correction | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        return Finding(
            self.id,
            severity or self.severity,
            message,
            hint,
            file,
            line,
            interface,
            family,
            option,
            correction,
        )


Check = Callable[["Survey"], Iterator[Finding]]

RULES: dict[str, Rule] = {}
CHECKS: list[Check] = []


def looks_for(*rules: Rule) -> Callable[[Check], Check]:
    """Register a check together with the rules whose findings it yields."""

    def register(check: Check) -> Check:
        for rule in rules:
            if RULES.setdefault(rule.id, rule) is not rule:
                raise ValueError(f"two rules claim the finding id {rule.id}")
        CHECKS.append(check)
        return check

    return register
