"""Goes through the crash matrix and writes docs/faults.md: `python -m tests.faults [pytest's options]`.

With a choice of tests (-k) the rest of the page stays. What a failing test has gone through is not written.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest

from tests.faults.table import PAGE, documented, from_reports, page


class Writer:
    """Writes the cells of every test as it ends."""

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "call":
            PAGE.write_text(page(documented() | from_reports([report])))


def main() -> int:
    os.environ["NETADMIN_WRITE_FAULTS"] = "1"
    return int(pytest.main(["tests/faults", "-q", *sys.argv[1:]], plugins=[Writer()]))


if __name__ == "__main__":
    sys.exit(main())
