"""Consent is asked one purpose and one recipient at a time; no is the default and costs nothing (P02, P04)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from babel import Locale
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from moei.access.acting import Invalid
from moei.access.models import Staff
from moei.access.policy import Cases
from moei.access.web import DeskRequest
from moei.casefile.actions.consent import record_consent, record_disclosure, withdraw_all, withdraw_consent
from moei.casefile.actions.load_wordings import current_wording
from moei.casefile.actions.tell_family import tell_family
from moei.casefile.folding import joined_into
from moei.casefile.forms import ConsentAnswerForm, ConsentChoiceForm, DisclosureForm, TellFamilyForm
from moei.casefile.keeping_apart import KEPT_FROM_DECIDERS, decides
from moei.casefile.models import Case, Disclosure, Purpose, Wording
from moei.casefile.selectors.case_page import assignable
from moei.casefile.selectors.family_asks import answers
from moei.casefile.views import consent_of, to_file
from moei.casefile.web import case_view


@case_view("consent.record", "GET", "POST")
def ask(request: DeskRequest, case: Case) -> HttpResponse:
    """First what is asked, for whom and in which language; then the words themselves, and the answer."""
    purposes = list(_purposes(request, case))
    choice = ConsentChoiceForm(
        request.GET if "language" in request.GET else None,
        initial=request.GET.dict(),  # a task says what to ask about, not in which language
        purposes=purposes,
        languages=_languages(),
    )
    if not choice.is_bound or not choice.is_valid():
        return render(request, "casefile/consent_choose.html", {"case": case, "form": choice})
    purpose = Purpose(choice.cleaned_data["purpose"])
    wording = current_wording(purpose, choice.cleaned_data["language"])
    if wording is None:
        choice.add_error(
            "language", gettext("There are no words for this in that language. Choose another one.")
        )
        return render(request, "casefile/consent_choose.html", {"case": case, "form": choice})
    form = ConsentAnswerForm(request.POST or None, interpreters=_interpreters(request, wording))
    if request.method == "POST" and form.is_valid():
        try:
            record_consent(
                request.acting,
                case,
                purpose,
                given=form.cleaned_data["given"] == "yes",
                wording=wording,
                recipient=choice.cleaned_data["recipient"],
                translated_by=form.cleaned_data["translated_by"],
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The answer is recorded, with the words that were shown."))
            return to_file(case)
    people = joined_into([case.person_id])[case.person_id]
    context = {
        "case": case,
        "form": form,
        "purpose": purpose,
        "recipient": choice.cleaned_data["recipient"],
        "wording": wording,
        "known_outside": Disclosure.objects.filter(case__person__in=people, outside=True).order_by(
            "happened_at"
        ),
    }
    return render(request, "casefile/consent_ask.html", context)


@case_view("consent.withdraw", "GET", "POST")
def withdraw(request: DeskRequest, case: Case, consent_id: UUID) -> HttpResponse:
    consent = consent_of(case, consent_id)
    if consent.purpose in KEPT_FROM_DECIDERS and decides(request.acting.staff, case, now=request.acting.now):
        raise Http404
    if request.method == "POST":
        try:
            gone = withdraw_consent(request.acting, consent)
        except Invalid as invalid:
            messages.error(request, str(invalid))
            return to_file(case)
        return render(request, "casefile/withdrawn.html", {"case": case, "consent": consent, "gone": gone})
    return render(request, "casefile/withdraw.html", {"case": case, "consent": consent})


@case_view("consent.withdraw", "POST")
def withdraw_everything(request: DeskRequest, case: Case) -> HttpResponse:
    withdraw_all(request.acting, case)
    messages.success(
        request,
        gettext(
            "Whatever the person had agreed to is withdrawn now. What was read before cannot be recalled."
        ),
    )
    return to_file(case)


@case_view("disclosure.record", "GET", "POST")
def disclose(request: DeskRequest, case: Case) -> HttpResponse:
    form = DisclosureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            record_disclosure(request.acting, case, **form.cleaned_data)
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The disclosure stands in the register."))
            return to_file(case)
    return render(request, "casefile/disclose.html", {"case": case, "form": form})


@case_view("disclosure.record", "GET", "POST")
def tell(request: DeskRequest, case: Case) -> HttpResponse:
    """Whom of the family was told what: only where the person said yes (P12)."""
    form = TellFamilyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            tell_family(request.acting, case, **form.cleaned_data)
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It stands in the register that the family was told."))
            return to_file(case)
    answer = answers([case.person_id])[case.person_id]
    return render(request, "casefile/tell_family.html", {"case": case, "form": form, "answer": answer})


def _purposes(request: DeskRequest, case: Case) -> Iterable[Purpose]:
    """Whoever may sign the determination does not ask about investigation, embassy or media (P03)."""
    kept = KEPT_FROM_DECIDERS if decides(request.acting.staff, case, now=request.acting.now) else frozenset()
    return (purpose for purpose in Purpose if purpose not in kept)


def _languages() -> list[tuple[str, str]]:
    """Languages that there are words in, by name."""
    names = Locale.parse((get_language() or "en").replace("-", "_")).languages
    codes = Wording.objects.order_by("language").values_list("language", flat=True).distinct()
    return [(code, str(names.get(code, code))) for code in codes]


def _interpreters(request: DeskRequest, wording: Wording) -> list[Staff]:
    return [
        staff
        for staff in assignable(request.acting, Cases.INTERPRETED)
        if wording.language in staff.languages
    ]
