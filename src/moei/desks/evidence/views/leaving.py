"""Copies that leave: to work with, and to another agency. Always as a file to keep, never shown in the browser."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.web import DeskRequest, desk_view
from moei.desks.evidence import selectors
from moei.desks.evidence.actions.take import Which, check_taking, name_of, size_of, take_copy
from moei.desks.evidence.forms import DiscloseForm, TakeForm
from moei.desks.evidence.models import Evidence
from moei.desks.evidence.views.files import form_page
from moei.leaving.actions.let_out import Reason
from moei.leaving.models import Kind, Why
from moei.leaving.web import leaves_in_pieces

# No browser opens it by itself, whatever the file says of itself.
BYTES = "application/octet-stream"


@desk_view("evidence.view", "GET", "POST")
def take(request: DeskRequest, evidence_id: UUID) -> HttpResponseBase:
    found = selectors.find_evidence(request.acting, evidence_id)
    form = TakeForm(request.POST if request.method == "POST" else None, initial={"which": Which.WORKING})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            return _leaves(request, found, Which(given["which"]), given["why"])
        except Invalid as invalid:
            form.take(invalid)
    lead = gettext(
        "Who took which copy, when and why stands in the custody log and in the register of files that left."
    )
    return form_page(
        request, form, gettext("Take a copy"), lead, found, save=gettext("Take the copy"), takes=True
    )


@desk_view("evidence.keep", "GET", "POST")
def disclose(request: DeskRequest, evidence_id: UUID) -> HttpResponseBase:
    found = selectors.find_evidence(request.acting, evidence_id)
    form = DiscloseForm(request.POST if request.method == "POST" else None, initial={"which": Which.WORKING})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            return _leaves(
                request, found, Which(given["which"]), given["why"], to_whom=given["to_whom"].strip()
            )
        except Invalid as invalid:
            form.take(invalid)
    lead = gettext("What was disclosed cannot be called back. The copy is known again by its hash.")
    return form_page(
        request,
        form,
        gettext("Disclose to another agency"),
        lead,
        found,
        save=gettext("Disclose it"),
        takes=True,
    )


def _leaves(
    request: DeskRequest, piece: Evidence, which: Which, why: str, *, to_whom: str = ""
) -> HttpResponseBase:
    acting = request.acting
    check_taking(acting, piece, which, why=why, to_whom=to_whom)
    note = f"{piece}: {to_whom}; {why}" if to_whom else f"{piece}: {why}"
    response = leaves_in_pieces(
        request,
        Kind.EVIDENCE,
        lambda stamp: take_copy(acting, piece, which, why=why, to_whom=to_whom, departure=stamp.number),
        name=name_of(piece, which),
        content_type=BYTES,
        reason=Reason(Why.AUTHORITY, note),
    )
    if response.streaming:
        # Whoever gets less, because the network failed or the file is damaged, is told so by their browser.
        response.headers["Content-Length"] = str(size_of(piece, which))
    # Should a browser show it all the same, it runs nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
