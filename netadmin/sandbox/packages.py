"""Debian packages unpacked beside the system instead of installed into it.

`apt-get install ifupdown2` would remove the ifupdown that keeps the machine on the network, and
`redis-server` would start a daemon. So a package and those of its dependencies that the machine
lacks are downloaded, unpacked into a folder of their own, and used from there: as an extra layer
over `/` in a sandbox, or with `environment()` straight from the folder. Nothing is installed.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from netadmin.sandbox.errors import PackagesError

ENGINE_PACKAGES: dict[str, tuple[str, ...]] = {
    "ifupdown2": ("ifupdown2", "isc-dhcp-client", "iproute2", "ethtool", "iputils-ping"),
    # Classic ifupdown knows bridges, bonds and VLANs only through the hooks of other packages.
    "ifupdown": (
        "ifupdown",
        "bridge-utils",
        "ifenslave",
        "vlan",
        "isc-dhcp-client",
        "iproute2",
        "ethtool",
        "iputils-ping",
    ),
}

DPKG_STATUS = Path("/var/lib/dpkg/status")

# On a system with merged /usr a package's ./sbin must land in usr/sbin: as an overlay layer a real
# directory named sbin would hide the link /sbin -> usr/sbin, and with it the whole system.
MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")

APT_OPTIONS = (
    "-o",
    "APT::Sandbox::User=root",  # the cache folder may lie where the user _apt cannot write
    "-o",
    "Dpkg::Use-Pty=0",
    "-o",
    "Acquire::Retries=3",
)

INST = re.compile(r"^Inst (?P<name>\S+) (?:\[[^\]]*\] )?\((?P<version>\S+) .*\[(?P<architecture>[^\]]+)\]\)")


def unpacked(*names: str, cache: Path | None = None) -> Path:
    """The folder in which these packages lie unpacked with whatever they need that is not installed.

    Fetched on the first call, found again on later ones. Processes asking at the same time wait
    for the one that fetches. Raises PackagesError.
    """
    cache = cache or cache_folder()
    _make(cache)
    request = hashlib.sha256("\n".join((*sorted(names), _machine())).encode()).hexdigest()[:16]
    note = cache / "requests" / f"{request}.json"
    with _lock(cache / "lock"):
        root = _noted(note)
        if root is None:
            root = _fetch(names, cache)
            _write_note(note, names, root)
    return root


def cache_folder() -> Path:
    """Where downloads and unpacked packages are kept: NETADMIN_CACHE, or `packages` in the data folder."""
    if cache := os.environ.get("NETADMIN_CACHE"):
        return Path(cache).resolve()
    data = os.environ.get("NETADMIN_DATA") or Path(__file__).parents[2] / "var"
    return Path(data).resolve() / "packages"


def program(root: Path, name: str) -> Path:
    """The program of that name in an unpacked package. Raises PackagesError when there is none."""
    for folder in ("usr/sbin", "usr/bin", "sbin", "bin"):
        path = root / folder / name
        if path.is_symlink() and path.readlink().is_absolute():
            path = root / path.readlink().relative_to("/")
        if path.exists():
            return path
    raise PackagesError(
        f"The packages unpacked in {root} hold no program {name}.",
        hint=f"Remove {root} and try again; if that does not help, the package has changed its content.",
    )


def environment(root: Path) -> dict[str, str]:
    """Variables with which a program of an unpacked package finds the libraries unpacked with it."""
    folders = [folder for name in ("usr/lib", "lib") if not (folder := root / name).is_symlink()]
    found = {path.parent for folder in folders for path in folder.rglob("lib*.so*")}
    libraries = sorted(found, key=lambda folder: (len(folder.parts), folder))
    return {"LD_LIBRARY_PATH": ":".join(map(str, libraries))} if libraries else {}


def _make(cache: Path) -> None:
    try:
        for folder in ("archives", "roots", "requests"):
            (cache / folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PackagesError(
            f"The folder for Debian packages, {cache}, cannot be made: {error.strerror}.",
            hint="Set NETADMIN_CACHE to a folder that can be written.",
        ) from error


def _machine() -> str:
    """What an answer depends on: it is asked for again when packages were installed or removed."""
    try:
        status = DPKG_STATUS.stat()
    except FileNotFoundError as error:
        raise PackagesError(
            "This machine has no dpkg: netadmin gets the network engines from Debian packages.",
            hint="Use Debian 12 or 13.",
        ) from error
    return f"{status.st_mtime_ns} {status.st_size}"


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _noted(note: Path) -> Path | None:
    try:
        root = Path(json.loads(note.read_text())["root"])
    except (FileNotFoundError, ValueError):
        return None
    return root if root.is_dir() else None


def _write_note(note: Path, names: tuple[str, ...], root: Path) -> None:
    partial = note.with_suffix(".partial")
    partial.write_text(json.dumps({"packages": names, "root": str(root)}, indent=2))
    partial.replace(note)


@dataclass(frozen=True, slots=True)
class _Package:
    name: str
    version: str
    architecture: str

    @property
    def archive(self) -> str:
        """The file name apt gives the download; the epoch's colon is escaped in it."""
        return f"{self.name.partition(':')[0]}_{self.version.replace(':', '%3a')}_{self.architecture}.deb"

    @property
    def wanted(self) -> str:
        return f"{self.name}={self.version}"


def _fetch(names: tuple[str, ...], cache: Path) -> Path:
    apt = _Apt(cache)
    packages = apt.resolve(names)
    if not apt.download(packages):
        apt.update()  # an index older than the archive names files that are gone
        packages = apt.resolve(names)
        if not apt.download(packages):
            raise PackagesError(
                f"Debian packages could not be downloaded: {apt.complaint}",
                hint=_download_hint(apt.complaint),
            )
    return _unpack(names[0], packages, cache)


class _Apt:
    """apt's read-only half: what would be installed, and the files of it."""

    def __init__(self, cache: Path) -> None:
        self.archives = cache / "archives"
        self.lists = cache / "lists"
        self.complaint = ""
        if (self.lists / "partial").is_dir():
            self.options = (*APT_OPTIONS, *self._own_lists())
        else:
            self.options = APT_OPTIONS

    def resolve(self, names: tuple[str, ...]) -> list[_Package]:
        """The named packages and every missing dependency, as apt would choose them; nothing is changed."""
        found = self._simulate(names)
        if not found:
            self.update()
            found = self._simulate(names)
        if not found:
            raise PackagesError(
                f"No Debian package for {', '.join(names)}: {self.complaint}",
                hint="netadmin needs Debian 12 or 13 with the section main in /etc/apt.",
            )
        return found

    def download(self, packages: list[_Package]) -> bool:
        missing = [package for package in packages if not (self.archives / package.archive).exists()]
        if not missing:
            return True
        with tempfile.TemporaryDirectory(dir=self.archives.parent) as partial:
            wanted = [package.wanted for package in missing]
            done = self._run("apt-get", *self.options, "-q", "download", *wanted, cwd=partial)
            if done is None:
                return False
            for archive in Path(partial).glob("*.deb"):
                archive.replace(self.archives / archive.name)
        return True

    def update(self) -> None:
        """A package index of our own: the machine's may be empty, and is not ours to change."""
        (self.lists / "partial").mkdir(parents=True, exist_ok=True)
        self.options = (*APT_OPTIONS, *self._own_lists())
        if self._run("apt-get", *self.options, "-q", "update") is None:
            raise PackagesError(
                f"The index of Debian packages could not be fetched: {self.complaint}",
                hint=_download_hint(self.complaint),
            )

    def _own_lists(self) -> tuple[str, ...]:
        cache = self.lists.parent
        return (
            "-o",
            f"Dir::State::lists={self.lists}",
            "-o",
            f"Dir::Cache::pkgcache={cache / 'pkgcache.bin'}",
            "-o",
            f"Dir::Cache::srcpkgcache={cache / 'srcpkgcache.bin'}",
        )

    def _simulate(self, names: tuple[str, ...]) -> list[_Package]:
        # --reinstall: a package that the machine has is fetched too, for the sandbox may not use the
        # machine's. What apt would remove does not matter: the simulation is all that is ever run.
        options = ("-s", "-y", "-q", "--no-install-recommends", "--reinstall", "--allow-downgrades")
        output = self._run("apt-get", *self.options, *options, "install", *names)
        if output is None:
            return []
        packages = [
            _Package(**found.groupdict()) for line in output.splitlines() if (found := INST.match(line))
        ]
        known = {package.name for package in packages}
        return packages if known.issuperset(names) else []

    def _run(self, *command: str, cwd: str | None = None) -> str | None:
        """The command's output; None when it failed, with apt's own words in `complaint`."""
        try:
            done = subprocess.run(
                command,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                env={**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"},
                timeout=900,
            )
        except FileNotFoundError as error:
            raise PackagesError(
                f"This machine has no {command[0]}: netadmin gets the network engines from Debian packages.",
                hint="Use Debian 12 or 13.",
            ) from error
        except subprocess.TimeoutExpired:
            self.complaint = f"{command[0]} did not end within 15 minutes"
            return None
        errors = [line for line in done.stderr.splitlines() if line.startswith("E:")]
        self.complaint = (
            " ".join(errors) or done.stderr.strip() or f"{command[0]} ended with {done.returncode}"
        )
        return done.stdout if done.returncode == 0 else None


def _download_hint(complaint: str) -> str:
    if "No space left" in complaint or "enough free space" in complaint:
        return "The disk is full: free about 200 MB, or set NETADMIN_CACHE to a folder on another disk."
    return "Check the machine's network and /etc/apt, then try again: what is already downloaded is kept."


def _unpack(label: str, packages: list[_Package], cache: Path) -> Path:
    digest = hashlib.sha256("\n".join(sorted(p.archive for p in packages)).encode()).hexdigest()[:12]
    root = cache / "roots" / f"{label}-{digest}"
    if root.is_dir():
        return root
    partial = root.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        _link_merged(partial)
        for package in packages:
            _extract(cache / "archives" / package.archive, partial)
        _compile(partial)
    except OSError as error:
        raise PackagesError(
            f"Packages cannot be unpacked into {partial}: {error.strerror}.", hint=_download_hint(str(error))
        ) from error
    return partial.rename(root)


def _link_merged(root: Path) -> None:
    root.mkdir(parents=True)
    for name in MERGED:
        if Path("/", name).is_symlink():
            (root / "usr" / name).mkdir(parents=True, exist_ok=True)
            (root / name).symlink_to(Path("usr", name))


def _extract(archive: Path, root: Path) -> None:
    # tar by hand, for `dpkg -x` would replace the links of the merged /usr by directories.
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE) as content:  # noqa: S607
        unpack = ("tar", "-x", "--keep-directory-symlink", "--no-same-owner", "-C", root)
        done = subprocess.run(unpack, stdin=content.stdout, capture_output=True, text=True, check=False)
    if done.returncode or content.returncode:
        archive.unlink()  # a broken download must not be found again
        raise PackagesError(
            f"{archive.name} cannot be unpacked: {done.stderr.strip() or 'it is damaged'}",
            hint=_download_hint(done.stderr),
        )


def _compile(root: Path) -> None:
    """Do what the package's installation would: a newer Python warns of old escapes only while compiling."""
    folders = [root / "usr/share", root / "usr/lib/python3"]
    compiler = ("/usr/bin/python3", "-m", "compileall", "-q", "-s", root, "-p", "/")
    subprocess.run(
        (*compiler, *(folder for folder in folders if folder.is_dir())), capture_output=True, check=False
    )
