"""The files that a node's interfaces(5) file sources, directly or through each other."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator
from pathlib import Path

from netadmin.interfaces import Dialect, Source, parse

PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+")  # interfaces(5): the file names that source-directory takes
MOST_FILES = 1000


def sourced_files(text: str, *, file: Path, root: Path, dialect: Dialect) -> dict[str, str]:
    """Path as the node has it → text, in the order in which the engine reads them, each file once.

    A relative pattern begins in ifupdown2 at the current directory, which at boot is `/`, and in classic
    ifupdown at the folder of the file it stands in. Files that cannot be read are passed over.
    """
    found: dict[str, str] = {}
    waiting = [(text, file)]
    while waiting and len(found) < MOST_FILES:
        text, file = waiting.pop(0)
        for path in _named_in(text, file, root, dialect):
            name = str(path)
            inside = root / name.lstrip("/")
            if name in found or not inside.is_file():
                continue
            try:
                found[name] = inside.read_bytes().decode("utf-8", "surrogateescape")
            except OSError:
                continue
            waiting.append((found[name], path))
    return found


def _named_in(text: str, file: Path, root: Path, dialect: Dialect) -> Iterator[Path]:
    for stanza in parse(text, dialect=dialect, file=str(file)).stanzas:
        if isinstance(stanza, Source) and stanza.pattern:
            here = Path("/") if dialect is Dialect.IFUPDOWN2 else file.parent
            if stanza.keyword == "source":
                yield from _matching(root, here / stanza.pattern)
            elif dialect is Dialect.IFUPDOWN:
                folder = here / stanza.pattern
                yield from (path for path in _matching(root, folder / "*") if PLAIN_NAME.fullmatch(path.name))


def _matching(root: Path, pattern: Path) -> list[Path]:
    names = glob.glob(str(pattern).lstrip("/"), root_dir=root)  # noqa: PTH207 - Path.glob finds hidden files too
    return [Path("/") / name for name in sorted(names)]
