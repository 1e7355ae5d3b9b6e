"""The node's worker as `python -m netadmin.node worker` runs it, but that it stands still where a test wants it to.

The test writes the name of a step into /var/tmp/stand-still-at. At that step the worker takes the file's name for
a sign, /var/tmp/stands-still, and goes on when the test has removed it.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from netadmin.node.config import Node
from netadmin.node.worker import run

FOLDER = Path("/var/tmp")  # noqa: S108 -- the sandbox node's own, which the test can reach
WANTED, REACHED = "stand-still-at", "stands-still"


def main() -> None:
    run(replace(Node.from_environment(), observe=stand_still))


def stand_still(step: str) -> None:
    wanted, reached = FOLDER / WANTED, FOLDER / REACHED
    if wanted.exists() and wanted.read_text() == step:
        wanted.rename(reached)
        while reached.exists():
            time.sleep(0.005)


if __name__ == "__main__":
    main()
