"""What `make test` says at its end: how many tests ran on which rig, and which rig did not run, and why."""

from __future__ import annotations

from collections import Counter

import pytest

# A rig is told by the fixtures that build it; a test may stand on several.
RIGS = {
    "namespace sandbox, real engine": {"make_sandbox", "nodes"},
    "user-mode Linux guest": {"guest_packages"},
    "the product, as make run starts it": {"product", "lasting_product"},
    "Redis": {"redis_server", "nodes"},
    "Chromium": {"page", "browser", "context"},
}
PROPERTY = "rig"


def note_rigs(items: list[pytest.Item]) -> None:
    """Write on each test the rigs it stands on; the note travels with its report."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        rigs = [rig for rig, builders in RIGS.items() if fixtures & builders] or ["none: values alone"]
        item.user_properties += [(PROPERTY, rig) for rig in rigs]


def say_rigs(terminal: pytest.TerminalReporter) -> None:
    """A line per rig: tests that passed, that failed, that were skipped and why."""
    passed, failed, skipped = Counter[str](), Counter[str](), Counter[str]()
    for outcome, count in (("passed", passed), ("failed", failed), ("error", failed), ("skipped", skipped)):
        for report in terminal.stats.get(outcome, []):
            properties = getattr(report, "user_properties", ())  # a file that does not import has none
            count.update(value for name, value in properties if name == PROPERTY)
    terminal.section("rigs")
    for rig in (*RIGS, "none: values alone"):
        said = f"{passed[rig]} passed"
        said += f", {failed[rig]} FAILED" if failed[rig] else ""
        said += f", {skipped[rig]} skipped" if skipped[rig] else ""
        terminal.line(f"{rig:35} {said if passed[rig] + failed[rig] + skipped[rig] else 'not run'}")
    for report in terminal.stats.get("skipped", []):
        terminal.line(f"skipped: {report.nodeid}: {report.longrepr[2]}")
