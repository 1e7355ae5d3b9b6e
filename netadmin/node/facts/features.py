"""What this kernel can do: bond, tag VLANs, filter VLANs on a bridge, and so on.

Three answers are asked for in turn, none of which changes anything that can be seen:

1. the kernel's configuration (/boot/config-RELEASE, /proc/config.gz), where it says yes or no for good;
2. the list of its modules, loaded, built in or on disk, where it says "module" or nothing;
3. a trial in a network namespace that is gone again at once, where there is no module of that name on
   disk, so that nothing gets loaded by it: loading `bonding` would give the node a bond0.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

TRIAL_LIMIT = 10  # seconds


@dataclass(frozen=True, slots=True)
class Feature:
    """`trial`: commands of `ip -batch`; it is passed when they succeed and print the `sign`."""

    name: str
    option: str  # in the kernel's configuration
    module: str
    trial: tuple[str, ...] = ()
    sign: str = ""


FEATURES = (
    Feature("bonding", "CONFIG_BONDING", "bonding", ("link add name t0 type bond",)),
    Feature(
        "8021q",
        "CONFIG_VLAN_8021Q",
        "8021q",
        ("link add name t0 type bridge", "link add link t0 name t0.2 type vlan id 2"),
    ),
    Feature("bridge", "CONFIG_BRIDGE", "bridge", ("link add name t0 type bridge",)),
    Feature(
        "bridge-vlan",
        "CONFIG_BRIDGE_VLAN_FILTERING",
        "",  # a part of the module bridge, shown by an attribute of every bridge
        ("link add name t0 type bridge", "link show dev t0"),
        "vlan_protocol",
    ),
    Feature("vxlan", "CONFIG_VXLAN", "vxlan", ("link add name t0 type vxlan id 1 dstport 4789",)),
    Feature("dummy", "CONFIG_DUMMY", "dummy", ("link add name t0 type dummy",)),
    Feature("veth", "CONFIG_VETH", "veth", ("link add name t0 type veth",)),
    Feature("openvswitch", "CONFIG_OPENVSWITCH", "openvswitch"),
)


def kernel_features(root: Path = Path("/"), release: str | None = None) -> frozenset[str]:
    """The names of the features that the running kernel has or can load.

    `openvswitch` is only named when ovs-vsctl is there as well: without it the kernel's part is of no use.
    """
    kernel = Kernel(root, release or os.uname().release)
    return frozenset(feature.name for feature in FEATURES if _has(kernel, feature))


@dataclass(frozen=True)
class Kernel:
    """A kernel by what lies on disk about it."""

    root: Path
    release: str

    @cached_property
    def configuration(self) -> dict[str, str] | None:
        """Option to "y" or "m"; None when the configuration is nowhere to be read."""
        plain = self.root / "boot" / f"config-{self.release}"
        packed = self.root / "proc/config.gz"
        try:
            text = plain.read_text() if plain.exists() else gzip.decompress(packed.read_bytes()).decode()
        except OSError:
            return None
        lines = (line.partition("=") for line in text.splitlines() if line.startswith("CONFIG_"))
        return {option: value for option, _equals, value in lines}

    @cached_property
    def modules(self) -> frozenset[str]:
        """Names of modules that are loaded, built in or loadable."""
        folder = self.root / "lib/modules" / self.release
        listed = [*_lines(folder / "modules.builtin"), *_lines(folder / "modules.dep")]
        files = (line.partition(":")[0].rpartition("/")[2] for line in listed)
        loaded = (line.partition(" ")[0] for line in _lines(self.root / "proc/modules"))
        return frozenset(name.partition(".")[0].replace("-", "_") for name in (*files, *loaded))


def _has(kernel: Kernel, feature: Feature) -> bool:
    if feature.name == "openvswitch" and shutil.which("ovs-vsctl") is None:
        return False
    if kernel.configuration is None:
        return feature.module in kernel.modules or _passes(feature)
    configured = kernel.configuration.get(feature.option)
    return configured == "y" or (configured == "m" and feature.module in kernel.modules)


def _passes(feature: Feature) -> bool:
    if not feature.trial:
        return False
    tried = subprocess.run(
        ["unshare", "--net", "ip", "-details", "-json", "-batch", "-"],  # noqa: S607 - the PATH is root's own
        input="\n".join(feature.trial) + "\n",
        capture_output=True,
        text=True,
        timeout=TRIAL_LIMIT,
        check=False,
    )
    return tried.returncode == 0 and feature.sign in tried.stdout


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []
