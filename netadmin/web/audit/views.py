"""Who did what to which thing when, and whether the record is whole."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from netadmin.models import AuditEntry
from netadmin.models.audit import first_broken
from netadmin.web.audit.forms import Filters
from netadmin.web.audit.wording import act_words, detail_words

PER_PAGE = 100


@require_GET
@permission_required("netadmin.view_auditentry", raise_exception=True)
def audit(request: HttpRequest) -> HttpResponse:
    """The entries, newest first."""
    form = Filters(request.GET)
    found = _found(form) if form.is_valid() else AuditEntry.objects.none()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "audit/audit.html",
        {
            "form": form,
            "page": page,
            "listed": [(entry, act_words(entry), detail_words(entry)) for entry in page],
            "query": f"{query.urlencode()}&" if query else "",
        },
    )


@require_POST
@permission_required("netadmin.verify_audit", raise_exception=True)
def verify(request: HttpRequest) -> HttpResponse:
    """Compute every hash again."""
    broken = first_broken()
    if broken is None:
        messages.success(
            request, f"The record is whole: all {AuditEntry.objects.count()} entries fit together."
        )
    else:
        messages.error(
            request,
            f"The record was altered: entry {broken.pk} of {broken.at:%Y-%m-%d %H:%M:%S} does not fit.",
        )
    return redirect("audit")


def _found(form: Filters) -> QuerySet[AuditEntry]:
    found, wanted = AuditEntry.objects.select_related("node"), form.cleaned_data
    if wanted["node"]:
        found = found.filter(node=wanted["node"])
    if wanted["actor"]:
        found = found.filter(actor__icontains=wanted["actor"])
    if wanted["act"]:
        found = found.filter(act=wanted["act"])
    if wanted["since"]:
        found = found.filter(at__date__gte=wanted["since"])
    return found
