"""The first minute: what `make run` says when the machine is not what it needs."""

import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
BOOTSTRAP = CHECKOUT / "deploy/bootstrap.py"
NEEDED = "hashlib, importlib.util, pathlib, shutil, subprocess"  # imported while the user may still read them


def bootstrap(
    before: str, *, purpose: str = "run", file: Path = BOOTSTRAP
) -> subprocess.CompletedProcess[str]:
    """Runs the bootstrap after the statements `before`, which make the process what the case needs."""
    script = (
        f"import os, sys\nsource = open({str(file)!r}).read()\nsys.argv[1:] = [{purpose!r}]\n{before}\n"
        f"exec(compile(source, {str(file)!r}, 'exec'), {{'__name__': '__main__', '__file__': {str(file)!r}}})"
    )
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)


def test_an_unsupported_python_is_named_with_those_that_are():
    done = bootstrap("sys.version_info = (3, 9, 2)")

    assert done.returncode == 1
    assert "This is Python 3.9.2; netadmin needs 3.11 or newer" in done.stderr


def test_an_older_python_can_read_the_file_to_say_so():
    compile(BOOTSTRAP.read_text(), str(BOOTSTRAP), "exec", flags=0, dont_inherit=True)
    import ast

    ast.parse(BOOTSTRAP.read_text(), feature_version=(3, 9))


def test_without_root_the_exact_apt_line_is_printed_and_nothing_is_done():
    done = bootstrap(f"import {NEEDED}; os.setuid(65534)", purpose="test")

    assert done.returncode == 1
    assert "You are not root" in done.stderr
    assert "apt-get install --no-install-recommends python3-venv chromium fonts-dejavu-core" in done.stderr


def test_a_machine_without_apt_is_told_that_debian_is_needed():
    done = bootstrap("import shutil; shutil.which = lambda name, path=None: None")

    assert done.returncode == 1
    assert "This machine has no apt-get" in done.stderr
    assert "Debian 12 or 13" in done.stderr


def test_a_full_disk_is_said_before_anything_is_written(tmp_path):
    """On a file system of two megabytes, in a mount namespace of its own."""
    script = (
        f"mount -t tmpfs -o size=2m small {tmp_path} && mkdir {tmp_path}/deploy"
        f" && cp {BOOTSTRAP} {tmp_path}/deploy && cp {CHECKOUT}/requirements*.txt {tmp_path}"
        f" && {sys.executable} {tmp_path}/deploy/bootstrap.py run; code=$?; ls {tmp_path}; exit $code"
    )
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "The disk is full" in done.stderr
    assert ".venv" not in done.stdout


def test_the_environment_is_made_once(tmp_path):
    """With the stamp of an environment that is current, nothing is done and nothing is said."""
    (tmp_path / "deploy").mkdir()
    shutil.copy(BOOTSTRAP, tmp_path / "deploy")
    for name in ("requirements.txt", "requirements-dev.txt"):
        shutil.copy(CHECKOUT / name, tmp_path)
    (tmp_path / ".venv").mkdir()
    file = tmp_path / "deploy/bootstrap.py"
    make_stamp = (
        "import importlib.util as u; s = u.spec_from_file_location('b', sys.argv[2]); b = u.module_from_spec(s);"
        "s.loader.exec_module(b); (b.VENV / 'requirements.txt.installed').write_text(b._stamp('requirements.txt'))"
    )
    subprocess.run([sys.executable, "-c", f"import sys; {make_stamp}", "", file], check=True)

    done = bootstrap("", file=file)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
