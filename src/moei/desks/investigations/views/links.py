"""Links of pseudonyms: keys of the agencies, requests, and the sealed file that a link holder takes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.web import DeskRequest, desk_view
from moei.desks.investigations.actions.links import answer_link, give_link_key, sealed_link, seals_for, state
from moei.desks.investigations.forms import AnswerLinkForm, LinkKeyForm
from moei.desks.investigations.selectors import links as selectors
from moei.leaving.models import Kind
from moei.leaving.web import leaves

# What link holders type on machines of their own.
MAKE = "moei keys new-identity --to link-key.txt"
OPEN = "moei keys open link.age --identity link-key.txt --to inner.age"


@desk_view("link.agree")
def links(request: DeskRequest) -> HttpResponse:
    keys = selectors.keys_in_force()
    agency = request.acting.staff.agency_id
    context = {
        "keys": keys,
        "mine": next((key for key in keys if key.agency_id == agency), None),
        "asked": selectors.requests(request.acting),
    }
    return render(request, "investigations/links.html", context)


@desk_view("link.agree", "GET", "POST")
def give_key(request: DeskRequest) -> HttpResponse:
    form = LinkKeyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            give_link_key(request.acting, form.cleaned_data["recipient"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The key is in force for what is told from now on."))
            return redirect("investigations:links")
    return render(
        request,
        "investigations/link_key.html",
        {"form": form, "command": MAKE},
        status=422 if form.errors else 200,
    )


@desk_view("link.agree", "GET", "POST")
def answer(request: DeskRequest, link_request_id: UUID) -> HttpResponse:
    acting = request.acting
    found = selectors.find_request(acting, link_request_id)
    form = AnswerLinkForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            answer_link(acting, found, agrees=given["agrees"] == "yes", reason=given["reason"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("Your agency's answer is written down."))
            return redirect("investigations:links")
    agreed = state(found) == "agreed"
    context = {
        "asked": found,
        "state": state(found),
        "form": form,
        "command": OPEN,
        "seals": seals_for(acting, found) if agreed else [],
    }
    return render(request, "investigations/link_request.html", context, status=422 if form.errors else 200)


@desk_view("link.agree")
def sealed(request: DeskRequest, link_request_id: UUID) -> HttpResponseBase:
    """The sealed link, for the key file of this agency and then of the other one."""
    acting = request.acting
    found = selectors.find_request(acting, link_request_id)
    try:
        content = sealed_link(acting, found)
    except Invalid as invalid:
        messages.error(request, str(invalid))
        return redirect("investigations:answer_link", link_request_id=found.pk)
    name = f"link-{found.teller.code}.age"
    return leaves(
        request, Kind.STATEMENTS, lambda _stamp: content, name=name, content_type="application/octet-stream"
    )
