"""The document: text in, stanzas to read, the same text out."""

import pytest
from hypothesis import given

from netadmin.interfaces import Auto, Dialect, Iface, Mapping, Source, Verbatim, Vlan, parse, render
from netadmin.interfaces.stanzas import read_rows
from tests.interfaces.strategies import dialects, texts


@given(texts, dialects)
def test_rendering_a_parsed_text_gives_the_text(text: str, dialect: Dialect) -> None:
    document = parse(text, dialect=dialect)
    assert render(document) == text
    assert "".join(stanza.text for stanza in document.stanzas) == text


@given(texts, dialects)
def test_a_block_read_alone_says_what_it_says_in_the_file(text: str, dialect: Dialect) -> None:
    for block in parse(text, dialect=dialect).blocks:
        assert parse(block.text, dialect=dialect).blocks == (block,)
        if block.keyword:
            assert read_rows(block.text, 1, dialect.grammar)[0][0].key == block.keyword


@given(texts, dialects)
def test_lines_are_counted_as_the_engine_counts_them(text: str, dialect: Dialect) -> None:
    universal = text.replace("\r\n", "\n").replace("\r", "\n") if dialect is Dialect.IFUPDOWN2 else text
    lines = universal.split("\n")
    for stanza in parse(text, dialect=dialect).stanzas:
        if isinstance(stanza, Iface):
            assert "iface" in lines[stanza.line - 1]
            for option in stanza.options:
                assert option.key in lines[option.line - 1]


@pytest.mark.parametrize(
    "text", ["", "\x00" * 100_000, "\\" * 100_000, "\n" * 100_000, "#\n" * 100_000, " \n" * 100_000 + "\\"]
)
@pytest.mark.parametrize("dialect", Dialect)
def test_degenerate_texts_come_back(text: str, dialect: Dialect) -> None:
    document = parse(text, dialect=dialect)
    assert render(document) == text
    assert document.ifaces == ()


def test_an_iface_stanza_reads_as_its_header_and_options() -> None:
    (iface,) = parse(
        "auto a\niface a inet static  # no\n\taddress  10.0.0.1/24 \n\tbridge_ports b  c\n"
    ).ifaces
    assert (iface.name, iface.family, iface.method, iface.line) == ("a", "inet", "static", 2)
    assert iface.extra == ("#", "no")
    assert [tuple(option) for option in iface.options] == [
        ("address", "address", "10.0.0.1/24", 3),
        ("bridge_ports", "bridge-ports", "b  c", 4),
    ]


def test_classic_ifupdown_keeps_two_names_for_the_two_spellings() -> None:
    (iface,) = parse("iface a inet manual\n bridge_ports b\n", dialect=Dialect.IFUPDOWN).ifaces
    assert iface.options[0].name == "bridge_ports"


@pytest.mark.parametrize(
    ("header", "family", "method", "extra"),
    [
        ("iface a", "", "", ()),
        ("iface a inet", "inet", "", ()),
        ("iface a inherits t", "", "", ("inherits", "t")),
        ("iface a inet inherits t", "inet", "", ("inherits", "t")),
        ("iface a inet static inherits t", "inet", "static", ("inherits", "t")),
    ],
)
def test_a_header_may_lack_family_and_method(
    header: str, family: str, method: str, extra: tuple[str, ...]
) -> None:
    (iface,) = parse(header).ifaces
    assert (iface.family, iface.method, iface.extra) == (family, method, extra)


def test_a_hook_block_behind_a_blank_line_belongs_to_the_stanza_above() -> None:
    document = parse("iface a inet manual\n\tmtu 1500\n\n\tpost-up echo 1\n\nauto b\niface b inet manual\n")
    assert [option.name for option in document.named("a")[0].options] == ["mtu", "post-up"]


def test_free_comments_between_stanzas_belong_to_nobody() -> None:
    document = parse("iface a inet manual\n\tmtu 1\n# of a\n\n# of nobody\n\n# of b\niface b inet manual\n")
    assert [type(stanza) for stanza in document.stanzas] == [Iface, Verbatim, Iface]
    assert document.stanzas[1].text == "# of nobody\n\n"
    assert [iface.comment for iface in document.ifaces] == ["of a", "of b"]


def test_an_option_put_aside_at_the_end_stays_with_its_stanza() -> None:
    document = parse("iface a inet manual\n\t# mtu 9000\niface b inet manual\n")
    assert [iface.text for iface in document.ifaces] == [
        "iface a inet manual\n\t# mtu 9000\n",
        "iface b inet manual\n",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# uplink\nauto a\niface a inet manual\n",
        "auto a\n#uplink\niface a inet manual\n",
        "# uplink\nauto a\nallow-hotplug a\niface a inet manual\n",
        "iface a inet manual\n\t# uplink\n\tmtu 1500\n",
        "iface a inet manual\n\tmtu 1500\n#uplink\n\n",
    ],
)
def test_the_comment_of_an_interface_stands_above_or_inside(text: str) -> None:
    assert parse(text).comment_of("a") == "uplink"


def test_a_comment_above_names_of_several_interfaces_belongs_to_none() -> None:
    assert parse("# both\nauto a b\niface a inet manual\n").comment_of("a") == ""


def test_classes_are_the_lines_that_name_an_interface() -> None:
    document = parse("auto a b\nallow-hotplug b\nauto b\n")
    assert document.classes_of("a") == ("auto",)
    assert document.classes_of("b") == ("auto", "allow-hotplug")
    assert document.classes_of("c") == ()


def test_each_dialect_has_stanzas_of_its_own() -> None:
    text = "mapping eth*\n\tscript x\nsource-directory y\nvlan 5\n\tmtu 1\nno-scripts a\nsource z\n"
    classic = parse(text, dialect=Dialect.IFUPDOWN).stanzas
    assert [type(stanza) for stanza in classic] == [Mapping, Source, Verbatim, Auto, Source]
    assert [type(stanza) for stanza in parse(text).stanzas] == [Verbatim, Vlan, Source]
    assert parse("iface a\n" + text).ifaces[0].options[0].name == "mapping"


def test_ifupdown2_joins_at_every_backslash() -> None:
    document = parse(
        "iface a inet manual\n\tup echo a\\tb\n\tup echo c \\\n\n\t  d\n\t\\ e\n# x \\\n\tmtu 1\n\tmtu 2\n"
    )
    assert [(option.value, option.line) for option in document.ifaces[0].options] == [
        ("echo a tb", 2),
        ("echo c d e", 3),
        ("2", 9),
    ]


def test_classic_ifupdown_joins_at_the_line_end_only() -> None:
    head = "iface a inet manual\n\tup echo a\\tb\n\tup echo c \\\n\t  d\n"
    text = head + "# x \\\n\tmtu 1\n\tup y \\ \n\tup z\\\r\n"
    (iface,) = parse(text, dialect=Dialect.IFUPDOWN).ifaces
    assert [(option.value, option.line) for option in iface.options] == [
        ("echo a\\tb", 2),
        ("echo c \t  d", 3),
        ("1", 6),
        ("y \\", 7),
        ("z\\", 8),
    ]


def test_a_comment_that_ends_in_a_backslash_swallows_the_next_header_in_ifupdown2_only() -> None:
    text = "# old: \\\niface a inet manual\niface b inet manual\n"
    assert [iface.name for iface in parse(text).ifaces] == ["b"]
    assert [iface.name for iface in parse(text, dialect=Dialect.IFUPDOWN).ifaces] == ["a", "b"]


def test_a_lone_carriage_return_ends_a_line_in_ifupdown2_and_is_a_blank_in_classic() -> None:
    text = "iface a inet manual\r\tmtu 1500\r"
    assert parse(text).ifaces[0].options[0].value == "1500"
    assert parse(text, dialect=Dialect.IFUPDOWN).ifaces[0].extra == ("mtu", "1500")


@pytest.mark.parametrize(
    ("text", "newline"), [("", "\n"), ("a\r\nb\r\nc\n", "\r\n"), ("a\rb\r", "\r"), ("a\n\r\n\n", "\n")]
)
def test_the_line_end_is_the_one_that_most_lines_have(text: str, newline: str) -> None:
    assert parse(text).newline == newline


@pytest.mark.parametrize("dialect", Dialect)
def test_a_stanza_may_have_more_lines_than_are_matched_at_once(dialect: Dialect) -> None:
    text = "auto a\niface a inet manual\n" + "\tup x\n\n# y\n" * 70_000 + "auto b\n"
    document = parse(text, dialect=dialect)
    assert render(document) == text
    assert [len(iface.options) for iface in document.ifaces] == [70_000]
    assert document.classes_of("b") == ("auto",)
