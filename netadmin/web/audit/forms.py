"""Which entries to show."""

from django import forms

from netadmin.models import AuditEntry, Node


def _acts() -> list[tuple[str, str]]:
    acts = AuditEntry.objects.order_by("act").values_list("act", flat=True).distinct()
    return [("", "anything"), *((act, act) for act in acts)]


class Filters(forms.Form):
    """Node, who, what, since when; all optional."""

    node = forms.ModelChoiceField(Node.objects, to_field_name="name", empty_label="any", required=False)
    actor = forms.CharField(label="Who", required=False)
    act = forms.ChoiceField(label="What", choices=_acts, required=False)
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
