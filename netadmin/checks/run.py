"""Running all checks over a set of definitions."""

from __future__ import annotations

from netadmin.checks import (
    addresses,
    bonds,
    bridges,
    devices,
    gateways,
    hooks,
    ipv6,
    kernel,
    leases,
    lines,
    mtu,
    names,
    options,
    overlaps,
    ovs,
    sources,
    stanzas,
    startup,
    text,
    vlans,
    vxlan,
)
from netadmin.checks.findings import Context, Finding
from netadmin.checks.registry import CHECKS
from netadmin.checks.survey import survey
from netadmin.definitions import Definitions

# In the order in which a file is read: its text, its stanzas, what they say, how it fits together.
SUBJECTS = (
    text, lines, stanzas, startup, sources, options, names, addresses, overlaps, ipv6, leases, gateways, hooks, mtu,
    devices, bridges, bonds, vlans, vxlan, ovs, kernel,
)  # fmt: skip

_NOTHING_KNOWN = Context()


def check(definitions: Definitions, *, context: Context = _NOTHING_KNOWN) -> tuple[Finding, ...]:
    """Everything that can be said about these definitions and their text, by file and line.

    Never raises for what a file says: whatever parses can be checked. The cost grows linearly with the file.
    """
    surveyed = survey(definitions, context)
    dialect = definitions.document.dialect
    found = [
        finding
        for registered in CHECKS
        if registered.concerns(dialect)
        for finding in registered.check(surveyed)
    ]
    main = definitions.document.file
    return tuple(
        sorted(found, key=lambda each: (each.file != main, each.file, each.line, each.id, each.message))
    )
