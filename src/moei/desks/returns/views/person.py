"""One person's way home: what has to be there, the seats they had, and contacts afterwards."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.web import DeskRequest
from moei.casefile.forms import CaseForm
from moei.casefile.models import Case, TravelCheck
from moei.casefile.selectors import rights
from moei.casefile.selectors.cases import open_case
from moei.casefile.web import case_view
from moei.desks.returns import selectors
from moei.desks.returns.actions.record_check import record_check
from moei.desks.returns.forms import CheckForm
from moei.desks.returns.readiness import readiness


@case_view("return.read")
def way_home(request: DeskRequest, case: Case) -> HttpResponse:
    file = open_case(request.acting, case)
    seats = selectors.seats_of(file)
    held = next((seat for seat in seats if seat.ended_at is None and seat.arrived_at is None), None)
    today = case.site.day_of(request.acting.now)
    state = held.journey.state if held else case.person.nationality
    on = case.site.day_of(held.journey.departs_at) if held else today
    plan = rights.contact_plan(file)
    context = {
        "case": case,
        "readiness": readiness(case, state=state, on=on),
        "state": state,
        "on": on,
        "held": held,
        "seats": seats,
        "answers": selectors.answers_of(file),
        "before": selectors.came_home_before(case),
        "plan": plan,
        "plan_holds": plan is not None and plan.holds_on(today),
        "never": rights.never_contact(file),
        "follow_ups": selectors.follow_ups(file),
        "closed": case.stage == "closed",
        "may_record": file.allows("return.record"),
    }
    return render(request, "returns/person.html", context)


@case_view("return.record", "GET", "POST")
def check(request: DeskRequest, case: Case) -> HttpResponse:
    form = CheckForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            record_check(
                request.acting,
                case,
                TravelCheck.Code(given["code"]),
                TravelCheck.Answer(given["answer"]),
                note=given["note"],
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is written down."))
            return redirect("returns:person", case_id=case.pk)
    lead = gettext(
        "Risk on return is asked before anybody boards. Whoever does not wish to go keeps every right."
    )
    return case_form(request, case, form, gettext("Settle what has to be there"), lead)


def case_form(request: DeskRequest, case: Case, form: CaseForm, title: str, lead: str) -> HttpResponse:
    context = {"case": case, "form": form, "title": title, "lead": lead, "back": "returns:person"}
    return render(request, "casefile/right.html", context, status=422 if form.errors else 200)
