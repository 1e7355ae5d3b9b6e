"""Files as they stand on real nodes: what is found in them, and nothing else.

The findings expected stand in `findings.json` of the sample's folder.
"""

import json

import pytest

from netadmin.checks import Finding, Severity, check
from netadmin.definitions import definitions
from tests.definitions.samples import SAMPLES, Sample

# What is broken on purpose; every other sample is a file that works.
BROKEN = {"seed-bond-as-port", "unknown-options", "latin1-comment", "engine-traps"}


def found_in(sample: Sample) -> list[Finding]:
    return list(check(definitions(sample.document, sourced=sample.sourced)))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_has_the_findings_written_beside_it(sample: Sample) -> None:
    said = [
        {
            "id": finding.id,
            "severity": str(finding.severity),
            "file": finding.file,
            "line": finding.line,
            "interface": finding.interface,
            "family": finding.family,
            "option": finding.option,
        }
        for finding in found_in(sample)
    ]
    assert said == json.loads((sample.folder / "findings.json").read_text())


@pytest.mark.parametrize(
    "sample", [sample for sample in SAMPLES if sample.name not in BROKEN], ids=lambda sample: sample.name
)
def test_a_file_that_works_has_no_error(sample: Sample) -> None:
    assert [finding for finding in found_in(sample) if finding.severity is Severity.ERROR] == []
