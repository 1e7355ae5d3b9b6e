"""Template filters for what templates format but must not decide."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince

from netadmin.checks import Finding
from netadmin.web import text

register = template.Library()

register.filter("readable", text.readable)
register.filter("shown", text.shown)


@register.filter
def ago(moment: datetime | None) -> str:
    """How long ago, in the two largest units: "3 minutes ago"; "never" for None."""
    if moment is None:
        return "never"
    if (timezone.now() - moment).total_seconds() < 60:
        return "just now"
    return f"{timesince(moment)} ago"


@register.filter
def seconds(value: float | None) -> str:
    """A duration as a person says it: "0.4 s", "42 s", "3 min 5 s"."""
    if value is None:
        return ""
    if value < 10:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


@register.filter
def short(digest: str) -> str:
    """The first characters of a digest or id, enough to tell it from others."""
    return digest[:10]


@register.filter
def moment(unix: float | None) -> datetime | None:
    """A node's Unix seconds as a time; None for 0 and nothing."""
    return datetime.fromtimestamp(unix, tz=timezone.get_current_timezone()) if unix else None


@register.filter
def coded(sentence: str) -> SafeString:
    """A sentence of the checks: what it sets in backticks stands in the typeface of files."""
    parts = (
        format_html("<code>{}</code>" if at % 2 else "{}", part)
        for at, part in enumerate(sentence.split("`"))
    )
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped


@register.filter
def place(finding: Finding) -> str:
    """What a correction's button sends: the finding's id and where it stands."""
    return " ".join((finding.id, text.shown(finding.interface), text.shown(finding.option)))


@register.filter
def at(mapping: dict[object, object], key: object) -> object:
    """The value at a key that is itself a value."""
    return mapping.get(key)
