"""A file's text on its way through a browser: shown whole, and brought back byte for byte where nobody typed.

HTML carries no lone surrogates (bytes that are no UTF-8), no control characters, and one kind of line end. What
it cannot carry is shown as a character of the private use area, and turned back when the form comes in.
"""

from netadmin.interfaces.alignment import align

PRIVATE = 0xF700
_CONTROLS = [code for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n"]
_SHOWN = {code: PRIVATE + code for code in _CONTROLS} | {
    0xDC00 + byte: PRIVATE + byte for byte in range(0x80, 0x100)
}
_TYPED = {shown: code for code, shown in _SHOWN.items()}


def shown(text: str) -> str:
    r"""The text as a browser can show it and send it back: lines end in ``\n``."""
    return text.replace("\r\n", "\n").translate(_SHOWN)


def typed(sent: str, original: str = "") -> str:
    """What a browser sent of a text it was shown, each unchanged line with the line end it had in ``original``.

    A new line ends as the first line of the original does.
    """
    received = sent.replace("\r\n", "\n").replace("\r", "\n")
    if received == shown(original):
        return original
    before = _lines(original)
    newline = before[0][1] if before and before[0][1] else "\n"
    after = [(body, newline if end else "") for body, end in _lines(received.translate(_TYPED))]
    for run in align([body for body, _ in before], [body for body, _ in after]):
        for place in range(run.new_start, run.new_stop if run.same else run.new_start):
            body, end = after[place]
            _, was = before[run.old_start - run.new_start + place]
            after[place] = (body, was or end) if end else (body, "")
    return "".join(body + end for body, end in after)


def _lines(text: str) -> list[tuple[str, str]]:
    """The lines as (body, line end); the last may have no end."""
    *whole, last = text.split("\n")
    lines = [(line[:-1], "\r\n") if line.endswith("\r") else (line, "\n") for line in whole]
    return [*lines, (last, "")] if last else lines


def readable(text: str) -> str:
    """The text for reading only: what cannot be shown appears as an escape."""
    plain = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() or char in "\t\n" else _escape(char) for char in plain)


def _escape(char: str) -> str:
    return char if ord(char) > 0x7F else f"\\x{ord(char):02x}"
