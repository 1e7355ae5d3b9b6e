"""The saved files of a node: the list, one with its text, the difference to another, and bringing one back."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from netadmin.actions import restore as restoring
from netadmin.actions.errors import Refused
from netadmin.models import Node, Revision
from netadmin.web.acting import sentence
from netadmin.web.diff import diff_lines

PER_PAGE = 50

may_view = permission_required("netadmin.view_node", raise_exception=True)


@require_GET
@may_view
def revisions(request: HttpRequest, node: str) -> HttpResponse:
    """Every saved file of the node that is known, newest first."""
    found = get_object_or_404(Node, name=node)
    listed = found.revisions.select_related("author", "transaction").defer("text").order_by("-number")
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "revisions/revisions.html", {"node": found, "page": page, "tab": "revisions"})


@require_GET
@may_view
def revision(request: HttpRequest, node: str, number: int) -> HttpResponse:
    """One saved file, and what it changed against the one before it or another that is asked for."""
    found = get_object_or_404(
        Revision.objects.select_related("node", "author"), node__name=node, number=number
    )
    against = request.GET.get("against", "")
    older = found.node.revisions.filter(number=int(against) if against.isdecimal() else number - 1).first()
    return render(
        request,
        "revisions/revision.html",
        {
            "node": found.node,
            "revision": found,
            "older": older,
            "others": found.node.revisions.exclude(number=number)
            .order_by("-number")
            .values_list("number", flat=True),
            "newest": found.node.revision,
            "diff": diff_lines(older.text, found.text) if older else (),
            "numbers": "\n".join(map(str, range(1, found.text.removesuffix("\n").count("\n") + 2))),
            "tab": "revisions",
        },
    )


@require_POST
def restore(request: HttpRequest, node: str, number: int) -> HttpResponse:
    """A draft that brings this text back."""
    found = get_object_or_404(Revision, node__name=node, number=number)
    try:
        draft = restoring.restore(found, by=request.user)
    except Refused as refused:
        messages.error(request, sentence(refused))
        return redirect("revision", node, number)
    messages.success(request, f"This draft brings revision {number} back. The node is not touched yet.")
    return redirect("change-set", draft.pk)
