"""What tests expect of the machine they run on, lent to them where it is a minimal one: nothing is installed."""

from __future__ import annotations

import os
import shutil
from ctypes.util import find_library

from netadmin.sandbox import packages

TOOLS = {
    "ip": "iproute2",
    "ss": "iproute2",
    "kill": "procps",
    "pgrep": "procps",
    "mke2fs": "e2fsprogs",
}
LIBRARIES = {"atomic": "libatomic1"}  # the program by which Playwright drives the browser needs it


def lend_tools() -> None:
    """Put what is missing on this process's paths, and so on those of the programs that it starts."""
    wanted = {package for tool, package in TOOLS.items() if not shutil.which(tool)}
    wanted |= {package for library, package in LIBRARIES.items() if not find_library(library)}
    if not wanted:
        return
    root = packages.unpacked(*sorted(wanted))
    places = [str(root / folder) for folder in ("usr/bin", "usr/sbin", "bin", "sbin")]
    os.environ["PATH"] = ":".join([os.environ.get("PATH", os.defpath), *places])
    if libraries := packages.environment(root).get("LD_LIBRARY_PATH"):
        os.environ["LD_LIBRARY_PATH"] = ":".join(filter(None, [os.environ.get("LD_LIBRARY_PATH"), libraries]))
