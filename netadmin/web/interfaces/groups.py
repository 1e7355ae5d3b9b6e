"""How the fields of a form stand together, and what the checks say at each."""

from __future__ import annotations

from dataclasses import dataclass, field

from django import forms

from netadmin.checks import Finding


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
