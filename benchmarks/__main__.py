"""`make bench [ONLY=name]`: every benchmark of this folder, each in a process of its own.

A benchmark is a module `bench_*.py` that prints its figures beside their limits and ends with 1 when
one is missed.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(only: list[str]) -> int:
    """The number of benchmarks that missed a limit."""
    missed = []
    for name in sorted(path.stem for path in HERE.glob("bench_*.py")):
        if only and not any(word in name for word in only):
            continue
        print(f"\n== {name.removeprefix('bench_').replace('_', ' ')}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        if subprocess.run(command, cwd=HERE.parent, check=False).returncode:
            missed.append(name)
    print(f"\nlimits missed: {', '.join(missed)}" if missed else "\nevery limit is kept")
    return len(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
