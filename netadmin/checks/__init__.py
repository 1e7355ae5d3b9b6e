"""Findings about a set of definitions: what the engine or the kernel will not do as the text says."""

from netadmin.checks.findings import Context, Correction, Finding, Severity, to_json
from netadmin.checks.registry import RULES, Rule
from netadmin.checks.run import check

__all__ = ["RULES", "Context", "Correction", "Finding", "Rule", "Severity", "check", "to_json"]
