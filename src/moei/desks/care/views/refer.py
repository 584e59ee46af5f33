"""One person is referred: to whom they agreed, what that organisation may read, what became of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.web import DeskRequest
from moei.casefile.folding import joined_into
from moei.casefile.models import Case
from moei.casefile.web import case_view
from moei.desks.care import referral_selectors
from moei.desks.care.actions.agree_sections import agree_on_sections
from moei.desks.care.actions.answer_referral import accept_referral, decline_referral, finish_referral
from moei.desks.care.actions.end_referral import revoke_referral
from moei.desks.care.actions.offer_referral import offer_referral
from moei.desks.care.models import Referral
from moei.desks.care.referral_forms import AgreeForm, AnswerForm, ReferForm, RevokeForm
from moei.desks.care.selectors import unmet_of
from moei.desks.care.views.of_case import form_page
from moei.desks.care.working import MORE, agreed_to, referrals_of


@case_view("referral.make", "GET", "POST")
def refer(request: DeskRequest, case: Case) -> HttpResponse:
    """Services of organisations to which the person agreed; beside it, those about which they were not asked."""
    choices = referral_selectors.choices(case)
    unmet = unmet_of([case.person_id])[case.person_id]
    form = ReferForm(
        request.POST if request.method == "POST" else None,
        services=[service for choice in choices for service in choice.services],
        needs=[(need.code, need.label) for need in unmet],
        sections={section for choice in choices for section in choice.sections},
        initial={
            "sections": ["needs"],
            "needs": [need.code for need in unmet],
            "urgency": min((need.urgency for need in unmet), default=None) or 3,
        },
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            offer_referral(
                request.acting,
                case,
                given["service"],
                needs=given["needs"],
                sections=given["sections"],
                urgency=given["urgency"],
                reason=given["reason"],
                words=given["words"],
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("Offered. The organisation reads no name before it accepts."))
            return redirect("care:case", case_id=case.pk)
    context = {
        "case": case,
        "form": form,
        "choices": choices,
        "not_asked": referral_selectors.not_asked(case),
    }
    return render(request, "care/refer.html", context, status=422 if form.errors else 200)


@case_view("consent.record", "GET", "POST")
def agree(request: DeskRequest, case: Case, agency_id: UUID) -> HttpResponse:
    recipient = referral_selectors.recipient_of(case, agency_id)
    now = [section for section in agreed_to(case, recipient) if section in MORE]
    form = AgreeForm(request.POST if request.method == "POST" else None, initial={"sections": now})
    if form.is_bound and form.is_valid():
        try:
            agree_on_sections(request.acting, case, recipient, form.cleaned_data["sections"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is recorded what this organisation may read."))
            return redirect("care:case", case_id=case.pk)
    lead = gettext("%(agency)s reads who the person is and what they need. A no to more costs nothing.")
    return form_page(request, case, form, gettext("What may it read?"), lead % {"agency": recipient.name})


@case_view("referral.make", "GET", "POST")
def revoke(request: DeskRequest, case: Case, referral_id: UUID) -> HttpResponse:
    referral = _referral(case, referral_id)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            revoke_referral(request.acting, referral, why=form.cleaned_data["why"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(
                request, gettext("Taken back. The organisation reads nothing more, from now on.")
            )
            return redirect("care:case", case_id=case.pk)
    return form_page(request, case, form, gettext("Take the referral back"), _about(referral))


@case_view("referral.make", "GET", "POST")
def answer(request: DeskRequest, case: Case, referral_id: UUID) -> HttpResponse:
    """What an organisation said of which nobody signs in here."""
    referral = _referral(case, referral_id)
    form = AnswerForm(request.POST if request.method == "POST" else None, referral=referral)
    if form.is_bound and form.is_valid():
        try:
            _store(request, referral, form.cleaned_data["answer"], form.cleaned_data["why"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The answer is stored."))
            return redirect("care:case", case_id=case.pk)
    return form_page(request, case, form, gettext("Write down its answer"), _about(referral))


def _store(request: DeskRequest, referral: Referral, said: str, why: str) -> None:
    if said == "accept":
        accept_referral(request.acting, referral)
    elif said == "decline":
        decline_referral(request.acting, referral, why=why)
    else:
        finish_referral(request.acting, referral)


def _about(referral: Referral) -> str:
    return f"{referral.reference} · {referral.service} · {referral.recipient}"


def _referral(case: Case, referral_id: UUID) -> Referral:
    people = joined_into([case.person_id])[case.person_id]
    found = referrals_of(people).filter(pk=referral_id)
    referral = found.select_related("case__person", "case__site", "service", "recipient").first()
    if referral is None:
        raise Http404
    return referral
