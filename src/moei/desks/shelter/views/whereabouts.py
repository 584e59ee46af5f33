"""What became of somebody, with the next steps; and whether health is in the way of an interview."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.web import DeskRequest
from moei.casefile.folding import joined_into
from moei.casefile.models import Case
from moei.casefile.web import case_view
from moei.desks.shelter.actions import outcome as actions
from moei.desks.shelter.actions.health import record_screening
from moei.desks.shelter.forms import HealthForm, OutcomeForm, StepForm
from moei.desks.shelter.models import HealthScreening, Outcome


@case_view("stay.record", "GET", "POST")
def record(request: DeskRequest, case: Case) -> HttpResponse:
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = actions.record_outcome(request.acting, case, Outcome.Kind(form.cleaned_data["kind"]))
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("shelter:steps", case_id=case.pk, outcome_id=made.pk)
    lead = gettext(
        "The bed is given up, and the next page says what to do. A missing child alarms whoever watches."
    )
    context = {"case": case, "form": form, "title": gettext("In hospital, gone, or died"), "lead": lead}
    return render(
        request,
        "casefile/right.html",
        {**context, "back": "shelter:person"},
        status=422 if form.errors else 200,
    )


@case_view("stay.record", "GET", "POST")
def steps(request: DeskRequest, case: Case, outcome_id: UUID) -> HttpResponse:
    outcome = _find(case, outcome_id)
    form = StepForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        basis = form.cleaned_data["basis"]
        try:
            actions.do_step(
                request.acting,
                outcome,
                form.cleaned_data["step"],
                basis=Outcome.Basis(basis) if basis else None,
            )
        except Invalid as invalid:
            messages.error(request, str(invalid))
        return redirect("shelter:steps", case_id=case.pk, outcome_id=outcome.pk)
    rows = [(code, words, outcome.steps.get(code)) for code, words in actions.steps_of(outcome).items()]
    context = {
        "case": case,
        "outcome": outcome,
        "rows": rows,
        "consular": actions.CONSULAR,
        "bases": Outcome.Basis.choices,
        "may_end": outcome.ended_at is None and outcome.kind != Outcome.Kind.DIED,
    }
    return render(request, "shelter/steps.html", context)


@case_view("stay.record", "POST")
def back(request: DeskRequest, case: Case, outcome_id: UUID) -> HttpResponse:
    try:
        actions.end_outcome(request.acting, _find(case, outcome_id))
    except Invalid as invalid:
        messages.error(request, str(invalid))
    return redirect("shelter:person", case_id=case.pk)


@case_view("medical.record", "GET", "POST")
def health(request: DeskRequest, case: Case) -> HttpResponse:
    form = HealthForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            record_screening(
                request.acting, case, HealthScreening.Result(given["result"]), until=given["until"]
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is written down."))
            return redirect("cases:file", case_id=case.pk)
    lead = gettext("Only whether the interview waits. What you found belongs to the medical section.")
    context = {"case": case, "form": form, "title": gettext("Health before the interview"), "lead": lead}
    return render(
        request, "casefile/right.html", {**context, "back": "cases:file"}, status=422 if form.errors else 200
    )


def _find(case: Case, outcome_id: UUID) -> Outcome:
    people = joined_into([case.person_id])[case.person_id]
    found: Outcome = get_object_or_404(
        Outcome.objects.select_related("case__person", "case__site"), pk=outcome_id, case__person__in=people
    )
    return found
