"""A sandbox is a node: it boots, keeps its files, loses its links; and nothing of it reaches the machine."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netadmin.interfaces import Dialect
from netadmin.sandbox import Sandbox
from netadmin.sandbox.errors import SandboxError
from netadmin.sandbox.view import _out_of_sight
from tests.rigs.until import until

pytestmark = pytest.mark.sandbox

BOTH_NICS_BRIDGED = """\
auto vmbr0
iface vmbr0 inet static
	address 192.168.10.2/24
	bridge-ports eth0 eth1
	bridge-stp off
	bridge-fd 0
"""

NOTES_ITS_END = """\
auto eth0
iface eth0 inet manual
	down touch /var/lib/netadmin/down
"""

BY_DHCP = """\
auto eth0
iface eth0 inet dhcp
"""


def addresses(node: Sandbox, link: str) -> list[str]:
    links = json.loads(node.run(["ip", "-j", "address", "show", "dev", link]).stdout)
    return [entry["local"] for entry in links[0]["addr_info"] if entry["family"] == "inet"]


@pytest.mark.parametrize("engine", Dialect)
def test_a_node_comes_up_as_its_file_says_with_either_engine(make_sandbox, engine):
    node = make_sandbox(engine=engine)

    node.start()

    assert node.boots == [{"boot": 0, "ifup": 0}]
    assert addresses(node, "vmbr0") == ["192.168.10.2"]
    assert node.run(["ping", "-c1", "-W2", "192.168.10.1"]).returncode == 0


def test_the_real_engine_changes_real_links(sandbox):
    text = sandbox.interfaces.read_text()
    sandbox.interfaces.write_text(text.replace("192.168.10.2", "192.168.10.77"))

    sandbox.run(["/usr/bin/python3", "/usr/sbin/ifreload", "-a"])

    assert addresses(sandbox, "vmbr0") == ["192.168.10.77"]


def test_a_reboot_keeps_the_files_and_nothing_else(sandbox):
    sandbox.run(["ip", "link", "add", "left", "type", "bridge"])
    sandbox.run(
        ["sh", "-c", "echo kept > /var/lib/netadmin/journal; echo lost > /tmp/scratch; echo lost > /etc/x"]
    )
    before = sandbox.run(["cat", "/proc/sys/kernel/random/boot_id"]).stdout

    sandbox.reboot()

    assert sandbox.run(["cat", "/var/lib/netadmin/journal"]).stdout == "kept\n"
    assert sandbox.run(["test", "-e", "/tmp/scratch"], check=False).returncode == 1  # noqa: S108
    assert sandbox.run(["test", "-e", "/etc/x"], check=False).returncode == 1
    assert sandbox.run(["ip", "link", "show", "left"], check=False).returncode == 1
    assert sandbox.run(["cat", "/proc/sys/kernel/random/boot_id"]).stdout != before
    assert addresses(sandbox, "vmbr0") == ["192.168.10.2"]


def test_a_node_that_reboots_by_itself_says_so_and_comes_up_again(sandbox):
    sandbox.run(["kill", "-USR1", "1"])
    until(lambda: sandbox.wants_reboot)

    sandbox.come_up_again()

    assert len(sandbox.boots) == 2


def test_a_reboot_takes_the_network_down_in_order(make_sandbox):
    node = make_sandbox(text=NOTES_ITS_END)
    node.start()

    node.reboot()

    assert node.run(["test", "-e", "/var/lib/netadmin/down"]).returncode == 0


def test_a_power_cut_leaves_the_files_as_they_are(make_sandbox):
    node = make_sandbox(text=NOTES_ITS_END)
    node.start()

    node.power_cut()
    node.power_on()

    assert node.run(["test", "-e", "/var/lib/netadmin/down"], check=False).returncode == 1
    assert node.interfaces.read_text() == NOTES_ITS_END


def test_two_nics_in_one_bridge_make_no_storm(make_sandbox):
    node = make_sandbox(text=BOTH_NICS_BRIDGED)
    node.start()

    node.run(["ping", "-c3", "-i0.2", "-W2", "192.168.10.1"])

    statistics = json.loads(node.run(["ip", "-j", "-s", "link", "show", "dev", "eth1"]).stdout)
    assert statistics[0]["stats64"]["rx"]["packets"] < 200


def test_a_pulled_cable_takes_the_carrier(sandbox):
    def carrier() -> str:
        return sandbox.run(["cat", "/sys/class/net/eth0/carrier"]).stdout.strip()

    sandbox.switch.cable("eth0", plugged=False)
    until(lambda: carrier() == "0")
    sandbox.switch.cable("eth0", plugged=True)
    until(lambda: carrier() == "1")


def test_the_switch_leases_addresses(make_sandbox):
    node = make_sandbox(text="auto lo\niface lo inet loopback\n")
    node.start()
    node.switch.serve_dhcp("192.168.10.100", "192.168.10.120")
    node.interfaces.write_text(BY_DHCP)

    node.run(["/usr/bin/python3", "/usr/sbin/ifup", "eth0"])

    assert addresses(node, "eth0")[0].startswith("192.168.10.1")


def test_a_worker_that_dies_is_started_again(make_sandbox):
    node = make_sandbox()
    node.start(["sleep", "1234"], respawn=True)

    def workers() -> list[str]:
        return node.run(["pgrep", "-x", "sleep"], check=False).stdout.split()

    (first,) = until(workers)
    node.run(["kill", "-9", first])

    assert until(lambda: [pid for pid in workers() if pid != first])


def test_what_the_node_writes_or_switches_does_not_reach_the_machine(sandbox, tmp_path):
    mark = f"mark-{os.getpid()}"
    links = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout

    for folder in ("/etc", "/usr/bin", "/var/lib", "/tmp", "/run", "/root"):  # noqa: S108
        sandbox.run(["touch", f"{folder}/{mark}"])
        assert not Path(folder, mark).exists()
    sandbox.run(["ip", "link", "add", mark[:15], "type", "bridge"])
    sandbox.run(["hostname", mark])
    kernel = sandbox.run(["sh", "-c", "echo 1 > /proc/sys/kernel/panic"], check=False)

    assert kernel.returncode != 0
    assert os.uname().nodename != mark
    assert subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout == links


def test_a_shared_folder_is_seen_by_both_sides_at_the_same_place(make_sandbox, tmp_path):
    (shared := tmp_path / "shared").mkdir()
    node = make_sandbox(shared=[shared])
    node.start()

    node.run(["sh", "-c", f"echo hello > {shared}/file"])

    assert (shared / "file").read_text() == "hello\n"


def test_a_directory_is_one_node_at_a_time(sandbox):
    with pytest.raises(SandboxError, match="already running"):
        Sandbox(sandbox.directory).start()


def test_stop_ends_every_process_and_a_later_start_finds_the_files(make_sandbox):
    node = make_sandbox()
    node.start(["sleep", "1234"])
    pid = node.pid
    node.interfaces.write_text("auto lo\niface lo inet loopback\n")

    node.stop()
    assert not Path("/proc", str(pid)).exists()

    node.start()
    assert node.run(["ip", "link", "show", "vmbr0"], check=False).returncode == 1


def test_nothing_outlives_a_starter_that_is_killed(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from netadmin.sandbox import Sandbox\n"
        f"node = Sandbox(Path({str(tmp_path / 'node')!r})); node.start()\n"
        "print(node.pid, node.switch.pid, flush=True); time.sleep(60)\n"
    )
    starter = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    pids = starter.stdout.readline().split()

    starter.send_signal(signal.SIGKILL)
    starter.communicate()

    until(lambda: not any(Path("/proc", pid).exists() for pid in pids))


def test_a_user_without_the_right_is_told_what_is_needed(tmp_path):
    tmp_path.chmod(0o777)
    script = (
        "from pathlib import Path; from netadmin.sandbox.switch import Switch\n"
        "from netadmin.sandbox.errors import NamespacesError\n"
        "try: Switch(Path('/')).start()\n"
        "except NamespacesError as error: print(error)\n"
    )
    nobody = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"]

    done = subprocess.run([*nobody, sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert "A network namespace cannot be made" in done.stdout
    assert "needs root" in done.stdout


def test_only_paths_that_the_overlay_does_not_show_are_bound():
    assert _out_of_sight(Path("/tmp/checkout"))  # noqa: S108
    assert not _out_of_sight(Path("/usr/lib/python3"))
