"""One person and the missions: what a state knows already, what was asked, papers, what is settled for leaving."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.decide import can, may
from moei.access.models import Agency
from moei.access.web import DeskRequest
from moei.casefile.folding import joined_into
from moei.casefile.forms import CaseForm
from moei.casefile.models import Case, TravelDocument
from moei.casefile.selectors import travel
from moei.casefile.selectors.cases import open_case
from moei.casefile.web import case_view
from moei.desks.embassies import case_selectors, selectors
from moei.desks.embassies.actions.agree_state import agree_on_state, withdraw_state
from moei.desks.embassies.actions.answer import Answer, record_answers
from moei.desks.embassies.actions.follow import follow_refuted, give_more
from moei.desks.embassies.actions.on_the_way import OURS, note_travel_needs, record_check
from moei.desks.embassies.actions.papers import (
    ask_paper,
    issue_paper,
    record_own_paper,
    refuse_paper,
    void_paper,
)
from moei.desks.embassies.actions.send_batch import send_batch
from moei.desks.embassies.forms import (
    AgreeForm,
    AnswerForm,
    AskPaperForm,
    CheckForm,
    FollowForm,
    IssueForm,
    MoreForm,
    OwnPaperForm,
    TravelNeedsForm,
    VoidForm,
)
from moei.desks.embassies.models import AgreedState, TravelNeed, VerificationRequest
from moei.desks.embassies.readiness import acts_for, why_not
from moei.desks.embassies.working import NotOpen, keep_from_deciders


@case_view("return.read")
def case(request: DeskRequest, case: Case) -> HttpResponse:
    acting = request.acting
    keep_from_deciders(acting, case)
    file = open_case(acting, case)
    checks = travel.checks_of(case)
    context = {
        "case": case,
        "concerns": travel.concerns_of(case),
        "missions": case_selectors.at_missions(file),
        "nationalities": case_selectors.nationalities_of(file),
        "documents": travel.documents_of(case),
        "today": case.site.day_of(acting.now),
        "checks": [(code.label, checks.get(code)) for code in OURS],
        "needs": selectors.needs_of([case.person_id]).get(case.person_id, []),
        "may": {
            "record": file.allows("return.record"),
            "consent": file.allows("consent.record"),
            "send": may(acting.staff, "missions.ask", acting.release.id),
        },
    }
    return render(request, "embassies/case.html", context)


@case_view("return.record", "GET", "POST")
def ask(request: DeskRequest, case: Case, mission_id: UUID) -> HttpResponse:
    """First what that state knows already, then the question itself (P01)."""
    acting = request.acting
    keep_from_deciders(acting, case)
    mission = get_object_or_404(selectors.embassies(), pk=mission_id)
    state = request.POST.get("state", "") or request.GET.get("state", "")
    if not acts_for(mission, state):
        state = mission.country
    file = open_case(acting, case)
    reasons = why_not([case], mission, state)[case.id]
    may_send = may(acting.staff, "missions.ask", acting.release.id)
    form = CaseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not may_send:
            form.add_error(None, gettext("A returns officer sends requests to missions."))
        else:
            try:
                send_batch(acting, mission, state, [case.pk])
            except Invalid as invalid:
                form.take(invalid)
            else:
                messages.success(request, gettext("The mission is asked."))
                return redirect("embassies:case", case_id=case.pk)
    context = {
        "case": case,
        "mission": mission,
        "state": state,
        "known": case_selectors.known_to(file, mission),
        "reasons": reasons,
        "form": form,
        "may_send": may_send,
    }
    return render(request, "embassies/ask.html", context, status=422 if form.errors else 200)


@case_view("return.record", "GET", "POST")
def agree(request: DeskRequest, case: Case) -> HttpResponse:
    keep_from_deciders(request.acting, case)
    form = AgreeForm(request.POST if request.method == "POST" else None, missions=_told_missions(case))
    if form.is_bound and form.is_valid():
        if not can(request.acting.staff, "consent.record", case, now=request.acting.now):
            form.add_error(None, gettext("A caseworker asks for consent, and records it."))
        else:
            try:
                agree_on_state(request.acting, case, form.cleaned_data["mission"], form.cleaned_data["state"])
            except Invalid as invalid:
                form.take(invalid)
            else:
                messages.success(request, gettext("The person agrees that this state is asked too."))
                return redirect("embassies:case", case_id=case.pk)
    lead = gettext(
        "Consent to a mission covers its own state. Ask about each other state by itself; a no costs nothing."
    )
    return form_page(request, case, form, gettext("Agreed to another state of the mission"), lead)


@case_view("return.record", "POST")
def disagree(request: DeskRequest, case: Case, agreed_id: UUID) -> HttpResponse:
    keep_from_deciders(request.acting, case)
    found = AgreedState.objects.filter(pk=agreed_id, case=case, ended_at__isnull=True)
    agreed = found.select_related("case").first()
    if agreed is None:
        raise Http404
    try:
        withdraw_state(request.acting, agreed)
    except Invalid as invalid:
        messages.warning(request, str(invalid))
    else:
        messages.success(request, gettext("It is taken back. What was read before cannot be recalled."))
    return redirect("embassies:case", case_id=case.pk)


@case_view("return.record", "GET", "POST")
def paper(request: DeskRequest, case: Case) -> HttpResponse:
    keep_from_deciders(request.acting, case)
    form = AskPaperForm(request.POST if request.method == "POST" else None, missions=_told_missions(case))
    if form.is_bound and form.is_valid():
        try:
            ask_paper(request.acting, case, form.cleaned_data["mission"], form.cleaned_data["kind"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The paper is asked for."))
            return redirect("embassies:case", case_id=case.pk)
    lead = gettext(
        "Only of a mission that the person agreed to. It sees identity, papers and needs for travel."
    )
    return form_page(request, case, form, gettext("Ask for a travel paper"), lead)


@case_view("return.record", "GET", "POST")
def own_paper(request: DeskRequest, case: Case) -> HttpResponse:
    keep_from_deciders(request.acting, case)
    form = OwnPaperForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            record_own_paper(
                request.acting, case, given["kind"], number=given["number"], expires_on=given["expires_on"]
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is recorded."))
            return redirect("embassies:case", case_id=case.pk)
    lead = gettext(
        "One that the person has, or that is kept for them, and that you have seen. No embassy is asked or told."
    )
    return form_page(request, case, form, gettext("A paper that is here already"), lead)


@case_view("return.record", "GET", "POST")
def paper_outcome(request: DeskRequest, case: Case, paper_id: UUID) -> HttpResponse:
    keep_from_deciders(request.acting, case)
    document = _paper(case, paper_id)
    form = IssueForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            settle_paper(request, document.pk, form)
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is recorded."))
            return redirect("embassies:case", case_id=case.pk)
    lead = f"{document.get_kind_display()}: {document.mission or '–'}"
    return form_page(request, case, form, gettext("What became of the paper"), lead)


@case_view("return.record", "GET", "POST")
def paper_void(request: DeskRequest, case: Case, paper_id: UUID) -> HttpResponse:
    keep_from_deciders(request.acting, case)
    document = _paper(case, paper_id)
    form = VoidForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            void_paper(request.acting, document, reason=form.cleaned_data["reason"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The paper is void. Nobody travels with it."))
            return redirect("embassies:case", case_id=case.pk)
    lead = f"{document.get_kind_display()} {document.number}"
    return form_page(request, case, form, gettext("The paper is void"), lead)


@case_view("return.record", "GET", "POST")
def check(request: DeskRequest, case: Case) -> HttpResponse:
    keep_from_deciders(request.acting, case)
    form = CheckForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            record_check(request.acting, case, given["code"], given["answer"], note=given["note"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is recorded."))
            return redirect("embassies:case", case_id=case.pk)
    lead = gettext("Fines for overstaying and the clearance to leave. The latest answer counts.")
    return form_page(request, case, form, gettext("Fines and exit clearance"), lead)


@case_view("return.record", "GET", "POST")
def needs(request: DeskRequest, case: Case) -> HttpResponse:
    keep_from_deciders(request.acting, case)
    people = joined_into([case.person_id])[case.person_id]
    standing = TravelNeed.objects.filter(case__person__in=people, ended_at__isnull=True)
    form = TravelNeedsForm(
        request.POST if request.method == "POST" else None,
        initial={"needs": sorted(set(standing.values_list("code", flat=True)))},
    )
    if form.is_bound and form.is_valid():
        try:
            note_travel_needs(request.acting, case, form.cleaned_data["needs"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is recorded."))
            return redirect("embassies:case", case_id=case.pk)
    lead = gettext("A mission that may be told of the person reads this. No illness, and no reason.")
    return form_page(request, case, form, gettext("Needs on the way"), lead)


@case_view("return.record", "GET", "POST")
def follow(request: DeskRequest, case: Case, verification_id: UUID) -> HttpResponse:
    keep_from_deciders(request.acting, case)
    asked = _asked(case, verification_id)
    form = FollowForm(request.POST if request.method == "POST" else None, missions=selectors.embassies())
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            follow_refuted(
                request.acting, asked, given["following"], mission=given["mission"], state=given["state"]
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is recorded what follows."))
            return redirect("embassies:case", case_id=case.pk)
    lead = gettext(
        "%(mission)s says: not a national of %(state)s. Another mission is asked only after the person agrees to it."
    ) % {"mission": asked.mission, "state": asked.state}
    return form_page(request, case, form, gettext("What follows"), lead)


@case_view("return.record", "GET", "POST")
def more(request: DeskRequest, case: Case, verification_id: UUID) -> HttpResponse:
    keep_from_deciders(request.acting, case)
    asked = _asked(case, verification_id)
    form = MoreForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            give_more(request.acting, asked, form.cleaned_data["words"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The mission is told."))
            return redirect("embassies:case", case_id=case.pk)
    lead = asked.remark or gettext("The mission does not wait for more.")
    return form_page(request, case, form, gettext("What the mission needs"), lead)


@case_view("return.record", "GET", "POST")
def answer(request: DeskRequest, case: Case, verification_id: UUID) -> HttpResponse:
    """What a mission wrote or said, when it does not answer here itself."""
    keep_from_deciders(request.acting, case)
    asked = _asked(case, verification_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if not may(request.acting.staff, "missions.ask", request.acting.release.id):
            form.add_error(None, gettext("A returns officer writes down what missions answer."))
        else:
            given = form.cleaned_data
            try:
                record_answers(request.acting, [Answer(asked.pk, given["answer"], given["remark"])])
            except NotOpen:
                raise Http404 from None
            except Invalid as invalid:
                form.take(invalid)
            else:
                messages.success(request, gettext("The answer is stored."))
                return redirect("embassies:case", case_id=case.pk)
    lead = f"{asked.reference} · {asked.mission} · {asked.state}"
    return form_page(request, case, form, gettext("The mission's answer"), lead)


def form_page(request: DeskRequest, case: Case, form: CaseForm, title: str, lead: str) -> HttpResponse:
    context = {"case": case, "form": form, "title": title, "lead": lead, "back": "embassies:case"}
    return render(request, "casefile/right.html", context, status=422 if form.errors else 200)


def settle_paper(request: DeskRequest, paper_id: UUID, form: IssueForm) -> None:
    """Issued or refused, as the form says."""
    given = form.cleaned_data
    if given["outcome"] == "refused":
        refuse_paper(request.acting, paper_id)
    else:
        issue_paper(request.acting, paper_id, number=given["number"], expires_on=given["expires_on"])


def _told_missions(case: Case) -> QuerySet[Agency]:
    """Missions that the person agreed to."""
    told = case.consents.filter(purpose="embassy", given=True, withdrawn_at__isnull=True)
    return selectors.embassies().filter(pk__in=told.values("recipient_id"))


def _asked(case: Case, verification_id: UUID) -> VerificationRequest:
    people = joined_into([case.person_id])[case.person_id]
    found = case_selectors.request_of(people, verification_id)
    if found is None:
        raise Http404
    return found


def _paper(case: Case, paper_id: UUID) -> TravelDocument:
    people = joined_into([case.person_id])[case.person_id]
    found = TravelDocument.objects.filter(pk=paper_id, case__person__in=people, voided_at__isnull=True)
    document = found.select_related("mission", "case").first()
    if document is None:
        raise Http404
    return document
