"""What the node's kernel must be able to do for the file to come up."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.findings import Finding, Severity
from netadmin.checks.registry import Rule, looks_for
from netadmin.checks.survey import Survey, Use
from netadmin.definitions.values import switch

FEATURE = Rule(
    id="kernel.feature",
    severity=Severity.ERROR,
    what="The file needs something that the node's kernel does not have: bonds, VLANs, VLAN-aware bridges, VXLAN, "
    "dummy interfaces or Open vSwitch.",
    why="The device cannot be created. `bridge-vlan-aware yes` without VLAN filtering fails and leaves the bridge "
    "behind without ports.",
    mend="Install the kernel that has it, or do without.",
    source="measured on ifupdown2 3.0.0 in kernels without these modules",
)

# (option, feature, how it is called)
_NEEDS = (
    ("bond-slaves", "bonding", "bonds"),
    ("bond-mode", "bonding", "bonds"),
    ("vlan-raw-device", "8021q", "VLANs"),
    ("vxlan-id", "vxlan", "VXLAN"),
    ("ovs-type", "openvswitch", "Open vSwitch"),
)


@looks_for(FEATURE)
def missing_features(survey: Survey) -> Iterator[Finding]:
    features = survey.context.features
    if features is None:
        return
    said: set[str] = set()
    for option, feature, spoken in _NEEDS:
        if feature in features:
            continue
        for use in survey.of(option):
            if use.definition.name not in said:
                said.add(use.definition.name)
                yield _finding(use, spoken)
    if "bridge-vlan" not in features:
        for use in survey.of("bridge-vlan-aware"):
            if switch(use.value):
                yield _finding(use, "VLAN-aware bridges")
    if "dummy" not in features:
        for use in survey.of("link-type"):
            if use.value == "dummy":
                yield _finding(use, "dummy interfaces")
    if "8021q" not in features:
        yield from _dotted(survey, said)


def _dotted(survey: Survey, said: set[str]) -> Iterator[Finding]:
    for name, definition in survey.definitions.items():
        if "." in name and name not in said and definition.vlan is not None:
            yield FEATURE.on(definition, *_words(name, "VLANs"))


def _finding(use: Use, spoken: str) -> Finding:
    return FEATURE.at(use, *_words(use.definition.name, spoken))


def _words(name: str, spoken: str) -> tuple[str, str]:
    return (
        f"{name} needs {spoken}, which the node's kernel does not have.",
        "Install a kernel with it, or do without.",
    )
