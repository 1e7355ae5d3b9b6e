"""The form of an interface, built from its definition: one for every kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from netadmin.checks import Finding
from netadmin.definitions import Definition, Kind, Part
from netadmin.definitions.suggest import gateway_for
from netadmin.web.interfaces import mapping
from netadmin.web.interfaces.fields import HOOKS, LINK, METHODS, TITLES, Entry
from netadmin.web.interfaces.groups import FieldWithFindings, Group
from netadmin.web.interfaces.widgets import DeviceInput
from netadmin.web.text import shown, typed

FAMILY_KEYS = {"inet": "inet", "inet6": "inet6", "": "both"}
FAMILY_TITLES = {"inet": "IPv4", "inet6": "IPv6", "": "IPv4 and IPv6"}
NONE = ""


@dataclass(frozen=True, slots=True)
class Stanza:
    """One `iface` stanza in the form; ``part`` is None while there is none of its family."""

    family: str
    number: int  # within its family, from 0
    part: Part | None

    @property
    def key(self) -> str:
        """What the names of its fields begin with: "inet", "inet_2" of the second one of its family."""
        key = FAMILY_KEYS[self.family]
        return f"{key}_{self.number + 1}" if self.number else key

    @property
    def title(self) -> str:
        """ "IPv4", "IPv4, stanza 2 (line 14)"."""
        title = FAMILY_TITLES[self.family]
        if not self.number:
            return title
        line = f" (line {self.part.line})" if self.part and self.part.line else ""
        return f"{title}, stanza {self.number + 1}{line}"

    def field(self, name: str) -> str:
        """The name of one of its fields: method, address, gateway, further or hooks."""
        return f"{self.key}_{name}"


class InterfaceForm(forms.Form):
    """An interface's options as fields.

    ``definition`` is what the fields start from; ``offered`` are the devices that may be ticked as ports,
    ``known`` by option those that it may name; ``started_by`` says which other files start it, so that this
    one cannot say otherwise; ``may_write_root`` opens the commands for editing. ``seen`` travels hidden and
    says what the admin saw.
    """

    bound_field_class = FieldWithFindings

    name = forms.CharField(
        max_length=255, widget=forms.TextInput(attrs={"class": "mono", "autocomplete": "off"})
    )
    comment = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    save_anyway = forms.BooleanField(label="Save to the draft in spite of the errors", required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        definition: Definition,
        kind: Kind,
        offered: Sequence[str] = (),
        known: Mapping[str, Sequence[str]] | None = None,
        started_by: str = "",
        may_write_root: bool = False,
        is_new: bool = False,
        seen: str = "",
    ) -> None:
        super().__init__(data, auto_id="f-%s")
        self.definition, self.kind, self.offered, self.is_new = definition, kind, offered, is_new
        self.may_write_root, self.known, self.started_by = may_write_root, known or {}, started_by
        self.entries = mapping.entries(kind)
        self.initial["seen"] = seen
        self._add_basics()
        self.stanzas = [
            Stanza(part.family, number, part) for number, part in mapping.numbered_parts(definition)
        ]
        if NONE not in definition.families:
            missing = [family for family in ("inet", "inet6") if family not in definition.families]
            self.stanzas += [Stanza(family, 0, None) for family in missing]
        for stanza in self.stanzas:
            self._add_stanza(stanza)
        for entry in (*LINK, *self.entries):
            self._add_entry(entry)

    # --- fields

    def _add_basics(self) -> None:
        starts = [
            ("auto", "at boot (auto)"),
            ("hotplug", "when it appears (allow-hotplug)"),
            ("manual", "by hand"),
        ]
        start = mapping.shown_start(self.definition)
        self.fields["start"] = forms.ChoiceField(label="Start", choices=_with_current(starts, start))
        if self.started_by:
            self.fields["start"].disabled = True
            self.fields["start"].help_text = f"Said in {self.started_by}; sourced files are not edited here."
        self.initial["name"] = shown(self.definition.name)
        self.initial["start"] = start
        self.initial["comment"] = shown(self.definition.comment)
        if self.is_new and self.kind is Kind.VLAN:
            self.fields["name"].required = False
            self.fields["name"].help_text = "Empty: DEVICE.ID, such as eth0.50."

    def _add_stanza(self, stanza: Stanza) -> None:
        """The fields of one stanza; without a stanza the method alone decides whether there is one."""
        family, part = stanza.family, stanza.part
        methods = [(method, method) for method in METHODS[family]]
        method = "" if part is None else part.method
        if part is None or not method:
            methods = [("", "none" if part is None else "not said"), *methods]
        elif len(self.definition.families) > 1 and self._alone(family):
            methods = [("", "none: take the stanza away"), *methods]
        self.fields[stanza.field("method")] = forms.ChoiceField(
            label="Method", choices=_with_current(methods, method), required=False, initial=method
        )
        said = part or Part(family, "")
        addresses = mapping.shown_addresses(said, classic=self.definition.classic)
        example = "2001:db8::10/64" if family == "inet6" else "192.0.2.10/24"
        commands = f"One a line: {', '.join(HOOKS)}, then the command. They run as root."
        address = self._add_lines(stanza.field("address"), "Addresses", addresses)
        address.help_text = f"One a line, with prefix: {example}."
        gateway = self._add_lines(stanza.field("gateway"), "Gateway", mapping.shown_gateways(said))
        gateway.help_text = self._suggested_gateway(stanza)
        further = mapping.shown_further(said, self.kind)
        self._add_pairs(
            stanza.field("further"), "Further options", further
        ).help_text = "One a line, as in the file: option value."
        hooks = self._add_pairs(stanza.field("hooks"), "Commands", mapping.shown_hooks(said))
        hooks.help_text, hooks.disabled = commands, not self.may_write_root

    def _alone(self, family: str) -> bool:
        """Whether it is the only stanza of its family; of several the text editor takes one away."""
        return sum(part.family == family for part in self.definition.parts) == 1

    def _suggested_gateway(self, stanza: Stanza) -> str:
        """A hint from the first address, as it was typed or else as it stands in the file."""
        bound = self[stanza.field("address")].value() or ""
        gateways = (gateway_for(line.strip()) for line in bound.splitlines() if "/" in line)
        found = next(filter(None, gateways), None)
        return f"Often {found} in this subnet." if found else ""

    def _add_entry(self, entry: Entry) -> None:
        if entry.ports:
            ticked, rest = mapping.shown_ports(self.definition, entry, self.offered)
            self.fields[entry.field] = forms.MultipleChoiceField(
                label=entry.label,
                choices=[(name, name) for name in self.offered],
                required=False,
                initial=ticked,
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields[f"{entry.field}_rest"] = forms.CharField(
                label=f"{entry.label}, others", required=False, initial=shown(rest), help_text=entry.hint
            )
            return
        current = shown(mapping.shown_entry(self.definition, entry))
        if entry.choices:
            self.fields[entry.field] = forms.ChoiceField(
                label=entry.label,
                choices=_with_current(list(entry.choices), current),
                required=False,
                initial=current,
                help_text=entry.hint,
            )
            return
        if entry.many:
            self._add_lines(entry.field, entry.label, current.splitlines()).help_text = entry.hint
            return
        attrs = {"class": "mono", **({"inputmode": "numeric"} if entry.number else {})}
        known = self.known.get(entry.option)
        self.fields[entry.field] = forms.CharField(
            label=entry.label,
            required=False,
            initial=current,
            help_text=entry.hint,
            widget=forms.TextInput(attrs=attrs) if known is None else DeviceInput(known),
        )

    def _add_lines(self, name: str, label: str, lines: Sequence[str]) -> forms.Field:
        text = shown("\n".join(lines))
        rows = max(1 if name.endswith("gateway") else 2, len(lines))
        widget = forms.Textarea(attrs={"rows": rows, "class": "mono", "spellcheck": "false"})
        self.fields[name] = forms.CharField(label=label, required=False, initial=text, widget=widget)
        return self.fields[name]

    def _add_pairs(self, name: str, label: str, pairs: Sequence[mapping.Pair]) -> forms.Field:
        return self._add_lines(name, label, [f"{key} {value}".rstrip() for key, value in pairs])

    # --- what it shows, group by group

    @property
    def groups(self) -> list[Group]:
        """Everything the form asks, in the order in which one thinks of it."""
        basics = Group("Interface", [self[name] for name in ("name", "start", "comment")])
        common = [self[name] for entry in self.entries if not entry.rare for name in self._names(entry)]
        rare = [self[name] for entry in self.entries if entry.rare for name in self._names(entry)]
        kind = [Group(TITLES[self.kind], common, rare, "More options")] if common else []
        stanzas = [self._stanza_group(stanza) for stanza in self.stanzas]
        return [basics, *kind, *stanzas, Group("Link", [self[entry.field] for entry in LINK])]

    def _names(self, entry: Entry) -> list[str]:
        """The entry's fields; a list of ports to tick off only where there is one to tick."""
        if not entry.ports:
            return [entry.field]
        return [*([entry.field] if self.offered else []), f"{entry.field}_rest"]

    def _stanza_group(self, stanza: Stanza) -> Group:
        fields = [self[stanza.field(name)] for name in ("method", "address", "gateway")]
        more = [self[stanza.field(name)] for name in ("further", "hooks")]
        fold = "" if stanza.part else f"Add {stanza.title}"
        return Group(stanza.title, fields, more, "Further options and commands", fold)

    # --- from the form to the definition

    def edited(self) -> Definition:
        """The definition with every field carried over that is not as it was shown; valid forms only."""
        definition, changed = self.definition, set(self.changed_data)
        for stanza in self.stanzas:
            definition = self._with_stanza(definition, stanza, changed)
        for entry in (*LINK, *self.entries):
            definition = self._with_entry(definition, entry, changed)
        if "start" in changed:
            definition = mapping.with_start(definition, self.cleaned_data["start"])
        if "comment" in changed:
            definition = definition.with_comment(typed(self.cleaned_data["comment"]).strip())
        definition = definition.renamed(self._name(definition))
        return mapping.in_usual_order(self._plainly_named(definition)) if self.is_new else definition

    def _name(self, definition: Definition) -> str:
        name = typed(self.cleaned_data["name"].strip())
        device, number = definition.option("vlan-raw-device"), definition.option("vlan-id")
        return name or (f"{device}.{number}" if device and number else "")

    def _plainly_named(self, definition: Definition) -> Definition:
        """A new VLAN whose name says device and id does not say them again."""
        device, number = definition.option("vlan-raw-device"), definition.option("vlan-id")
        if self.kind is Kind.VLAN and definition.name == f"{device}.{number}":
            return definition.with_option("vlan-raw-device", []).with_option("vlan-id", [])
        return definition

    def _with_stanza(self, definition: Definition, stanza: Stanza, changed: set[str]) -> Definition:
        place = stanza.family, stanza.number
        method = self.cleaned_data[stanza.field("method")]
        if stanza.field("method") in changed:
            if not method:
                return definition.without_family(stanza.family)
            if stanza.part is None:
                definition = definition.with_family(stanza.family, method)
            else:
                definition = mapping.with_method(definition, *place, method)
        elif stanza.part is None:
            return definition
        if (name := stanza.field("address")) in changed:
            definition = mapping.with_addresses(definition, *place, self._lines(name))
        if (name := stanza.field("gateway")) in changed:
            definition = mapping.with_gateways(definition, *place, self._lines(name))
        if (name := stanza.field("hooks")) in changed:
            definition = mapping.with_hooks(definition, *place, self._pairs(name))
        if (name := stanza.field("further")) in changed:
            definition = mapping.with_further(definition, *place, self._pairs(name), self.kind)
        return definition

    def _with_entry(self, definition: Definition, entry: Entry, changed: set[str]) -> Definition:
        if entry.ports:
            rest = f"{entry.field}_rest"
            if entry.field in changed or rest in changed:
                ticked = self.cleaned_data[entry.field]
                return mapping.with_ports(definition, entry, ticked, typed(self.cleaned_data[rest]))
        elif entry.field in changed:
            return mapping.with_entry(definition, entry, self._lines(entry.field))
        return definition

    def _lines(self, name: str) -> list[str]:
        lines = (typed(line).strip() for line in self.cleaned_data[name].splitlines())
        return [line for line in lines if line]

    def _pairs(self, name: str) -> list[mapping.Pair]:
        return [_pair(line) for line in self._lines(name)]

    # --- what does not go

    def clean(self) -> dict[str, Any]:
        """A family without a method has nothing in it; commands have their own field."""
        cleaned = super().clean() or {}
        for stanza in self.stanzas:
            self._clean_stanza(stanza, cleaned)
        if self.is_new and self.kind is Kind.VLAN and not cleaned.get("name"):
            for field in ("vlan_raw_device", "vlan_id"):
                if not cleaned.get(field):
                    self.add_error(field, "Needed, unless the name says it.")
        return cleaned

    def _clean_stanza(self, stanza: Stanza, cleaned: dict[str, Any]) -> None:
        method, further, hooks = (stanza.field(name) for name in ("method", "further", "hooks"))
        filled = any(cleaned.get(stanza.field(name)) for name in ("address", "gateway", "further", "hooks"))
        if filled and stanza.part is None and not cleaned.get(method):
            self.add_error(method, "Choose a method: what stands below needs one.")
        for line in filter(None, map(str.strip, (cleaned.get(further) or "").splitlines())):
            if mapping.is_hook(*_pair(line)):
                self.add_error(further, f"“{line}” is a command: put it with the commands.")
        for line in filter(None, map(str.strip, (cleaned.get(hooks) or "").splitlines())):
            if not mapping.is_hook(*_pair(line)):
                self.add_error(hooks, f"“{line}” does not begin with {', '.join(HOOKS)}.")

    def place_findings(self, findings: Iterable[Finding], parts: Sequence[Part] = ()) -> None:
        """Put each finding at the field of its option, where it has one; ``parts`` are the stanzas checked."""
        for finding in findings:
            above = [each for each in parts if each.family == finding.family and each.line <= finding.line]
            option = finding.option or ("method" if finding.id.startswith("method.") else "")
            home = self.field_of(option, finding.family, max(0, len(above) - 1))
            if home is not None and isinstance(bound := self[home], FieldWithFindings):
                bound.findings.append(finding)

    def field_of(self, option: str, family: str, number: int = 0) -> str | None:
        """The name of the field that stands for an option, in the family's stanza of that number; None where a
        finding is about more than one option."""
        option = option.replace("_", "-")
        for entry in (*LINK, *self.entries):
            if option in (entry.option, *entry.aliases):
                return f"{entry.field}_rest" if entry.ports else entry.field
        if option in ("name", "comment"):
            return option
        alike = [one for one in self.stanzas if one.family == family] or self.stanzas
        stanza = alike[min(number, len(alike) - 1)]
        homes = {"address": "address", "netmask": "address", "gateway": "gateway", "method": "method"}
        if not option:
            return None
        if option in HOOKS or option == "hooks":
            return stanza.field("hooks")
        return stanza.field(homes.get(option, "further"))


def _with_current(choices: list[tuple[str, str]], current: str) -> list[tuple[str, str]]:
    """The choices with the current value among them, even when it is none of them."""
    if current in [value for value, _ in choices]:
        return choices
    return [*choices, (current, f"{current} (as in the file)")]


def _pair(line: str) -> mapping.Pair:
    key, *rest = line.split(None, 1)
    return key, rest[0] if rest else ""
