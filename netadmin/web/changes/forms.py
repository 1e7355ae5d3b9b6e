"""Forms of a change set: its title, how to stage it, how to apply it."""

from django import forms

from netadmin.models import ChangeSet

NUMERIC = {"inputmode": "numeric"}


class Title(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What the change set is called."""

    class Meta:
        model = ChangeSet
        fields = ["title"]


class Accepting(forms.Form):
    """What staging and applying have in common: errors stand in the way until somebody accepts them."""

    accept_errors = forms.BooleanField(label="Go on in spite of the errors", required=False)


class Stage(Accepting):
    """Stage for the next boot."""

    confirm_after_boot = forms.IntegerField(
        label="Seconds to confirm after the boot",
        required=False,
        min_value=10,
        max_value=86_400,
        help_text="Empty: the boot takes the file for good. Otherwise a boot that nobody confirms is undone.",
        widget=forms.NumberInput(attrs=NUMERIC),
    )


class Apply(Accepting):
    """Apply now."""

    wait = forms.IntegerField(
        label="Seconds to confirm",
        min_value=10,
        max_value=86_400,
        widget=forms.NumberInput(attrs=NUMERIC),
    )
