"""`manage.py interfaces`, as it is used in a pipeline: no database is touched."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[2]

TEXT = b"""\
# B\xfcro
auto eth0.50
iface eth0.50 inet static
    address 192.0.2.1/24
    mtu   1500

iface eth0 inet maunal
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "interfaces"
    path.write_bytes(TEXT)
    path.chmod(0o640)
    return path


def run(*arguments: object) -> int:
    """The exit code of the command."""
    try:
        call_command("interfaces", *map(str, arguments))
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def test_lint_names_place_finding_and_mend_and_exits_with_1_for_errors(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("lint", file) == 1
    out = capsys.readouterr().out
    assert f"{file}:1: error: " in out
    assert "[text.not-utf8]" in out
    assert f"{file}:7: error: " in out


def test_lint_is_content_with_a_good_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet dhcp\n"
    (tmp_path / "good").write_text(text)
    assert run("lint", tmp_path / "good") == 0
    assert capsys.readouterr().out == ""


def test_lint_in_json_holds_every_field_of_every_finding(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("lint", file, file, "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)
    mistyped = [finding for finding in found if finding["interface"] == "eth0" and finding["line"] == 7]
    assert {finding["severity"] for finding in mistyped} == {"error"}
    assert [finding["file"] for finding in mistyped] == [str(file)] * 2


def test_lint_for_github_is_one_escaped_line_a_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a,b"
    path.write_text("iface eth0 inet maunal\n")
    assert run("lint", path, "--format", "github") == 1
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "maunal" in line]
    assert line.startswith(f"::error file={tmp_path}/a%2Cb,line=1,title=")


def test_lint_follows_sourced_files_below_a_root(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "etc/network"
    folder.mkdir(parents=True)
    (folder / "interfaces").write_text("source /etc/network/more\n")
    (folder / "more").write_text("iface eth0 inet manual\n\tadress 192.0.2.1/24\n")
    assert run("lint", folder / "interfaces") == 0
    capsys.readouterr()
    assert run("lint", folder / "interfaces", "--root", tmp_path) == 1
    assert "/etc/network/more:2: error: " in capsys.readouterr().out


def test_lint_reads_as_the_engine_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("iface eth0\n\taddress 192.0.2.1/24\n")
    assert run("lint", tmp_path / "file") == 0
    assert run("lint", tmp_path / "file", "--engine", "ifupdown") == 1


def test_show_lists_definitions_and_escapes_what_is_not_utf8(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("show", file) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:2] == ["INTERFACE", "KIND"]
    assert lines[1].split() == ["eth0.50", "vlan", "static", "192.0.2.1/24", "eth0", "auto", "B\\udcfcro"]
    run("show", file, "--format", "json")
    assert [one["name"] for one in json.loads(capsys.readouterr().out)] == ["eth0.50", "eth0"]


def test_set_changes_its_lines_and_keeps_every_other_byte_and_the_mode(file: Path) -> None:
    assert run("set", file, "eth0.50.mtu=9000", "eth0.method=manual", "eth0.mtu=1500") == 0
    assert file.read_bytes() == TEXT.replace(b"1500", b"9000").replace(b"maunal\n", b"manual\n    mtu 1500\n")
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in file.parent.iterdir()] == ["interfaces"]


def test_set_with_an_empty_value_removes_the_option(file: Path) -> None:
    assert run("set", file, "eth0.50.mtu=") == 0
    assert file.read_bytes() == TEXT.replace(b"    mtu   1500\n", b"")


@pytest.mark.parametrize(
    "assignment", ["eth0", "eth0.mtu", "nope.mtu=1", "eth0.mtu=1\n up x", "eth0.iface=x"]
)
def test_set_refuses_what_it_cannot_do_and_leaves_the_file(file: Path, assignment: str) -> None:
    with pytest.raises(CommandError) as refused:
        run("set", file, "eth0.50.mtu=9000", assignment)
    assert refused.value.returncode == 2
    assert file.read_bytes() == TEXT


def test_set_follows_a_link_to_the_file(file: Path) -> None:
    link = file.with_name("link")
    link.symlink_to(file.name)
    assert run("set", link, "eth0.50.mtu=9000") == 0
    assert link.is_symlink()
    assert b"9000" in file.read_bytes()


def test_diff_tells_options_and_exits_with_1_when_files_differ(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = file.with_name("other")
    other.write_bytes(TEXT.replace(b"1500", b"9000"))
    assert run("diff", file, file) == 0
    assert run("diff", file, other) == 1
    assert capsys.readouterr().out == "- eth0.50 inet mtu: 1500\n+ eth0.50 inet mtu: 9000\n"
    run("diff", file, other, "--format", "json")
    assert [change["new"] for change in json.loads(capsys.readouterr().out)] == ["9000"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run("lint", tmp_path / "none")


def test_set_is_a_filter_for_standard_input_and_needs_no_database() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "interfaces", "set", "-", "eth0.50.mtu=9000"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "sqlite:////nowhere/database"},
        input=TEXT,
        capture_output=True,
        check=True,
    )
    assert done.stdout == TEXT.replace(b"1500", b"9000")
