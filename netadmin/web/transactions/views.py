"""A transaction as it happens, and the human's word on it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from netadmin.actions import confirm as confirming
from netadmin.actions import roll_back as rolling_back
from netadmin.models import Node, Transaction
from netadmin.web.acting import act
from netadmin.web.transactions.forms import Extend
from netadmin.web.transactions.page import page_of, token

PER_PAGE = 50
HTMX_DONE = 204

may_view = permission_required("netadmin.view_node", raise_exception=True)


@require_GET
@may_view
def transactions(request: HttpRequest) -> HttpResponse:
    """Every transaction, newest first; of one node where one is named."""
    found = Transaction.objects.select_related("node", "by", "change_set")
    node = None
    if name := request.GET.get("node"):
        node = get_object_or_404(Node, name=name)
        found = found.filter(node=node)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "transactions/transactions.html", {"page": page, "node": node, "tab": "transactions"}
    )


@require_GET
@may_view
def transaction(request: HttpRequest, pk: str) -> HttpResponse:
    """What happens, what was seen, and what to say to it."""
    return render(
        request, "transactions/transaction.html", {**page_of(_transaction(pk)), "extend_form": Extend()}
    )


@require_GET
@may_view
def live(request: HttpRequest, pk: str) -> HttpResponse:
    """The part that follows the node; 204 while it would show the same."""
    found = _transaction(pk)
    if token(found) == request.GET.get("seen"):
        return HttpResponse(status=HTMX_DONE)
    return render(request, "transactions/transaction.html#now", {**page_of(found), "extend_form": Extend()})


@require_POST
def confirm(request: HttpRequest, pk: str) -> HttpResponse:
    """Keep it."""
    found, digest = _transaction(pk), request.POST.get("digest", "")
    return act(
        request,
        lambda: confirming.confirm(found, by=request.user, candidate_digest=digest),
        said="Your confirm is on its way to the node.",
        to=_address(found),
    )


@require_POST
def extend(request: HttpRequest, pk: str) -> HttpResponse:
    """Ask for more time."""
    found, form = _transaction(pk), Extend(request.POST)
    if not form.is_valid():
        messages.error(request, f"Not extended: {form.errors['seconds'].as_text()}")
        return redirect("transaction", pk)
    seconds = form.cleaned_data["seconds"]
    return act(
        request,
        lambda: confirming.extend(found, seconds, by=request.user),
        said=f"The node is asked to wait {seconds} s from now.",
        to=_address(found),
    )


@require_POST
def roll_back(request: HttpRequest, pk: str) -> HttpResponse:
    """Undo it now."""
    found = _transaction(pk)
    return act(
        request,
        lambda: rolling_back.roll_back(found, by=request.user),
        said="The node is told to roll back now.",
        to=_address(found),
    )


def _transaction(pk: str) -> Transaction:
    return get_object_or_404(Transaction.objects.select_related("node", "by", "change_set"), pk=pk)


def _address(found: Transaction) -> str:
    return reverse("transaction", args=[found.pk])
