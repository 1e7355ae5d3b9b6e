"""Forms of a node: its name, its settings, when to reboot it."""

from django import forms

from netadmin.models import Node


class NewNode(forms.Form):
    """The name of a node to look after."""

    name = forms.CharField(
        max_length=63,
        help_text="As its worker is started with: NETADMIN_NODE. Lower-case letters, digits and hyphens.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )


class Choice(forms.Form):
    """Which interfaces of a node to show."""

    find = forms.CharField(
        label="Name, address, port or comment",
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": "Name, address, port or comment", "autocomplete": "off"}
        ),
    )
    show = forms.ChoiceField(
        label="Which interfaces",
        required=False,
        choices=[
            ("", "all interfaces"),
            ("pending", "with pending changes"),
            ("differs", "live not as saved"),
            ("findings", "with findings"),
            ("unmentioned", "that no file mentions"),
        ],
    )


class Settings(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """How a node is treated."""

    class Meta:
        model = Node
        fields = ["confirm_seconds"]


class Reboot(forms.Form):
    """When to reboot."""

    delay = forms.IntegerField(
        label="Seconds until the reboot",
        initial=0,
        min_value=0,
        max_value=86_400,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
