"""Import: a revision's definitions become rows that can be listed and searched."""

from __future__ import annotations

from netadmin.actions.candidate import Content
from netadmin.definitions import Definition, to_json
from netadmin.models import InterfaceDefinition, Node, Revision


def import_definitions(node: Node, revision: Revision, text: Content) -> None:
    """Replace the node's rows by what the text defines, in file order, sourced files included."""
    node.definitions.all().delete()
    InterfaceDefinition.objects.bulk_create(
        _row(node, revision, position, definition)
        for position, definition in enumerate(text.definitions.values())
    )


def _row(node: Node, revision: Revision, position: int, definition: Definition) -> InterfaceDefinition:
    return InterfaceDefinition(
        node=node,
        revision=revision,
        position=position,
        name=printable(definition.name)[:255],
        kind=definition.kind,
        methods={part.family: part.method for part in definition.parts},
        addresses=[str(address.ip or address.text) for address in definition.addresses],
        gateways=[gateway.text for gateway in definition.gateways],
        mtu=definition.mtu if definition.mtu is not None and 0 <= definition.mtu < 2**31 else None,
        autostart=definition.autostart,
        lower=list(definition.lower),
        vlan_id=definition.vlan.id if definition.vlan and 0 <= (definition.vlan.id or 0) < 2**15 else None,
        comment=printable(definition.comment),
        file=printable(definition.file),
        line=definition.line,
        written=to_json(definition),
    )


def printable(text: str) -> str:
    """The text with bytes that are not UTF-8 and NULs written as escapes, as a text column wants it."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
