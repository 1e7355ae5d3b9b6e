"""A file with all that it sources, found and ordered as its engine does it."""

import glob
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from netadmin.interfaces.dialect import Dialect
from netadmin.interfaces.document import Document, parse
from netadmin.interfaces.stanzas import Source


@dataclass(frozen=True, slots=True)
class Sourced:
    """A sourced file, and the line that asks for it."""

    document: Document
    by_file: str
    by_line: int


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """A file that is not read, or would be read again and again; at the line that asks for it."""

    message: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Sources:
    """A file and what it sources, in the order in which the engine reads them."""

    document: Document
    sourced: tuple[Sourced, ...]
    problems: tuple[SourceProblem, ...]

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents of the sourced files."""
        return tuple(sourced.document for sourced in self.sourced)


def read_tree(
    path: str = "/etc/network/interfaces",
    *,
    dialect: Dialect = Dialect.IFUPDOWN2,
    root: str | Path = "/",
    cwd: str = "/",
    text: str | None = None,
) -> Sources:
    """Read a file and, each once, the files it sources; a file that cannot be read is a problem, told.

    path: as the engine sees it, below root
    text: what to take as the file's content instead of reading it, for a text that may come to stand there
    cwd: where the engine runs: ifupdown2 takes relative patterns from there, classic from beside the file
    """
    reading = _Reading(dialect, Path(root), cwd)
    found = reading.read(path, path, 0) if text is None else reading.take(path, text)
    document = found or Document((), dialect, path)
    reading.follow(document)
    return Sources(document, tuple(reading.sourced), tuple(reading.problems))


@dataclass
class _Reading:
    """What is known while the files are being read."""

    dialect: Dialect
    root: Path
    cwd: str
    sourced: list[Sourced] = field(default_factory=list)
    problems: list[SourceProblem] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def follow(self, document: Document) -> None:
        """Read what a document sources, what that sources, and so on: depth first, as the engines do."""
        pending = [self._asked_by(document)]
        while pending:
            asked = next(pending[-1], None)
            if asked is None:
                pending.pop()
                continue
            path, by_file, line = asked
            if (found := self.read(path, by_file, line)) is not None:
                self.sourced.append(Sourced(found, by_file, line))
                pending.append(self._asked_by(found))

    def take(self, path: str, text: str) -> Document:
        """A text as if that file held it."""
        self.seen.add(os.path.realpath(self._outside(path)))
        return parse(text, dialect=self.dialect, file=path)

    def read(self, path: str, by_file: str, line: int) -> Document | None:
        """One file; None, and a problem, when there is nothing to read or it has been read before."""
        real = os.path.realpath(self._outside(path))
        if real in self.seen:
            self._problem(f"{path} is sourced a second time, which the engines do not notice", by_file, line)
            return None
        self.seen.add(real)
        try:
            if not Path(real).is_file():
                self._problem(f"{path} is not a file", by_file, line)
                return None
            text = Path(real).read_bytes().decode("utf-8", "surrogateescape")
        except OSError as error:
            self._problem(f"{path} cannot be read: {error.strerror}", by_file, line)
            return None
        return parse(text, dialect=self.dialect, file=path)

    def _asked_by(self, document: Document) -> Iterator[tuple[str, str, int]]:
        """The paths that a document's `source` lines match, with file and line of each."""
        for stanza in document.stanzas:
            if isinstance(stanza, Source):
                for pattern in stanza.patterns[: 1 if self.dialect is Dialect.IFUPDOWN2 else None]:
                    found = self._matches(self._absolute(pattern, document.file), stanza.keyword)
                    if not found and not glob.has_magic(pattern):
                        self._problem(f"{pattern} does not exist", document.file, stanza.line)
                    yield from ((path, document.file, stanza.line) for path in found)

    def _absolute(self, pattern: str, file: str) -> str:
        base = PurePosixPath(self.cwd if self.dialect is Dialect.IFUPDOWN2 else PurePosixPath(file).parent)
        return str(base / pattern)

    def _matches(self, pattern: str, keyword: str) -> list[str]:
        """The paths that match, as the engine sees them; ifupdown2 leaves them in the order of the directory."""
        prefix = str(self.root).rstrip("/")
        outside = glob.glob(glob.escape(prefix) + pattern)  # noqa: PTH207 (Path.glob wants relative patterns)
        if self.dialect is Dialect.IFUPDOWN:
            outside.sort()
        found = [path[len(prefix) :] for path in outside]
        if keyword == "source-directory":
            return [path for directory in found for path in self._in_directory(directory)]
        return found

    def _in_directory(self, directory: str) -> list[str]:
        """The files of a directory whose names classic ifupdown takes: letters, digits, `_` and `-` only."""
        outside = Path(self._outside(directory))
        files = [path.name for path in outside.iterdir() if path.is_file()] if outside.is_dir() else []
        plain = sorted(name for name in files if re.fullmatch(r"[a-zA-Z0-9_-]+", name))
        return [str(PurePosixPath(directory) / name) for name in plain]

    def _outside(self, path: str) -> str:
        return f"{str(self.root).rstrip('/')}{path}"

    def _problem(self, message: str, file: str, line: int) -> None:
        self.problems.append(SourceProblem(message, file, line))
