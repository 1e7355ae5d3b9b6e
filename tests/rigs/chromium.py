"""Chromium for the browser tests: the machine's, or Debian's package unpacked beside the system."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from netadmin.sandbox import packages

# What a test's browser does without: a sandbox of its own (root has none), and calls to its maker.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Chromium:
    """The program, and the variables it needs to find its libraries and fonts."""

    program: Path
    environment: dict[str, str]


def chromium() -> Chromium:
    """Raises PackagesError when the machine has none and Debian's cannot be fetched."""
    if (fonts := Path("/usr/share/fonts/truetype")).is_dir() and (found := shutil.which("chromium")):
        return Chromium(Path(found), dict(os.environ))
    root = packages.unpacked("chromium", "fonts-dejavu-core")
    fonts = root / "usr/share/fonts"
    settings = root.parent / f"{root.name}.fonts.conf"
    settings.write_text(FONTS.format(fonts=fonts))
    environment = {**os.environ, **packages.environment(root), "FONTCONFIG_FILE": str(settings)}
    return Chromium(root / "usr/lib/chromium/chromium", environment)
