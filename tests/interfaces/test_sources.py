"""Files that a file sources: found and ordered as the engines do it."""

from pathlib import Path

import pytest

from netadmin.interfaces import Dialect, read_tree, render

IF2, CLASSIC = Dialect.IFUPDOWN2, Dialect.IFUPDOWN


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """`/etc/network` below the root at tmp_path."""
    folder = tmp_path / "etc/network"
    (folder / "interfaces.d").mkdir(parents=True)
    for name in ("b", "a", "c.cfg"):
        (folder / "interfaces.d" / name).write_text(f"iface {name[0]} inet manual\n")
    return folder


def write(network: Path, text: str) -> None:
    (network / "interfaces").write_text(text)


def names(root: Path, dialect: Dialect, **where: str) -> list[str]:
    tree = read_tree(dialect=dialect, root=root, **where)
    return [iface.name for document in tree.documents for iface in document.ifaces]


@pytest.mark.parametrize("dialect", Dialect)
def test_sourced_files_come_with_their_path_and_the_line_that_asks(
    network: Path, tmp_path: Path, dialect: Dialect
) -> None:
    write(network, "auto lo\nsource /etc/network/interfaces.d/a\n")
    tree = read_tree(dialect=dialect, root=tmp_path)
    (sourced,) = tree.sourced
    assert sourced.document.file == "/etc/network/interfaces.d/a"
    assert (sourced.by_file, sourced.by_line) == ("/etc/network/interfaces", 2)
    assert tree.document.file == "/etc/network/interfaces"
    assert tree.problems == ()


def test_classic_reads_all_patterns_sorted_and_ifupdown2_the_first(network: Path, tmp_path: Path) -> None:
    write(network, "source /etc/network/interfaces.d/[ab] /etc/network/interfaces.d/c*\n")
    assert names(tmp_path, CLASSIC) == ["a", "b", "c"]
    assert sorted(names(tmp_path, IF2)) == ["a", "b"]


def test_relative_patterns_start_beside_the_file_or_where_ifupdown2_runs(
    network: Path, tmp_path: Path
) -> None:
    write(network, "source interfaces.d/a\n")
    assert names(tmp_path, CLASSIC) == ["a"]
    assert names(tmp_path, IF2) == []
    assert names(tmp_path, IF2, cwd="/etc/network") == ["a"]


def test_source_directory_takes_plain_names_and_is_classic_only(network: Path, tmp_path: Path) -> None:
    (network / "interfaces.d" / "sub").mkdir()
    write(network, "source-directory interfaces.d\n")
    assert names(tmp_path, CLASSIC) == ["a", "b"]
    assert names(tmp_path, IF2) == []


@pytest.mark.parametrize("dialect", Dialect)
def test_files_that_source_each_other_are_read_once_and_told(
    network: Path, tmp_path: Path, dialect: Dialect
) -> None:
    (network / "interfaces.d" / "a").write_text("source /etc/network/interfaces\niface a inet manual\n")
    write(network, "source /etc/network/interfaces.d/a\nsource /etc/network/interfaces.d/a\n")
    tree = read_tree(dialect=dialect, root=tmp_path)
    assert [iface.name for document in tree.documents for iface in document.ifaces] == ["a"]
    assert [(problem.file.rpartition("/")[2], problem.line) for problem in tree.problems] == [
        ("a", 1),
        ("interfaces", 2),
    ]


def test_a_chain_of_many_files_is_followed_to_its_end(network: Path, tmp_path: Path) -> None:
    for number in range(2000):
        text = f"iface n{number} inet manual\nsource /etc/network/interfaces.d/n{number + 1}\n"
        (network / "interfaces.d" / f"n{number}").write_text(text)
    write(network, "source /etc/network/interfaces.d/n0\n")
    tree = read_tree(root=tmp_path)
    assert len(tree.documents) == 2000
    assert [problem.message for problem in tree.problems] == [
        "/etc/network/interfaces.d/n2000 does not exist"
    ]


def test_what_is_no_file_is_told_and_not_opened(network: Path, tmp_path: Path) -> None:
    write(network, "source /etc/network/interfaces.d\nsource /nowhere\nsource /nowhere/*\n")
    tree = read_tree(root=tmp_path)
    assert [(problem.message, problem.line) for problem in tree.problems] == [
        ("/etc/network/interfaces.d is not a file", 1),
        ("/nowhere does not exist", 2),
    ]


def test_a_missing_main_file_is_an_empty_document_and_a_problem(tmp_path: Path) -> None:
    tree = read_tree(root=tmp_path)
    assert tree.document.blocks == ()
    assert [problem.message for problem in tree.problems] == ["/etc/network/interfaces is not a file"]


def test_bytes_that_are_not_utf8_come_as_surrogates(network: Path, tmp_path: Path) -> None:
    (network / "interfaces").write_bytes(b"# caf\xe9\n")
    assert read_tree(root=tmp_path).document.blocks[0].text == "# caf\udce9\n"


def test_a_text_is_read_with_what_it_would_source_in_the_files_place(tmp_path: Path) -> None:
    folder = tmp_path / "etc/network"
    (folder / "interfaces.d").mkdir(parents=True)
    (folder / "interfaces").write_text("auto lo\n")
    (folder / "interfaces.d/more").write_text("auto eth1\n")

    tree = read_tree(
        dialect=Dialect.IFUPDOWN, root=tmp_path, text="auto eth0\nsource interfaces.d/*\nsource interfaces\n"
    )

    assert render(tree.document) == "auto eth0\nsource interfaces.d/*\nsource interfaces\n"
    assert [document.file for document in tree.documents] == ["/etc/network/interfaces.d/more"]
    assert len(tree.problems) == 1
