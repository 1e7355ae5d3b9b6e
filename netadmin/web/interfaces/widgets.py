"""Controls that a browser has no field of its own for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class DeviceInput(forms.TextInput):
    """The name of one device: those that are known are offered, any other may be typed."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__({"class": "mono", "autocomplete": "off"})
        self.known = known

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The text field and the list it points to."""
        offered = f"known-{name}"
        field = super().render(name, value, {**(attrs or {}), "list": offered}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((device,) for device in self.known))
        return format_html('{}<datalist id="{}">{}</datalist>', field, offered, options)
