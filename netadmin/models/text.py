"""The text of an interfaces file in the database: bytes there, surrogateescape here, nothing lost between."""

import hashlib
from typing import Any

from django.db import models


def encode(text: str) -> bytes:
    """The bytes of the file that ``text`` was read from."""
    return text.encode("utf-8", "surrogateescape")


def decode(data: bytes) -> str:
    """The text of a file's bytes; what is not UTF-8 is carried by lone surrogates."""
    return bytes(data).decode("utf-8", "surrogateescape")


def digest(text: str) -> str:
    """The SHA-256 of the file, in hexadecimal."""
    return hashlib.sha256(encode(text)).hexdigest()


class FileTextField(models.BinaryField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A column that holds a file's bytes and gives its text."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        """The stored bytes as text."""
        return None if value is None else decode(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """The text as the bytes to store."""
        data = encode(value) if isinstance(value, str) else value
        return super().get_db_prep_value(data, connection, prepared)
