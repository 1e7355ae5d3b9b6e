"""Every finding fires where it should, says where, and stays silent in the near miss beside it."""

import pytest

from netadmin.checks import RULES
from netadmin.interfaces import Dialect, render
from tests.checks.cases import CASES, FOLDER, Case


def named(case: Case) -> str:
    return f"{case.id}-{case.kind}-{case.number}"


FIRES = [case for case in CASES if case.kind == "fires"]
SILENT = [case for case in CASES if case.kind == "silent"]


@pytest.mark.parametrize("case", FIRES, ids=named)
def test_a_finding_fires_and_says_where(case: Case) -> None:
    found = case.findings()

    assert found, "it does not fire"
    first = found[0]
    assert first.file == "interfaces"
    assert first.line == int(case.said["line"])
    assert {name: str(getattr(first, name)) for name in case.expected} == case.expected


@pytest.mark.parametrize("case", SILENT, ids=named)
def test_a_finding_stays_silent_in_the_near_miss(case: Case) -> None:
    assert case.findings() == []


@pytest.mark.parametrize("case", FIRES, ids=named)
def test_a_correction_mends_what_it_was_offered_for(case: Case) -> None:
    correction = case.findings()[0].correction
    if correction is None:
        assert case.text_corrected is None, "the correction that the case expects is not offered"
        return

    corrected = correction.edit(case.document)

    assert render(corrected) == case.text_corrected


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_every_case_belongs_to_a_finding(path) -> None:
    assert path.stem in RULES


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_finding_has_a_case_and_a_near_miss_in_an_engine_it_is_about(rule) -> None:
    kinds = {case.kind for case in CASES if case.id == rule.id}
    assert kinds == {"fires", "silent"}
    engines = {Dialect(case.said.get("engine", "ifupdown2")) for case in FIRES if case.id == rule.id}
    assert engines <= set(rule.dialects)
