"""Every failing of Proxmox VE's network configuration that files and their meaning can show, and ours beside it.

What it does not check, we find; what it loses or changes while reading and writing, we keep. Its failings with a
shared pending file, rollback and digests are tests of the node and of the centre.
"""

from dataclasses import replace

import pytest

from netadmin.checks import Finding, Severity, check
from netadmin.checks.findings import Context
from netadmin.definitions import Definition, change, definitions
from netadmin.definitions.written import Part
from netadmin.interfaces import Document, parse, render
from tests.definitions.samples import SAMPLES, Sample

SEEDS = [sample for sample in SAMPLES if sample.name.startswith("seed-")]


def found(text: str, id: str, context: Context | None = None) -> list[Finding]:
    read = definitions(parse(text, file="interfaces"))
    return [finding for finding in check(read, context=context or Context()) if finding.id == id]


def sample(name: str) -> Sample:
    return next(each for each in SAMPLES if each.name == name)


def edited(document: Document, name: str, option: str, *values: str) -> str:
    """The text after one option of one interface was set, as a form does it."""
    before = definitions(document)[name]
    return render(change(document, before, before.with_option(option, values)))


def two_nics(first: str, second: str) -> str:
    stanzas = (
        f"iface {name} inet static\n\taddress {address}\n"
        for name, address in (("eth0", first), ("eth1", second))
    )
    return "auto eth0 eth1\n" + "".join(stanzas)


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


# What it does not check


def test_an_impossible_address_in_a_handwritten_file_is_found() -> None:
    (finding,) = found("iface eth0 inet static\n\taddress 999.0.0.2/40\n", "address.invalid")
    assert (finding.severity, finding.line, finding.interface) == (Severity.ERROR, 2, "eth0")


def test_a_gateway_that_is_no_address_is_found() -> None:
    text = "iface eth0 inet static\n\taddress 10.0.0.2/24\n\tgateway foo\n"
    (finding,) = found(text, "gateway.invalid")
    assert (finding.severity, finding.line, finding.option) == (Severity.ERROR, 3, "gateway")


def test_a_bridge_that_contains_itself_is_found() -> None:
    (finding,) = found("iface vmbr0 inet manual\n\tbridge-ports vmbr0\n", "device.loop")
    assert finding.severity is Severity.ERROR


def test_a_loop_through_a_vlan_is_found() -> None:
    text = "iface vmbr0 inet manual\n\tbridge-ports vmbr0.10\n\niface vmbr0.10 inet manual\n"
    (finding,) = found(text, "device.loop")
    assert "vmbr0.10" in finding.message


def test_one_address_on_two_interfaces_is_found() -> None:
    text = two_nics("10.0.0.2/24", "10.0.0.2/24")
    (finding,) = found(text, "address.duplicate")
    assert (finding.severity, finding.line) == (Severity.ERROR, 5)


def test_overlapping_subnets_are_found() -> None:
    text = two_nics("10.0.0.2/24", "10.0.0.3/24")
    (finding,) = found(text, "address.overlap")
    assert (finding.severity, finding.line) == (Severity.WARNING, 5)


def test_a_gateway_outside_every_subnet_is_found() -> None:
    text = "iface eth0 inet static\n\taddress 10.0.0.2/24\n\tgateway 10.0.1.1\n"
    (finding,) = found(text, "gateway.unreachable")
    assert finding.line == 3


def test_the_mistyped_method_of_the_seed_is_found_kept_and_mended_by_one_click() -> None:
    seed = sample("seed-bond-as-port")
    before = seed.path.read_text()
    (finding,) = [each for each in check(definitions(seed.document)) if each.id == "method.unknown"]

    assert "iface bond0 inet maunal" in edited(seed.document, "vmbr0", "bridge-fd", "2"), (
        "kept by another edit"
    )
    assert finding.correction is not None
    mended = render(finding.correction.edit(seed.document))
    assert mended == before.replace("iface bond0 inet maunal", "iface bond0 inet manual")


def test_a_nic_that_is_not_there_is_found() -> None:
    node = Context(nics=frozenset({"lo", "eth0"}))
    assert found("auto eth7\niface eth7 inet dhcp\n", "device.absent", node)
    assert found("iface vmbr0 inet manual\n\tbridge-ports eth7\n", "device.missing", node)
    assert not found("auto eth0\niface eth0 inet dhcp\n", "device.absent", node)


# Where it fails its users


@pytest.mark.parametrize("each", SAMPLES, ids=lambda each: each.name)
def test_reading_and_writing_back_changes_no_byte(each: Sample) -> None:
    assert render(each.document).encode("utf-8", "surrogateescape") == each.path.read_bytes()


def test_all_five_examples_of_the_seed_are_among_the_samples() -> None:
    assert len(SEEDS) == 5


def test_comments_outside_and_inside_stanzas_stay_where_they_are() -> None:
    text = (
        "# the host of the office\n\nauto eth0\n# uplink\niface eth0 inet static\n\t# main\n\taddress 10.0.0.2/24\n"
        "\t# spare\n\tmtu 1500\n\n# end of file\n"
    )
    after = edited(parse(text), "eth0", "mtu", "9000")
    assert after == text.replace("mtu 1500", "mtu 9000")


def test_an_edit_sorts_neither_options_nor_interfaces() -> None:
    text = (
        "iface vmbr0 inet static\n\tbridge_fd 0\n\tbridge_stp off\n\tbridge_ports eth0\n\taddress 10.0.0.2/24\n\n"
        "iface eth0 inet manual\n\nauto lo\niface lo inet loopback\n"
    )
    assert edited(parse(text), "vmbr0", "bridge-fd", "2") == text.replace("bridge_fd 0", "bridge_fd 2")


def test_several_addresses_of_one_interface_are_all_read_and_all_kept() -> None:
    text = "iface eth0 inet static\n\taddress 10.0.0.2/24\n\taddress 10.0.1.2/24\n\taddress 10.0.2.2/24\n"
    document = parse(text)
    assert [address.text for address in definitions(document)["eth0"].addresses] == [
        "10.0.0.2/24",
        "10.0.1.2/24",
        "10.0.2.2/24",
    ]
    assert edited(document, "eth0", "mtu", "9000").replace("\tmtu 9000\n", "") == text


def test_two_stanzas_of_one_family_are_both_kept() -> None:
    text = "iface eth0 inet static\n\taddress 10.0.0.2/24\n\niface eth0 inet static\n\taddress 10.0.1.2/24\n"
    document = parse(text)
    assert len(definitions(document)["eth0"].parts) == 2
    assert edited(document, "eth0", "mtu", "9000").replace("\tmtu 9000\n", "") == text


def test_vlan_awareness_switched_off_stays_off() -> None:
    text = "iface vmbr0 inet manual\n\tbridge-ports eth0\n\tbridge-vlan-aware no\n\tbridge-fd 0\n"
    bridge = definitions(parse(text))["vmbr0"].bridge
    assert bridge is not None
    assert bridge.vlan_aware is False
    assert "bridge-vlan-aware no\n" in edited(parse(text), "vmbr0", "bridge-fd", "2")


def test_an_option_it_loses_is_kept() -> None:
    text = "iface vmbr0 inet manual\n\tbridge-ports eth0\n\tbridge-disable-mac-learning 1\n\tbridge-fd 0\n"
    assert edited(parse(text), "vmbr0", "bridge-fd", "2") == text.replace("bridge-fd 0", "bridge-fd 2")


def test_allow_hotplug_stays_allow_hotplug() -> None:
    text = "allow-hotplug eth0\niface eth0 inet dhcp\n\tmtu 1500\n"
    assert definitions(parse(text))["eth0"].classes == ("allow-hotplug",)
    assert edited(parse(text), "eth0", "mtu", "9000") == text.replace("1500", "9000")


def test_bond_slaves_are_not_made_auto_and_unlisted_nics_get_no_stanza() -> None:
    seed = sample("seed-bond-fixed-ip")
    before = seed.path.read_text()
    after = edited(seed.document, "bond0", "bond-miimon", "200")
    assert changed_lines(before, after) == (["bond_miimon 100"], ["bond_miimon 200"])
    assert "auto eth1" not in after
    assert "iface eth0" not in after


def test_auto_of_a_sourced_interface_makes_no_phantom_stanza() -> None:
    main = parse(
        "auto eth1\n\nauto eth0\niface eth0 inet manual\n\tmtu 1500\n\nsource /etc/network/interfaces.d/*\n"
    )
    other = parse("iface eth1 inet dhcp\n", file="interfaces.d/eth1")
    read = definitions(main, sourced=[other])
    assert read["eth1"].file == "interfaces.d/eth1"
    before = read["eth0"]
    after = render(change(main, before, before.with_option("mtu", ["9000"])))
    assert "iface eth1" not in after
    assert not [finding for finding in check(read) if finding.id == "auto.undefined"]


def test_a_blank_line_inside_a_stanza_detaches_nothing() -> None:
    text = "iface vmbr0 inet static\n\taddress 10.0.0.2/24\n\n\tbridge-ports none\n\n\tpost-up true\n"
    definition = definitions(parse(text))["vmbr0"]
    assert definition.kind == "bridge"
    assert [hook.command for hook in definition.hooks] == ["true"]


def test_adding_a_bridge_to_the_seeds_nat_example_leaves_its_hooks_with_vmbr0() -> None:
    seed = sample("seed-masquerading")
    before = seed.path.read_text()
    added = Definition("vmbr1", (Part("inet", "manual", (("bridge-ports", "none"),)),), classes=("auto",))

    document = change(seed.document, None, added)

    after = definitions(parse(render(document)))
    hooks = [hook.phase for hook in after["vmbr0"].hooks]
    assert hooks == ["post-up", "post-up", "post-down"]
    assert after["vmbr1"].hooks == ()
    assert changed_lines(before, render(document))[0] == []


def test_an_interface_on_dhcp_that_is_edited_stays_on_dhcp() -> None:
    text = "auto eth0\niface eth0 inet dhcp\n"
    after = edited(parse(text), "eth0", "mtu", "9000")
    assert after.startswith(text)
    assert definitions(parse(after))["eth0"].method("inet") == "dhcp"


@pytest.mark.parametrize("name", ["br-lan", "eth0.100.10", "enx0123456789ab", "vmbr4094"])
def test_names_it_rejects_are_accepted(name: str) -> None:
    kind = "bridge-ports none" if name.startswith(("br", "vmbr")) else "mtu 1500"
    read = definitions(parse(f"auto {name}\niface {name} inet manual\n\t{kind}\n"))
    assert not [finding for finding in check(read) if finding.id.startswith("name.")]


def test_a_name_longer_than_the_kernel_takes_is_an_error() -> None:
    (finding,) = found("auto enp0s20f0u1u4i5x\niface enp0s20f0u1u4i5x inet manual\n", "name.too-long")
    assert finding.severity is Severity.ERROR


def test_a_comment_edited_away_is_the_only_one_that_goes() -> None:
    text = "# office\nauto eth0\niface eth0 inet dhcp\n\n# lab\nauto eth1\niface eth1 inet dhcp\n"
    document = parse(text)
    before = definitions(document)["eth1"]
    after = render(change(document, before, replace(before, comment="workshop")))
    assert after == text.replace("# lab", "# workshop")
