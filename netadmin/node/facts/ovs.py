"""Open vSwitch as its database has it, asked through ovs-vsctl."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

from netadmin.planning.live import OpenVSwitch, OvsPort

LIMIT = 5  # seconds
COLUMNS = {
    "Bridge": "_uuid,name,ports",
    "Port": "_uuid,name,interfaces,tag,trunks,bond_mode,lacp,vlan_mode",
    "Interface": "_uuid,name,type",
}
PROGRAMS = "/usr/bin:/usr/sbin:/bin:/sbin"


def read_ovs(*, programs: str = PROGRAMS) -> OpenVSwitch | None:
    """Bridges and ports; None without ovs-vsctl, or when its database does not answer in time."""
    program = shutil.which("ovs-vsctl", path=programs)
    if program is None:
        return None
    try:
        bridges, ports, interfaces = (rows(_table(program, name)) for name in COLUMNS)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return open_vswitch(bridges, ports, interfaces)


Row = dict[str, Any]


def open_vswitch(bridges: list[Row], ports: list[Row], interfaces: list[Row]) -> OpenVSwitch:
    """The three tables put together; a row refers to others by their UUIDs (RFC 7047, 5.1)."""
    bridge_of = {port: bridge["name"] for bridge in bridges for port in _set(bridge["ports"])}
    by_uuid = {_single(interface["_uuid"]): interface for interface in interfaces}
    found = []
    for port in ports:
        behind = [by_uuid[uuid] for uuid in _set(port["interfaces"]) if uuid in by_uuid]
        found.append(
            OvsPort(
                name=port["name"],
                bridge=bridge_of.get(_single(port["_uuid"]), ""),
                interfaces=tuple(interface["name"] for interface in behind),
                types=tuple(interface["type"] for interface in behind),
                tag=_single(port["tag"]),
                trunks=tuple(_set(port["trunks"])),
                bond_mode=_single(port["bond_mode"]) or "",
                lacp=_single(port["lacp"]) or "",
                vlan_mode=_single(port["vlan_mode"]) or "",
            )
        )
    names = tuple(sorted(bridge["name"] for bridge in bridges))
    return OpenVSwitch(names, tuple(sorted(found, key=lambda port: port.name)))


def rows(table: dict[str, Any]) -> list[Row]:
    """The rows of a table as ovs-vsctl --format=json prints it."""
    return [dict(zip(table["headings"], row, strict=True)) for row in table["data"]]


def _table(program: str, name: str) -> dict[str, Any]:
    answer = subprocess.run(
        [program, f"--timeout={LIMIT}", "--format=json", f"--columns={COLUMNS[name]}", "list", name],
        capture_output=True,
        text=True,
        timeout=LIMIT + 1,
        check=True,
    )
    table: dict[str, Any] = json.loads(answer.stdout)
    return table


def _set(value: Any) -> list[Any]:
    """A set of one value is written as that value."""
    if isinstance(value, list) and value[:1] == ["set"]:
        return [_single(item) for item in value[1]]
    return [_single(value)]


def _single(value: Any) -> Any:
    """`["uuid", X]` is X; an empty set is None."""
    if isinstance(value, list):
        if value[:1] == ["uuid"]:
            return value[1]
        if value[:1] == ["set"]:
            return _single(value[1][0]) if value[1] else None
    return value
