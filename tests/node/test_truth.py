"""What ifupdown2's exit codes hide, the report tells: every line of what was found to be silent or wrong."""

import json
import sys

import pytest

from netadmin.checks import check
from netadmin.definitions import definitions
from netadmin.interfaces import parse
from netadmin.node.messages import State
from netadmin.planning.compare import Verdict
from tests.node.conftest import BRIDGED
from tests.rigs.until import until

pytestmark = pytest.mark.sandbox

MOVED = BRIDGED.replace("10.1.0.1/24", "10.1.0.9/24")
#: what is added to the file, the exit code with which the engine passes over it, and what is said to differ
NAMED = {
    "a NIC that is not there": (
        "\nauto eth9\niface eth9 inet static\n\taddress 10.9.0.1/24\n",
        0,
        ("eth9", "link", "there", "missing"),
    ),
    "an address that is none": (
        "\nauto eth1\niface eth1 inet static\n\taddress 999.0.0.2/40\n",
        0,
        ("eth1", "address", "999.0.0.2/40", "none"),
    ),
    "a bridge port that is missing": (
        "\nauto vmbr9\niface vmbr9 inet manual\n\tbridge-ports eth1 eth9\n",
        1,
        ("vmbr9", "bridge-ports", "eth1 eth9", "eth1"),
    ),
    "a port in two bridges": (
        "\nauto vmbr8\niface vmbr8 inet manual\n\tbridge-ports eth1\n"
        "\nauto vmbr9\niface vmbr9 inet manual\n\tbridge-ports eth1\n",
        1,
        ("vmbr8", "bridge-ports", "eth1", "none"),
    ),
    "a gateway outside every subnet": (
        "\nauto eth1\niface eth1 inet static\n\taddress 10.9.0.1/24\n\tgateway 10.99.0.1\n",
        0,
        ("eth1", "gateway", "default via 10.99.0.1", "default via 192.168.10.1 dev vmbr0"),
    ),
    "a second default gateway": (
        "\nauto eth1\niface eth1 inet static\n\taddress 10.9.0.1/24\n\tgateway 10.9.0.254\n",
        0,
        ("eth1", "gateway", "default via 10.9.0.254", "default via 192.168.10.1 dev vmbr0"),
    ),
}


def comparisons(report, interface):
    return [one for one in report.comparisons if one["interface"] == interface]


def engine_output(report):
    return next(event.output for event in report.events if event.step == "apply.engine")


@pytest.mark.parametrize(("addition", "code", "differs"), NAMED.values(), ids=NAMED)
def test_the_report_names_what_is_not_as_wanted(rig, addition, code, differs):
    report = rig.apply(BRIDGED + addition)

    assert report.state is State.WAITING
    assert f"exit code {code}" in engine_output(report)
    assert differs in {
        tuple(one[field] for field in ("interface", "option", "wanted", "seen"))
        for one in report.comparisons
        if one["verdict"] == Verdict.DIFFERS
    }


def test_the_console_shows_what_is_not_as_wanted(rig):
    applied = rig.cli("apply", rig.put(BRIDGED + NAMED["a NIC that is not there"][0]))

    assert "eth9: " in applied.stdout
    assert "gateway 192.168.10.1" not in applied.stdout  # it answers


def test_a_mistyped_option_is_not_said_to_be_as_wanted(rig):
    report = rig.apply(BRIDGED.replace("address 10.1.0.1/24", "adress 10.1.0.9/24"))

    (mistyped,) = [one for one in comparisons(report, "vmbr1") if one["option"] == "adress"]
    assert mistyped["verdict"] == Verdict.UNKNOWN
    assert "exit code 0" in engine_output(report)
    assert rig.addresses("vmbr1") == []


def test_a_garbage_line_leaves_the_rest_applied_and_both_are_said(rig):
    report = rig.apply("this is no line of interfaces(5)\n" + MOVED)

    assert rig.addresses("vmbr1") == ["10.1.0.9/24"]
    assert {one["verdict"] for one in comparisons(report, "vmbr1") if one["option"] == "address"} == {
        Verdict.AS_WANTED
    }
    assert "exit code 1" in engine_output(report)
    assert "error processing line 'this is no line of interfaces(5)'" in engine_output(report)


def test_one_address_on_two_interfaces_is_live_on_both_and_said_so(rig):
    report = rig.apply(BRIDGED + "\nauto eth1\niface eth1 inet static\n\taddress 10.1.0.1/24\n")

    assert rig.addresses("eth1") == rig.addresses("vmbr1") == ["10.1.0.1/24"]
    verdicts = {
        one["verdict"]
        for name in ("eth1", "vmbr1")
        for one in comparisons(report, name)
        if one["option"] == "address"
    }
    assert verdicts == {Verdict.AS_WANTED}
    assert "exit code 0" in engine_output(report)


def test_a_hook_that_fails_is_in_the_output_and_later_hooks_still_run(rig):
    report = rig.apply(BRIDGED + "\tup false\n\tup touch /run/later-hook\n")

    assert report.state is State.WAITING
    assert "false" in engine_output(report)
    assert "exit code 0" in engine_output(report)
    assert rig.sandbox.run(["test", "-e", "/run/later-hook"]).returncode == 0


def test_a_file_with_only_the_loopback_takes_the_rest_down_and_can_be_undone(rig):
    before = rig.dump()
    report = rig.apply("auto lo\niface lo inet loopback\n")
    assert report.state is State.WAITING
    assert "vmbr0" not in rig.links()

    rig.cli("roll-back")

    assert rig.newest.state is State.ROLLED_BACK, rig.newest.residue
    assert rig.dump()["addresses"] == before["addresses"]
    assert rig.dump()["routes"] == before["routes"]


VXLAN = "\nauto vx1\niface vx1 inet manual\n\tvxlan-id 100\n\tvxlan-local-tunnelip 192.168.10.2\n"


def test_a_changed_vxlan_id_which_ifreload_refuses_is_carried_out(rig):
    rig.cli("confirm", rig.apply(BRIDGED + VXLAN).transaction)

    report = rig.apply(BRIDGED + VXLAN.replace("100", "200"))

    assert rig.links()["vx1"]["linkinfo"]["info_data"]["id"] == 200
    assert not [one for one in comparisons(report, "vx1") if one["verdict"] == Verdict.DIFFERS]
    assert any(step["action"] in ("ifdown", "delete-link") for step in report.plan["steps"])
    rig.cli("roll-back")
    assert rig.newest.state is State.ROLLED_BACK, rig.newest.residue
    assert rig.links()["vx1"]["linkinfo"]["info_data"]["id"] == 100


def test_a_bridge_turned_into_another_kind_is_carried_out_and_comes_back(rig):
    """ifreload says 0, and it is still a bridge."""
    turned = BRIDGED[: BRIDGED.index("auto vmbr1")] + VXLAN.replace("vx1", "vmbr1")

    report = rig.apply(turned)

    assert rig.links()["vmbr1"]["linkinfo"]["info_kind"] == "vxlan"
    assert not [one for one in comparisons(report, "vmbr1") if one["verdict"] == Verdict.DIFFERS]
    rig.cli("roll-back")
    assert rig.links()["vmbr1"]["linkinfo"]["info_kind"] == "bridge"
    assert rig.addresses("vmbr1") == ["10.1.0.1/24"]


def test_an_engine_that_somebody_else_runs_is_waited_for(rig):
    """ifup ends with 89 then, and with 89 also where the folder of its lock is missing."""
    rig.sh("setsid -f flock /run/network/.lock sleep 602 >/dev/null 2>&1")
    until(lambda: rig.processes(["sleep", "602"]))
    apply = [sys.executable, "-m", "netadmin.node", "apply", rig.put(MOVED)]
    rig.sandbox.run(["sh", "-c", 'setsid "$@" >/dev/null 2>&1 &', "sh", *apply])
    until(lambda: rig.journal.newest())
    until(lambda: "already running" in "".join(event.output for event in rig.report.events))
    for pid in rig.processes(["sleep", "602"]):
        rig.sandbox.run(["kill", str(pid)])
    until(lambda: rig.newest.state is State.WAITING)
    assert rig.addresses("vmbr1") == ["10.1.0.9/24"]

    rig.sh("rm -r /run/network")
    rig.cli("roll-back")
    assert rig.newest.state is State.ROLLED_BACK, rig.newest.residue
    assert rig.addresses("vmbr1") == ["10.1.0.1/24"]


def test_an_address_is_looked_for_until_duplicate_detection_has_passed_it(rig):
    """The kernel shows it as tentative for a second or two; the engine has ended by then."""
    six = "bridge-fd 0\n\niface vmbr0 inet6 static\n\taddress 2001:db8::2/64\n\nauto vmbr1"
    report = rig.apply(BRIDGED.replace("bridge-fd 0\n\nauto vmbr1", six))

    assert (Verdict.AS_WANTED, "2001:db8::2/64") in [
        (one["verdict"], one["seen"]) for one in comparisons(report, "vmbr0")
    ]
    verified = next(event for event in report.events if event.step == "apply.verify")
    assert verified.seconds > 0.3


def test_the_output_of_the_engine_and_its_exit_code_are_told(rig):
    report = rig.apply(BRIDGED + "\nauto vmbr9\niface vmbr9 inet manual\n\tbridge-ports eth9\n")

    assert "exit code 1" in engine_output(report)
    assert "eth9" in engine_output(report)


def test_a_feature_the_kernel_lacks_is_said_in_the_plan(rig):
    features = json.loads(
        rig.sandbox.run(
            [
                "/usr/bin/python3",
                "-c",
                "import json; from netadmin.node.facts.features import kernel_features;"
                "print(json.dumps(sorted(kernel_features())))",
            ]
        ).stdout
    )
    wanted = BRIDGED + "\nauto bond0\niface bond0 inet manual\n\tbond-slaves eth1 eth2\n\tbond-mode 802.3ad\n"

    report = rig.apply(wanted)

    assert ("bonding" in report.plan.get("missing_features", [])) == ("bonding" not in features)


GUEST = "ip link add tap9 type veth peer name inside; ip link set tap9 master vmbr1 up; ip link set inside up"


def test_a_guests_port_stays_on_its_bridge_through_apply_and_rollback(rig):
    rig.sh(GUEST)

    report = rig.apply(BRIDGED.replace("10.1.0.1/24", "10.1.0.9/24"))
    assert [(guest.link, guest.bridge, guest.attached, guest.up) for guest in report.guests] == [
        ("tap9", "vmbr1", True, True)
    ]
    assert rig.links()["tap9"]["master"] == "vmbr1"

    rig.cli("roll-back")
    assert rig.newest.state is State.ROLLED_BACK, rig.newest.residue
    assert rig.links()["tap9"]["master"] == "vmbr1"
    assert "UP" in rig.links()["tap9"]["flags"]


def test_a_guest_is_put_back_when_its_bridge_had_to_be_made_anew(rig):
    """The candidate removes the bridge; the way back makes it again, and the guest was not in any file."""
    rig.sh(GUEST)
    rig.apply(BRIDGED[: BRIDGED.index("auto vmbr1")])
    assert "vmbr1" not in rig.links()

    rig.cli("roll-back")

    assert rig.newest.state is State.ROLLED_BACK, rig.newest.residue
    assert rig.links()["tap9"]["master"] == "vmbr1"
    (guest,) = rig.newest.guests
    assert guest.attached and guest.up


def test_a_guest_is_put_back_on_a_bridge_that_the_apply_makes_anew(rig):
    """A lease beside another stanza is only released by taking the bridge down, with the guest's port on it."""
    rig.sandbox.switch.serve_dhcp("192.168.10.100", "192.168.10.120")
    static = BRIDGED + "\niface vmbr0 inet static\n\taddress 10.5.0.1/24\n"
    fixed = "iface vmbr0 inet static\n\taddress 192.168.10.2/24\n\tgateway 192.168.10.1\n"
    leased = static.replace(fixed, "iface vmbr0 inet dhcp\n")
    rig.sandbox.interfaces.write_text(leased)
    rig.sandbox.run(["/usr/bin/python3", "/usr/sbin/ifreload", "-a"])
    assert any(one.startswith("192.168.10.1") for one in rig.addresses("vmbr0"))
    rig.sh(GUEST.replace("vmbr1", "vmbr0"))

    report = rig.apply(static)

    actions = [step["action"] for step in report.plan["steps"]]
    assert actions == ["ifdown", "delete-link", "ifup", "restore-port"]
    assert report.plan["guests"] == [["vmbr0", "tap9"]]
    assert [(guest.link, guest.attached, guest.up) for guest in report.guests] == [("tap9", True, True)]
    assert rig.links()["tap9"]["master"] == "vmbr0"
    assert sorted(rig.addresses("vmbr0")) == ["10.5.0.1/24", "192.168.10.2/24"]

    rig.cli("roll-back")
    assert rig.newest.state is State.ROLLED_BACK, rig.newest.residue
    assert rig.links()["tap9"]["master"] == "vmbr0"
    assert any(one.startswith("192.168.10.1") for one in rig.addresses("vmbr0"))


def test_a_vm_started_during_the_wait_is_not_taken_for_residue(rig):
    rig.apply(BRIDGED.replace("10.1.0.1/24", "10.1.0.9/24"))
    rig.sh(GUEST)

    rig.cli("roll-back")

    assert rig.newest.state is State.ROLLED_BACK, rig.newest.residue
    assert "tap9" in rig.links()


def test_residue_that_cannot_be_put_back_is_named(rig):
    """A link of the node's own that went away during the wait and that no engine can make again."""
    rig.sh("ip link add uplink type veth peer name far; ip link set uplink up")
    with_uplink = BRIDGED + "\nauto uplink\niface uplink inet manual\n\tmtu 1400\n"
    rig.apply(with_uplink)
    rig.sh("ip link delete uplink")

    assert rig.cli("roll-back", check=False).returncode == 1
    assert rig.newest.state is State.ROLLED_BACK_RESIDUE
    assert any("uplink" in sentence for sentence in rig.newest.residue)


def test_no_lease_is_asked_for_below_a_stanza_of_another_method_which_is_said_before(rig):
    """dhcp.not-asked: ifupdown2 goes by the method of an interface's first stanza."""
    rig.sandbox.switch.serve_dhcp("192.168.10.100", "192.168.10.120")
    six, four = "iface eth1 inet6 static\n\taddress 2001:db8::2/64\n", "iface eth1 inet dhcp\n"
    text = f"{BRIDGED}\nauto eth1\n{six}{four}"

    rig.apply(text)

    assert rig.addresses("eth1") == []
    assert "dhcp.not-asked" in {finding.id for finding in check(definitions(parse(text)))}
