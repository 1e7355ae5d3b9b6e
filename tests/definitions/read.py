"""One definition out of a few lines."""

from netadmin.definitions import Definition, Definitions, definitions
from netadmin.interfaces import Dialect, parse


def of_text(text: str, *, dialect: Dialect = Dialect.IFUPDOWN2) -> Definitions:
    return definitions(parse(text, dialect=dialect))


def of_options(*lines: str, name: str = "x0", method: str = "static", classic: bool = False) -> Definition:
    """The definition of `iface NAME inet METHOD` with these option lines."""
    dialect = Dialect.IFUPDOWN if classic else Dialect.IFUPDOWN2
    text = "\n".join([f"iface {name} inet {method}", *(f"  {line}" for line in lines)])
    return of_text(text + "\n", dialect=dialect)[name]
