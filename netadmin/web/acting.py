"""What every view that acts has in common: the refusal told, the way on, the address the admin comes from."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from netadmin.actions.errors import Refused


def act(request: HttpRequest, action: Callable[[], object], *, said: str, to: str) -> HttpResponse:
    """Run the action, say what came of it, go on to ``to``."""
    try:
        action()
    except Refused as refused:
        messages.error(request, sentence(refused))
    else:
        messages.success(request, said)
    return redirect(to)


def sentence(refused: Refused) -> str:
    """A refusal as one would say it: what is so, and what to do about it."""
    return f"{refused.message} {refused.hint}".strip()


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Where a small form wants to return to: its ``next``, if that is on this site."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else otherwise


def admin_address(request: HttpRequest) -> str:
    """The address the admin's browser comes from; behind the TLS proxy, what the proxy says."""
    if settings.SECURE_TLS:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        return str(forwarded).rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
