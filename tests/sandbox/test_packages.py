"""Packages are fetched and unpacked beside the system, and the system is not changed."""

import subprocess
from pathlib import Path

import pytest

from netadmin.sandbox import packages
from netadmin.sandbox.errors import PackagesError


def test_the_engine_lies_unpacked_and_is_not_installed():
    before = packages.DPKG_STATUS.read_bytes()

    root = packages.unpacked(*packages.ENGINE_PACKAGES["ifupdown2"])

    assert packages.program(root, "ifreload").is_file()
    assert packages.program(root, "dhclient").is_file()
    assert (root / "etc/network/ifupdown2/addons.conf").is_file()
    assert packages.DPKG_STATUS.read_bytes() == before


def test_both_engines_are_to_be_had_though_each_brings_its_own_ifup():
    new = packages.unpacked(*packages.ENGINE_PACKAGES["ifupdown2"])
    classic = packages.unpacked(*packages.ENGINE_PACKAGES["ifupdown"])

    assert new != classic
    assert packages.program(new, "ifup").read_bytes() != packages.program(classic, "ifup").read_bytes()


def test_a_layer_keeps_the_links_of_a_merged_usr():
    root = packages.unpacked(*packages.ENGINE_PACKAGES["ifupdown2"])

    assert (root / "sbin").is_symlink() == Path("/sbin").is_symlink()


def test_a_program_finds_the_libraries_that_were_unpacked_with_it():
    root = packages.unpacked("redis-server")

    done = subprocess.run(
        [packages.program(root, "redis-server"), "--version"],
        env=packages.environment(root),
        capture_output=True,
        text=True,
        check=True,
    )

    assert "Redis server v=" in done.stdout


def test_an_unknown_package_is_named_with_what_apt_says(tmp_path):
    apt = packages._Apt(tmp_path)
    apt.archives.mkdir()

    found = apt._simulate(("no-such-package-anywhere",))

    assert found == []
    assert "no-such-package-anywhere" in apt.complaint


def test_a_missing_program_is_named_with_the_folder(tmp_path):
    with pytest.raises(PackagesError, match="hold no program ifreload"):
        packages.program(tmp_path, "ifreload")


def test_a_cache_that_cannot_be_made_says_which_variable_to_set(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(PackagesError, match="NETADMIN_CACHE"):
        packages.unpacked("ifupdown2", cache=tmp_path / "file" / "cache")
