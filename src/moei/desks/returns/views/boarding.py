"""Boarding, departure, arrival, and what leaves of a journey on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.decide import require
from moei.access.journalled import was_listed
from moei.access.models import Release
from moei.access.web import DeskRequest, desk_view
from moei.casefile.forms import CaseForm
from moei.desks.returns import exports, selectors
from moei.desks.returns.actions import board as boarding
from moei.desks.returns.actions.plan_journey import start_boarding
from moei.desks.returns.forms import EndedForm, MomentForm, ReceivedForm
from moei.desks.returns.models import Journey, Seat
from moei.desks.returns.selectors import Row
from moei.leaving.models import Kind
from moei.leaving.stamp import Stamp
from moei.leaving.web import PDF, SPREADSHEET, leaves

Make = Callable[[Journey, Sequence[Row], Release, Stamp], bytes]


@desk_view("journeys.plan", "POST")
def start(request: DeskRequest, journey_id: UUID) -> HttpResponse:
    journey = selectors.find_journey(request.acting, journey_id)
    return _do(request, journey, lambda: start_boarding(request.acting, journey))


@desk_view("journeys.plan", "POST")
def board(request: DeskRequest, journey_id: UUID, seat_id: UUID) -> HttpResponse:
    journey = selectors.find_journey(request.acting, journey_id)
    seat = selectors.find_seat(request.acting, journey, seat_id)
    return _do(request, journey, lambda: boarding.board(request.acting, seat))


@desk_view("journeys.plan", "GET", "POST")
def leave(request: DeskRequest, journey_id: UUID, seat_id: UUID) -> HttpResponse:
    journey = selectors.find_journey(request.acting, journey_id)
    seat = selectors.find_seat(request.acting, journey, seat_id)
    was_listed(request.acting, "returns:leave", [seat.case_id])
    form = EndedForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            boarding.leave_behind(request.acting, seat, why=Seat.Ended(form.cleaned_data["why"]))
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("returns:journey", journey_id=journey.pk)
    lead = gettext("Seat %(number)s, %(name)s") % {"number": seat.number, "name": seat.case.person}
    return _form(request, form, gettext("Stays behind"), lead, journey)


@desk_view("journeys.plan", "GET", "POST")
def depart(request: DeskRequest, journey_id: UUID) -> HttpResponse:
    journey = selectors.find_journey(request.acting, journey_id)
    zone = request.acting.release.site.zone
    form = MomentForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            boarding.confirm_departure(request.acting, journey, at=form.moment(zone))
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("returns:journey", journey_id=journey.pk)
    lead = gettext("Everybody who holds a seat has boarded, or is said to stay behind.")
    return _form(request, form, gettext("It has left"), lead, journey)


@desk_view("journeys.plan", "GET", "POST")
def arrive(request: DeskRequest, journey_id: UUID, seat_id: UUID) -> HttpResponse:
    journey = selectors.find_journey(request.acting, journey_id)
    seat = selectors.find_seat(request.acting, journey, seat_id)
    was_listed(request.acting, "returns:arrive", [seat.case_id])
    form = ReceivedForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            boarding.confirm_arrival(
                request.acting,
                seat,
                at=form.moment(request.acting.release.site.zone),
                received_by=form.cleaned_data["received_by"],
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("returns:journey", journey_id=journey.pk)
    lead = gettext("Seat %(number)s, %(name)s") % {"number": seat.number, "name": seat.case.person}
    return _form(request, form, gettext("Has arrived"), lead, journey)


@desk_view("journeys.plan")
def manifest_sheet(request: DeskRequest, journey_id: UUID) -> HttpResponseBase:
    return _leave(request, journey_id, "manifest.xlsx", SPREADSHEET, exports.manifest_workbook)


@desk_view("journeys.plan")
def manifest_paper(request: DeskRequest, journey_id: UUID) -> HttpResponseBase:
    return _leave(request, journey_id, "manifest.pdf", PDF, exports.manifest_pdf)


@desk_view("journeys.plan")
def cards(request: DeskRequest, journey_id: UUID) -> HttpResponseBase:
    """Cards of those who were told of the journey as it is now and have all that has to be there."""
    return _leave(request, journey_id, "cards.pdf", PDF, exports.cards_pdf, cards=True)


def _leave(
    request: DeskRequest, journey_id: UUID, name: str, content_type: str, make: Make, *, cards: bool = False
) -> HttpResponseBase:
    acting = request.acting
    journey = selectors.find_journey(acting, journey_id)
    rows, others = selectors.places(acting, journey)
    # A manifest that leaves somebody out would be a false one: who takes it must be allowed to read every name on it.
    if others and not cards:
        messages.error(
            request, gettext("Somebody on this journey is not yours to read: the manifest is theirs to take.")
        )
        return redirect("returns:journey", journey_id=journey.pk)
    if cards:
        rows = [row for row in rows if row.confirmed and row.readiness.ready and journey.open]
    if not rows:
        messages.error(request, gettext("There is nobody to put on it yet."))
        return redirect("returns:journey", journey_id=journey.pk)
    for row in rows:
        require(acting, "return.record" if cards else "return.read", row.case)
    shown = [row.case.id for row in rows]

    def content(stamp: Stamp) -> bytes:
        was_listed(acting, f"returns:{name}", shown, action="manifest.taken", journey=str(journey.id))
        if cards:
            boarding.mark_cards(acting, journey, [row.seat for row in rows])
        return make(journey, rows, acting.release, stamp)

    return leaves(
        request,
        Kind.BOARDING_CARDS if cards else Kind.MANIFEST,
        content,
        name=name,
        content_type=content_type,
        cases=shown,
    )


def _do(request: DeskRequest, journey: Journey, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except Invalid as invalid:
        messages.error(request, str(invalid))
    return redirect("returns:journey", journey_id=journey.pk)


def _form(request: DeskRequest, form: CaseForm, title: str, lead: str, journey: Journey) -> HttpResponse:
    context = {"form": form, "title": title, "lead": lead, "journey": journey}
    return render(request, "returns/form.html", context, status=422 if form.errors else 200)
