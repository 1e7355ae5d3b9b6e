"""What holds for every edit of every file: it changes its lines only, and its inverse takes it back."""

import re
from collections.abc import Callable
from difflib import SequenceMatcher

from hypothesis import given
from hypothesis import strategies as st

from netadmin.interfaces import Dialect, Document, EditError, edit, parse, render
from tests.interfaces.strategies import KEYS, NAMES, WORDS, any_text, dialects, texts, valid_files

Edit = Callable[[Document], Document]

names = st.sampled_from(NAMES)
keys = st.sampled_from(KEYS)
values = st.one_of(st.sampled_from(WORDS), any_text)
families = st.sampled_from([None, None, "inet", "inet6"])
pairs = st.lists(st.tuples(keys, st.sampled_from(WORDS)), max_size=5)
classes = st.lists(st.sampled_from(["auto", "allow-hotplug", "allow-x"]), unique=True).map(tuple)


@st.composite
def local_edits(draw: st.DrawFn) -> tuple[str, Edit]:
    """An edit of one interface that leaves all others as they are, with the interface's name."""
    name, key, value, family = draw(names), draw(keys), draw(values), draw(families)
    options, words, comment = draw(pairs), draw(classes), draw(values)
    number = draw(st.integers(0, 2))
    edits: list[Edit] = [
        lambda document: edit.set_option(document, name, key, value, family=family, index=number),
        lambda document: edit.add_option(document, name, key, value, family=family, index=number),
        lambda document: edit.remove_option(document, name, key, family=family, index=None),
        lambda document: edit.set_options(document, name, options, family=family),
        lambda document: edit.set_method(document, name, "dhcp", family=family),
        lambda document: edit.add_family(document, name, "inet6", "static", options),
        lambda document: edit.drop_family(document, name, "inet6"),
        lambda document: edit.set_classes(document, name, words),
        lambda document: edit.set_comment(document, name, comment),
        lambda document: edit.add_interface(document, name, options=options, classes=words, comment="new"),
        lambda document: edit.move_interface(document, name),
        lambda document: edit.replace_interface_text(document, name, f"iface {name} inet manual\n{value}"),
    ]
    return name, draw(st.sampled_from(edits))


def meaning(document: Document, *, without: str) -> dict[str, object]:
    """What a document says of each interface but one."""
    return {
        iface.name: (
            document.classes_of(iface.name),
            [
                (other.family, other.method, other.extra, [(o.name, o.value) for o in other.options])
                for other in document.named(iface.name)
            ],
        )
        for iface in document.ifaces
        if iface.name != without
    }


@given(st.one_of(valid_files(), texts), dialects, local_edits())
def test_an_edit_leaves_what_the_file_says_of_others(
    text: str, dialect: Dialect, named_edit: tuple[str, Edit]
) -> None:
    name, change = named_edit
    before = parse(text, dialect=dialect)
    try:
        after = change(before)
    except EditError:
        return
    assert meaning(after, without=name) == meaning(before, without=name)
    assert parse(render(after), dialect=dialect).blocks == after.blocks


def changed_lines(before: Document, after: Document) -> tuple[int, int]:
    """How many lines went, and how many came."""
    old, new = render(before).splitlines(), render(after).splitlines()
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed = [code for code in codes if code[0] != "equal"]
    return sum(i2 - i1 for _, i1, i2, _, _ in changed), sum(j2 - j1 for _, _, _, j1, j2 in changed)


@given(valid_files(), st.data())
def test_setting_an_option_changes_one_line_or_adds_one(text: str, data: st.DataObject) -> None:
    before = parse(text)
    if not before.ifaces:
        return
    iface = data.draw(st.sampled_from(before.ifaces))
    after = edit.set_option(before, iface.name, data.draw(keys), "new value", family=iface.family)
    assert changed_lines(before, after) in [(1, 1), (0, 1)]


@given(valid_files(), st.data())
def test_setting_an_option_and_setting_it_back_is_no_change(text: str, data: st.DataObject) -> None:
    before = parse(text)
    options = [(iface, option) for iface in before.ifaces for option in iface.options]
    if not options:
        return
    iface, option = data.draw(st.sampled_from(options))
    same = [other for other in iface.options if other.name == option.name]
    where = {"family": iface.family, "index": same.index(option)}
    after = edit.set_option(before, iface.name, option.name, "new value", **where)
    assert changed_lines(before, after) == (1, 1)
    assert edit.set_option(after, iface.name, option.name, option.value, **where) == before


@given(valid_files(), names, keys)
def test_adding_an_option_and_removing_it_is_no_change(text: str, name: str, key: str) -> None:
    before = parse(text)
    if not before.named(name):
        return
    count = sum(option.name == key for iface in before.named(name) for option in iface.options)
    after = edit.add_option(before, name, key, "new value")
    assert changed_lines(before, after) == (0, 1)
    assert edit.remove_option(after, name, key, index=count) == before


@given(valid_files(), names, pairs, classes)
def test_adding_an_interface_and_removing_it_is_no_change(
    text: str, name: str, options: list[tuple[str, str]], words: tuple[str, ...]
) -> None:
    before = parse(text)
    if re.search(rf"\b{re.escape(name)}\b", text):
        return
    after = edit.add_interface(before, name, options=options, classes=words, comment="new\n\ncomment")
    assert changed_lines(before, after)[0] == 0
    assert after.comment_of(name) == "new\n\ncomment"
    assert after.classes_of(name) == words
    assert [(o.name, o.value) for o in after.named(name)[0].options] == [
        (k, " ".join([v])) for k, v in options
    ]
    assert edit.remove_interface(after, name) == before


@given(valid_files(), names)
def test_renaming_an_interface_and_back_is_no_change(text: str, name: str) -> None:
    before = parse(text)
    if not before.named(name):
        return
    after = edit.rename_interface(before, name, "new0")
    assert not after.named(name)
    assert len(render(after).splitlines()) == len(render(before).splitlines())
    assert edit.rename_interface(after, "new0", name) == before


@given(valid_files(), names, classes)
def test_classes_set_and_set_back_are_no_change(text: str, name: str, words: tuple[str, ...]) -> None:
    before = parse(text)
    if not before.named(name):
        return
    after = edit.set_classes(before, name, words)
    assert sorted(after.classes_of(name)) == sorted(words)
    assert edit.set_classes(after, name, before.classes_of(name)) == before


@given(valid_files(), names)
def test_a_comment_set_and_set_back_is_no_change(text: str, name: str) -> None:
    before = parse(text)
    if not before.named(name):
        return
    after = edit.set_comment(before, name, "one\ntwo")
    assert after.comment_of(name) == "one\ntwo"
    assert edit.set_comment(after, name, before.comment_of(name)) == before


@given(valid_files(), names)
def test_a_family_added_and_dropped_is_no_change(text: str, name: str) -> None:
    before = parse(text)
    if not before.named(name):
        return
    after = edit.add_family(before, name, "inet9", "auto", [("mtu", "1500")])
    assert changed_lines(before, after)[0] == 0
    assert edit.drop_family(after, name, "inet9") == before


@given(valid_files(), names, pairs)
def test_options_become_the_ones_that_are_wanted(
    text: str, name: str, options: list[tuple[str, str]]
) -> None:
    before = parse(text)
    if not before.named(name):
        return
    after = edit.set_options(before, name, options)
    assert [(option.name, option.value) for option in after.named(name)[0].options] == options
    old = [(option.key, option.value) for option in before.named(name)[0].options]
    again = edit.set_options(after, name, old)
    assert [(option.name, option.value) for option in again.named(name)[0].options] == [
        (option.name, option.value) for option in before.named(name)[0].options
    ]


@given(valid_files(), names)
def test_the_raw_text_of_an_interface_put_back_is_no_change(text: str, name: str) -> None:
    before = parse(text)
    if not before.named(name):
        return
    shown = edit.interface_text(before, name)
    assert edit.replace_interface_text(before, name, shown) == before
    crlf = shown.replace("\r\n", "\n").replace("\n", "\r\n")
    assert edit.replace_interface_text(before, name, crlf) == before
    after = edit.replace_interface_text(before, name, f"iface {name} inet manual\n")
    assert edit.interface_text(after, name).rstrip() == f"iface {name} inet manual"
