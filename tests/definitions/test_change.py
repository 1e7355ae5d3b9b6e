"""From a changed definition to an edited document: what was changed arrives, and nothing else moves."""

from collections import Counter
from dataclasses import replace
from difflib import ndiff

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netadmin.definitions import Definition, Part, change, definitions
from netadmin.definitions.written import option_name
from netadmin.interfaces import Dialect, Document, EditError, parse, render
from tests.definitions.samples import SAMPLES, Sample
from tests.definitions.strategies import COMMANDS, IPV4, NUMBERS, PREFIXES_V4, texts

DIALECTS = st.sampled_from(Dialect)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_one_option_of_a_sample_changes_its_lines_alone(sample: Sample) -> None:
    before = definitions(sample.document)[sample.edit["interface"]]
    after = sample.edited(before)

    edited = change(sample.document, before, after)

    removed, added = differing_lines(sample.document, edited)
    assert (removed, added) == (sample.edit["removed"], sample.edit["added"])
    assert definitions(edited)[before.name] == after
    assert render(change(edited, after, before)) == render(sample.document)


@settings(deadline=None, max_examples=150)
@given(data=st.data(), dialect=DIALECTS)
def test_a_changed_definition_is_what_the_edited_document_says(data: st.DataObject, dialect: Dialect) -> None:
    document = parse(data.draw(texts(dialect)), dialect=dialect)
    found = definitions(document)
    before = data.draw(st.sampled_from(list(found.values())))
    after = data.draw(changed(before))

    edited = change(document, before, after)

    # Without the comments: a remark between options is its neighbours' comment once those options are gone.
    again = {name: each.with_comment("") for name, each in definitions(edited).items()}
    expected = {name: each.with_comment("") for name, each in found.items()}
    assert again == expected | {before.name: after.with_comment("")}


@settings(deadline=None, max_examples=100)
@given(data=st.data(), dialect=DIALECTS)
def test_no_more_lines_differ_than_options_do(data: st.DataObject, dialect: Dialect) -> None:
    document = parse(data.draw(texts(dialect)), dialect=dialect)
    before = data.draw(st.sampled_from(list(definitions(document).values())))
    after = data.draw(changed(before))

    removed, added = fewest_differing_lines(document, change(document, before, after))

    gone, come = differing_options(before, after)
    headers = sum(old.method != new.method for old, new in zip(before.parts, after.parts, strict=True))
    assert removed <= gone + headers
    assert added <= come + headers


@settings(deadline=None, max_examples=100)
@given(data=st.data(), dialect=DIALECTS)
def test_a_definition_taken_out_can_be_put_in_again(data: st.DataObject, dialect: Dialect) -> None:
    document = parse(data.draw(texts(dialect)), dialect=dialect)
    found = definitions(document)
    taken = data.draw(st.sampled_from(list(found.values())))

    without = change(document, taken, None)
    again = change(without, None, taken)

    assert taken.name not in definitions(without)
    put_back = definitions(again)[taken.name].with_comment(
        taken.comment
    )  # a remark above it becomes its comment
    assert spelled_alike(put_back) == spelled_alike(taken)


@settings(deadline=None, max_examples=50)
@given(text=texts(Dialect.IFUPDOWN2), dialect=DIALECTS)
def test_no_change_is_no_edit(text: str, dialect: Dialect) -> None:
    document = parse(text, dialect=dialect)

    for definition in definitions(document).values():
        assert change(document, definition, definition) is document
    assert change(document, None, None) is document


def test_another_name_is_a_renaming_with_all_who_refer_to_it() -> None:
    document = parse("auto br0\niface br0 inet manual\n bridge-ports eth0\niface br0.7 inet manual\n")
    before = definitions(document)["br0"]

    edited = change(document, before, before.renamed("vmbr0").with_option("bridge-ports", ["eth1"]))

    assert render(edited) == (
        "auto vmbr0\niface vmbr0 inet manual\n bridge-ports eth1\niface vmbr0.7 inet manual\n"
    )


def test_classes_comment_and_families_are_edits_of_their_own() -> None:
    document = parse("auto eth0\niface eth0 inet static\n\taddress 192.0.2.1/24\n\niface eth1 inet dhcp\n")
    before = definitions(document)["eth0"]
    after = (
        before.with_classes(["allow-hotplug"])
        .with_comment("uplink")
        .with_family("inet6", "static", [("address", "2001:db8::1/64")])
    )

    edited = change(document, before, after)

    assert definitions(edited)["eth0"] == after
    assert render(edited) == (
        "# uplink\nallow-hotplug eth0\niface eth0 inet static\n\taddress 192.0.2.1/24\n\n"
        "iface eth0 inet6 static\n\taddress 2001:db8::1/64\n\niface eth1 inet dhcp\n"
    )
    assert render(change(edited, after, before)) == render(document)


def test_one_of_two_stanzas_of_a_family_is_not_taken_away_alone() -> None:
    document = parse("iface eth0 inet static\n mtu 1500\niface eth0 inet static\n mtu 1400\n")
    before = definitions(document)["eth0"]

    second = before.with_option("x-note", ["here"])
    assert "x-note" in render(change(document, before, second))
    with pytest.raises(EditError, match="several stanzas of family inet"):
        change(document, before, replace(before, parts=before.parts[:1]))


def test_the_second_stanza_of_a_family_is_edited_where_it_stands() -> None:
    document = parse("iface eth0 inet static\n mtu 1500\niface eth0 inet static\n mtu 1400\n")
    before = definitions(document)["eth0"]
    after = replace(before, parts=(before.parts[0], Part("inet", "manual", (("mtu", "1300"),))))

    assert render(change(document, before, after)) == (
        "iface eth0 inet static\n mtu 1500\niface eth0 inet manual\n mtu 1300\n"
    )


@pytest.mark.parametrize("value", ["1500\nup reboot", "1500\rup reboot", "a\\", ""])
def test_a_value_that_would_leave_its_line_is_refused(value: str) -> None:
    document = parse("iface eth0 inet static\n mtu 1400\n")
    before = definitions(document)["eth0"]

    with pytest.raises(EditError):
        change(document, before, before.with_option("mtu", [value]))


@st.composite
def changed(draw: st.DrawFn, before: Definition) -> Definition:
    """A definition after what a form may do to it."""
    after = before
    for _ in range(draw(st.integers(1, 3))):
        part = draw(st.sampled_from(after.parts))
        match draw(st.sampled_from(["value", "remove", "add", "addresses", "method"])):
            case "value" if part.options:
                key, _value = draw(st.sampled_from(part.options))
                after = after.with_option(option_name(key), [draw(NUMBERS)], part.family)
            case "remove" if part.options:
                key, _value = draw(st.sampled_from(part.options))
                after = after.with_option(option_name(key), [], part.family)
            case "add":
                hooks = [*after.option_values("up", part.family), draw(COMMANDS)]
                after = after.with_option("up", hooks, part.family)
            case "addresses" if not after.classic:
                drawn = st.lists(st.builds("{}/{}".format, IPV4, PREFIXES_V4), max_size=3, unique=True)
                after = after.with_addresses(part.family, draw(drawn))
            case "method" if part.method:
                after = after.with_method(part.family, draw(st.sampled_from(["static", "manual", "dhcp"])))
    return after


def differing_lines(old: Document, new: Document) -> tuple[list[str], list[str]]:
    """The lines that went and those that came, without their line feeds."""
    lines = list(ndiff(render(old).split("\n"), render(new).split("\n")))
    return [line[2:] for line in lines if line[0] == "-"], [line[2:] for line in lines if line[0] == "+"]


def fewest_differing_lines(old: Document, new: Document) -> tuple[int, int]:
    """How many lines went and how many came, at the least: all but the longest row of lines that both have."""
    before, after = render(old).split("\n"), render(new).split("\n")
    longest = [0] * (len(after) + 1)  # by lines of `after`, among the lines of `before` so far
    for line in before:
        last = longest[:]
        for place, other in enumerate(after):
            longest[place + 1] = last[place] + 1 if line == other else max(longest[place], last[place + 1])
    return len(before) - longest[-1], len(after) - longest[-1]


def differing_options(before: Definition, after: Definition) -> tuple[int, int]:
    """How many (key, value) pairs went and how many came, stanza by stanza and in order."""
    gone = come = 0
    for old, new in zip(before.parts, after.parts, strict=True):
        lines = (
            [f"{key} {value}" for key, value in old.options],
            [f"{key} {value}" for key, value in new.options],
        )
        kinds = Counter(line[0] for line in ndiff(*lines))
        gone, come = gone + kinds["-"], come + kinds["+"]
    return gone, come


def spelled_alike(definition: Definition) -> Definition:
    """`-` for `_`, as a stanza that is put in takes the spelling of the file around it."""
    return replace(
        definition,
        parts=tuple(
            replace(part, options=tuple((option_name(key), value) for key, value in part.options))
            for part in definition.parts
        ),
    )
