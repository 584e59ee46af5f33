"""Support of one person: plans, goals, notes, rights that were told; and the caseload of everybody."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.policy import Cases
from moei.access.web import DeskRequest, desk_view
from moei.casefile.folding import joined_into
from moei.casefile.models import Case
from moei.casefile.selectors.case_page import assignable
from moei.casefile.web import case_view
from moei.desks.care import support_selectors as selectors
from moei.desks.care.actions import plan_support
from moei.desks.care.actions.tell_rights import tell_rights
from moei.desks.care.actions.write_note import write_note
from moei.desks.care.models import Goal, SupportPlan
from moei.desks.care.support_forms import (
    EndPlanForm,
    GoalForm,
    NoteForm,
    PlanForm,
    ReviewForm,
    RightsForm,
    SettleForm,
)
from moei.desks.care.views.of_case import form_page


@desk_view("caseload.view")
def caseload(request: DeskRequest) -> HttpResponse:
    context = {"rows": selectors.caseload(request.acting), "small": selectors.SMALL}
    return render(request, "care/caseload.html", context)


@case_view("care.record", "GET", "POST")
def make(request: DeskRequest, case: Case) -> HttpResponse:
    form = PlanForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            plan_support.make_plan(
                request.acting,
                case,
                given["type"],
                objectives=given["objectives"],
                review_on=given["review_on"],
                planned_end=given["planned_end"],
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            return _done(request, case, gettext("The plan is made. Set its first goal."))
    lead = gettext("Made with the person, for what they want. They may change their mind.")
    return form_page(request, case, form, gettext("Make a support plan"), lead)


@case_view("care.record", "GET", "POST")
def review(request: DeskRequest, case: Case, plan_id: UUID) -> HttpResponse:
    plan = _plan(case, plan_id)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            plan_support.review_plan(
                request.acting, plan, words=form.cleaned_data["words"], next_on=form.cleaned_data["next_on"]
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            return _done(request, case, gettext("The review is written down."))
    return form_page(request, case, form, gettext("Look at the plan together"), plan.objectives)


@case_view("care.record", "GET", "POST")
def end(request: DeskRequest, case: Case, plan_id: UUID) -> HttpResponse:
    plan = _plan(case, plan_id)
    form = EndPlanForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            plan_support.end_plan(request.acting, plan, ended_as=form.cleaned_data["ended_as"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            return _done(request, case, gettext("The plan has ended."))
    return form_page(request, case, form, gettext("End the plan"), str(plan.get_type_display()))


@case_view("care.record", "GET", "POST")
def goal(request: DeskRequest, case: Case, plan_id: UUID) -> HttpResponse:
    plan = _plan(case, plan_id)
    form = GoalForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            plan_support.set_goal(
                request.acting, plan, form.cleaned_data["words"], due_on=form.cleaned_data["due_on"]
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            return _done(request, case, gettext("The goal is set."))
    return form_page(request, case, form, gettext("Set a goal"), plan.objectives)


@case_view("care.record", "GET", "POST")
def settle(request: DeskRequest, case: Case, goal_id: UUID) -> HttpResponse:
    found = Goal.objects.filter(pk=goal_id, plan__case__person__in=_people(case))
    goal = found.select_related("plan__case").first()
    if goal is None:
        raise Http404
    form = SettleForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            plan_support.settle_goal(request.acting, goal, reached=form.cleaned_data["reached"] == "yes")
        except Invalid as invalid:
            form.take(invalid)
        else:
            return _done(request, case, gettext("It is written down."))
    return form_page(request, case, form, gettext("What became of the goal"), goal.words)


@case_view("care.record", "GET", "POST")
def note(request: DeskRequest, case: Case) -> HttpResponse:
    acting = request.acting
    today = case.site.day_of(acting.now)
    form = NoteForm(request.POST if request.method == "POST" else None, initial={"on": today})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            write_note(
                acting, case, given["kind"], words=given["words"], at=form.moment(acting.now, case.site.zone)
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            return _done(request, case, gettext("The note is kept."))
    lead = gettext("Contacts with the person, and what colleagues have to know. A note is never changed.")
    return form_page(request, case, form, gettext("Write a note"), lead)


@case_view("care.record", "GET", "POST")
def rights(request: DeskRequest, case: Case) -> HttpResponse:
    rights = selectors.rights_of(case, _people(case))
    form = RightsForm(
        request.POST if request.method == "POST" else None,
        rights=[(right.code, right.words) for right in rights],
        interpreters=assignable(request.acting, Cases.INTERPRETED),
        initial={"codes": [right.code for right in rights if right.told is None]},
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            tell_rights(
                request.acting,
                case,
                given["codes"],
                language=given["language"][0] if given["language"] else "",
                interpreter=given["interpreter"],
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            return _done(request, case, gettext("It is written down which rights were told."))
    lead = gettext("Read each to the person, in a language that they understand, and let them ask.")
    return form_page(request, case, form, gettext("Tell the person their rights"), lead)


def _people(case: Case) -> set[UUID]:
    return joined_into([case.person_id])[case.person_id]


def _plan(case: Case, plan_id: UUID) -> SupportPlan:
    found = SupportPlan.objects.filter(pk=plan_id, case__person__in=_people(case), ended_at__isnull=True)
    plan = found.select_related("case__person", "case__site").first()
    if plan is None:
        raise Http404
    return plan


def _done(request: DeskRequest, case: Case, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("care:case", case_id=case.pk)
