"""The difference between two texts of a file, as people read it."""

from __future__ import annotations

from difflib import unified_diff

NO_NEWLINE = "\\ No newline at end of file\n"


def unified(
    old: str, new: str, *, old_name: str = "interfaces", new_name: str = "interfaces.new", context: int = 3
) -> str:
    """The unified difference, as `diff -u` prints it; "" when the texts are equal.

    Only a line feed ends a line here, so that a carriage return that comes or goes is seen.
    """
    lines = unified_diff(_lines(old), _lines(new), old_name, new_name, n=context)
    return "".join(line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}" for line in lines)


def _lines(text: str) -> list[str]:
    """With their line feeds; str.splitlines would also cut at form feeds and other separators."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + lines[-1:] * bool(lines[-1])
