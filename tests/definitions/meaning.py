"""A definition's meaning as plain data: the form of the samples' definitions.json."""

from dataclasses import asdict
from typing import Any

from netadmin.definitions import Address, Definition


def meaning(definition: Definition) -> dict[str, Any]:
    said = {
        "kind": str(definition.kind),
        "file": definition.file if definition.sourced else None,
        "line": definition.line,
        "classes": list(definition.classes),
        "autostart": definition.autostart or None,
        "hotplug": definition.hotplug or None,
        "late": list(definition.late),
        "comment": definition.comment,
        "methods": [f"{part.family} {part.method}".strip() for part in definition.parts],
        "addresses": [_address(address) for address in definition.addresses],
        "gateways": [" metric ".join(_texts(gw.text, gw.metric)) for gw in definition.gateways],
        "mtu": definition.mtu,
        "hwaddress": definition.hwaddress,
        "hooks": [f"{hook.phase}: {hook.command}" for hook in definition.hooks],
        "routes": [
            _without_nothing({**asdict(route), "command": None, "line": route.line})
            for route in definition.routes
        ],
        "lower": list(definition.lower),
        "master": definition.master,
        "unknown": [f"{line}: {key} {value}" for key, value, line in definition.unknown],
    }
    for part in ("bridge", "port", "bond", "vlan", "vxlan", "ovs"):
        if (value := getattr(definition, part)) is not None:
            said[part] = _without_nothing(_plain(asdict(value)))
    return _without_nothing(said)


def _address(address: Address) -> str:
    return str(address.ip) if address.ip is not None else f"unreadable: {address.text}"


def _texts(*values: object) -> list[str]:
    return [str(value) for value in values if value is not None]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [
            _without_nothing(_plain(inner)) if isinstance(inner, dict) else _plain(inner) for inner in value
        ]
    return value


def _without_nothing(data: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _without_nothing(value) if isinstance(value, dict) else value
        for key, value in data.items()
        if key != "whole_name" and value is not None and value not in ("", [], {}, ())
    }
