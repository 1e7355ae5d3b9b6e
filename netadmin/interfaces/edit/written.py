"""What may be written into a line: nothing that would end it, join it to another or begin a stanza."""

import unicodedata

from netadmin.interfaces.blocks import cut
from netadmin.interfaces.dialect import Dialect
from netadmin.interfaces.errors import EditError


def checked_value(value: str, dialect: Dialect, *, interface: str, option: str) -> str:
    """The value without blanks around it; EditError when it would not end up inside its line, as it is."""
    where = {"interface": interface, "option": option}
    value = value.strip(" \t")
    if not value:
        raise EditError(
            f"{option} needs a value", hint="Give a value, or remove the option instead.", **where
        )
    refuse_line_breaks(value, f"the value of {option}", **where)
    refuse_broken_bytes(value, f"the value of {option}", dialect, **where)
    if dialect is Dialect.IFUPDOWN2:
        if "\\" in value:
            raise EditError(
                f"the value of {option} has a backslash, which ifupdown2 turns into a blank",
                hint="Write it without a backslash, or put the command into a script of its own.",
                **where,
            )
    elif value.endswith("\\"):
        raise EditError(
            f"the value of {option} ends in a backslash, which joins the next line to it",
            hint="Leave the backslash at the end out.",
            **where,
        )
    return value


def checked_key(key: str, dialect: Dialect, *, interface: str) -> str:
    """An option's key; EditError when a line that begins with it would not be an option."""
    checked_word(key, "an option", interface=interface, option=key)
    if cut(f"{key} x", dialect.grammar)[0].keyword:
        raise EditError(
            f"{key} begins a stanza of its own and cannot be an option",
            hint="Choose another option.",
            interface=interface,
            option=key,
        )
    return key


def checked_word(word: str, what: str, *, interface: str, option: str = "") -> str:
    """A single word, such as a name or a method; EditError when it is none."""
    refuse_line_breaks(word, what, interface=interface, option=option)
    if not word or word.startswith("#") or "\\" in word or len(word.split()) != 1 or word != word.strip():
        raise EditError(
            f"{word!r} cannot be {what}",
            hint="Use one word without blanks, `#` at its start and backslashes.",
            interface=interface,
            option=option,
        )
    return word


def refuse_line_breaks(text: str, what: str, *, interface: str, option: str = "") -> None:
    """EditError for control characters: some end a line, some end the text for the engine, none is of use."""
    for character in text:
        if character != "\t" and unicodedata.category(character) in ("Cc", "Zl", "Zp"):
            raise EditError(
                f"{what} has a line break or control character, {character!r}",
                hint="Keep it on one line.",
                interface=interface,
                option=option,
            )


def refuse_broken_bytes(text: str, what: str, dialect: Dialect, *, interface: str, option: str = "") -> None:
    """EditError for bytes that are not UTF-8, in the file of an engine that ignores such a file."""
    if dialect is Dialect.IFUPDOWN2 and any(unicodedata.category(character) == "Cs" for character in text):
        raise EditError(
            f"{what} is not UTF-8, which makes ifupdown2 ignore the whole file",
            hint="Write it in UTF-8.",
            interface=interface,
            option=option,
        )
