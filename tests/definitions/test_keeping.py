"""What editing such files through a form has cost people elsewhere, and must not cost here."""

from collections.abc import Callable

import pytest

from netadmin.definitions import Definition, Kind, Part, change, definitions
from netadmin.interfaces import parse, render
from tests.definitions.samples import SAMPLES, Sample
from tests.definitions.test_change import differing_lines

BY_NAME = {sample.name: sample for sample in SAMPLES}
NEW_BRIDGE = Definition(
    "vmbr9",
    (Part("inet", "manual", (("bridge-ports", "none"), ("bridge-stp", "off"), ("bridge-fd", "0"))),),
    classes=("auto",),
)


def edited(text: str, name: str, edit: Callable[[Definition], Definition]) -> str:
    document = parse(text)
    before = definitions(document)[name]
    return render(change(document, before, edit(before)))


ONE_AUTO_LINE_EACH = [sample for sample in SAMPLES if sample.name != "classic-patterns"]


@pytest.mark.parametrize("sample", ONE_AUTO_LINE_EACH, ids=lambda sample: sample.name)
def test_adding_an_interface_adds_lines_and_takes_none(sample: Sample) -> None:
    with_bridge = change(sample.document, None, NEW_BRIDGE)

    removed, added = differing_lines(sample.document, with_bridge)

    unended = "mtu 1500" if sample.name == "no-final-newline" else None
    assert [line for line in removed if line.strip() not in ("", unended)] == []
    assert [line.strip() for line in added if line.strip()][:2] == ["auto vmbr9", "iface vmbr9 inet manual"]
    assert definitions(with_bridge)["vmbr9"].kind is Kind.BRIDGE
    kept = [name for name in definitions(with_bridge) if name != "vmbr9"]
    assert kept == list(definitions(sample.document))
    assert render(change(with_bridge, NEW_BRIDGE, None)) == render(sample.document)


def test_a_file_that_lists_its_interfaces_in_one_line_goes_on_doing_so() -> None:
    document = BY_NAME["classic-patterns"].document

    removed, added = differing_lines(document, change(document, None, NEW_BRIDGE))

    assert removed == ["auto lo /eth*"]
    assert added[0] == "auto lo /eth* vmbr9"


def test_the_hooks_of_a_nat_bridge_stay_its_own_when_a_bridge_is_added() -> None:
    document = BY_NAME["seed-masquerading"].document

    found = definitions(change(document, None, NEW_BRIDGE))

    assert len(found["vmbr0"].hooks) == 3
    assert found["vmbr9"].hooks == ()


def test_comments_stay_where_they_are() -> None:
    sample = BY_NAME["comments-everywhere"]
    comments = [line for line in render(sample.document).splitlines() if "#" in line]
    before = definitions(sample.document)["vmbr0"]

    after = change(sample.document, before, before.with_option("bridge-ageing", ["60"]))

    assert [line for line in render(after).splitlines() if "#" in line] == comments
    assert differing_lines(sample.document, after) == ([], ["\tbridge-ageing 60"])


def test_no_address_is_lost_when_another_option_changes() -> None:
    text = "iface eth0 inet static\n address 192.0.2.1/24\n address 192.0.2.2/24\n mtu 1500\n"

    assert edited(text, "eth0", lambda eth0: eth0.with_option("mtu", ["1400"])) == text.replace(
        "1500", "1400"
    )


def test_two_stanzas_of_one_family_stay_two() -> None:
    text = "iface eth0 inet static\n address 192.0.2.1/24\niface eth0 inet static\n address 192.0.2.2/24\n"

    after = edited(text, "eth0", lambda eth0: eth0.with_option("mtu", ["1400"]))

    assert after.replace(" mtu 1400\n", "") == text


@pytest.mark.parametrize(
    "line",
    [
        "bridge-vlan-aware no",
        "bridge-disable-mac-learning 1",
        "bridge_hw 02:00:00:00:00:01",
        "x-note keep me",
        "up echo $IFACE",
    ],
)
def test_an_option_means_after_an_edit_what_it_meant_before(line: str) -> None:
    text = f"iface br0 inet manual\n bridge-ports none\n {line}\n bridge-fd 0\n"

    after = edited(text, "br0", lambda br0: br0.with_option("bridge-fd", ["2"]))

    assert after == text.replace("bridge-fd 0", "bridge-fd 2")


def test_hotplug_does_not_become_auto_nor_dhcp_manual() -> None:
    text = "allow-hotplug eth0\niface eth0 inet dhcp\n"

    after = edited(text, "eth0", lambda eth0: eth0.with_option("mtu", ["1400"]))

    assert after.splitlines()[:2] == text.splitlines()
    assert definitions(parse(after))["eth0"].method("inet") == "dhcp"
    assert definitions(parse(after))["eth0"].autostart is False


def test_slaves_are_not_made_auto_and_unlisted_nics_get_no_stanza() -> None:
    text = "iface eth0 inet manual\nauto bond0\niface bond0 inet manual\n bond-slaves eth0\n bond-mode 1\n"

    after = edited(text, "bond0", lambda bond0: bond0.with_option("bond-slaves", ["eth0 eth1"]))

    assert after == text.replace("slaves eth0", "slaves eth0 eth1")


def test_auto_of_an_interface_in_a_sourced_file_makes_no_stanza_of_it() -> None:
    main = parse("auto eth0 eth1\niface eth1 inet dhcp\nsource more\n", file="interfaces")
    more = parse("iface eth0 inet dhcp\n", file="more")

    found = definitions(main, sourced=[more])

    assert (found["eth0"].sourced, found["eth0"].file, found["eth0"].autostart) == (True, "more", True)
    assert list(definitions(main)) == ["eth1"]
    changed = change(main, found["eth1"], found["eth1"].with_option("mtu", ["1400"]))
    assert render(changed) == "auto eth0 eth1\niface eth1 inet dhcp\n\tmtu 1400\nsource more\n"


@pytest.mark.parametrize("name", ["br-lan", "eth0.100.10", "enp129s0f1np1", "wg_office"])
def test_names_need_not_follow_a_scheme(name: str) -> None:
    text = f"auto {name}\niface {name} inet static\n address 192.0.2.1/24\n"

    after = edited(text, name, lambda found: found.with_addresses("inet", ["192.0.2.2/24"]))

    assert after == text.replace("192.0.2.1", "192.0.2.2")
