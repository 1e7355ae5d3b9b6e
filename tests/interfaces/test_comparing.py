"""Differences between two documents, option by option."""

from hypothesis import given

from netadmin.interfaces import Dialect, OptionChange, differences, parse
from tests.interfaces.strategies import dialects, texts

OLD = """\
# uplink
auto eth0
iface eth0 inet static
\taddress 10.0.0.1/24
\taddress 10.0.0.2/24
\tmtu 1500

source x/*
"""


def changes(old: str, new: str) -> list[OptionChange]:
    return list(differences(parse(old), parse(new)))


@given(texts, dialects)
def test_a_document_does_not_differ_from_itself(text: str, dialect: Dialect) -> None:
    assert differences(parse(text, dialect=dialect), parse(text, dialect=dialect)) == ()


@given(texts, texts, dialects)
def test_two_documents_differ_in_both_directions_or_in_none(one: str, other: str, dialect: Dialect) -> None:
    old, new = parse(one, dialect=dialect), parse(other, dialect=dialect)
    assert bool(differences(old, new)) == bool(differences(new, old))


def test_a_changed_value_is_told_with_both_values_and_its_line() -> None:
    assert changes(OLD, OLD.replace("1500", "9000")) == [
        OptionChange("eth0", "inet", "mtu", "1500", "9000", 6)
    ]


def test_of_a_repeated_option_only_the_occurrence_that_differs_is_told() -> None:
    new = OLD.replace("\taddress 10.0.0.1/24\n", "")
    assert changes(OLD, new) == [OptionChange("eth0", "inet", "address", "10.0.0.1/24", None, 4)]


def test_how_a_line_is_written_makes_no_difference() -> None:
    assert changes(OLD, OLD.replace("\tmtu 1500\n", "  mtu    1500\n\n").replace("\n", "\r\n")) == []
    assert changes("iface a\n a_b 1\n", "iface a\n a-b 1\n") == []


def test_methods_classes_comments_and_free_texts_are_told() -> None:
    new = OLD.replace("static", "dhcp").replace("auto", "allow-hotplug").replace("uplink", "wan")
    assert changes(OLD, new.replace("x/*", "y/*")) == [
        OptionChange("eth0", "", "comment", "uplink", "wan", 1),
        OptionChange("eth0", "", "auto", "yes", None, 2),
        OptionChange("eth0", "", "allow-hotplug", None, "yes", 2),
        OptionChange("eth0", "inet", "method", "static", "dhcp", 3),
        OptionChange("", "", "", "source x/*", "source y/*", 8),
    ]


def test_an_added_interface_is_told_option_by_option() -> None:
    new = OLD + "\nauto eth1\niface eth1 inet manual\n\tmtu 1400\n"
    assert changes(OLD, new) == [
        OptionChange("eth1", "", "auto", None, "yes", 10),
        OptionChange("eth1", "inet", "method", None, "manual", 11),
        OptionChange("eth1", "inet", "mtu", None, "1400", 12),
    ]
