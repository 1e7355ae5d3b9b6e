"""The nodes, one node as it follows its machine, and the small acts on it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import retarget

from netadmin.actions import nodes as managing
from netadmin.actions import reboot as rebooting
from netadmin.actions import stage as staging
from netadmin.models import Node
from netadmin.models.live import live as live_of
from netadmin.web.acting import act
from netadmin.web.nodes import forms
from netadmin.web.nodes.page import only_live_moved, page_of, token
from netadmin.web.nodes.rows import changed_rows

HTMX_DONE = 204

may_view = permission_required("netadmin.view_node", raise_exception=True)


@require_GET
@may_view
def nodes(request: HttpRequest) -> HttpResponse:
    """Every node with what it last said."""
    listed = [
        {
            "node": node,
            "live": live_of(node),
            "opened": node.open_transaction,
            "pending": list(node.change_sets.pending().select_related("author")),
        }
        for node in Node.objects.all()
    ]
    return render(request, "nodes/nodes.html", {"listed": listed})


@require_http_methods(["GET", "POST"])
@permission_required("netadmin.add_node", raise_exception=True)
def add(request: HttpRequest) -> HttpResponse:
    """Look after one more node."""
    form = forms.NewNode(request.POST or None)
    if form.is_valid():
        try:
            node = managing.add_node(form.cleaned_data["name"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, f"{node} is added. Start its worker: its first report brings the file in."
            )
            return redirect("node", node.name)
    return render(request, "nodes/add.html", {"form": form})


@require_GET
@may_view
def node(request: HttpRequest, node: str) -> HttpResponse:
    """Every interface in its four states, and what can be done."""
    found = get_object_or_404(Node, name=node)
    page = page_of(found, request.user, request.GET)
    return render(request, "nodes/node.html", {**page, "reboot_form": forms.Reboot(), "tab": "interfaces"})


@require_GET
@may_view
def live(request: HttpRequest, node: str) -> HttpResponse:
    """What is new of the part that follows the machine; 204 while it would show the same.

    After an event of the kernel these are the banners and the rows that say something else, otherwise all of it.
    """
    found = get_object_or_404(Node, name=node)
    then = request.GET.get("seen", "")
    if token(found) == then:
        return HttpResponse(status=HTMX_DONE)
    page = page_of(found, request.user, request.GET)
    changed = changed_rows(page["shown"], page["fingerprint"], request.GET.get("rows", ""))
    if changed is not None and only_live_moved(page["token"], then):
        return render(request, "nodes/event.html", {**page, "changed": changed})
    return retarget(render(request, "nodes/node.html#now", page), "#now")


@require_http_methods(["GET", "POST"])
@permission_required("netadmin.change_node", raise_exception=True)
def settings(request: HttpRequest, node: str) -> HttpResponse:
    """How the node is treated."""
    found = get_object_or_404(Node, name=node)
    form = forms.Settings(request.POST or None, instance=found)
    if form.is_valid():
        managing.configure(found, by=request.user, **form.cleaned_data)
        messages.success(request, "The settings are saved.")
        return redirect("node", found.name)
    return render(request, "nodes/settings.html", {"form": form, "node": found, "tab": "settings"})


@require_POST
def refresh(request: HttpRequest, node: str) -> HttpResponse:
    """Ask the node to report."""
    found = get_object_or_404(Node, name=node)
    return act(
        request,
        lambda: managing.refresh(found, by=request.user),
        said=f"{found} is asked for a report.",
        to=reverse("node", args=[found.name]),
    )


@require_POST
def unstage(request: HttpRequest, node: str) -> HttpResponse:
    """Take the staged file away."""
    found = get_object_or_404(Node, name=node)
    return act(
        request,
        lambda: staging.unstage(found, by=request.user),
        said=f"{found} is told to remove its staged file.",
        to=reverse("node", args=[found.name]),
    )


@require_POST
def reboot(request: HttpRequest, node: str) -> HttpResponse:
    """Reboot the node, now or in a while."""
    found = get_object_or_404(Node, name=node)
    form = forms.Reboot(request.POST)
    if not form.is_valid():
        messages.error(request, f"No reboot: the delay {form.errors['delay'].as_text()}")
        return redirect("node", found.name)
    delay = form.cleaned_data["delay"]
    return act(
        request,
        lambda: rebooting.reboot(found, by=request.user, delay=delay),
        said=f"{found} is told to reboot {f'in {delay} s' if delay else 'now'}.",
        to=reverse("node", args=[found.name]),
    )


@require_POST
def cancel_reboot(request: HttpRequest, node: str) -> HttpResponse:
    """Call a scheduled reboot off."""
    found = get_object_or_404(Node, name=node)
    return act(
        request,
        lambda: rebooting.cancel_reboot(found, by=request.user),
        said=f"{found} is told to call the reboot off.",
        to=reverse("node", args=[found.name]),
    )
