"""The address of a place: written once, asked for, agreed to by another agency, read for an hour (P11)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.web import DeskRequest, desk_view
from moei.desks.shelter import selectors
from moei.desks.shelter.actions import address as actions
from moei.desks.shelter.actions.keep_place import set_address
from moei.desks.shelter.forms import AddressForm, WhyForm
from moei.desks.shelter.models import AddressOpening
from moei.desks.shelter.views.places import place_form


@desk_view("place.keep", "GET", "POST")
def write(request: DeskRequest, place_id: UUID) -> HttpResponse:
    found = selectors.find_place(request.acting, place_id)
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            set_address(request.acting, found, form.cleaned_data["address"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The address is sealed."))
            return redirect("shelter:place", place_id=found.pk)
    lead = gettext("Nobody reads it here, not even you. To read it, ask; somebody of another agency agrees.")
    return place_form(request, form, gettext("Write the address"), lead, found)


@desk_view("place.keep", "GET", "POST")
def ask(request: DeskRequest, place_id: UUID) -> HttpResponse:
    found = selectors.find_place(request.acting, place_id)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.ask_address(request.acting, found, why=form.cleaned_data["why"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It waits for somebody of another agency to agree."))
            return redirect("shelter:place", place_id=found.pk)
    lead = gettext("It opens for an hour once another agency agrees. Each time it is read is written down.")
    return place_form(request, form, gettext("Ask to read the address"), lead, found)


@desk_view("changes.approve")
def openings(request: DeskRequest) -> HttpResponse:
    acting = request.acting
    rows = [
        (row, row.waits(acting.now), row.asking_agency_id == acting.staff.agency_id)
        for row in selectors.openings(acting)
    ]
    return render(request, "shelter/addresses.html", {"rows": rows, "now": acting.now})


@desk_view("changes.approve", "POST")
def decide(request: DeskRequest, opening_id: UUID) -> HttpResponse:
    opening = _find(request.acting, opening_id)
    try:
        actions.decide_address(request.acting, opening, agree=request.POST.get("agree") == "1")
    except Invalid as invalid:
        messages.error(request, str(invalid))
    return redirect("shelter:addresses")


@desk_view("place.keep", "POST")
def read(request: DeskRequest, opening_id: UUID) -> HttpResponse:
    opening = _find(request.acting, opening_id)
    try:
        address = actions.open_address(request.acting, opening)
    except Invalid as invalid:
        messages.error(request, str(invalid))
        return redirect("shelter:place", place_id=opening.place_id)
    context = {"place": opening.place, "address": address, "opening": opening}
    response = render(request, "shelter/address.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _find(acting: Acting, opening_id: UUID) -> AddressOpening:
    found = AddressOpening.objects.filter(place__release=acting.release, pk=opening_id)
    opening = found.select_related("place").defer("place__sealed_address").first()
    if opening is None:
        raise Http404
    return opening
