"""Edits: functions from a document to a new document that differs in the lines the edit is about.

They raise EditError for a name the document does not have, and for text that would break out of its line.
"""

from netadmin.interfaces.edit.comments import set_comment
from netadmin.interfaces.edit.interfaces import (
    add_interface,
    move_interface,
    remove_interface,
    rename_interface,
)
from netadmin.interfaces.edit.names import set_classes
from netadmin.interfaces.edit.options import add_option, remove_option, set_option, set_options
from netadmin.interfaces.edit.raw import interface_text, replace_interface_text, replace_verbatim
from netadmin.interfaces.edit.stanzas import add_family, drop_family, set_method
from netadmin.interfaces.errors import EditError

__all__ = [
    "EditError",
    "add_family",
    "add_interface",
    "add_option",
    "drop_family",
    "interface_text",
    "move_interface",
    "remove_interface",
    "remove_option",
    "rename_interface",
    "replace_interface_text",
    "replace_verbatim",
    "set_classes",
    "set_comment",
    "set_method",
    "set_option",
    "set_options",
]
