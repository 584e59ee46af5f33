"""Places with their free beds, one place with who is in it, who has no bed yet, and who lives outside."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.journalled import was_listed
from moei.access.web import DeskRequest, desk_view
from moei.casefile.forms import CaseForm
from moei.desks.shelter import safety_selectors, selectors
from moei.desks.shelter.actions import keep_place as keeping
from moei.desks.shelter.forms import BedsForm, PlaceForm, RoomForm, WhyForm
from moei.desks.shelter.models import Declined, Place, Room

PAGE = 50


@desk_view("shelter.view")
def places(request: DeskRequest) -> HttpResponse:
    page = Paginator(selectors.places(request.acting), PAGE).get_page(request.GET.get("page"))
    beds = selectors.beds_of(request.acting, list(page))
    rows = [(place, beds[place.pk]) for place in page]
    return render(request, "shelter/places.html", {"page": page, "rows": rows})


@desk_view("place.keep", "GET", "POST")
def new(request: DeskRequest) -> HttpResponse:
    form = PlaceForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            made = keeping.open_place(request.acting, given["code_name"], address=given["address"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("shelter:rooms", place_id=made.pk)
    lead = gettext("Everybody sees its neutral name. The address is sealed.")
    return place_form(request, form, gettext("Add a place"), lead, None)


@desk_view("shelter.view")
def place(request: DeskRequest, place_id: UUID) -> HttpResponse:
    acting = request.acting
    found = selectors.find_place(acting, place_id)
    beds = selectors.beds_of(acting, [found])[found.pk]
    page = Paginator(selectors.stays_in(acting, found), PAGE).get_page(request.GET.get("page"))
    rows = selectors.rows_of(acting, page)
    shown = {row.case.id for row in rows if row.case is not None}
    if shown:
        was_listed(acting, "shelter:place", shown, place=str(found.id))
    context = {
        "place": found,
        "beds": beds,
        "page": page,
        "rows": rows,
        "safety": safety_selectors.watched(acting, [row.case.person_id for row in rows if row.case]),
        "openings": selectors.own_openings(acting, found),
        "now": acting.now,
    }
    return render(request, "shelter/place.html", context)


@desk_view("place.keep", "GET", "POST")
def rooms(request: DeskRequest, place_id: UUID) -> HttpResponse:
    found = selectors.find_place(request.acting, place_id)
    form = RoomForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            keeping.add_room(
                request.acting, found, given["number"], Room.For(given["kept_for"]), given["beds"]
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The room is added."))
            return redirect("shelter:rooms", place_id=found.pk)
    context = {"form": form, "place": found, "rooms": selectors.rooms(request.acting, found)}
    return render(request, "shelter/rooms.html", context, status=422 if form.errors else 200)


@desk_view("place.keep", "GET", "POST")
def room(request: DeskRequest, place_id: UUID, room_id: UUID) -> HttpResponse:
    found = selectors.find_place(request.acting, place_id)
    one = selectors.find_room(found, room_id)
    count = next(beds for row, beds, _taken in selectors.rooms(request.acting, found) if row.pk == one.pk)
    form = BedsForm(request.POST if request.method == "POST" else None, initial={"beds": count})
    if form.is_bound and form.is_valid():
        try:
            keeping.change_beds(request.acting, one, form.cleaned_data["beds"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The number of beds is changed."))
            return redirect("shelter:rooms", place_id=found.pk)
    lead = gettext("Room %(number)s, for: %(whom)s") % {"number": one, "whom": one.get_kept_for_display()}
    return place_form(request, form, gettext("Change the number of beds"), lead, found)


@desk_view("place.keep", "GET", "POST")
def close(request: DeskRequest, place_id: UUID) -> HttpResponse:
    found = selectors.find_place(request.acting, place_id)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            keeping.close_place(request.acting, found, why=form.cleaned_data["why"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("shelter:places")
    lead = gettext("Nobody may be in it or expected. What was recorded there stays to be read.")
    return place_form(request, form, gettext("Close the place"), lead, found)


@desk_view("shelter.view")
def without_bed(request: DeskRequest) -> HttpResponse:
    acting = request.acting
    page = Paginator(selectors.without_bed(acting), PAGE).get_page(request.GET.get("page"))
    today = acting.today
    rows = [(case, case.person.is_child(today)) for case in page]
    if rows:
        was_listed(acting, "shelter:without_bed", [case.id for case, _child in rows])
    return render(request, "shelter/without_bed.html", {"page": page, "rows": rows})


@desk_view("shelter.view")
def outside(request: DeskRequest) -> HttpResponse:
    acting = request.acting
    page = Paginator(selectors.outside(acting), PAGE).get_page(request.GET.get("page"))
    cases = selectors.shown_cases(acting, {row.case.person_id for row in page})
    rows = [
        (
            row,
            cases[row.case.person_id],
            ", ".join(str(Declined.Service(code).label) for code in row.services),
        )
        for row in page
    ]
    if rows:
        was_listed(acting, "shelter:outside", [case.pk for _row, case, _services in rows])
    return render(request, "shelter/outside.html", {"page": page, "rows": rows})


def place_form(
    request: DeskRequest, form: CaseForm, title: str, lead: str, about: Place | None
) -> HttpResponse:
    context = {"form": form, "title": title, "lead": lead, "place": about}
    return render(request, "shelter/form.html", context, status=422 if form.errors else 200)
