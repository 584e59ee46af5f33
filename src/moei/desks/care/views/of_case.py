"""One person in care: what they need, who met it, and what the health service wrote."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.decide import can, only_by_referral
from moei.access.web import DeskRequest
from moei.casefile.actions.needs import assess_needs, meet_need
from moei.casefile.folding import joined_into
from moei.casefile.forms import CaseForm
from moei.casefile.models import Case, Need
from moei.casefile.selectors.cases import open_case
from moei.casefile.web import case_view
from moei.desks.care import referral_selectors, selectors
from moei.desks.care import support_selectors as support
from moei.desks.care.actions.write_medical import read_medical_notes, write_medical_note
from moei.desks.care.forms import AssessForm, MedicalForm, MetForm
from moei.desks.care.service_selectors import offering

NOTES = 50  # that are shown


@case_view("care.read")
def case(request: DeskRequest, case: Case) -> HttpResponse:
    """Whoever reads it by a referral alone sees no other organisation; whoever decides sees no claim (P03)."""
    acting = request.acting
    file = open_case(acting, case)
    standing, over = selectors.needs_of_file(file) if file.allows("needs.read") else ([], [])
    today = case.site.day_of(acting.now)
    guest = only_by_referral(acting.staff, case, now=acting.now)
    referrals = referral_selectors.of_person(file.people)
    claims = [] if guest or file.allows("determination.sign") else support.claims_of(file.people)
    context = {
        "case": case,
        "file": file,
        "needs": standing,
        "needs_over": over,
        "doctor_on": selectors.seen_by_doctor([case.person_id]).get(case.person_id),
        "referrals": [one for one in referrals if not guest or one.recipient_id == acting.staff.agency_id],
        "recipients": referral_selectors.choices(case) if file.allows("consent.read") else [],
        "here": referral_selectors.who_answers_here(file.people),
        "plans": support.plans_of(file.people),
        "notes": support.notes_of(file.people)[:NOTES],
        "rights": support.rights_of(case, file.people),
        "claims": [(claim, support.deadlines(claim, today)) for claim in claims],
        "today": today,
        "may": {
            "refer": file.allows("referral.make"),
            "record": file.allows("care.record"),
            "claim": file.allows("care.record") and not file.allows("determination.sign"),
            "consent": file.allows("consent.record"),
            "needs_read": file.allows("needs.read"),
            "needs": file.allows("needs.record"),
            "medical": file.allows("medical.read"),
        },
    }
    return render(request, "care/case.html", context)


@case_view("needs.record", "GET", "POST")
def assess(request: DeskRequest, case: Case) -> HttpResponse:
    people = joined_into([case.person_id])[case.person_id]
    rows = Need.objects.filter(person__in=people, ended_at__isnull=True).order_by("-urgency")
    form = AssessForm(
        request.POST if request.method == "POST" else None, standing=dict(rows.values_list("code", "urgency"))
    )
    if form.is_bound and form.is_valid():
        try:
            assess_needs(request.acting, case, form.found())
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The needs are recorded, with how urgent each is."))
            return _back(request, case)
    lead = gettext("Ask about each. What is left at “No such need” ends. No illness and no story here.")
    return form_page(request, case, form, gettext("What does the person need?"), lead, _page(request, case))


@case_view("needs.record", "GET", "POST")
def met(request: DeskRequest, case: Case, need_id: UUID) -> HttpResponse:
    people = joined_into([case.person_id])[case.person_id]
    need = Need.objects.filter(pk=need_id, person__in=people).first()
    if need is None:
        raise Http404
    acting = request.acting
    form = MetForm(
        request.POST if request.method == "POST" else None,
        agencies=offering(),
        initial={"on": case.site.day_of(acting.now)},
    )
    if form.is_bound and form.is_valid():
        try:
            meet_need(
                acting,
                case,
                need.code,
                at=form.moment(acting.now, case.site.zone),
                through=form.cleaned_data["through"],
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is recorded that this need was met."))
            return _back(request, case)
    title, lead = gettext("The need was met"), str(need.get_code_display())
    return form_page(request, case, form, title, lead, _page(request, case))


@case_view("medical.read")
def medical(request: DeskRequest, case: Case) -> HttpResponse:
    return _medical_page(request, case, MedicalForm(initial=_today(request, case)))


@case_view("medical.record", "POST")
def write(request: DeskRequest, case: Case) -> HttpResponse:
    form = MedicalForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            write_medical_note(
                request.acting,
                case,
                words=given["words"],
                seen_on=given["seen_on"],
                by_doctor=given["by_doctor"],
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The note is kept, sealed."))
            return redirect("care:medical", case_id=case.pk)
    return _medical_page(request, case, form, status=422)


def _medical_page(request: DeskRequest, case: Case, form: MedicalForm, status: int = 200) -> HttpResponse:
    context = {
        "case": case,
        "notes": read_medical_notes(request.acting, case),
        "form": form,
        "may_write": can(request.acting.staff, "medical.record", case, now=request.acting.now),
    }
    return render(request, "care/medical.html", context, status=status)


def _today(request: DeskRequest, case: Case) -> dict[str, object]:
    return {"seen_on": case.site.day_of(request.acting.now)}


def _page(request: DeskRequest, case: Case) -> str:
    """Where whoever may record needs comes from: some of them do not read what care is planned."""
    return (
        "care:case" if can(request.acting.staff, "care.read", case, now=request.acting.now) else "cases:file"
    )


def _back(request: DeskRequest, case: Case) -> HttpResponse:
    return redirect(_page(request, case), case_id=case.pk)


def form_page(
    request: DeskRequest, case: Case, form: CaseForm, title: str, lead: str, back: str = "care:case"
) -> HttpResponse:
    context = {"case": case, "form": form, "title": title, "lead": lead, "back": back}
    return render(request, "casefile/right.html", context, status=422 if form.errors else 200)
