"""Interfaces of all nodes by name, address, port, comment and kind."""

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from netadmin.models import InterfaceDefinition
from netadmin.web.search.forms import Search

PER_PAGE = 50


@require_GET
@permission_required("netadmin.view_node", raise_exception=True)
def search(request: HttpRequest) -> HttpResponse:
    """The definitions of every node's newest revision that fit."""
    form = Search(request.GET)
    found = _found(form) if form.is_valid() else InterfaceDefinition.objects.none()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    rest = f"{query.urlencode()}&" if query else ""
    return render(request, "search/search.html", {"form": form, "page": page, "query": rest})


def _found(form: Search) -> QuerySet[InterfaceDefinition]:
    found = InterfaceDefinition.objects.select_related("node").order_by("node__name", "position")
    if kind := form.cleaned_data["kind"]:
        found = found.filter(kind=kind)
    if node := form.cleaned_data["node"]:
        found = found.filter(node=node)
    found = found.annotate(
        addresses_text=Cast("addresses", TextField()),
        gateways_text=Cast("gateways", TextField()),
        lower_text=Cast("lower", TextField()),
    )
    for word in form.cleaned_data["q"].split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(comment__icontains=word)
            | Q(addresses_text__icontains=word)
            | Q(gateways_text__icontains=word)
            | Q(lower_text__icontains=word)
        )
    return found
