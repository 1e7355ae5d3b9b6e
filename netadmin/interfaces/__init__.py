"""The text of interfaces(5): parse it, edit it, render it, and lose nothing."""

from netadmin.interfaces.comparing import OptionChange, differences
from netadmin.interfaces.dialect import Dialect
from netadmin.interfaces.document import Document, parse, render
from netadmin.interfaces.errors import EditError
from netadmin.interfaces.merging import Conflict, Merge, merge
from netadmin.interfaces.sources import Sourced, SourceProblem, Sources, read_tree
from netadmin.interfaces.stanzas import Auto, Iface, Mapping, Option, Source, Stanza, Verbatim, Vlan

__all__ = [
    "Auto",
    "Conflict",
    "Dialect",
    "Document",
    "EditError",
    "Iface",
    "Mapping",
    "Merge",
    "Option",
    "OptionChange",
    "Source",
    "SourceProblem",
    "Sourced",
    "Sources",
    "Stanza",
    "Verbatim",
    "Vlan",
    "differences",
    "merge",
    "parse",
    "read_tree",
    "render",
]
