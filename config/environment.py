"""What the environment says: where the data lies, which broker, which secret."""

import os
import secrets
from pathlib import Path


def data_directory(default: Path) -> Path:
    """The folder of everything the centre stores, made on first use and closed to others."""
    directory = Path(os.environ.get("NETADMIN_DATA", default))
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


def secret_key(data: Path) -> str:
    """Django's secret key: NETADMIN_SECRET_KEY_FILE or ``secret-key`` in the data folder, made when missing.

    Raises OSError when the file can be neither read nor made.
    """
    path = Path(os.environ.get("NETADMIN_SECRET_KEY_FILE", data / "secret-key"))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_urlsafe(50)
        file.write(key)
    return key


def listed(name: str, default: str) -> list[str]:
    """A comma-separated variable as a list."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def flag(name: str, *, default: bool = False) -> bool:
    """A variable that is on for ``1``, ``true``, ``yes`` and off otherwise."""
    value = os.environ.get(name)
    return default if value is None else value.lower() in ("1", "true", "yes", "on")
