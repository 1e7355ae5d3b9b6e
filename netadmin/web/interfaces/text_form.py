"""The form of a raw text."""

from __future__ import annotations

from typing import Any

from django import forms

from netadmin.web.text import shown, typed


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
