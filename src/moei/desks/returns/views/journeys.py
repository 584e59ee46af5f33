"""Journeys, one journey with its seats, and what changes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
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
from moei.casefile.web import find_case
from moei.desks.returns import selectors
from moei.desks.returns.actions import hold_seat as seats
from moei.desks.returns.actions import plan_journey as planning
from moei.desks.returns.forms import ChangeForm, EndedForm, JourneyForm, ReasonForm
from moei.desks.returns.models import Journey, JourneyChange, Seat

PAGE = 50


@desk_view("journeys.view")
def journeys(request: DeskRequest) -> HttpResponse:
    page = Paginator(selectors.journeys(request.acting), PAGE).get_page(request.GET.get("page"))
    return render(request, "returns/journeys.html", {"page": page})


@desk_view("journeys.plan", "GET", "POST")
def new(request: DeskRequest) -> HttpResponse:
    form = JourneyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            journey = planning.plan_journey(request.acting, form.plan(request.acting.release.site.zone))
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("returns:journey", journey_id=journey.pk)
    lead = gettext("A flight or a bus, and how many of its seats are yours to give.")
    return _form(request, form, gettext("Plan a journey"), lead, None)


@desk_view("journeys.view")
def journey(request: DeskRequest, journey_id: UUID) -> HttpResponse:
    acting = request.acting
    found = selectors.find_journey(acting, journey_id)
    seats_page, rows, held, aboard = selectors.places_page(acting, found, request.GET.get("seats"))
    page, could = selectors.could_go(acting, found, request.GET.get("page"))
    waiting = selectors.ready_first(could, found) if found.open else []
    gone = selectors.given_up(acting, found)
    shown = (
        {row.case.id for row in rows} | {case.id for case, _ready in waiting} | {case.id for _s, case in gone}
    )
    if shown:
        was_listed(acting, "returns:journey", shown, journey=str(found.id))
    context = {
        "journey": found,
        "rows": rows,
        "seats_page": seats_page,
        "others": held - seats_page.paginator.count,
        "free": found.seats - held,
        "aboard": aboard,
        "waiting": waiting,
        "page": page,
        "given_up": gone,
        "changes": [(change, _in_words(change)) for change in selectors.changes(found)],
        "boarding": found.status == Journey.Status.BOARDING,
        "departed": found.status == Journey.Status.DEPARTED,
    }
    return render(request, "returns/journey.html", context)


@desk_view("journeys.plan", "GET", "POST")
def change(request: DeskRequest, journey_id: UUID) -> HttpResponse:
    found = selectors.find_journey(request.acting, journey_id)
    zone = request.acting.release.site.zone
    local = found.departs_at.astimezone(zone)
    names = ("mode", "from_place", "to_place", "state", "carrier", "number", "seats")
    now = {name: getattr(found, name) for name in names}
    initial = {**now, "departs_on": local.date(), "departs_time": local.time()}
    form = ChangeForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            made = planning.change_journey(
                request.acting, found, form.plan(zone), reason=form.cleaned_data["reason"]
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            if made is not None and set(made.fields) - {"seats"}:
                messages.warning(
                    request,
                    gettext(
                        "Tell each person of the change and confirm their seat. Cards printed before are void."
                    ),
                )
            return redirect("returns:journey", journey_id=found.pk)
    lead = gettext("What was before stays to be seen. Everybody who goes is told anew.")
    return _form(request, form, gettext("Change the journey"), lead, found)


@desk_view("journeys.plan", "GET", "POST")
def cancel(request: DeskRequest, journey_id: UUID) -> HttpResponse:
    found = selectors.find_journey(request.acting, journey_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            planning.cancel_journey(request.acting, found, reason=form.cleaned_data["reason"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("returns:journey", journey_id=found.pk)
    lead = gettext("Every seat is released. Tell the people, and look for another journey.")
    return _form(request, form, gettext("Call off the journey"), lead, found)


@desk_view("journeys.plan", "POST")
def hold(request: DeskRequest, journey_id: UUID) -> HttpResponse:
    found = selectors.find_journey(request.acting, journey_id)
    try:
        case = find_case(request.acting, UUID(request.POST.get("case", "")), "return.record")
    except ValueError:
        messages.error(request, gettext("Say for whom the seat is held."))
        return redirect("returns:journey", journey_id=found.pk)
    try:
        seat = seats.hold_seat(request.acting, found, case)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    else:
        messages.success(request, gettext("Seat %(number)s is held.") % {"number": seat.number})
    return redirect("returns:journey", journey_id=found.pk)


@desk_view("journeys.plan", "GET", "POST")
def release(request: DeskRequest, journey_id: UUID, seat_id: UUID) -> HttpResponse:
    found = selectors.find_journey(request.acting, journey_id)
    seat = selectors.find_seat(request.acting, found, seat_id)
    was_listed(request.acting, "returns:release", [seat.case_id])
    form = EndedForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            seats.release_seat(request.acting, seat, why=Seat.Ended(form.cleaned_data["why"]))
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("returns:journey", journey_id=found.pk)
    lead = gettext("Seat %(number)s, %(name)s") % {"number": seat.number, "name": seat.case.person}
    return _form(request, form, gettext("Release the seat"), lead, found)


@desk_view("journeys.plan", "POST")
def confirm(request: DeskRequest, journey_id: UUID, seat_id: UUID) -> HttpResponse:
    found = selectors.find_journey(request.acting, journey_id)
    seat = selectors.find_seat(request.acting, found, seat_id)
    try:
        seats.confirm_seat(request.acting, seat)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    return redirect("returns:journey", journey_id=found.pk)


def _form(request: DeskRequest, form: CaseForm, title: str, lead: str, about: Journey | None) -> HttpResponse:
    context = {"form": form, "title": title, "lead": lead, "journey": about}
    return render(request, "returns/form.html", context, status=422 if form.errors else 200)


def _in_words(change: JourneyChange) -> list[tuple[str, Any, Any]]:
    """(what, before, after) of a change, as the form calls it; times as times, to be shown in those of the place."""
    labels = {name: field.label for name, field in JourneyForm.base_fields.items()}
    labels |= {"departs_at": gettext("Departs"), "status": gettext("State")}
    shown: dict[str, Callable[[str], Any]] = {
        "departs_at": datetime.fromisoformat,
        "mode": lambda value: Journey.Mode(value).label,
        "status": lambda value: Journey.Status(value).label,
    }

    def words(name: str, value: str) -> Any:
        return shown[name](value) if value and name in shown else value

    return [
        (str(labels.get(name, name)), words(name, before), words(name, after))
        for name, (before, after) in change.fields.items()
    ]
