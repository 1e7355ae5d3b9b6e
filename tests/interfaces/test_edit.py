"""Edits by example: where things go, how they look, and what is refused."""

from collections.abc import Callable

import pytest

from netadmin.interfaces import Dialect, Document, EditError, edit, parse, render

NODE = """\
auto lo
iface lo inet loopback

iface eth0 inet manual

iface eth1 inet manual

auto bond0
iface bond0 inet manual
    bond_slaves eth0 eth1
    bond_mode 802.3ad
    bond_primary eth0

auto bond0.50
iface bond0.50 inet manual

# guests
auto vmbr0
iface vmbr0 inet static
    address 192.0.2.1
    netmask 255.255.255.0
    bridge_ports bond0.50
    bridge_pathcosts bond0.50=4
    bridge_stp off

    post-up ip route add 198.51.100.0/24 dev $IFACE

# kept for later:
# iface vmbr9 inet manual
"""


def edited(change: Callable[[Document], Document], text: str = NODE) -> str:
    return render(change(parse(text)))


def lines_of(text: str, old: str = NODE) -> list[str]:
    """What of a text is new, line by line."""
    before = old.splitlines()
    return [line for line in text.splitlines() if line not in before]


@pytest.mark.parametrize(
    ("option", "value", "above", "written"),
    [
        ("gateway", "192.0.2.254", "netmask", "    gateway 192.0.2.254"),
        ("broadcast", "192.0.2.255", "netmask", "    broadcast 192.0.2.255"),
        ("bridge-fd", "0", "bridge_stp", "    bridge_fd 0"),
        ("mtu", "9000", "bridge_stp", "    mtu 9000"),
        ("post-up", "true", "post-up ip", "    post-up true"),
        ("down", "true", "post-up ip", "    down true"),
        ("pre-up", "true", "", "    pre-up true"),
    ],
)
def test_a_new_option_stands_by_its_like_and_is_spelled_like_it(
    option: str, value: str, above: str, written: str
) -> None:
    lines = edited(lambda document: edit.add_option(document, "vmbr0", option, value)).splitlines()
    assert len(lines) == len(NODE.splitlines()) + 1
    at = lines.index(written)
    assert lines[at - 1].strip().startswith(above)


def test_values_in_a_column_stay_in_it() -> None:
    text = "iface a inet static\n  address   192.0.2.1/24\n  mtu       1500\n"
    new = edited(lambda document: edit.set_option(document, "a", "gateway", "192.0.2.254"), text)
    assert lines_of(new, text) == ["  gateway   192.0.2.254"]


def test_a_file_without_last_line_end_keeps_that_habit() -> None:
    text = "iface a inet manual\r\n\tmtu 1500"
    new = edited(lambda document: edit.set_option(document, "a", "gateway", "192.0.2.1"), text)
    assert new == "iface a inet manual\r\n\tgateway 192.0.2.1\r\n\tmtu 1500"
    new = edited(lambda document: edit.add_interface(document, "b", classes=()), text)
    assert new == text + "\r\n\r\niface b inet manual"


def test_a_continued_value_keeps_its_lines_until_it_is_changed() -> None:
    text = "iface a inet manual\n\tup echo 1 \\\n\t   2\n\tmtu 1500\n"
    assert edited(lambda document: edit.set_option(document, "a", "up", "echo 1 2"), text) == text
    new = edited(lambda document: edit.set_option(document, "a", "up", "echo 3"), text)
    assert new == "iface a inet manual\n\tup echo 3\n\tmtu 1500\n"


def test_one_of_several_occurrences_is_set_and_removed_by_its_number() -> None:
    text = "iface a inet static\n\taddress 192.0.2.1/24\n\taddress 192.0.2.2/24\n"
    text += "\niface a inet6 static\n\taddress ::1\n"
    new = edited(lambda document: edit.set_option(document, "a", "address", "192.0.2.9/24", index=1), text)
    assert lines_of(new, text) == ["\taddress 192.0.2.9/24"]
    new = edited(lambda document: edit.set_option(document, "a", "address", "::2", family="inet6"), text)
    assert lines_of(new, text) == ["\taddress ::2"]
    new = edited(lambda document: edit.remove_option(document, "a", "address", index=0), text)
    assert new == text.replace("\taddress 192.0.2.1/24\n", "")


@pytest.mark.parametrize(
    ("name", "options", "below"),
    [
        ("eth2", (), "iface eth1 inet manual"),
        ("bond1", (("bond-slaves", "eth0"),), "    bond_primary eth0"),
        ("eth0.7", (), "iface eth0 inet manual"),
        ("bond0.7", (), "iface bond0.50 inet manual"),
        ("vmbr1", (("bridge-ports", "eth1"),), "    post-up ip route add 198.51.100.0/24 dev $IFACE"),
        ("dummy0", (), "    post-up ip route add 198.51.100.0/24 dev $IFACE"),
    ],
)
def test_a_new_interface_goes_where_a_person_would_put_it(
    name: str, options: tuple[tuple[str, str], ...], below: str
) -> None:
    text = edited(lambda document: edit.add_interface(document, name, options=options))
    assert f"{below}\n\nauto {name}\niface {name} inet manual\n" in text
    assert text.endswith("\n\n# kept for later:\n# iface vmbr9 inet manual\n")


def test_a_new_interface_goes_above_what_refers_to_it() -> None:
    text = NODE.replace("iface eth1 inet manual\n\n", "").replace("iface eth0 inet manual\n\n", "")
    new = edited(lambda document: edit.add_interface(document, "eth1", classes=()), text)
    assert "iface eth1 inet manual\n\nauto bond0\n" in new


def test_a_file_with_shared_auto_lines_gets_the_name_into_them() -> None:
    text = "auto lo eth0\n\niface lo inet loopback\n\niface eth0 inet manual\n"
    new = edited(lambda document: edit.add_interface(document, "eth1"), text)
    assert new.startswith("auto lo eth0 eth1\n")
    assert edited(lambda document: edit.remove_interface(document, "eth1"), new) == text


def test_a_file_without_blank_lines_gets_none() -> None:
    text = "auto lo\niface lo inet loopback\nauto eth0\niface eth0 inet manual\n"
    new = edited(lambda document: edit.add_interface(document, "eth1"), text)
    assert new == text + "auto eth1\niface eth1 inet manual\n"


def test_the_first_interface_of_an_empty_file() -> None:
    new = edited(
        lambda document: edit.add_interface(document, "a", options=[("mtu", "1500")], comment="x"), ""
    )
    assert new == "# x\nauto a\niface a inet manual\n\tmtu 1500\n"


def test_a_removed_interface_is_named_nowhere() -> None:
    text = edited(lambda document: edit.remove_interface(document, "bond0.50"))
    assert "bond0.50" not in text
    assert "bridge_ports none\n" in text
    assert "pathcosts" not in text
    text = edited(lambda document: edit.remove_interface(document, "eth0"))
    assert "bond_slaves eth1\n" in text
    assert "bond_primary" not in text


def test_a_renamed_interface_is_renamed_wherever_it_is_named() -> None:
    text = edited(lambda document: edit.rename_interface(document, "bond0", "uplink"))
    assert "bond0" not in text
    assert lines_of(text) == [
        "auto uplink",
        "iface uplink inet manual",
        "auto uplink.50",
        "iface uplink.50 inet manual",
        "    bridge_ports uplink.50",
        "    bridge_pathcosts uplink.50=4",
    ]


def test_a_name_that_only_begins_like_the_renamed_one_stays() -> None:
    text = "auto eth1 eth10 eth1:0 eth1.5\niface eth1 inet manual\niface eth10 inet manual\n"
    new = edited(lambda document: edit.rename_interface(document, "eth1", "x"), text)
    assert new == "auto x eth10 x:0 x.5\niface x inet manual\niface eth10 inet manual\n"


@pytest.mark.parametrize("name", ["vmbr0", "bond0.50"])
def test_a_name_that_is_taken_is_refused(name: str) -> None:
    with pytest.raises(EditError, match=f"there is an interface {name} already"):
        edited(lambda document: edit.add_interface(document, name))
    with pytest.raises(EditError, match=f"there is an interface {name} already"):
        edited(lambda document: edit.rename_interface(document, "eth0", name))


def test_an_interface_moves_with_its_comment_and_all_its_stanzas() -> None:
    text = edited(lambda document: edit.move_interface(document, "vmbr0", before="eth0"))
    start, end = NODE.index("# guests"), NODE.index("# kept")
    moved = NODE[start:end]
    assert text == NODE.replace(moved, "").replace(
        "iface eth0 inet manual\n", moved + "iface eth0 inet manual\n"
    )
    back = edited(lambda document: edit.move_interface(document, "vmbr0", after="bond0.50"), text)
    assert back == NODE


def test_a_method_is_changed_and_added_in_the_header() -> None:
    new = edited(lambda document: edit.set_method(document, "vmbr0", "dhcp", family="inet"))
    assert lines_of(new) == ["iface vmbr0 inet dhcp"]
    new = edited(lambda document: edit.set_method(document, "a", "dhcp", family=""), "iface  a \n")
    assert new == "iface  a inet dhcp \n"
    new = edited(lambda document: edit.set_method(document, "a", "dhcp"), "iface a inherits t\n")
    assert new == "iface a inet dhcp inherits t\n"


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(
    "value", ["a\nb", "a\rb", "a\x00b", "a\x85b", "a\u2028b", "a\x0bb", "a\\", "a \\ ", "", " "]
)
def test_a_value_that_would_leave_its_line_is_refused(dialect: Dialect, value: str) -> None:
    document = parse(NODE, dialect=dialect)
    for change in (edit.set_option, edit.add_option):
        with pytest.raises(EditError) as refused:
            change(document, "vmbr0", "post-up", value)
        assert (refused.value.interface, refused.value.option) == ("vmbr0", "post-up")
        assert refused.value.hint


@pytest.mark.parametrize("value", ["printf 'a\\tb'", "caf\udce9"])
def test_what_only_ifupdown2_reads_otherwise_is_refused_there_only(value: str) -> None:
    with pytest.raises(EditError):
        edit.set_option(parse(NODE), "vmbr0", "post-up", value)
    classic = edit.set_option(parse(NODE, dialect=Dialect.IFUPDOWN), "vmbr0", "post-up", value)
    assert classic.named("vmbr0")[0].options[-1].value == value


@pytest.mark.parametrize(
    "key", ["iface", "auto", "allow-x", "source", "vlan", "#x", "a b", "", "a\\", "a\nb"]
)
def test_a_key_that_is_no_option_is_refused(key: str) -> None:
    with pytest.raises(EditError):
        edit.add_option(parse(NODE), "vmbr0", key, "x")


@pytest.mark.parametrize("name", ["", "a b", "a\nb", "#a", "a\\", "a\x00"])
def test_a_name_that_is_no_word_is_refused(name: str) -> None:
    with pytest.raises(EditError):
        edit.add_interface(parse(NODE), name)
    with pytest.raises(EditError):
        edit.rename_interface(parse(NODE), "vmbr0", name)


@pytest.mark.parametrize("comment", ["a\rb", "a\x00", "a \\", "a\n b\\\nc", "a\x85b", "caf\udce9"])
def test_a_comment_that_would_leave_its_line_is_refused(comment: str) -> None:
    with pytest.raises(EditError):
        edit.set_comment(parse(NODE), "vmbr0", comment)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "iface vmbr1 inet manual\n",
        "iface vmbr0 inet manual\nauto eth0\n",
        "auto vmbr0 eth0\niface vmbr0 inet manual\n",
        "iface vmbr0 inet manual\n\tmtu 1500 \\",
        "\\\niface vmbr0 inet manual\n",
        "source x\niface vmbr0 inet manual\n",
        "mtu 1500\niface vmbr0 inet manual\n",
    ],
)
def test_raw_text_that_is_not_about_the_interface_alone_is_refused(text: str) -> None:
    with pytest.raises(EditError) as refused:
        edit.replace_interface_text(parse(NODE), "vmbr0", text)
    assert refused.value.hint


def test_raw_text_replaces_the_interface_and_nothing_else() -> None:
    raw = "auto vmbr0\r\niface vmbr0 inet manual\r\n  mtu 1500\r\n\r\niface vmbr0 inet6 auto\r\n"
    new = edited(lambda document: edit.replace_interface_text(document, "vmbr0", raw))
    start, end = NODE.index("# guests"), NODE.index("# kept")
    assert new == NODE[:start] + raw.replace("\r\n", "\n") + "\n" + NODE[end:]


def test_text_that_belongs_to_nobody_is_edited_as_text() -> None:
    free = "# kept for later:\n# iface vmbr9 inet manual\n"
    assert edited(lambda document: edit.replace_verbatim(document, free, "# none")) == NODE.replace(
        free, "# none\n"
    )
    assert edited(lambda document: edit.replace_verbatim(document, free, "")) == NODE.replace(free, "")
    for old, new in (("# gone\n", ""), (free, "iface vmbr9 inet manual\n"), (free, "# x\\")):
        with pytest.raises(EditError):
            edit.replace_verbatim(parse(NODE), old, new)


def test_an_edit_of_what_is_not_there_names_it() -> None:
    document = parse(NODE)
    for change in (
        lambda: edit.set_option(document, "eth9", "mtu", "1"),
        lambda: edit.remove_option(document, "vmbr0", "mtu"),
        lambda: edit.set_method(document, "vmbr0", "dhcp", family="inet6"),
        lambda: edit.drop_family(document, "vmbr0", "inet"),
        lambda: edit.set_classes(document, "eth0", ("no-auto-down",)),
    ):
        with pytest.raises(EditError) as refused:
            change()
        assert refused.value.hint
