"""Findings about a set of definitions: what the engine or the kernel will not do as the text says."""

from netadmin.checks.findings import Context, Correction, Finding, Severity, to_json

__all__ = ["Context", "Correction", "Finding", "Severity", "to_json"]
