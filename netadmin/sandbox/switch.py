"""The switch that a sandbox's NICs are plugged into: a network namespace of its own with one bridge.

Every port is isolated (bridge(8)): it reaches the switch's own addresses, which stand for the gateway,
and no other port. So a node that bridges two of its NICs makes no loop that would storm.
"""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from netadmin.sandbox import packages
from netadmin.sandbox.errors import NamespacesError, SandboxError

GATEWAYS = ("192.168.10.1/24", "2001:db8:10::1/64")
IPV6 = Path("/proc/sys/net/ipv6")
TIED = ("setpriv", "--pdeathsig", "KILL")  # ends with the thread that started it, even by kill -9


class Switch:
    """Lives from `start` to `stop`, whatever boots and ends behind it."""

    def __init__(self, tools: Path, *, gateways: Sequence[str] = GATEWAYS) -> None:
        self.tools = tools
        self.gateways = tuple(gateways)
        self._holder: subprocess.Popen[str] | None = None
        self._dhcp: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """A process in the switch's network namespace, by the machine's number."""
        if self._holder is None:
            raise SandboxError("The switch is not running.", hint="Call start() first.")
        return self._holder.pid

    def start(self) -> None:
        """Raises NamespacesError when this machine does not allow network namespaces."""
        # The shell says that the namespace is there, then only holds it.
        hold = ("sh", "-c", "echo ready; exec sleep infinity")
        self._holder = subprocess.Popen(
            (*TIED, "unshare", "--net", *hold),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        greeting = self._holder.stdout.readline() if self._holder.stdout else ""
        if greeting != "ready\n":
            self.stop()
            raise NamespacesError(
                f"A network namespace cannot be made: {greeting.strip()}",
                hint="The sandbox needs root and a kernel (or container) that allows namespaces.",
            )
        wanted = [gateway for gateway in self.gateways if ":" not in gateway or IPV6.exists()]
        addresses = [f"address add {gateway} dev lan" for gateway in wanted]
        self._batch("link set lo up", "link add lan type bridge", *addresses, "link set lan up")

    def plug(self, node: int, nics: Sequence[str]) -> None:
        """Make the NICs in the network namespace of process `node`, each with a cable to this switch."""
        self._unplug(nics)
        steps: list[str] = []
        for number, nic in enumerate(nics):
            address = f"02:6e:61:00:00:{number:02x}"  # the same after every boot, as a real NIC's
            steps += [
                f"link add to-{nic} type veth peer name {nic} address {address} netns {node}",
                f"link set to-{nic} master lan up",
                f"link set to-{nic} type bridge_slave isolated on",
            ]
        self._batch(*steps)

    def _unplug(self, nics: Sequence[str]) -> None:
        """After a power cut the kernel takes its time to remove the node's NICs, and with them our ends."""
        for nic in nics:
            command = self._inside((packages.program(self.tools, "ip"), "link", "delete", f"to-{nic}"))
            subprocess.run(
                command,
                env={**os.environ, **packages.environment(self.tools)},
                capture_output=True,
                check=False,  # there is none to remove, or it went this moment
            )

    def cable(self, nic: str, *, plugged: bool) -> None:
        """Pull the cable of a NIC, or plug it in again: the node sees its carrier go and come."""
        self._batch(f"link set to-{nic} {'up' if plugged else 'down'}")

    def run(self, command: Sequence[str | Path], *, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """A command of the machine's, run in the switch's network. Raises CalledProcessError."""
        return subprocess.run(
            self._inside(command), capture_output=True, text=True, check=True, timeout=timeout
        )

    def serve_dhcp(self, first: str, last: str) -> None:
        """Lease the addresses from `first` to `last` to whoever asks, until the switch stops."""
        root = packages.unpacked("dnsmasq-base")
        options = (
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--port=0",
            "--interface=lan",
            "--bind-interfaces",
            "--leasefile-ro",
            "--no-ping",  # no address here is anybody else's; asking for that takes three seconds
            "--pid-file=",
            "--user=root",
            "--log-facility=-",
            f"--dhcp-range={first},{last},10m",
        )
        self._dhcp = subprocess.Popen(
            (*TIED, *self._inside((packages.program(root, "dnsmasq"), *options))),
            env={**os.environ, **packages.environment(root)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def stop(self) -> None:
        for process in (self._dhcp, self._holder):
            if process is not None:
                process.kill()
                process.communicate()
        self._dhcp = self._holder = None

    def _inside(self, command: Sequence[str | Path]) -> tuple[str, ...]:
        return ("nsenter", "--target", str(self.pid), "--net", "--", *map(str, command))

    def _batch(self, *steps: str) -> None:
        done = subprocess.run(
            self._inside((packages.program(self.tools, "ip"), "-batch", "-")),
            input="\n".join(steps) + "\n",
            env={**os.environ, **packages.environment(self.tools)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NamespacesError(
                f"The sandbox's switch could not be set up: {done.stderr.strip()}",
                hint="The kernel must know bridges and veth pairs: `modprobe -a bridge veth`.",
            )
