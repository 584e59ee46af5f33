"""The map with its timeline and table, places, interventions, harm."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.journalled import was_read
from moei.access.web import DeskRequest, desk_view
from moei.casefile.forms import CaseForm
from moei.desks.evidence import map_selectors as selectors
from moei.desks.evidence.actions import interventions as recording
from moei.desks.evidence.actions.import_interventions import COLUMNS, BadRows, import_interventions
from moei.desks.evidence.actions.places import keep_place
from moei.desks.evidence.map_forms import (
    CorrectInterventionForm,
    HarmForm,
    ImportForm,
    InterventionForm,
    PlaceForm,
    TakeBackForm,
)
from moei.desks.evidence.models import Harm, Intervention
from moei.desks.evidence.moments import moment_text, moment_words

PAGE = 50


@desk_view("evidence.view")
def whole_map(request: DeskRequest) -> HttpResponse:
    found = selectors.layers(request.acting)
    was_read(request.acting, "map.opened", data={"layers": len(found)})
    context = {
        "layers": found,
        "timeline": selectors.timeline(found),
        "shown": selectors.for_the_map(found),
        "places": selectors.places(request.acting),
    }
    return render(request, "evidence/map.html", context)


@desk_view("evidence.view")
def interventions(request: DeskRequest) -> HttpResponse:
    acting = request.acting
    page = Paginator(selectors.interventions(acting), PAGE).get_page(request.GET.get("page"))
    zone = acting.release.site.zone
    rows = [(row, *_moments(row, zone)) for row in page]
    harms = [
        (row, moment_words(row.began_at, row.precision, zone), selectors.people_words(row))
        for row in selectors.harms(acting)[:PAGE]
    ]
    context = {"page": page, "rows": rows, "harms": harms}
    return render(request, "evidence/interventions.html", context)


@desk_view("evidence.keep", "GET", "POST")
def add_place(request: DeskRequest) -> HttpResponse:
    form = PlaceForm(request.POST if request.method == "POST" else None)

    def save() -> None:
        keep_place(request.acting, form.about())

    lead = gettext("Where it lies, and every name under which people speak of it.")
    return _saved(request, form, save, gettext("Add a place"), lead, "evidence:map")


@desk_view("evidence.keep", "GET", "POST")
def change_place(request: DeskRequest, compound_id: UUID) -> HttpResponse:
    found = selectors.find_place(request.acting, compound_id)
    initial = {name: getattr(found, name) for name in ("name", "kind", "latitude", "longitude", "source")}
    form = PlaceForm(
        request.POST if request.method == "POST" else None,
        initial={**initial, "aliases": "\n".join(found.aliases)},
    )

    def save() -> None:
        keep_place(request.acting, form.about(), place=found)

    lead = gettext("What is recorded of it stays with it.")
    return _saved(request, form, save, gettext("Change the place"), lead, "evidence:map")


@desk_view("evidence.keep", "GET", "POST")
def add_intervention(request: DeskRequest) -> HttpResponse:
    acting = request.acting
    form = InterventionForm(
        request.POST if request.method == "POST" else None,
        places=selectors.places(acting),
        zone=acting.release.site.zone,
    )

    def save() -> None:
        recording.record_intervention(acting, form.about())

    lead = gettext(
        "A cut of power, fuel or internet, a raid, a sanction: when, by whom, against which places."
    )
    return _saved(request, form, save, gettext("Record an intervention"), lead, "evidence:interventions")


@desk_view("evidence.keep", "GET", "POST")
def correct_intervention(request: DeskRequest, intervention_id: UUID) -> HttpResponse:
    acting = request.acting
    found = selectors.find_intervention(acting, intervention_id)
    zone = acting.release.site.zone
    initial = {name: getattr(found, name) for name in ("kind", "by_whom", "area", "source", "effects")}
    initial |= {
        "when": moment_text(found.began_at, found.precision, zone),
        "until": moment_text(found.ended_at, found.ended_precision, zone) if found.ended_at else "",
        "places": [place.pk for place in found.places.all()],
    }
    form = CorrectInterventionForm(
        request.POST if request.method == "POST" else None,
        places=selectors.places(acting),
        zone=zone,
        initial=initial,
    )

    def save() -> None:
        recording.correct_intervention(acting, found, form.about(), reason=form.cleaned_data["reason"])

    lead = gettext("What stood there before stays to be read.")
    return _saved(request, form, save, gettext("Correct the intervention"), lead, "evidence:interventions")


@desk_view("evidence.keep", "GET", "POST")
def add_harm(request: DeskRequest) -> HttpResponse:
    acting = request.acting
    form = HarmForm(
        request.POST if request.method == "POST" else None,
        places=selectors.places(acting),
        zone=acting.release.site.zone,
    )

    def save() -> None:
        recording.record_harm(acting, form.about())

    lead = gettext(
        "What a cut or a raid does to people who live there, or are held there. Counts, never names."
    )
    return _saved(request, form, save, gettext("Record harm to civilians"), lead, "evidence:interventions")


@desk_view("evidence.keep", "GET", "POST")
def void_intervention(request: DeskRequest, intervention_id: UUID) -> HttpResponse:
    return _taken_back(request, selectors.find_intervention(request.acting, intervention_id))


@desk_view("evidence.keep", "GET", "POST")
def void_harm(request: DeskRequest, harm_id: UUID) -> HttpResponse:
    return _taken_back(request, selectors.find_harm(request.acting, harm_id))


@desk_view("evidence.keep", "GET", "POST")
def import_table(request: DeskRequest) -> HttpResponse:
    sent = request.method == "POST"
    form = ImportForm(request.POST if sent else None, request.FILES if sent else None)
    wrong: list[str] = []
    if form.is_bound and form.is_valid():
        try:
            made = import_interventions(request.acting, form.table())
        except BadRows as bad:
            wrong = [str(row) for row in bad.rows]
            form.take(bad)
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(
                request, gettext("%(number)s interventions were taken in.") % {"number": len(made)}
            )
            return redirect("evidence:interventions")
    context = {
        "form": form,
        "title": gettext("Take in a table of interventions"),
        "lead": gettext("CSV in UTF-8. Every row is understood, or none is taken in."),
        "wrong": wrong,
        "columns": COLUMNS,
        "back": "evidence:interventions",
    }
    return render(request, "evidence/map_form.html", context, status=422 if form.errors else 200)


def _taken_back(request: DeskRequest, row: Intervention | Harm) -> HttpResponse:
    form = TakeBackForm(request.POST if request.method == "POST" else None)

    def save() -> None:
        recording.void(request.acting, row, reason=form.cleaned_data["reason"])

    zone = request.acting.release.site.zone
    lead = f"{row.get_kind_display()}, {moment_words(row.began_at, row.precision, zone)}"
    return _saved(request, form, save, gettext("Take it back"), lead, "evidence:interventions")


def _saved(
    request: DeskRequest, form: CaseForm, save: Callable[[], None], title: str, lead: str, back: str
) -> HttpResponse:
    """The form, or what follows once it is saved."""
    if form.is_bound and form.is_valid():
        try:
            save()
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect(back)
    context = {"form": form, "title": title, "lead": lead, "back": back}
    return render(request, "evidence/map_form.html", context, status=422 if form.errors else 200)


def _moments(row: Intervention, zone: object) -> tuple[str, str]:
    began = moment_words(row.began_at, row.precision, zone)  # type: ignore[arg-type]
    if not row.ended_at:
        return began, ""
    return began, moment_words(row.ended_at, row.ended_precision or row.precision, zone)  # type: ignore[arg-type]
