"""Notes between shifts, and a place that is held for reasons of health."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.web import DeskRequest, desk_view
from moei.desks.shelter import selectors
from moei.desks.shelter.actions import shift as actions
from moei.desks.shelter.actions.health import end_place_hold, hold_place
from moei.desks.shelter.forms import HoldForm, NoteForm
from moei.desks.shelter.models import ShiftNote
from moei.desks.shelter.views.places import place_form


@desk_view("place.keep", "GET", "POST")
def notes(request: DeskRequest, place_id: UUID) -> HttpResponse:
    place = selectors.find_place(request.acting, place_id)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.write_note(request.acting, place, form.cleaned_data["words"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("shelter:notes", place_id=place.pk)
    acting = request.acting
    rows = [
        (note, words, note.overdue(acting.now), note.written_by_id == acting.staff.pk)
        for note, words in actions.read_notes(acting, place)
    ]
    context = {"place": place, "form": form, "rows": rows}
    return render(request, "shelter/notes.html", context, status=422 if form.errors else 200)


@desk_view("place.keep", "POST")
def take(request: DeskRequest, place_id: UUID, note_id: UUID) -> HttpResponse:
    place = selectors.find_place(request.acting, place_id)
    note = get_object_or_404(ShiftNote, pk=note_id, place=place)
    try:
        actions.take_over(request.acting, note)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    return redirect("shelter:notes", place_id=place.pk)


@desk_view("place.keep", "GET", "POST")
def hold(request: DeskRequest, place_id: UUID) -> HttpResponse:
    place = selectors.find_place(request.acting, place_id)
    form = HoldForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        until = form.cleaned_data["until"]
        try:
            if until:
                hold_place(request.acting, place, until=until)
            else:
                end_place_hold(request.acting, place)
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("shelter:place", place_id=place.pk)
    lead = gettext(
        "As the health service says. Nobody moves in or out, interviews wait; whoever wishes to leave may leave."
    )
    return place_form(request, form, gettext("Hold for reasons of health"), lead, place)
