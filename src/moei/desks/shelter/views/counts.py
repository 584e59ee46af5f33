"""Counting everybody: begin, scan, see who is missing, too many or unknown, end."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy

from moei.access.acting import Invalid
from moei.access.journalled import was_listed
from moei.access.web import DeskRequest, desk_view
from moei.desks.shelter import selectors
from moei.desks.shelter import where_selectors as where
from moei.desks.shelter.actions import count as actions
from moei.desks.shelter.actions.count import Answer
from moei.desks.shelter.forms import ScanForm, VehicleForm

PAGE = 50
SAYS = {
    Answer.HERE: gettext_lazy("Here."),
    Answer.BOARDED: gettext_lazy("In the vehicle."),
    Answer.AGAIN: gettext_lazy("Counted already."),
    Answer.TOO_MANY: gettext_lazy("Too many: this person is not expected here. Ask where they belong."),
    Answer.RENEWED: gettext_lazy("This wristband was renewed, so it counts nobody. Scan the new one."),
    Answer.UNKNOWN: gettext_lazy("This wristband is not known. Look who wears it, and register the person."),
}


@desk_view("shelter.view", "GET", "POST")
def counts(request: DeskRequest) -> HttpResponse:
    form = VehicleForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = actions.begin_count(request.acting, vehicle=form.cleaned_data["vehicle"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("shelter:count", count_id=made.pk)
    page = Paginator(where.counts(request.acting), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page}
    return render(request, "shelter/counts.html", context, status=422 if form.errors else 200)


@desk_view("shelter.view", "POST")
def of_place(request: DeskRequest, place_id: UUID) -> HttpResponse:
    place = selectors.find_place(request.acting, place_id)
    return redirect("shelter:count", count_id=actions.begin_count(request.acting, place=place).pk)


@desk_view("shelter.view", "GET", "POST")
def count(request: DeskRequest, count_id: UUID) -> HttpResponse:
    """A scanner types the band and Enter: the page answers, and waits for the next one."""
    acting = request.acting
    found = where.find_count(acting, count_id)
    form, answer = ScanForm(request.POST if request.method == "POST" else None), None
    if form.is_bound and form.is_valid():
        try:
            answer = actions.scan(acting, found, form.cleaned_data["token"]).answer
        except Invalid as invalid:
            form.take(invalid)
        else:
            found, form = where.find_count(acting, count_id), ScanForm()
    # A band is answered with numbers alone: names at each of two hundred bands would be as many readings.
    looking = request.method == "GET"
    page = Paginator(where.missing(found), PAGE).get_page(request.GET.get("page"))
    missing = where.lines(acting, list(page)) if looking else []
    extra = (
        where.lines(acting, list(where.unexpected(found)[:PAGE]))
        if looking and (found.follows_id or found.place_id)
        else []
    )
    shown = {line.case.id for line in (*missing, *extra) if line.case is not None}
    if shown:
        was_listed(acting, "shelter:count", shown, count=str(found.id))
    context = {
        "count": found,
        "form": form,
        "answer": answer,
        "says": SAYS[answer] if answer else "",
        "well": answer in (Answer.HERE, Answer.BOARDED),
        "looking": looking,
        "page": page,
        "missing": missing,
        "extra": extra,
    }
    return render(request, "shelter/count.html", context, status=422 if form.errors else 200)


@desk_view("shelter.view", "POST")
def seen(request: DeskRequest, count_id: UUID, counted_id: UUID) -> HttpResponse:
    found = where.find_count(request.acting, count_id)
    try:
        actions.see_by_hand(request.acting, found, counted_id)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    return redirect("shelter:count", count_id=found.pk)


@desk_view("shelter.view", "POST")
def end(request: DeskRequest, count_id: UUID) -> HttpResponse:
    found = where.find_count(request.acting, count_id)
    try:
        missing = actions.end_count(request.acting, found)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    else:
        if missing:
            messages.warning(
                request, gettext("Somebody is missing. Look for each, and record what became of them.")
            )
    return redirect("shelter:count", count_id=found.pk)


@desk_view("shelter.view", "POST")
def again(request: DeskRequest, count_id: UUID) -> HttpResponse:
    """The same vehicle once more, for example after a halt: whoever was in it is expected."""
    found = where.find_count(request.acting, count_id)
    try:
        made = actions.begin_count(
            request.acting,
            place=found.place,
            vehicle=found.vehicle,
            follows=found if found.vehicle else None,
        )
    except Invalid as invalid:
        messages.error(request, str(invalid))
        return redirect("shelter:counts")
    return redirect("shelter:count", count_id=made.pk)
