"""Files as they stand on real nodes: what they mean, and what an edit of one option leaves alone.

A new case is a new folder in tests/samples: `interfaces` (and what it sources), `sample.json` with the edit
to make, `definitions.json` with the meaning expected.
"""

import json

import pytest

from netadmin.definitions import definitions, from_json, to_json
from netadmin.interfaces import render
from tests.definitions.meaning import meaning
from tests.definitions.samples import SAMPLES, Sample

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)


@each_sample
def test_a_sample_comes_back_byte_for_byte(sample: Sample) -> None:
    assert render(sample.document).encode("utf-8", "surrogateescape") == sample.path.read_bytes()


@each_sample
def test_a_sample_means_what_is_written_beside_it(sample: Sample) -> None:
    found = definitions(sample.document, sourced=sample.sourced)

    said = {"definitions": {name: meaning(definition) for name, definition in found.items()}}
    if found.sourced:
        said["sourced"] = {f"{each.file} {each.name}": meaning(each) for each in found.sourced}

    assert json.loads(json.dumps(said)) == sample.expected


@each_sample
def test_the_written_form_survives_json(sample: Sample) -> None:
    for definition in definitions(sample.document).values():
        again = from_json(json.loads(json.dumps(to_json(definition))), dialect=sample.dialect)
        assert again == definition
        assert again.kind == definition.kind
