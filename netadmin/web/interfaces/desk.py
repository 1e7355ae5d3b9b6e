"""What lies on an admin's desk while an interface is edited: the node's file with the own draft on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from netadmin.actions import edit
from netadmin.actions.candidate import Content, candidate, current, own
from netadmin.actions.errors import Stale
from netadmin.actions.review import Preview, findings, preview, preview_text
from netadmin.checks import Finding, Severity
from netadmin.definitions import Definition, Kind, Part
from netadmin.definitions.suggest import free_ports
from netadmin.models import ChangeSet, Node
from netadmin.models.live import live
from netadmin.web.diff import DiffLine, diff_lines
from netadmin.web.interfaces import mapping


@dataclass(frozen=True, slots=True)
class Seen:
    """What saving would write, and what the checks say of it; ``errors`` are those the edit brings in."""

    lines: tuple[DiffLine, ...] = ()
    findings: tuple[Finding, ...] = ()
    errors: tuple[Finding, ...] = ()
    text: Content | None = None  # what would be written; None where the edit does not go

    @classmethod
    def of(cls, old: Content, found: Preview, interface: str = "") -> Seen:
        """A preview as a page shows it; of one interface only what is about it or new."""
        new = found.new_findings
        about = [
            each for each in found.findings if not interface or each.interface == interface or each in new
        ]
        errors = [each for each in new if each.severity == Severity.ERROR]
        lines = diff_lines(old.text, found.content.text)
        return cls(lines, tuple(about), tuple(errors), found.content)

    def parts(self, name: str) -> tuple[Part, ...]:
        """The stanzas of an interface as they would be written."""
        definition = self.text.definitions.get(name) if self.text else None
        return definition.parts if definition else ()


@dataclass(frozen=True, slots=True)
class Desk:
    """The node, the draft on it if there is one, and the text that the next edit starts from."""

    node: Node
    by: Any
    draft: ChangeSet | None
    text: Content
    seen: str = field(default="")

    @classmethod
    def of(cls, node: Node, by: Any) -> Desk:
        """The desk of an admin at a node as it is now."""
        draft = edit.draft_of(node, by)
        text = candidate(draft) if draft else current(node)
        base = draft.base if draft else node.revision
        seen = f"{base.number if base else 0}.{draft.version if draft else 0}"
        return cls(node, by, draft, text, seen)

    def own(self, name: str) -> Definition | None:
        """The definition of that name in the file itself; sourced files are not edited."""
        return own(self.text.definitions).get(name)

    def devices(self, definition: Definition | None, option_words: tuple[str, ...]) -> tuple[str, ...]:
        """What may be ticked as a port: what is one already, then what is free."""
        free = free_ports(self.text.definitions, self.links())
        name = definition.name if definition else ""
        known = [word for word in option_words if word in self.text.definitions or word in self.links()]
        return tuple(dict.fromkeys([*known, *(port for port in free if port != name)]))

    def known(
        self, definition: Definition, kind: Kind, offered: tuple[str, ...]
    ) -> dict[str, tuple[str, ...]]:
        """By option the devices that it may name: a bond's primary one of its slaves, a VLAN's device anything."""
        files = self.text.definitions
        anything = dict.fromkeys([*(name for name in files if ":" not in name), *self.links()])
        anything.pop(definition.name, None)
        anything.pop("lo", None)
        of_option = {
            "bond-primary": tuple(dict.fromkeys([*definition.lower, *offered])),
            "ovs-bridge": tuple(name for name in files if files[name].kind is Kind.OVS_BRIDGE),
        }
        named = (entry.option for entry in mapping.entries(kind) if entry.device)
        return {option: of_option.get(option, tuple(anything)) for option in named}

    def starting_elsewhere(self, name: str) -> tuple[str, ...]:
        """The sourced files that say when an interface is started."""
        return tuple(document.file for document in self.text.sourced if document.classes_of(name))

    def links(self) -> tuple[str, ...]:
        """The node's links: those it shows now, else the NICs it reported."""
        state = live(self.node).state
        if state is None:
            return tuple(sorted(self.node.nics or ()))
        return tuple(link.name for link in state.links if link.kind in ("", "veth", "bond", "vlan", "dummy"))

    def look(self, before: Definition | None, after: Definition | None) -> Seen:
        """What saving the edit would do; raises EditError."""
        name = after.name if after else ""
        return Seen.of(self.text, preview(self.node, self.text, before, after), name)

    def look_at_text(self, text: str, interface: str = "") -> Seen:
        """What saving the whole text would do."""
        return Seen.of(self.text, preview_text(self.node, self.text, text), interface)

    def found(self) -> tuple[Finding, ...]:
        """What the checks say of the text as it is."""
        return findings(self.node, self.text)

    def require_seen(self, seen: str) -> None:
        """Raises Stale when the admin looked at another text than the one that would be edited."""
        if seen and seen != self.seen:
            raise Stale(
                "The file or your draft changed after you opened this form, on the node or in another window.",
                "What you typed is kept here. Compare it with the difference beside it, then save again.",
            )

    def save(self, before: Definition | None, after: Definition | None) -> ChangeSet:
        """Put the edit into the admin's draft, which is begun if there is none."""
        draft = edit.open_draft(self.node, by=self.by)
        edit.save_interface(draft, before, after, by=self.by, version=self._version(draft))
        return draft

    def _version(self, draft: ChangeSet) -> int:
        """The version of the draft as this desk saw it."""
        return self.draft.version if self.draft == draft and self.draft else draft.version

    def save_text(self, interface: str, text: str) -> ChangeSet:
        """Put an interface's raw text into the draft."""
        draft = edit.open_draft(self.node, by=self.by)
        edit.save_text(draft, interface, text, by=self.by, version=self._version(draft))
        return draft

    def save_file(self, text: str) -> ChangeSet:
        """Put the whole file's raw text into the draft."""
        draft = edit.open_draft(self.node, by=self.by)
        edit.save_file(draft, text, by=self.by, version=self._version(draft))
        return draft


KINDS_TO_ADD = (
    Kind.BRIDGE,
    Kind.BOND,
    Kind.VLAN,
    Kind.ETHERNET,
    Kind.VXLAN,
    Kind.DUMMY,
    Kind.OVS_BRIDGE,
    Kind.OVS_BOND,
    Kind.OVS_INT_PORT,
)
