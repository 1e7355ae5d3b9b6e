"""The form of an interface: what it writes, what it refuses, and that nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from netadmin.actions.candidate import candidate
from netadmin.actions.reports import take
from netadmin.models import Node
from netadmin.web.tags import place
from tests.actions.conftest import SAVED, node_report
from tests.web.conftest import draft, form_of

pytestmark = pytest.mark.django_db


def opened(client: Client, name: str, *args: str) -> tuple[str, dict[str, Any]]:
    """The form's address and what a browser would send of it untouched."""
    page = reverse(name, args=["host", *args])
    return page, form_of(client.get(page))


def added(node: Node) -> str:
    """The lines that the draft adds to the saved file."""
    saved = SAVED.split("\n")
    return "\n".join(line for line in candidate(draft(node)).text.split("\n") if line not in saved)


def test_an_edit_goes_to_the_draft_and_leads_to_the_change_set(node: Node, as_ann: Client) -> None:
    page, sent = opened(as_ann, "interface", "vmbr0")

    answer = as_ann.post(page, {**sent, "inet_address": "192.168.10.2/28", "save": "1"})

    assert answer.url == reverse("change-set", args=[draft(node).pk])
    assert candidate(draft(node)).text == SAVED.replace("255.255.255.0", "255.255.255.240")


def test_a_gateway_is_suggested_from_the_address(node: Node, as_ann: Client) -> None:
    page, _ = opened(as_ann, "interface", "vmbr0")

    assert "Often 192.168.10.1 in this subnet." in as_ann.get(page).content.decode()


def test_ports_are_ticked_and_typed_and_keep_their_order(node: Node, as_ann: Client) -> None:
    page, sent = opened(as_ann, "interface", "vmbr0")

    as_ann.post(
        page,
        {
            **sent,
            "bridge_ports": ["eth1", "eth0"],
            "bridge_ports_rest": "veth7",
            "save": "1",
            "save_anyway": "on",
        },
    )

    assert "bridge_ports eth0 eth1 veth7" in candidate(draft(node)).text


def test_a_value_with_an_error_is_told_at_its_field_and_stays_in_it(node: Node, as_ann: Client) -> None:
    page, sent = opened(as_ann, "interface", "vmbr0")

    answer = as_ann.post(page, {**sent, "inet_address": "999.0.0.2/40", "comment": "typed", "save": "1"})

    assert answer.status_code == 422
    form = answer.context["form"]
    assert [finding.severity for finding in form["inet_address"].findings] == ["error"]
    assert form["inet_address"].value() == "999.0.0.2/40"
    assert form["comment"].value() == "typed"
    assert not node.change_sets.exists()


def test_an_error_can_be_saved_to_the_draft_by_who_says_so(node: Node, as_ann: Client) -> None:
    page, sent = opened(as_ann, "interface", "vmbr0")

    as_ann.post(page, {**sent, "inet_address": "999.0.0.2/40", "save": "1", "save_anyway": "on"})

    assert "999.0.0.2" in candidate(draft(node)).text


@pytest.mark.parametrize("smuggled", ["192.0.2.1\nup reboot", "192.0.2.1\rup reboot", "192.0.2.1 \\"])
def test_a_gateway_cannot_smuggle_in_a_second_option(node: Node, as_ann: Client, smuggled: str) -> None:
    page, sent = opened(as_ann, "interface", "vmbr0")

    as_ann.post(page, {**sent, "inet_gateway": smuggled, "save": "1", "save_anyway": "on"})

    after = candidate(draft(node)).definitions["vmbr0"] if node.change_sets.exists() else None
    assert after is None or not after.hooks
    assert after is None or after.option("bridge-ports") == "eth0"


@pytest.mark.parametrize(
    ("kind", "typed", "written"),
    [
        (
            "bridge",
            {"bridge_ports": ["eth1"], "inet_method": "static", "inet_address": "10.1.0.1/24"},
            "auto vmbr1\niface vmbr1 inet static\naddress 10.1.0.1/24\nbridge_ports eth1\nbridge_stp off\nbridge_fd 0",
        ),
        (
            "bond",
            {"bond_slaves": ["eth1"], "bond_mode": "802.3ad", "bond_xmit_hash_policy": "layer3+4"},
            "auto bond0\niface bond0 inet manual\nbond-slaves eth1\nbond-mode 802.3ad\nbond-miimon 100\n"
            "bond-xmit-hash-policy layer3+4",
        ),
        ("vlan", {"vlan_raw_device": "eth1", "vlan_id": "50"}, "auto eth1.50\niface eth1.50 inet manual"),
        (
            "vlan",
            {"name": "office", "vlan_raw_device": "eth1", "vlan_id": "50"},
            "auto office\niface office inet manual\nvlan-raw-device eth1\nvlan-id 50",
        ),
        ("ethernet", {"start": "hotplug", "inet_method": "dhcp"}, "allow-hotplug eth1\niface eth1 inet dhcp"),
        ("dummy", {"inet6_method": "static", "inet6_address": "2001:db8::1/64"}, "iface dummy0 inet6 static"),
    ],
)
def test_an_interface_of_a_kind_is_added_as_one_would_write_it(
    node: Node, as_ann: Client, kind: str, typed: dict[str, Any], written: str
) -> None:
    page, sent = opened(as_ann, "interface-add", kind)

    answer = as_ann.post(page, {**sent, **typed, "save": "1", "save_anyway": "on"})

    assert answer.status_code == 302, answer.context["form"].errors
    lines = [line.strip() for line in candidate(draft(node)).text.splitlines() if line.strip()]
    assert written in "\n".join(lines)


def test_a_name_that_is_taken_is_refused_at_its_field(node: Node, as_ann: Client) -> None:
    page, sent = opened(as_ann, "interface-add", "bridge")

    answer = as_ann.post(page, {**sent, "name": "vmbr0", "save": "1", "save_anyway": "on"})

    assert answer.status_code == 422
    assert "vmbr0" in str(answer.context["form"].errors["name"])


def test_what_no_field_stands_for_is_shown_kept_and_editable(as_ann: Client, node: Node) -> None:
    take(node_report(SAVED + "wol g\npost-up echo ready\n"))
    page, sent = opened(as_ann, "interface", "vmbr0")
    assert sent["inet_further"] == "wol g"
    assert sent["inet_hooks"] == "post-up echo ready"

    as_ann.post(
        page, {**sent, "inet_further": "wol d\ndns-search example.org", "save": "1", "save_anyway": "on"}
    )

    text = candidate(draft(node)).text
    assert text == SAVED + "wol d\ndns-search example.org\npost-up echo ready\n"


def test_who_may_not_write_what_runs_as_root_sees_commands_and_cannot_change_them(
    node: Node, as_bob: Client
) -> None:
    take(node_report(SAVED + "post-up echo ready\n"))
    page, sent = opened(as_bob, "interface", "vmbr0")

    as_bob.post(
        page, {**sent, "inet_hooks": "post-up reboot", "inet_address": "192.168.10.7/24", "save": "1"}
    )

    text = candidate(draft(node)).text
    assert "post-up echo ready" in text
    assert "reboot" not in text
    assert "192.168.10.7" in text

    raw = reverse("file", args=["host"])
    answer = as_bob.post(raw, {"text": f"{SAVED}up reboot\n", "save": "1", "save_anyway": "on"})
    assert answer.status_code == 422
    assert "would run as root" in answer.content.decode()
    assert "up reboot" in answer.context["form"]["text"].value()


def test_a_form_opened_before_the_file_changed_is_not_saved_over_it_and_keeps_what_was_typed(
    node: Node, as_ann: Client
) -> None:
    page, sent = opened(as_ann, "interface", "vmbr0")
    take(node_report(SAVED.replace("bridge_fd 0", "bridge_fd 4")))

    answer = as_ann.post(page, {**sent, "inet_address": "192.168.10.8/24", "save": "1"})

    assert answer.status_code == 422
    assert "changed after you opened this form" in answer.content.decode()
    assert answer.context["form"]["inet_address"].value() == "192.168.10.8/24"
    assert not node.change_sets.exists()


def test_an_edit_that_leads_back_to_the_saved_file_leaves_no_change(node: Node, as_ann: Client) -> None:
    for address in ("192.168.10.8/24", "192.168.10.2/24"):
        page, sent = opened(as_ann, "interface", "vmbr0")
        as_ann.post(page, {**sent, "inet_address": address, "save": "1"})

    assert not draft(node).changes.exists()


def test_an_interface_is_renamed_and_a_family_added_and_taken_away(node: Node, as_ann: Client) -> None:
    page, sent = opened(as_ann, "interface", "vmbr0")
    as_ann.post(
        page,
        {**sent, "name": "br0", "inet6_method": "static", "inet6_address": "2001:db8::2/64", "save": "1"},
    )
    text = candidate(draft(node)).text
    assert "auto br0" in text
    assert "vmbr0" not in text
    assert "iface br0 inet6 static" in text

    page, sent = opened(as_ann, "interface", "br0")
    as_ann.post(page, {**sent, "inet6_method": "", "save": "1"})
    assert "inet6" not in candidate(draft(node)).text


def test_the_preview_shows_the_difference_and_stores_nothing(node: Node, as_ann: Client) -> None:
    page, sent = opened(as_ann, "interface", "vmbr0")

    answer = as_ann.post(page, {**sent, "inet_address": "192.168.10.9/24"}, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert "address 192.168.10.9" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert not node.change_sets.exists()


def test_removing_an_interface_names_what_stands_on_it_and_goes_to_the_draft(
    node: Node, as_ann: Client
) -> None:
    page = reverse("interface-remove", args=["host", "eth0"])
    shown = as_ann.get(page)
    assert "Others stand on it" in shown.content.decode()

    as_ann.post(page, {"seen": shown.context["seen"]})

    assert "iface eth0" not in candidate(draft(node)).text


def test_the_raw_text_of_an_interface_is_saved_and_a_stanza_of_another_name_refused(
    node: Node, as_ann: Client
) -> None:
    page = reverse("interface-text", args=["host", "vmbr0"])
    text = as_ann.get(page).context["form"]["text"].value()
    as_ann.post(page, {"text": text.replace("bridge_fd 0", "bridge_fd 2"), "save": "1"})
    assert candidate(draft(node)).text == SAVED.replace("bridge_fd 0", "bridge_fd 2")

    answer = as_ann.post(page, {"text": "iface other inet manual\n", "save": "1", "save_anyway": "on"})
    assert answer.status_code == 422
    assert answer.context["form"]["text"].value() == "iface other inet manual\n"


@pytest.mark.parametrize(
    "kind", ["bridge", "bond", "vlan", "ethernet", "vxlan", "dummy", "ovs-bridge", "ovs-bond"]
)
def test_a_form_of_every_kind_opens(
    node: Node, as_ann: Client, kind: str, publish: Callable[..., None]
) -> None:
    publish()

    assert as_ann.get(reverse("interface-add", args=["host", kind])).status_code == 200


def test_a_finding_with_one_obvious_mend_is_mended_by_a_button_in_the_draft(
    node: Node, as_ann: Client
) -> None:
    take(node_report(SAVED.replace("inet manual", "inet maunal")))
    page = as_ann.get(reverse("node", args=["host"]), {"show": "findings"})
    (row,) = page.context["rows"]
    (finding,) = row.findings
    assert finding.correction.label in page.content.decode()

    as_ann.post(reverse("correct", args=["host"]), {"mend": place(finding)})

    assert candidate(draft(node)).text == SAVED


def test_a_mend_of_what_is_not_there_any_more_changes_nothing(node: Node, as_ann: Client) -> None:
    answer = as_ann.post(
        reverse("correct", args=["host"]),
        {"mend": "method.unknown eth0 "},
        follow=True,
    )

    assert "not there any more" in answer.content.decode()
    assert not node.change_sets.exists()


TWO_STANZAS = (
    SAVED
    + """
iface vmbr0 inet static
    address 192.0.2.9/24

iface vmbr0 inet6 manual
"""
)


def test_every_stanza_of_a_family_has_its_fields_and_is_edited_alone(node: Node, as_ann: Client) -> None:
    take(node_report(TWO_STANZAS))
    page, sent = opened(as_ann, "interface", "vmbr0")
    assert sent["inet_2_address"] == "192.0.2.9/24"
    assert "IPv4, stanza 2 (line 15)" in as_ann.get(page).content.decode()

    as_ann.post(page, {**sent, "inet_2_address": "192.0.2.9/24\n192.0.2.10/24", "save": "1"})

    added = "    address 192.0.2.9/24\n    address 192.0.2.10/24\n"
    assert candidate(draft(node)).text == TWO_STANZAS.replace("    address 192.0.2.9/24\n", added)


def test_a_finding_stands_at_the_stanza_it_is_about(node: Node, as_ann: Client) -> None:
    take(node_report(TWO_STANZAS))
    page, sent = opened(as_ann, "interface", "vmbr0")

    form = as_ann.post(page, {**sent, "inet_2_address": "999.0.2.9/24", "check": "1"}).context["form"]

    assert [finding.severity for finding in form["inet_2_address"].findings] == ["error"]
    assert form["inet_address"].findings == []


def test_one_of_several_stanzas_of_a_family_cannot_be_taken_away_by_its_method(
    node: Node, as_ann: Client
) -> None:
    take(node_report(TWO_STANZAS))
    page, _ = opened(as_ann, "interface", "vmbr0")

    fields = as_ann.get(page).context["form"].fields

    assert "" not in dict(fields["inet_method"].choices)
    assert "" not in dict(fields["inet_2_method"].choices)
    assert "" in dict(fields["inet6_method"].choices)


def test_the_device_of_a_vlan_is_offered_and_one_that_is_not_there_is_told_at_its_field(
    node: Node, as_ann: Client
) -> None:
    page, sent = opened(as_ann, "interface-add", "vlan")
    offered = re.search(
        r'<datalist id="known-vlan_raw_device">(.*?)</datalist>', as_ann.get(page).content.decode()
    )
    assert offered
    assert re.findall(r'value="([^"]+)"', offered[1]) == ["eth0", "vmbr0", "eth1"]

    typed = {**sent, "vlan_raw_device": "eth9", "vlan_id": "5", "name": "office", "check": "1"}
    form = as_ann.post(page, typed).context["form"]

    assert [finding.message for finding in form["vlan_raw_device"].findings] != []
    assert form["vlan_raw_device"].value() == "eth9"


def test_the_primary_of_a_bond_is_one_of_its_slaves(node: Node, as_ann: Client) -> None:
    take(node_report("iface bond0 inet manual\n\tbond-slaves eth1 eth0\n\tbond-mode active-backup\n"))
    page, _ = opened(as_ann, "interface", "bond0")

    assert as_ann.get(page).context["form"].fields["bond_primary"].widget.known == ("eth1", "eth0")


def test_what_a_sourced_file_starts_cannot_be_started_otherwise_by_the_form(
    node: Node, as_ann: Client
) -> None:
    started = SAVED.replace("auto vmbr0\n", "") + "\nsource /etc/network/interfaces.d/*\n"
    take(node_report(started, sourced={"/etc/network/interfaces.d/start": "auto vmbr0\n"}))
    page, sent = opened(as_ann, "interface", "vmbr0")
    assert sent["start"] == "auto"
    assert "Said in /etc/network/interfaces.d/start" in as_ann.get(page).content.decode()

    as_ann.post(page, {**sent, "start": "manual", "inet_gateway": "192.168.10.3", "save": "1"})

    assert candidate(draft(node)).text == started.replace("192.168.10.1\n", "192.168.10.3\n")


def test_a_mend_at_a_field_keeps_what_was_typed(node: Node, as_ann: Client) -> None:
    take(node_report(SAVED.replace("inet manual", "inet maunal")))
    page, sent = opened(as_ann, "interface", "eth0")
    (finding,) = as_ann.get(page).context["form"]["inet_method"].findings
    assert f'value="{place(finding)}"' in as_ann.get(page).content.decode()

    answer = as_ann.post(page, {**sent, "mtu": "9000", "mend": place(finding)})

    assert answer.url == page
    assert candidate(draft(node)).text == SAVED.replace("inet manual\n", "inet manual\nmtu 9000\n")


def test_a_mend_in_the_raw_text_keeps_what_was_typed(node: Node, as_ann: Client) -> None:
    take(node_report(SAVED.replace("inet manual", "inet maunal")))
    page, sent = opened(as_ann, "file")
    text = sent["text"] + "# a note\n"
    finding = next(
        each
        for each in as_ann.post(page, {**sent, "text": text}).context["preview"].findings
        if each.correction
    )

    as_ann.post(page, {**sent, "text": text, "mend": place(finding)})

    assert candidate(draft(node)).text == SAVED + "# a note\n"


def test_enter_in_a_field_saves_and_mends_nothing(node: Node, as_ann: Client) -> None:
    """A browser then presses the first button of the form."""
    take(node_report(SAVED.replace("inet manual", "inet maunal")))
    page = as_ann.get(reverse("interface", args=["host", "eth0"])).content.decode()
    form = page[page.index('id="editor"') :]

    buttons = re.findall(r'type="submit"\s+name="(\w+)"', form)

    assert buttons[0] == "save"
    assert "mend" in buttons
