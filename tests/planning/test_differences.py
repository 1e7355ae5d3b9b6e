"""The unified difference is that of diff -u, to the byte."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netadmin.planning.differences import unified


def test_equal_texts_have_no_difference():
    assert unified("auto lo\n", "auto lo\n") == ""


def test_a_changed_line_is_shown_with_its_neighbours():
    old = "auto eth0\niface eth0 inet static\n\taddress 192.0.2.2/24\n"
    assert unified(old, old.replace(".2/", ".3/")) == (
        "--- interfaces\n"
        "+++ interfaces.new\n"
        "@@ -1,3 +1,3 @@\n"
        " auto eth0\n"
        " iface eth0 inet static\n"
        "-\taddress 192.0.2.2/24\n"
        "+\taddress 192.0.2.3/24\n"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a", "a\n"),
        ("a\n", "a"),
        ("a\r\n", "a\n"),
        ("a\fb\n", "a\fc\n"),
        ("", "a\n"),
        ("a\n", ""),
        ("x", "y"),
    ],
)
def test_line_ends_and_a_missing_last_one_are_seen_as_diff_sees_them(old, new, tmp_path):
    assert unified(old, new) == _diff(old, new, tmp_path)


@settings(max_examples=50, deadline=None)
@given(
    old=st.lists(st.sampled_from("abc"), max_size=8).map("\n".join),
    new=st.lists(st.sampled_from("abc"), max_size=8).map("\n".join),
)
def test_applied_to_the_old_text_it_makes_the_new_one(old, new, tmp_path_factory):
    folder = tmp_path_factory.mktemp("patch")
    file = folder / "interfaces"
    file.write_text(old)
    difference = unified(old, new, new_name="interfaces")
    if difference:
        subprocess.run(["git", "apply", "-p0"], input=difference, text=True, check=True, cwd=folder)
    assert file.read_text() == new


def _diff(old, new, folder):
    for name, text in (("old", old), ("new", new)):
        (folder / name).write_bytes(text.encode())
    command = [
        "diff",
        "-u",
        "--label",
        "interfaces",
        "--label",
        "interfaces.new",
        folder / "old",
        folder / "new",
    ]
    return subprocess.run(command, capture_output=True, check=False).stdout.decode()
