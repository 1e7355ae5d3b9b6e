"""What to search for."""

from django import forms

from netadmin.definitions import Kind
from netadmin.models import Node


class Search(forms.Form):
    """Words, kind and node; all optional."""

    q = forms.CharField(label="Name, address, port or comment", required=False)
    kind = forms.ChoiceField(
        choices=[("", "any"), *((kind.value, kind.value) for kind in Kind)], required=False
    )
    node = forms.ModelChoiceField(Node.objects, to_field_name="name", empty_label="any", required=False)
