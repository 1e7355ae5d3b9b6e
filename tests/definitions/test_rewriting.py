"""What a form changes in a written form, and how it keeps the hand of who wrote it."""

import pytest

from tests.definitions.read import of_options, of_text


def rewritten(lines: tuple[str, ...], texts: tuple[str, ...]) -> list[str]:
    definition = of_options(*lines).with_addresses("inet", texts)
    return [f"{key} {value}" for key, value in definition.parts[0].options]


@pytest.mark.parametrize(
    ("lines", "texts", "after"),
    [
        (("address 192.0.2.1/24",), ("192.0.2.2/24",), ["address 192.0.2.2/24"]),
        (("address 192.0.2.1", "netmask 24"), ("192.0.2.2/24",), ["address 192.0.2.2", "netmask 24"]),
        (("address 192.0.2.1", "netmask 24"), ("192.0.2.1/25",), ["address 192.0.2.1", "netmask 25"]),
        (
            ("address 192.0.2.1", "netmask 255.255.255.0"),
            ("192.0.2.2/25",),
            ["address 192.0.2.2", "netmask 255.255.255.128"],
        ),
        (
            ("address 192.0.2.1", "netmask 255.255.255.0"),
            ("192.0.2.2",),
            ["address 192.0.2.2", "netmask 255.255.255.0"],
        ),
        (("netmask 24", "address 192.0.2.1"), ("192.0.2.2/24",), ["netmask 24", "address 192.0.2.2/24"]),
        (("address 192.0.2.1", "netmask 24"), ("192.0.2.1/99",), ["address 192.0.2.1/99"]),
        (("address 192.0.2.1", "netmask 255.255.255.0"), (), []),
        (
            ("address 192.0.2.1", "netmask 24", "address 192.0.2.2", "netmask 24", "mtu 9000"),
            ("192.0.2.2/24",),
            ["address 192.0.2.2", "netmask 24", "mtu 9000"],
        ),
        (
            ("address 192.0.2.1/24", "# middle", "address 192.0.2.2/24", "gateway 192.0.2.9"),
            ("192.0.2.1/24", "192.0.2.3/24", "192.0.2.2/24"),
            ["address 192.0.2.1/24", "address 192.0.2.3/24", "address 192.0.2.2/24", "gateway 192.0.2.9"],
        ),
        (
            ("mtu 9000", "address 192.0.2.1", "netmask 24", "up true"),
            ("192.0.2.1/24", "192.0.2.3/24"),
            ["mtu 9000", "address 192.0.2.1", "netmask 24", "address 192.0.2.3/24", "up true"],
        ),
        (("mtu 9000",), ("192.0.2.1/24",), ["address 192.0.2.1/24", "mtu 9000"]),
    ],
)
def test_addresses_keep_the_form_they_are_written_in(
    lines: tuple[str, ...], texts: tuple[str, ...], after: list[str]
) -> None:
    assert rewritten(lines, texts) == after


@pytest.mark.parametrize(
    ("lines", "name", "values", "after"),
    [
        (("bridge_fd 0",), "bridge-fd", ["2"], ["bridge_fd 2"]),
        (("bridge-fd 0",), "bridge-fd", ["2"], ["bridge-fd 2"]),
        (("bridge_fd 0",), "bridge-stp", ["on"], ["bridge_fd 0", "bridge_stp on"]),
        (("bridge-fd 0",), "bridge-stp", ["on"], ["bridge-fd 0", "bridge-stp on"]),
        (("mtu 1500",), "bridge-stp", ["on"], ["mtu 1500", "bridge-stp on"]),
        (("bridge_fd 0", "mtu 1500"), "bridge-fd", [], ["mtu 1500"]),
        (("up a", "up b", "up c"), "up", ["b", "c"], ["up b", "up c"]),
        (("up a", "mtu 1500", "up b"), "up", ["a", "b", "c"], ["up a", "mtu 1500", "up b", "up c"]),
        (("accept_ra 0",), "accept-ra", ["1"], ["accept_ra 1"]),
        (("mtu 1500",), "accept_ra", ["1"], ["mtu 1500", "accept_ra 1"]),
        (("bridge_fd 0",), "mtu", ["9000"], ["bridge_fd 0", "mtu 9000"]),
        (
            ("bridge-fd 0", "mtu 1", "up a"),
            "bridge-stp",
            ["on"],
            ["bridge-fd 0", "bridge-stp on", "mtu 1", "up a"],
        ),
        (("mtu 1", "up a"), "bridge-stp", ["on"], ["mtu 1", "bridge-stp on", "up a"]),
        (("up a", "x-note b"), "post-up", ["c"], ["up a", "x-note b", "post-up c"]),
        (
            ("mtu 1", "address 192.0.2.1", "netmask 24", "up a"),
            "gateway",
            ["192.0.2.9"],
            ["mtu 1", "address 192.0.2.1", "netmask 24", "gateway 192.0.2.9", "up a"],
        ),
        (("mtu 1",), "gateway", ["192.0.2.9"], ["gateway 192.0.2.9", "mtu 1"]),
    ],
)
def test_an_option_takes_the_spelling_of_its_stanza(
    lines: tuple[str, ...], name: str, values: list[str], after: list[str]
) -> None:
    definition = of_options(*lines).with_option(name, values)

    assert [f"{key} {value}" for key, value in definition.parts[0].options] == after


def test_classic_takes_a_netmask_from_above_its_address() -> None:
    before = of_options("netmask 255.255.255.0", "address 192.0.2.1", classic=True)

    after = before.with_addresses("inet", ["192.0.2.2/24"])

    assert after.parts[0].options == (("netmask", "255.255.255.0"), ("address", "192.0.2.2"))


def test_values_in_several_stanzas_stay_in_theirs() -> None:
    before = of_text("iface eth0 inet static\n up a\n up b\niface eth0 inet6 static\n up c\n")["eth0"]

    after = before.with_option("up", ["b", "c", "d"])

    assert [part.options for part in after.parts] == [(("up", "b"),), (("up", "c"), ("up", "d"))]
    assert after.with_option("up", before.option_values("up")) == before
    assert before.with_option("up", ["e"], "inet6").option_values("up") == ("a", "b", "e")


def test_an_option_is_changed_in_the_stanza_it_stands_in() -> None:
    before = of_text("iface eth0 inet static\niface eth0 inet6 static\n mtu 1500\n")["eth0"]

    after = before.with_option("mtu", ["1400"])

    assert [part.options for part in after.parts] == [(), (("mtu", "1400"),)]
    assert after.mtu == 1400


def test_a_stanza_without_family_serves_both() -> None:
    before = of_text("iface eth0\n address 192.0.2.1/24\n")["eth0"]

    assert before.method("inet6") == ""
    assert before.with_method("inet", "dhcp").method("inet") == "dhcp"
    assert before.with_addresses("inet", ["192.0.2.2/24"]).addresses[0].text == "192.0.2.2/24"


def test_families_come_and_go() -> None:
    before = of_text("iface eth0 inet static\n address 192.0.2.1/24\n")["eth0"]

    both = before.with_family("inet6", "auto")

    assert both.families == ("inet", "inet6")
    assert both.without_family("inet6") == before


def test_nothing_changed_is_equal_and_what_was_changed_is_not() -> None:
    before = of_text("auto eth0\niface eth0 inet static\n address 192.0.2.1/24\n")["eth0"]

    assert before.with_option("address", ["192.0.2.1/24"]) == before
    assert before.with_classes(["auto"]) == before
    assert before.with_comment("uplink") != before
    assert before.renamed("eth1") != before
    assert before.renamed("eth1").with_classes(["allow-hotplug"]).hotplug
