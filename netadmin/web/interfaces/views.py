"""Adding, editing and removing an interface, by form or as text, in the admin's own draft."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.middleware import HtmxDetails

from netadmin.actions.access import WRITE_ROOT
from netadmin.actions.errors import Refused
from netadmin.checks import Correction, Finding
from netadmin.definitions import Definition, Kind
from netadmin.interfaces import EditError
from netadmin.interfaces import render as render_text
from netadmin.interfaces.edit import interface_text, replace_interface_text
from netadmin.models import ChangeSet, Node
from netadmin.web.acting import sentence
from netadmin.web.interfaces import mapping
from netadmin.web.interfaces.beginnings import beginning
from netadmin.web.interfaces.desk import KINDS_TO_ADD, Desk, Seen
from netadmin.web.interfaces.fields import TITLES
from netadmin.web.interfaces.forms import InterfaceForm
from netadmin.web.interfaces.text_form import TextForm
from netadmin.web.text import shown, typed

may_edit = permission_required(["netadmin.view_node", "netadmin.change_changeset"], raise_exception=True)

INVALID = 422

AnyForm = InterfaceForm | TextForm


class Request(HttpRequest):
    """With what django-htmx adds."""

    htmx: HtmxDetails


@require_http_methods(["GET", "POST"])
@may_edit
def add(request: Request, node: str, kind: str) -> HttpResponse:
    """A new interface of a kind."""
    if kind not in KINDS_TO_ADD:
        raise Http404
    desk = Desk.of(get_object_or_404(Node, name=node), request.user)
    template = beginning(Kind(kind), desk, name=request.GET.get("name", ""))
    return _form_page(request, desk, before=None, template=template, kind=Kind(kind))


@require_http_methods(["GET", "POST"])
@may_edit
def edit(request: Request, node: str, interface: str) -> HttpResponse:
    """An interface's options, one field each."""
    desk = Desk.of(get_object_or_404(Node, name=node), request.user)
    before = _own(desk, interface)
    return _form_page(request, desk, before=before, template=before, kind=before.kind)


def _form_page(
    request: Request, desk: Desk, *, before: Definition | None, template: Definition, kind: Kind
) -> HttpResponse:
    """The form as it is asked for, checked, or saved."""
    offered = desk.devices(before, mapping.port_words(template, kind))
    form = InterfaceForm(
        request.POST or None,
        definition=template,
        kind=kind,
        offered=offered,
        known=desk.known(template, kind, offered),
        started_by=", ".join(desk.starting_elsewhere(template.name)),
        may_write_root=request.user.has_perm(WRITE_ROOT),
        is_new=before is None,
        seen=desk.seen,
    )
    preview = Seen()
    if form.is_valid():
        preview = _looked_at(form, desk, before)
        if _mended(request, form, preview, desk):
            return redirect("interface", desk.node.name, form.edited().name)
        if "save" in request.POST and form.is_valid() and _may_save(form, preview):
            saved = _save(form, lambda: desk.save(before, form.edited()), desk)
            if saved is not None:
                name = shown(form.edited().name)
                messages.success(request, f"{name} is in your draft. The node is not touched yet.")
                return _onwards(saved)
    elif request.method == "GET" and before is not None:
        preview = desk.look(before, before)
    form.place_findings(preview.findings, preview.parts(template.name))
    context = {
        "form": form,
        "preview": preview,
        "node": desk.node,
        "draft": desk.draft,
        "before": before,
        "kind": kind,
        "kind_title": TITLES[kind],
        "tab": "interfaces",
    }
    return _answer(request, "interfaces/form.html", context)


def _answer(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page; only its preview for the check while one types; 422 where saving did not succeed."""
    if request.htmx:
        return render(request, "interfaces/preview.html", context)
    return render(request, template, context, status=INVALID if "save" in request.POST else 200)


def _onwards(saved: ChangeSet) -> HttpResponse:
    """To the change set, or back to the node when the edit led back to the saved file."""
    return redirect("change-set", saved.pk) if saved.changes.exists() else redirect("node", saved.node.name)


def _looked_at(form: InterfaceForm, desk: Desk, before: Definition | None) -> Seen:
    try:
        return desk.look(before, form.edited())
    except EditError as error:
        is_name = not error.option and (before is None or before.name != form.edited().name)
        field = "name" if is_name else form.field_of(error.option, "")
        form.add_error(field, f"{error.message} {error.hint}".strip())
        return Seen()


def _may_save(form: AnyForm, preview: Seen) -> bool:
    return not preview.errors or bool(form.cleaned_data["save_anyway"])


def _mended(request: Request, form: AnyForm, preview: Seen, desk: Desk) -> bool:
    """Whether a correction's button was pressed and the draft now has it, on top of all that was typed."""
    finding = correctable(preview.findings, request.POST.get("mend", ""))
    if finding is None or finding.correction is None or preview.text is None:
        return False
    try:
        text = render_text(finding.correction.edit(preview.text.document))
    except EditError as error:
        form.add_error(None, f"{error.message} {error.hint}".strip())
        return False
    if _save(form, lambda: desk.save_file(text), desk) is None:
        return False
    messages.success(request, _said_mended(finding.correction))
    return True


def _said_mended(correction: Correction) -> str:
    return f"In your draft: {correction.label}. The node is not touched yet."


def _save(form: AnyForm, action: Callable[[], ChangeSet], desk: Desk) -> ChangeSet | None:
    """Save; a refusal becomes an error of the form, and nothing typed is lost."""
    try:
        desk.require_seen(form.cleaned_data["seen"])
        return action()
    except Refused as refused:
        field = refused.field if refused.field in form.fields else None
        form.add_error(field, sentence(refused))
        sent = cast(QueryDict, form.data).copy()
        sent["seen"] = desk.seen
        form.data = sent
        return None


@require_http_methods(["GET", "POST"])
@may_edit
def text(request: Request, node: str, interface: str) -> HttpResponse:
    """The text of an interface's stanzas."""
    desk = Desk.of(get_object_or_404(Node, name=node), request.user)
    before = _own(desk, interface)
    original = interface_text(desk.text.document, interface)

    def whole(changed: str) -> str:
        return render_text(replace_interface_text(desk.text.document, interface, changed))

    return _text_page(
        request,
        desk,
        original,
        whole=whole,
        save=lambda changed: desk.save_text(interface, changed),
        extra={"before": before, "interface": interface},
    )


@require_http_methods(["GET", "POST"])
@may_edit
def file(request: Request, node: str) -> HttpResponse:
    """The text of the whole file."""
    desk = Desk.of(get_object_or_404(Node, name=node), request.user)
    return _text_page(
        request,
        desk,
        desk.text.text,
        whole=lambda changed: changed,
        save=desk.save_file,
        extra={"before": None, "interface": ""},
    )


def _text_page(
    request: Request,
    desk: Desk,
    original: str,
    *,
    whole: Callable[[str], str],
    save: Callable[[str], ChangeSet],
    extra: dict[str, Any],
) -> HttpResponse:
    interface = extra["interface"]
    form = TextForm(request.POST or None, original=original, seen=desk.seen)
    preview = desk.look_at_text(desk.text.text, interface)
    if form.is_valid():
        try:
            preview = desk.look_at_text(whole(form.edited()), interface)
        except EditError as error:
            form.add_error("text", f"{error.message} {error.hint}".strip())
        if _mended(request, form, preview, desk):
            return redirect(request.path)
        if "save" in request.POST and form.is_valid() and _may_save(form, preview):
            saved = _save(form, lambda: save(form.edited()), desk)
            if saved is not None:
                messages.success(request, "The text is in your draft. The node is not touched yet.")
                return _onwards(saved)
    context = {
        **extra,
        "form": form,
        "preview": preview,
        "node": desk.node,
        "draft": desk.draft,
        "tab": "interfaces" if interface else "file",
    }
    return _answer(request, "interfaces/text.html", context)


@require_http_methods(["GET", "POST"])
@may_edit
def remove(request: Request, node: str, interface: str) -> HttpResponse:
    """Take an interface out of the file, in the draft."""
    desk = Desk.of(get_object_or_404(Node, name=node), request.user)
    before = _own(desk, interface)
    if request.method == "POST":
        try:
            desk.require_seen(request.POST.get("seen", ""))
            saved = desk.save(before, None)
        except Refused as refused:
            messages.error(request, sentence(refused))
            return redirect(request.path)
        messages.success(request, f"{interface} is removed in your draft. The node is not touched yet.")
        return _onwards(saved)
    return render(
        request,
        "interfaces/remove.html",
        {
            "node": desk.node,
            "interface": interface,
            "seen": desk.seen,
            "uppers": desk.text.definitions.uppers.get(interface, ()),
            "preview": desk.look(before, None),
        },
    )


@require_POST
@may_edit
def correct(request: Request, node: str) -> HttpResponse:
    """Carry out the one obvious mend of a finding, in the draft."""
    desk = Desk.of(get_object_or_404(Node, name=node), request.user)
    finding = correctable(desk.found(), request.POST.get("mend", ""))
    if finding is None or finding.correction is None:
        messages.error(request, "That finding is not there any more; nothing was changed.")
        return redirect("node", node)
    try:
        saved = desk.save_file(render_text(finding.correction.edit(desk.text.document)))
    except (Refused, EditError) as error:
        messages.error(request, f"{error.message} {error.hint}".strip())
        return redirect("node", node)
    messages.success(request, _said_mended(finding.correction))
    return _onwards(saved)


def correctable(found: Iterable[Finding], place: str) -> Finding | None:
    """The finding whose correction a button was pressed for, if it still holds and there is one obvious mend."""
    wanted = typed(place).split(" ")
    for each in found:
        if each.correction is not None and [each.id, each.interface, each.option] == wanted:
            return each
    return None


def _own(desk: Desk, interface: str) -> Definition:
    found = desk.own(interface)
    if found is None:
        raise Http404(f"no interface {interface} in the file of {desk.node}")
    return found
