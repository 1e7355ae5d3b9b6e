"""From a fresh Debian to a virtual environment in .venv, with nothing installed on the system itself.

    python3 deploy/bootstrap.py run|test

Runs on the machine's own Python with the standard library alone. Where Debian keeps a part of Python in a
package of its own (python3-venv), that package is fetched and unpacked below the data folder, not installed.
"""

# Older Pythons read this file to say which one is needed: it keeps to the syntax of 3.9.
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
VENV = CHECKOUT / ".venv"
OLDEST = (3, 11)
PURPOSES = {
    # purpose: requirements, free space it needs in MB, Debian packages that are fetched for it
    "lint": ("requirements-dev.txt", 700, "python3-venv"),
    "run": ("requirements.txt", 400, "python3-venv"),
    "test": ("requirements-dev.txt", 1800, "python3-venv chromium fonts-dejavu-core"),
}
PROGRAMS = ("apt-get", "dpkg-deb", "tar", "unshare", "nsenter", "setpriv", "mount", "pivot_root")


def main() -> int:
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        return _refuse(
            f"This is Python {found}; netadmin needs 3.11 or newer.",
            "Debian 12 has 3.11, Debian 13 has 3.13: run it there, or name another one: make run PYTHON=python3.13",
        )
    purpose = sys.argv[1] if len(sys.argv) == 2 else ""
    if purpose not in PURPOSES:
        return _refuse("Which environment?", "python3 deploy/bootstrap.py " + "|".join(PURPOSES))
    requirements, space, packages = PURPOSES[purpose]
    missing = [name for name in PROGRAMS if not shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")]
    if missing:
        return _refuse(
            "This machine has no {}.".format(", ".join(missing)),
            "netadmin needs Debian 12 or 13, where they are part of every installation.",
        )
    if purpose != "lint" and os.geteuid() != 0:
        return _refuse(
            "You are not root, and the sandbox's network namespaces need root. Nothing has been changed.",
            f"Run it as root (`sudo make {purpose}`): nothing is installed on the system then, what is missing is\n"
            "  unpacked below var/. To have it from Debian instead:\n\n"
            f"    apt-get install --no-install-recommends {packages}\n",
        )
    if _current(requirements):
        return 0
    free = shutil.disk_usage(str(CHECKOUT)).free // 2**20
    if free < space:
        return _refuse(
            f"The disk is full: {free} MB are free at {CHECKOUT}, and about {space} MB are needed.",
            "Make room, or move the checkout to a larger disk.",
        )
    return _make_environment(requirements)


def _refuse(what: str, next_step: str) -> int:
    print(f"\nnetadmin: {what}\n  {next_step}", file=sys.stderr)
    return 1


def _current(requirements: str) -> bool:
    stamp = VENV / f"{requirements}.installed"
    return stamp.exists() and stamp.read_text() == _stamp(requirements)


def _stamp(requirements: str) -> str:
    """What the environment was made from: another Python or another pin makes it anew."""
    content = (CHECKOUT / requirements).read_bytes() + (CHECKOUT / "requirements.txt").read_bytes()
    return f"{sys.version_info[:3]} {CHECKOUT} {hashlib.sha256(content).hexdigest()}\n"


def _make_environment(requirements: str) -> int:
    if not _matches_python():
        print(f"netadmin: making the Python environment in {VENV}", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", VENV], check=True)
    try:
        pip = _pip()
    except OSError as error:
        return _refuse(f"The Python environment cannot be made: {error}", "Check the disk's free space.")
    except RuntimeError as error:
        return _refuse(str(error), "Then try again: what has been fetched is kept.")
    print(f"netadmin: installing what {requirements} pins", flush=True)
    code = _install(pip, requirements)
    if code == 0:
        (VENV / f"{requirements}.installed").write_text(_stamp(requirements))
    return code


def _matches_python() -> bool:
    """Whether .venv runs, in this place, on the Python that is asked for."""
    version = "import sys; print(sys.version_info[:3], sys.prefix)"
    try:
        found = subprocess.run(
            [VENV / "bin/python", "-c", version], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return found.stdout.strip() == f"{sys.version_info[:3]} {VENV}"


def _pip() -> Path:
    """A pip that can be run from its own archive; the environment gets none that could go stale.

    Debian's python3 has no ensurepip: it lies in python3-venv, its pip in python3-pip-whl.
    Raises RuntimeError when that package is not to be had.
    """
    if spec := importlib.util.find_spec("ensurepip"):
        bundled = Path(spec.origin or "").parent / "_bundled"
        if wheels := sorted(bundled.glob("pip-*.whl")):
            return wheels[-1]
    if wheels := sorted(Path("/usr/share/python-wheels").glob("pip-*.whl")):
        return wheels[-1]
    sys.path.insert(0, str(CHECKOUT))
    from netadmin.sandbox.errors import SandboxError
    from netadmin.sandbox.packages import unpacked

    print("netadmin: fetching python3-pip-whl", flush=True)
    try:
        root = unpacked("python3-pip-whl")
    except SandboxError as error:
        raise RuntimeError(str(error)) from error
    return sorted((root / "usr/share/python-wheels").glob("pip-*.whl"))[-1]


def _install(pip: Path, requirements: str) -> int:
    """Runs pip, showing one line per package as it comes; on failure, what pip said last."""
    command = [VENV / "bin/python", pip / "pip", "install", "--no-input", "-r", requirements]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    said: list[str] = []
    with subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as install:
        for line in install.stdout or ():
            said.append(line.rstrip())
            if line.startswith("Collecting"):
                print(f"  {line.split()[1]}", flush=True)
            elif line.startswith("Installing collected"):
                print("  unpacking", flush=True)
    if install.returncode:
        print("\n".join(said[-15:]), file=sys.stderr)
        full = any("No space left" in line for line in said)
        return _refuse(
            "The Python packages could not be installed.",
            "The disk is full: make room, then try again."
            if full
            else "Check the network and pip's configuration, then try again: what has been fetched is kept.",
        )
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)  # as the shell names an end by Ctrl-C; what has been fetched is kept
