"""What lies on an admin's desk while an interface is edited: the node's file with the own draft on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from netadmin.actions import edit
from netadmin.actions.candidate import Content, candidate, current, own
from netadmin.actions.errors import Stale
from netadmin.actions.review import Preview, findings, preview, preview_text
from netadmin.checks import Finding, Severity
from netadmin.definitions import Definition, Kind
from netadmin.definitions.suggest import free_ports
from netadmin.models import ChangeSet, Node
from netadmin.models.live import live
from netadmin.web.diff import DiffLine, diff_lines


@dataclass(frozen=True, slots=True)
class Seen:
    """What saving would write, and what the checks say of it; ``errors`` are those the edit brings in."""

    lines: tuple[DiffLine, ...] = ()
    findings: tuple[Finding, ...] = ()
    errors: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, old: Content, found: Preview, interface: str = "") -> Seen:
        """A preview as a page shows it; of one interface only what is about it or new."""
        new = found.new_findings
        about = [
            each for each in found.findings if not interface or each.interface == interface or each in new
        ]
        errors = [each for each in new if each.severity == Severity.ERROR]
        return cls(diff_lines(old.text, found.text), tuple(about), tuple(errors))


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

    def correctable(self, name: str, interface: str, option: str) -> Finding | None:
        """The finding of that id at that place, if it still holds and there is one obvious mend."""
        wanted = (name, interface, option)
        for each in findings(self.node, self.text):
            if each.correction is not None and (each.id, each.interface, each.option) == wanted:
                return each
        return None

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
