"""Three-way merges: both sides' changes, and conflicts that name what they are about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netadmin.interfaces import Conflict, Dialect, EditError, Merge, merge, parse, render
from tests.interfaces.strategies import dialects, texts, valid_files
from tests.interfaces.test_edit_laws import Edit, local_edits, meaning

BASE = """\
auto lo
iface lo inet loopback

# uplink
auto eth0
iface eth0 inet static
\taddress 10.0.0.1/24
\taddress 10.0.0.2/24
\tmtu 1500

auto vmbr0
iface vmbr0 inet manual
\tbridge-ports eth0

# the end
"""


@given(st.one_of(valid_files(), texts), st.one_of(valid_files(), texts), dialects)
def test_what_one_side_left_alone_comes_from_the_other(one: str, other: str, dialect: Dialect) -> None:
    base, changed = parse(one, dialect=dialect), parse(other, dialect=dialect)
    assert merge(base, base, changed) == Merge(changed, ())
    assert merge(base, changed, base) == Merge(changed, ())
    assert merge(base, changed, changed) == Merge(changed, ())


@given(valid_files(), valid_files(), valid_files())
def test_conflicts_are_the_same_from_either_side(base: str, ours: str, theirs: str) -> None:
    one, other, three = parse(base), parse(ours), parse(theirs)
    here = merge(one, other, three).conflicts
    there = merge(one, three, other).conflicts
    turned = {Conflict(c.interface, c.option, c.base, c.theirs, c.ours) for c in there}
    assert set(here) == turned


@given(valid_files(), local_edits(), local_edits())
def test_edits_of_two_interfaces_both_arrive(
    text: str, ours: tuple[str, Edit], theirs: tuple[str, Edit]
) -> None:
    (one, our_edit), (other, their_edit) = ours, theirs
    base = parse(text)
    try:
        our, their = our_edit(base), their_edit(base)
    except EditError:
        return
    if one == other:
        return
    merged = merge(base, our, their)
    assert merged.conflicts == ()
    everything = meaning(merged.document, without="")
    assert everything.get(one) == meaning(our, without="").get(one)
    assert everything.get(other) == meaning(their, without="").get(other)
    for name in (one, other):
        everything.pop(name, None)
    untouched = {name: said for name, said in meaning(base, without=one).items() if name != other}
    assert everything == untouched


def merged(base: str, ours: str, theirs: str) -> tuple[str, tuple[Conflict, ...]]:
    found = merge(parse(base), parse(ours), parse(theirs))
    return render(found.document), found.conflicts


def test_two_options_of_one_interface_merge_with_the_bytes_of_either_side() -> None:
    ours = BASE.replace("mtu 1500", "mtu   9000")
    theirs = BASE.replace("\taddress 10.0.0.2/24\n", "\taddress 10.0.0.3/24 \n\n\tgateway 10.0.0.9\n")
    text, conflicts = merged(BASE, ours, theirs)
    assert conflicts == ()
    assert text == BASE.replace("mtu 1500", "mtu   9000").replace(
        "\taddress 10.0.0.2/24\n", "\taddress 10.0.0.3/24 \n\tgateway 10.0.0.9\n"
    )


def test_blank_lines_that_one_side_put_below_a_stanza_stay_when_the_other_changed_the_stanza() -> None:
    base = "iface eth0 inet static\n\taddress 192.0.2.1/24\n"
    ours, theirs = base.replace("2.1/", "2.2/"), f"{base}\n# by hand\n"

    for one, other in ((ours, theirs), (theirs, ours)):
        merged = merge(parse(base), parse(one), parse(other))

        assert render(merged.document) == theirs.replace("2.1/", "2.2/")


def test_both_sides_add_to_a_repeated_option() -> None:
    second = "\taddress 10.0.0.2/24\n"
    ours = BASE.replace(second, second + "\taddress 10.0.0.3/24\n")
    theirs = BASE.replace(second, "\taddress 10.0.0.4/24\n" + second)
    text, conflicts = merged(BASE, ours, theirs)
    assert conflicts == ()
    assert sorted(line[-4] for line in text.splitlines() if "address" in line) == list("1234")


@pytest.mark.parametrize(
    ("ours", "theirs", "conflict"),
    [
        (("1500", "9000"), ("1500", "1400"), Conflict("eth0", "mtu", "1500", "9000", "1400")),
        (("1500", "9000"), ("\tmtu 1500\n", ""), Conflict("eth0", "mtu", "1500", "9000", None)),
        (
            ("static", "dhcp"),
            ("static", "manual"),
            Conflict("eth0", "method", "eth0 inet static", "eth0 inet dhcp", "eth0 inet manual"),
        ),
        (("uplink", "up"), ("uplink", "link"), Conflict("eth0", "comment", "uplink", "up", "link")),
        (("the end", "an end"), ("the end", "no end"), Conflict("", "", "# the end", "# an end", "# no end")),
    ],
)
def test_a_conflict_names_interface_option_and_the_three_values(
    ours: tuple[str, str], theirs: tuple[str, str], conflict: Conflict
) -> None:
    text, conflicts = merged(BASE, BASE.replace(*ours), BASE.replace(*theirs))
    assert conflicts == (conflict,)
    assert text == BASE.replace(*ours)


def test_an_interface_removed_by_one_and_changed_by_the_other_is_a_conflict() -> None:
    start, end = BASE.index("# uplink"), BASE.index("auto vmbr0")
    _, conflicts = merged(BASE, BASE.replace("1500", "9000"), BASE[:start] + BASE[end:])
    assert [(conflict.interface, conflict.option, conflict.theirs) for conflict in conflicts] == [
        ("eth0", "", None)
    ]


def test_interfaces_that_both_sides_append_are_both_there_and_parted() -> None:
    ours = BASE.replace("\n# the end", "\nauto vmbr1\niface vmbr1 inet manual\n\n# the end")
    theirs = BASE.replace("\n# the end", "\nauto vmbr2\niface vmbr2 inet manual\n\n# the end")
    text, conflicts = merged(BASE, ours, theirs)
    assert conflicts == ()
    assert text.count("\n\nauto vmbr") == 3


def test_names_in_a_shared_line_are_a_set() -> None:
    text, conflicts = merged("auto lo eth0\n", "auto lo eth0 eth1\n", "auto lo eth2\n")
    assert (text, conflicts) == ("auto lo eth1 eth2\n", ())
