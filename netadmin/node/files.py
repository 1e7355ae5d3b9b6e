"""Files changed so that a power cut leaves the old or the new one in full."""

import ctypes
import errno
import os
from collections.abc import Callable
from pathlib import Path

from .messages import digest

AT_FDCWD, RENAME_EXCHANGE = -100, 2  # fcntl.h, linux/fs.h

Observer = Callable[[str, Path], None]


def unobserved(operation: str, path: Path) -> None:
    """Nobody is watching."""


def decode_text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def encode_text(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


class Files:
    """The file operations of a transaction, each durable when it returns; every one may raise OSError.

    `observe` is told of each primitive operation ("write", "rename", "exchange", "link", "remove", "folder",
    "append", "sync") before it happens; what it raises happens instead.
    """

    def __init__(self, observe: Observer = unobserved) -> None:
        self._observe = observe

    def read(self, path: Path) -> str:
        return decode_text(path.read_bytes())

    def read_if_there(self, path: Path) -> str | None:
        try:
            return self.read(path)
        except FileNotFoundError:
            return None

    def digest(self, path: Path) -> str:
        """Of the file's text; "" when there is no file."""
        text = self.read_if_there(path)
        return "" if text is None else digest(text)

    def replace(self, path: Path, text: str, *, like: Path | None = None) -> None:
        """Give the path new content in one step, with the mode and owner of `like`, else those the file had."""
        temporary = beside(path)
        try:
            self.write(temporary, text, like=like or path)
            self.rename(temporary, path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def write(self, path: Path, text: str, *, like: Path | None = None) -> None:
        """Write a whole file and wait until the disk has it."""
        self._observe("write", path)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        with os.fdopen(descriptor, "wb") as file:
            if like is not None and like.exists():
                old = like.stat()
                os.fchmod(file.fileno(), old.st_mode & 0o7777)
                os.fchown(file.fileno(), old.st_uid, old.st_gid)
            file.write(encode_text(text))
            file.flush()
            self._observe("sync", path)
            os.fsync(file.fileno())

    def append(self, path: Path, line: str) -> None:
        """Add a line; it may be lost in a power cut, as may every line after it, but never half of one before."""
        self._observe("append", path)
        with path.open("ab") as file:
            file.write(encode_text(line + "\n"))

    def rename(self, old: Path, new: Path) -> None:
        self._observe("rename", new)
        old.rename(new)
        self._sync_folder(new.parent)

    def exchange(self, one: Path, other: Path) -> bool:
        """Swap the names of two files of one folder in one step; False where that cannot be done.

        renameat2(2): ENOSYS from a kernel or a sandbox without it, EINVAL from a file system that lacks it (NFS).
        """
        try:
            self._observe("exchange", other)
            _exchange(one, other)
        except OSError as error:
            if error.errno in (errno.ENOSYS, errno.EINVAL):
                return False
            raise
        self._sync_folder(other.parent)
        return True

    def keep_as(self, path: Path, name: Path) -> None:
        """Give the file a second name (a hard link: no content is written), replacing what had that name."""
        temporary = beside(name)
        temporary.unlink(missing_ok=True)
        self._observe("link", name)
        os.link(path, temporary)
        self.rename(temporary, name)

    def remove(self, path: Path) -> None:
        """Fine when it is gone already."""
        self._observe("remove", path)
        path.unlink(missing_ok=True)
        self._sync_folder(path.parent)

    def make_folder(self, path: Path) -> None:
        self._observe("folder", path)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sync_folder(path.parent)

    def _sync_folder(self, path: Path) -> None:
        """A rename is durable only once the folder that holds the name is."""
        self._observe("sync", path)
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _exchange(one: Path, other: Path) -> None:
    """Python has no renameat2; a C library without it (musl before 1.2.6) counts as a kernel without it."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(one), None, str(other))


def beside(path: Path) -> Path:
    """A temporary name in the same folder, which ifupdown's `source` patterns do not match."""
    return path.with_name(f".{path.name}.netadmin-part")
