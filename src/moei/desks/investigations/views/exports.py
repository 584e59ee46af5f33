"""Files that leave this desk, and files that are taken in."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.decide import may
from moei.access.web import DeskRequest, desk_view
from moei.desks.investigations import exports as files
from moei.desks.investigations.actions.export import Order, Prepared, write_down
from moei.desks.investigations.actions.take_in import remove_source, take_in
from moei.desks.investigations.forms import ExportForm, TakeInForm
from moei.desks.investigations.models import Export
from moei.desks.investigations.selectors import exports as selectors
from moei.leaving.actions.let_out import Reason
from moei.leaving.models import Kind, Why
from moei.leaving.stamp import Stamp
from moei.leaving.web import leaves_in_pieces

_NAMES = {
    Export.Kind.PACKAGE: "referral.zip",
    Export.Kind.FTM: "network.ftm.json",
    Export.Kind.GEXF: "network.gexf",
}
_TYPES = {
    Export.Kind.PACKAGE: "application/zip",
    Export.Kind.FTM: "application/json",
    Export.Kind.GEXF: "application/xml",
}


@desk_view("network.view")
def exports(request: DeskRequest) -> HttpResponse:
    acting = request.acting
    context = {
        "exports": selectors.exports(acting),
        "sources": selectors.sources(acting),
        "may_work": may(acting.staff, "network.work", acting.release.id),
    }
    return render(request, "investigations/exports.html", context)


@desk_view("network.work", "GET", "POST")
def new(request: DeskRequest) -> HttpResponseBase:
    acting = request.acting
    offers = selectors.offers(acting)
    form = ExportForm(request.POST if request.method == "POST" else None, offers=offers)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        kind = Export.Kind(given["kind"])
        order = Order(kind, given["to_agency"], given["to_country"], given["purpose"], parts=form.parts())
        try:
            # Written down before it gets a number, so that what is refused is told on the page.
            prepared = write_down(acting, order)
        except Invalid as invalid:
            form.take(invalid)
        else:

            def make(stamp: Stamp) -> Iterable[bytes]:
                selectors.number_of(prepared.export, stamp)
                return _pieces(prepared, stamp)

            return leaves_in_pieces(
                request,
                Kind.STATEMENTS,
                make,
                name=_NAMES[kind],
                content_type=_TYPES[kind],
                reason=Reason(Why.AUTHORITY, given["purpose"]),
            )
    context = {"form": form, "offers": offers}
    return render(request, "investigations/export.html", context, status=422 if form.errors else 200)


@desk_view("network.view")
def export(request: DeskRequest, export_id: UUID) -> HttpResponse:
    """Which statements are in a file, and which of them were taken back since."""
    found = selectors.find_export(request.acting, export_id)
    context = {"export": found, "statements": selectors.statements_in(found)}
    return render(request, "investigations/exported.html", context)


@desk_view("network.work", "GET", "POST")
def take(request: DeskRequest) -> HttpResponse:
    form = TakeInForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            _source, left_out = take_in(
                request.acting,
                given["name"],
                given["file"].read(),
                source_grade=given["source_grade"],
                information_grade=given["information_grade"],
                handling=given["handling"],
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is in the network, as a source from outside."))
            for words in left_out[:10]:
                messages.warning(request, words)
            return redirect("investigations:exports")
    return render(request, "investigations/take_in.html", {"form": form}, status=422 if form.errors else 200)


@desk_view("network.work", "POST")
def remove(request: DeskRequest, source_id: UUID) -> HttpResponse:
    found = selectors.sources(request.acting).filter(pk=source_id).first()
    if found is None:
        raise Http404
    try:
        remove_source(request.acting, found)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    else:
        messages.success(request, gettext("It is out of the network."))
    return redirect("investigations:exports")


def _pieces(prepared: Prepared, stamp: Stamp) -> Iterable[bytes]:
    if prepared.export.kind == Export.Kind.PACKAGE:
        return files.package_pieces(prepared, stamp)
    made = files.ftm_file if prepared.export.kind == Export.Kind.FTM else files.gexf_file
    return [made(prepared)]
