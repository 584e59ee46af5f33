"""The determination page: what was said, who has signed, and one signature at a time."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from allauth.account import app_settings as account_settings
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from moei.access.acting import Invalid
from moei.access.journalled import was_read
from moei.access.papers import paper_pdf
from moei.access.policy import Section
from moei.access.web import DeskRequest
from moei.casefile.folding import protocol
from moei.casefile.models import Case
from moei.casefile.selectors.cases import CaseFile, open_case
from moei.casefile.web import case_view
from moei.desks.screening import selectors
from moei.desks.screening.actions.defer import defer
from moei.desks.screening.actions.sign_determination import sign_determination, withdraw_signature
from moei.desks.screening.evidence import CODE_WORDS, evidence
from moei.desks.screening.form import identification_form
from moei.desks.screening.forms import DeferForm, SignForm
from moei.desks.screening.models import Deferral, PreliminaryScreening, Signature
from moei.desks.screening.recording import people_of
from moei.desks.screening.views.drawing import operation_of
from moei.desks.screening.words import label_of, language, outcome_label, words
from moei.leaving.models import Kind
from moei.leaving.stamp import Stamp
from moei.leaving.web import leaves
from moei.standards.xlsform import said


def signs_now(request: DeskRequest) -> bool:
    """Whether they showed who they are within the last minutes: that opens a signing session, and only that.

    A sign-in counts as well as a confirmation. Without any record it has not happened: this fails closed. A clock that
    was put back does not make the minutes longer.
    """
    at = [float(record.get("at", 0)) for record in get_authentication_records(request, request.acting.staff)]
    return any(abs(time.time() - moment) < account_settings.REAUTHENTICATION_TIMEOUT for moment in at)


@case_view("determination.read", "GET")
def determination(request: DeskRequest, case: Case) -> HttpResponse:
    return _page(request, case)


@case_view("determination.sign", "POST")
def sign(request: DeskRequest, case: Case) -> HttpResponse:
    """One signature in one case. Without a fresh authentication nothing is signed and nothing typed is lost."""
    form = _sign_form(case, request.POST)
    form.is_valid()
    given = form.cleaned_data
    try:
        if not signs_now(request):
            raise Invalid(
                _("Confirm that it is you, in the new tab; then sign here. Nothing you typed is lost.")
            )
        broken = {name: str(texts[0]) for name, texts in form.errors.items() if name == "until"}
        if broken:
            raise Invalid(broken)
        signed = sign_determination(
            request.acting,
            case,
            outcome=request.POST.get("outcome", ""),
            reasons=given.get("reasons", ""),
            gap_question=request.POST.get("gap_question", ""),
            gap_answer=given.get("gap_answer", ""),
            dissent=given.get("dissent", ""),
            until=given.get("until"),
            operation=operation_of(request),
        )
    except Invalid as invalid:
        return _page(request, case, invalid=invalid, form=form)
    if signed.determination is not None:
        messages.success(request, _("Your signature is kept, and the panel is complete."))
    else:
        messages.success(request, _("Your signature is kept. The panel is not complete yet."))
    return redirect("screening:determination", case.id)


@case_view("determination.sign", "POST")
def withdraw(request: DeskRequest, case: Case) -> HttpResponse:
    try:
        number = UUID(request.POST.get("signature", ""))
    except ValueError:
        raise Http404 from None
    mine = get_object_or_404(
        Signature.objects.select_related("case__site"), case=case, staff=request.acting.staff, pk=number
    )
    try:
        withdraw_signature(request.acting, mine, reason=request.POST.get("reason", ""))
    except Invalid as invalid:
        return _page(request, case, invalid=invalid)
    messages.success(request, _("Your signature is withdrawn. It stays in the journal, with your reason."))
    return redirect("screening:determination", case.id)


@case_view("determination.defer", "POST")
def not_yet(request: DeskRequest, case: Case) -> HttpResponse:
    form = DeferForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid({name: str(texts[0]) for name, texts in form.errors.items()})
        defer(request.acting, case, **form.cleaned_data, operation=operation_of(request))
    except Invalid as invalid:
        return _page(request, case, invalid=invalid, defer_form=form)
    messages.success(request, _("Recorded: not yet. No clock counts this against the person."))
    return redirect("screening:determination", case.id)


@case_view("determination.read", "GET")
def paper(request: DeskRequest, case: Case) -> HttpResponseBase:
    """The determination on paper, dissent included; the printing is journalled."""
    file = open_case(request.acting, case)
    if file.state.panel.made is None:
        return redirect("screening:determination", case.id)

    def make(stamp: Stamp) -> bytes:
        was_read(request.acting, "determination.printed", case=case.id, subject=case.person_id)
        return paper_pdf(
            "screening/determination_paper.html",
            request.acting.release,
            _context(request, case, file),
            stamp=stamp.words(),
        )

    return leaves(request, Kind.DETERMINATION, make, name=f"{case.number}.pdf", cases=[case.id], inline=True)


def _page(
    request: DeskRequest,
    case: Case,
    *,
    invalid: Invalid | None = None,
    form: SignForm | None = None,
    defer_form: DeferForm | None = None,
) -> HttpResponse:
    file = open_case(request.acting, case)
    context = _context(request, case, file)
    sign_form = form or _sign_form(case)
    errors: list[dict[str, str]] = []
    if invalid is not None:
        for shown in filter(None, (form, defer_form)):
            shown.errors.clear()
            for name, text in invalid.errors.items():
                shown.add_error(name if name in shown.fields else None, text)
        target = defer_form or sign_form
        errors = [
            {"text": text, "href": f"#{_first(target, name)}" if name in target.fields else ""}
            for name, text in invalid.errors.items()
        ]
    context["unsigned"] = _unsigned(form) if form and (context["blocked"] or context["made"]) else []
    context |= {"form": sign_form, "defer_form": defer_form or DeferForm(), "errors": errors}
    return render(request, "screening/determination.html", context, status=422 if invalid else 200)


def _unsigned(form: SignForm) -> list[tuple[str, str]]:
    """What somebody wrote while a colleague signed: there is no form any more that would hold it."""
    written = ((form[name].label, form[name].value() or "") for name in ("reasons", "gap_answer", "dissent"))
    return [(str(label), text) for label, text in written if text.strip()]


def _first(form: Any, name: str) -> str:
    return f"id_{name}_0" if name == "outcome" else f"id_{name}"


def _sign_form(case: Case, data: Any = None) -> SignForm:
    values = selectors.values_of(selectors.answers_of(case))
    put = [quote.question for quote in selectors.quotes(values)]
    return SignForm(protocol(case.protocol), put, data=data)


def _context(request: DeskRequest, case: Case, file: CaseFile) -> dict[str, Any]:
    acting, state, rules = request.acting, file.state, protocol(case.protocol)
    shows_screening = file.shows(Section.SCREENING)
    values = selectors.values_of(selectors.answers_of(case)) if shows_screening else {}
    panel = selectors.panel_of(case, state, acting.staff)
    people = people_of(case)
    blocked = state.panel.may_sign(acting.staff.profession, str(acting.staff.id))
    may_sign = file.allows("determination.sign")
    gap_labels = {question.name: said(question.labels, language()) for question in identification_form()}
    clocks = []
    if file.shows(Section.PROCEDURE):
        for clock in rules.clocks:
            clocks.append((state.clock(clock.code), label_of(clock.labels)))
    return {
        "case": case,
        "file": file,
        "state": state,
        "panel": panel,
        "made": rules.outcome(state.panel.made) if state.panel.made else None,
        "outcome_labels": {outcome.code: outcome_label(rules, outcome.code) for outcome in rules.outcomes},
        "gap_labels": gap_labels,
        "clocks": clocks,
        "duties": [duty.text for duty in state.requires if duty.code == "child_duty"],
        "warnings": [words(message, rules) for message in state.warnings],
        "shows_screening": shows_screening,
        "quotes": selectors.quotes(values),
        "evidence": evidence(identification_form(), values, selectors.is_child(case, state)),
        "code_words": CODE_WORDS,
        "sittings": selectors.interviews_of(case),
        "screenings": PreliminaryScreening.objects.filter(case__person_id__in=people).select_related("staff")
        if shows_screening
        else [],
        "deferrals": Deferral.objects.filter(case__person_id__in=people).order_by("recorded_at"),
        "standard": label_of(rules.standard_of_proof.value),
        "standard_verified": rules.standard_of_proof.verified,
        "may_sign": may_sign,
        "may_defer": file.allows("determination.defer") and state.panel.made is None,
        "blocked": words(blocked, rules) if blocked and may_sign else "",
        "fresh": signs_now(request),
        "minutes": account_settings.REAUTHENTICATION_TIMEOUT // 60,
        "reauthenticate": reverse("account_reauthenticate"),
        "language": language(),
        "now": acting.now,
    }
