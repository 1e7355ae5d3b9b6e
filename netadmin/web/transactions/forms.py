"""The form of a transaction: more time."""

from django import forms


class Extend(forms.Form):
    """How long the node is to wait from now on."""

    seconds = forms.IntegerField(
        label="Seconds from now",
        min_value=10,
        max_value=86_400,
        initial=300,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
