"""The rules: what every finding id means, where it comes from, and which function looks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from netadmin.checks.findings import Correction, Finding, Severity
from netadmin.checks.survey import Survey, Use
from netadmin.definitions import Definition, Part
from netadmin.interfaces import Dialect

BOTH = (Dialect.IFUPDOWN2, Dialect.IFUPDOWN)
IFUPDOWN2 = (Dialect.IFUPDOWN2,)
IFUPDOWN = (Dialect.IFUPDOWN,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One finding id and its paragraph in docs/findings.md.

    `source` names where the rule comes from: a man page's section, kernel documentation, an RFC, or the
    engine's version it was measured on. `severity` is the usual one; a check may soften or sharpen it.
    `dialects` are the engines it is about.
    """

    id: str
    severity: Severity
    what: str
    why: str
    mend: str
    source: str
    dialects: tuple[Dialect, ...] = BOTH

    def at(
        self,
        use: Use,
        message: str,
        hint: str,
        *,
        correction: Correction | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """A finding about one option line."""
        return Finding(
            self.id,
            severity or self.severity,
            message,
            hint,
            use.definition.file,
            use.line,
            use.definition.name,
            use.part.family,
            use.key,
            correction,
        )

    def on(
        self,
        definition: Definition,
        message: str,
        hint: str,
        *,
        part: Part | None = None,
        correction: Correction | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """A finding about one interface, or about one stanza of it."""
        return Finding(
            self.id,
            severity or self.severity,
            message,
            hint,
            definition.file,
            part.line if part else definition.line,
            definition.name,
            part.family if part else "",
            "",
            correction,
        )

    def in_text(
        self,
        file: str,
        line: int,
        message: str,
        hint: str,
        *,
        correction: Correction | None = None,
        severity: Severity | None = None,
        interface: str = "",
        family: str = "",
        option: str = "",
    ) -> Finding:
        """A finding about a line of text, whatever stands on it; line 0 is the whole file."""
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


Check = Callable[[Survey], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Registered:
    """A check with the rules whose findings it yields."""

    check: Check
    rules: tuple[Rule, ...]

    def concerns(self, dialect: Dialect) -> bool:
        return any(dialect in rule.dialects for rule in self.rules)


RULES: dict[str, Rule] = {}
CHECKS: list[Registered] = []


def looks_for(*rules: Rule) -> Callable[[Check], Check]:
    """Register a check together with its rules."""

    def register(check: Check) -> Check:
        for rule in rules:
            if RULES.setdefault(rule.id, rule) is not rule:
                raise ValueError(f"two rules claim the finding id {rule.id}")
        CHECKS.append(Registered(check, rules))
        return check

    return register
