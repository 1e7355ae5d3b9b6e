"""The form of an interface, built from its definition: one for every kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from netadmin.checks import Finding
from netadmin.definitions import Definition, Kind, Part
from netadmin.definitions.suggest import gateway_for
from netadmin.web.interfaces import mapping
from netadmin.web.interfaces.fields import HOOKS, LINK, METHODS, TITLES, Entry
from netadmin.web.text import shown, typed

FAMILY_KEYS = {"inet": "inet", "inet6": "inet6", "": "both"}
FAMILY_TITLES = {"inet": "IPv4", "inet6": "IPv6", "": "IPv4 and IPv6"}
NONE = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together; `more` are folded away while they are empty, all of it where `fold` says so."""

    title: str
    fields: list[forms.BoundField]
    more: list[forms.BoundField] = field(default_factory=list)
    more_title: str = ""
    fold: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the whole group has something to show."""
        return any(_says_something(each) for each in (*self.fields, *self.more))

    @property
    def more_is_open(self) -> bool:
        """Whether what is folded away has something to show."""
        return any(_says_something(each) for each in self.more)


def _says_something(field: forms.BoundField) -> bool:
    return bool(field.value() or field.errors or (isinstance(field, FieldWithFindings) and field.findings))


class FieldWithFindings(forms.BoundField):
    """A field with what the checks say of its option."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        self.findings: list[Finding] = []


class InterfaceForm(forms.Form):
    """An interface's options as fields.

    ``definition`` is what the fields start from; ``offered`` are the devices that may be ticked as ports;
    ``may_write_root`` opens the commands for editing. ``seen`` travels hidden and says what the admin saw.
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
        may_write_root: bool = False,
        is_new: bool = False,
        seen: str = "",
    ) -> None:
        super().__init__(data, auto_id="f-%s")
        self.definition, self.kind, self.offered, self.is_new = definition, kind, offered, is_new
        self.may_write_root = may_write_root
        self.entries = mapping.entries(kind)
        self.initial["seen"] = seen
        self._add_basics()
        self.families = [self._add_family(part.family, part) for part in mapping.first_parts(definition)]
        present = {family for family, _ in self.families}
        if NONE not in present:
            missing = [family for family in ("inet", "inet6") if family not in present]
            self.families += [self._add_family(family, None) for family in missing]
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
        self.initial["name"] = shown(self.definition.name)
        self.initial["start"] = start
        self.initial["comment"] = shown(self.definition.comment)
        if self.is_new and self.kind is Kind.VLAN:
            self.fields["name"].required = False
            self.fields["name"].help_text = "Empty: DEVICE.ID, such as eth0.50."

    def _add_family(self, family: str, part: Part | None) -> tuple[str, list[str]]:
        """The fields of one family's stanza; without a stanza the method alone decides whether there is one."""
        key = FAMILY_KEYS[family]
        methods = [(method, method) for method in METHODS[family]]
        method = "" if part is None else part.method
        if part is None or not method:
            methods = [("", "none" if part is None else "not said"), *methods]
        elif len(self.definition.families) > 1:
            methods = [("", "none: take the stanza away"), *methods]
        self.fields[f"{key}_method"] = forms.ChoiceField(
            label="Method", choices=_with_current(methods, method), required=False, initial=method
        )
        classic = self.definition.classic
        said = part or Part(family, "")
        self._add_lines(f"{key}_address", "Addresses", mapping.shown_addresses(said, classic=classic))
        self._add_lines(f"{key}_gateway", "Gateway", mapping.shown_gateways(said))
        self._add_pairs(f"{key}_further", "Further options", mapping.shown_further(said, self.kind))
        self._add_pairs(f"{key}_hooks", "Commands", mapping.shown_hooks(said))
        self.fields[f"{key}_address"].help_text = "One a line, with prefix: 192.0.2.10/24."
        if family == "inet6":
            self.fields[f"{key}_address"].help_text = "One a line, with prefix: 2001:db8::10/64."
        self.fields[f"{key}_gateway"].help_text = self._suggested_gateway(key)
        self.fields[f"{key}_further"].help_text = "One a line, as in the file: option value."
        hooks = self.fields[f"{key}_hooks"]
        hooks.help_text = f"One a line: {', '.join(HOOKS)}, then the command. They run as root."
        hooks.disabled = not self.may_write_root
        return family, [f"{key}_{name}" for name in ("method", "address", "gateway", "further", "hooks")]

    def _suggested_gateway(self, key: str) -> str:
        """A hint from the first address, as it was typed or else as it stands in the file."""
        bound = self[f"{key}_address"].value() or ""
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
            self._add_lines(entry.field, entry.label, current.splitlines())
            self.fields[entry.field].help_text = entry.hint
            return
        attrs = {"class": "mono", **({"inputmode": "numeric"} if entry.number else {})}
        self.fields[entry.field] = forms.CharField(
            label=entry.label,
            required=False,
            initial=current,
            help_text=entry.hint,
            widget=forms.TextInput(attrs=attrs),
        )

    def _add_lines(self, name: str, label: str, lines: Sequence[str]) -> None:
        text = shown("\n".join(lines))
        rows = max(1 if name.endswith("gateway") else 2, len(lines))
        widget = forms.Textarea(attrs={"rows": rows, "class": "mono", "spellcheck": "false"})
        self.fields[name] = forms.CharField(label=label, required=False, initial=text, widget=widget)

    def _add_pairs(self, name: str, label: str, pairs: Sequence[mapping.Pair]) -> None:
        self._add_lines(name, label, [f"{key} {value}".rstrip() for key, value in pairs])

    # --- what it shows, group by group

    @property
    def groups(self) -> list[Group]:
        """Everything the form asks, in the order in which one thinks of it."""
        basics = Group("Interface", [self[name] for name in ("name", "start", "comment")])
        common = [self[name] for entry in self.entries if not entry.rare for name in self._names(entry)]
        rare = [self[name] for entry in self.entries if entry.rare for name in self._names(entry)]
        kind = [Group(TITLES[self.kind], common, rare, "More options")] if common else []
        families = [self._family_group(family, names) for family, names in self.families]
        return [basics, *kind, *families, Group("Link", [self[entry.field] for entry in LINK])]

    def _names(self, entry: Entry) -> list[str]:
        """The entry's fields; a list of ports to tick off only where there is one to tick."""
        if not entry.ports:
            return [entry.field]
        return [*([entry.field] if self.offered else []), f"{entry.field}_rest"]

    def _family_group(self, family: str, names: list[str]) -> Group:
        method, address, gateway, further, hooks = (self[name] for name in names)
        fields = [method, address, gateway]
        title = FAMILY_TITLES[family]
        folded = family not in self.definition.families
        return Group(
            title, fields, [further, hooks], "Further options and commands", f"Add {title}" if folded else ""
        )

    # --- from the form to the definition

    def edited(self) -> Definition:
        """The definition with every field carried over that is not as it was shown; valid forms only."""
        definition, changed = self.definition, set(self.changed_data)
        for family, names in self.families:
            definition = self._with_family(definition, family, [name for name in names if name in changed])
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

    def _with_family(self, definition: Definition, family: str, changed: list[str]) -> Definition:
        key = FAMILY_KEYS[family]
        present = family in definition.families
        method = self.cleaned_data[f"{key}_method"]
        if f"{key}_method" in changed:
            if not method:
                return definition.without_family(family)
            if not present:
                definition = definition.with_family(family, method)
            else:
                definition = definition.with_method(family, method)
        elif not present:
            return definition
        if f"{key}_address" in changed:
            definition = mapping.with_addresses(definition, family, self._lines(f"{key}_address"))
        if f"{key}_gateway" in changed:
            definition = mapping.with_gateways(definition, family, self._lines(f"{key}_gateway"))
        if f"{key}_hooks" in changed:
            definition = mapping.with_hooks(definition, family, self._pairs(f"{key}_hooks"))
        if f"{key}_further" in changed:
            further = self._pairs(f"{key}_further")
            definition = mapping.with_further(definition, family, further, self.kind)
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
        for family, _names in self.families:
            key = FAMILY_KEYS[family]
            filled = [
                name for name in ("address", "gateway", "further", "hooks") if cleaned.get(f"{key}_{name}")
            ]
            if filled and not cleaned.get(f"{key}_method") and family not in self.definition.families:
                self.add_error(f"{key}_method", "Choose a method: what stands below needs one.")
            for line in (cleaned.get(f"{key}_further") or "").splitlines():
                if line.strip() and mapping.is_hook(*_pair(line.strip())):
                    self.add_error(
                        f"{key}_further", f"“{line.strip()}” is a command: put it with the commands."
                    )
            for line in (cleaned.get(f"{key}_hooks") or "").splitlines():
                if line.strip() and not mapping.is_hook(*_pair(line.strip())):
                    self.add_error(
                        f"{key}_hooks", f"“{line.strip()}” does not begin with {', '.join(HOOKS)}."
                    )
        if self.is_new and self.kind is Kind.VLAN and not cleaned.get("name"):
            for field in ("vlan_raw_device", "vlan_id"):
                if not cleaned.get(field):
                    self.add_error(field, "Needed, unless the name says it.")
        return cleaned

    def place_findings(self, findings: Iterable[Finding]) -> None:
        """Put each finding at the field of its option, where it has one."""
        for finding in findings:
            home = self.field_of(finding.option, finding.family)
            if home is not None and isinstance(bound := self[home], FieldWithFindings):
                bound.findings.append(finding)

    def field_of(self, option: str, family: str) -> str | None:
        """The name of the field that stands for an option; None where the finding is about more than one."""
        option = option.replace("_", "-")
        for entry in (*LINK, *self.entries):
            if option in (entry.option, *entry.aliases):
                return f"{entry.field}_rest" if entry.ports else entry.field
        if option in ("name", "comment"):
            return option
        families = [known for known, _ in self.families]
        key = FAMILY_KEYS[family if family in families else families[0]]
        homes = {"address": "address", "netmask": "address", "gateway": "gateway", "method": "method"}
        if not option:
            return None
        if option in HOOKS or option == "hooks":
            return f"{key}_hooks"
        return f"{key}_{homes.get(option, 'further')}"


class TextForm(forms.Form):
    """The raw text of an interface's stanzas, or of the whole file."""

    text = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "mono", "spellcheck": "false", "autocapitalize": "off"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    save_anyway = forms.BooleanField(label="Save to the draft in spite of the errors", required=False)

    def __init__(self, data: Any = None, *, original: str, seen: str) -> None:
        super().__init__(data, initial={"text": shown(original), "seen": seen}, auto_id="f-%s")
        self.original = original
        self.fields["text"].widget.attrs["rows"] = min(40, max(8, original.count("\n") + 3))

    def edited(self) -> str:
        """The text as it goes into the file: untouched lines byte for byte as they were."""
        return typed(self.cleaned_data["text"], self.original)


def _with_current(choices: list[tuple[str, str]], current: str) -> list[tuple[str, str]]:
    """The choices with the current value among them, even when it is none of them."""
    if current in [value for value, _ in choices]:
        return choices
    return [*choices, (current, f"{current} (as in the file)")]


def _pair(line: str) -> mapping.Pair:
    key, *rest = line.split(None, 1)
    return key, rest[0] if rest else ""
