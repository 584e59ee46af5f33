"""Contacts after the return, and closing a case."""

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
from moei.desks.returns.actions import follow_up as actions
from moei.desks.returns.forms import CloseForm, FollowUpForm, OutcomeForm
from moei.desks.returns.models import FollowUp
from moei.desks.returns.views.person import case_form


@case_view("return.record", "GET", "POST")
def plan(request: DeskRequest, case: Case) -> HttpResponse:
    form = FollowUpForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.plan_follow_up(request.acting, case, due_on=form.cleaned_data["due_on"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("returns:person", case_id=case.pk)
    lead = gettext("By the channel, in the hours and until the day that the person agreed to.")
    return case_form(request, case, form, gettext("Plan a contact"), lead)


@case_view("return.record", "GET")
def reach(request: DeskRequest, case: Case, follow_up_id: UUID) -> HttpResponse:
    found = _find(case, follow_up_id)
    try:
        opened = actions.reach(request.acting, found)
    except Invalid as invalid:
        messages.error(request, str(invalid))
        return redirect("returns:person", case_id=case.pk)
    response = render(request, "returns/reach.html", {"case": case, "follow_up": found, "reach": opened})
    response.headers["Cache-Control"] = "no-store"
    return response


@case_view("return.record", "GET", "POST")
def outcome(request: DeskRequest, case: Case, follow_up_id: UUID) -> HttpResponse:
    found = _find(case, follow_up_id)
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            actions.record_outcome(
                request.acting,
                found,
                FollowUp.Outcome(given["outcome"]),
                risk=FollowUp.Risk(given["risk"]),
                note=given["note"],
                next_on=given["next_on"],
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("returns:person", case_id=case.pk)
    lead = gettext(
        "The risk is as the person sees it. What is needed now is written so that somebody can act on it."
    )
    return case_form(request, case, form, gettext("What came of the contact"), lead)


@case_view("return.record", "GET", "POST")
def close(request: DeskRequest, case: Case) -> HttpResponse:
    form = CloseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.close_case(request.acting, case, reason=form.cleaned_data["reason"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("returns:person", case_id=case.pk)
    lead = gettext(
        "Only when nothing is open: no seat, no contact, no paper that is waited for, nothing to give back."
    )
    return case_form(request, case, form, gettext("Close the case"), lead)


def _find(case: Case, follow_up_id: UUID) -> FollowUp:
    people = joined_into([case.person_id])[case.person_id]
    found: FollowUp = get_object_or_404(
        FollowUp.objects.select_related("case__person"), pk=follow_up_id, case__person__in=people
    )
    return found
