"""A bounded fuzz run over reading, checking and merging."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.target import SEPARATOR, survive
from tests.interfaces.strategies import texts, valid_files

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples"
SECONDS = 15


@pytest.mark.fuzz
def test_no_input_raises_or_takes_more_than_its_length_allows(tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris"):
        fuzz_by_coverage(tmp_path)
    else:  # there is no atheris for this Python
        fuzz_by_examples()


def fuzz_by_coverage(folder: Path) -> None:
    corpus = folder / "corpus"
    corpus.mkdir()
    for sample in SAMPLES.glob("*/interfaces"):
        (corpus / sample.parent.name).write_bytes(sample.read_bytes())
    limits = [f"-max_total_time={SECONDS}", "-timeout=10", "-max_len=4096", f"-artifact_prefix={folder}/"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", *limits, str(corpus)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS * 10,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-5000:]


inputs = st.lists(st.one_of(texts, valid_files()), min_size=1, max_size=3).map(
    lambda parts: SEPARATOR.join(part.encode("utf-8", "surrogatepass") for part in parts)
)


@settings(max_examples=1500, deadline=None)
@given(st.one_of(inputs, st.binary(max_size=2000)))
def fuzz_by_examples(data: bytes) -> None:
    survive(data)


@pytest.mark.fuzz
@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*/interfaces")), ids=lambda path: path.parent.name)
def test_real_files_survive_being_cut_anywhere(sample: Path) -> None:
    data = sample.read_bytes()[:4000]
    for stop in range(0, len(data), 31):
        survive(data[:stop])
