"""A change set: what it would do, and what is to become of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from netadmin.actions import apply as applying
from netadmin.actions import edit
from netadmin.actions import rebase as rebasing
from netadmin.actions import stage as staging
from netadmin.actions.access import EDIT
from netadmin.actions.errors import Refused
from netadmin.actions.review import review
from netadmin.models import ChangeSet
from netadmin.web.acting import act, admin_address, sentence, way_back
from netadmin.web.changes import forms
from netadmin.web.changes.page import changed_interfaces, token
from netadmin.web.diff import diff_lines
from netadmin.web.text import typed

PER_PAGE = 50
HTMX_DONE = 204

may_view = permission_required("netadmin.view_node", raise_exception=True)


@require_GET
@may_view
def changes(request: HttpRequest) -> HttpResponse:
    """Every change set, the pending ones first."""
    state = request.GET.get("state", "pending")
    listed = ChangeSet.objects.select_related("node", "author", "base").prefetch_related("changes")
    found = listed.pending() if state == "pending" else listed
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "changes/changes.html", {"page": page, "state": state})


@require_GET
@may_view
def change_set(request: HttpRequest, pk: int) -> HttpResponse:
    """What the change set would do to the file and to the kernel."""
    return _show(request, _change_set(pk))


@require_GET
@may_view
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """204 as ever; with the word to load the page again once it would offer something else."""
    moved_on = token(_change_set(pk)) != request.GET.get("seen")
    return HttpResponse(status=HTMX_DONE, headers={"HX-Refresh": "true"} if moved_on else None)


@require_POST
def retitle(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it a title."""
    found = _change_set(pk)
    form = forms.Title(request.POST, instance=found)
    if not form.is_valid():
        return _show(request, _change_set(pk), title_form=form)
    return act(
        request,
        lambda: edit.retitle(found, form.cleaned_data["title"], by=request.user),
        said="The title is saved.",
        to=_address(found),
    )


@require_POST
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it on the node, to be taken at the next boot."""
    found, form = _change_set(pk), forms.Stage(request.POST)
    if not form.is_valid():
        return _show(request, found, stage_form=form)
    return act(
        request,
        lambda: staging.stage(found, by=request.user, **form.cleaned_data),
        said=f"{found.node} is told to write it as interfaces.new. It is taken at the next boot.",
        to=_address(found),
    )


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it live now; the node undoes it unless somebody confirms."""
    found, form = _change_set(pk), forms.Apply(request.POST)
    if not form.is_valid():
        return _show(request, found, apply_form=form)
    try:
        begun = applying.apply(
            found, by=request.user, admin_address=admin_address(request), **form.cleaned_data
        )
    except Refused as refused:
        messages.error(request, sentence(refused))
        return redirect("change-set", pk)
    return redirect("transaction", begun.pk)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it up."""
    found = _change_set(pk)
    return act(
        request,
        lambda: edit.discard(found, by=request.user),
        said=f"“{found}” is discarded.",
        to=reverse("node", args=[found.node.name]),
    )


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the change of one interface back."""
    found, interface = _change_set(pk), request.POST.get("interface", "")
    return act(
        request,
        lambda: edit.drop_change(found, interface, by=request.user),
        said=f"The change of {interface or 'the file as a whole'} is taken back.",
        to=way_back(request, _address(found)),
    )


@require_http_methods(["GET", "POST"])
@may_view
def rebase(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry it over to the newest saved file; where both changed the same, somebody chooses."""
    found = _change_set(pk)
    conflicts: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            conflicts = rebasing.rebase(found, by=request.user, choices=_choices(request))
        except Refused as refused:
            messages.error(request, sentence(refused))
            return redirect("change-rebase", pk)
        if not conflicts:
            messages.success(request, "The changes are carried over to the newest saved file.")
            return redirect("change-set", pk)
    newest = found.node.revision
    return render(
        request,
        "changes/rebase.html",
        {
            "change_set": found,
            "newest": newest,
            "conflicts": conflicts,
            "came_in": diff_lines(found.base.text, newest.text) if newest else (),
        },
    )


def _choices(request: HttpRequest) -> dict[tuple[str, str], rebasing.Choice]:
    """Whose value each conflict of the form is to have."""
    places = zip(request.POST.getlist("interface"), request.POST.getlist("option"), strict=True)
    chosen = {place: request.POST.get(f"choice-{number}") for number, place in enumerate(places)}
    return {
        (typed(interface), typed(option)): "ours" if whose == "ours" else "theirs"
        for (interface, option), whose in chosen.items()
        if whose in ("ours", "theirs")
    }


def _show(request: HttpRequest, found: ChangeSet, **unsent: Any) -> HttpResponse:
    """The page; ``unsent`` are forms that came back with errors."""
    seen = review(found, admin_address=admin_address(request))
    wait = max(found.node.confirm_seconds, seen.plan.minimum_wait if seen.plan else 0)
    context = {
        "change_set": found,
        "token": token(found),
        "review": seen,
        "changes": changed_interfaces(found, seen),
        "diff": diff_lines(seen.base.text, seen.candidate.text),
        "own": found.author_id == request.user.pk,
        "editable": found.state in edit.EDITABLE,
        "mendable": request.user.has_perm(EDIT) and edit.draft_of(found.node, request.user) == found,
        "behind": found.is_behind,
        "opened": found.node.open_transaction,
        "last": found.transactions.first(),
        "unanswered": found.orders.filter(accepted=False).first(),
        "title_form": forms.Title(instance=found),
        "stage_form": forms.Stage(),
        "apply_form": forms.Apply(initial={"wait": wait}),
    }
    status = 422 if unsent else 200
    return render(request, "changes/change_set.html", {**context, **unsent}, status=status)


def _change_set(pk: int) -> ChangeSet:
    return get_object_or_404(ChangeSet.objects.select_related("node", "author", "base"), pk=pk)


def _address(found: ChangeSet) -> str:
    return reverse("change-set", args=[found.pk])
