"""A claim for compensation on its way. Whoever decides on identification is led back to the person's page (P03)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.web import DeskRequest
from moei.casefile.folding import joined_into
from moei.casefile.keeping_apart import decides
from moei.casefile.models import Case
from moei.casefile.web import case_view
from moei.desks.care.actions import track_claim
from moei.desks.care.models import Claim
from moei.desks.care.support_forms import AskClaimForm, DecideClaimForm, FileClaimForm, PayClaimForm
from moei.desks.care.views.of_case import form_page


@case_view("care.record", "GET", "POST")
def claim(request: DeskRequest, case: Case) -> HttpResponse:
    """The next step of the claim on its way; without one, that the person asks for it."""
    if decides(request.acting.staff, case, now=request.acting.now):
        messages.error(request, gettext(track_claim.KEPT))
        return redirect("care:case", case_id=case.pk)
    found = track_claim.on_its_way(joined_into([case.person_id])[case.person_id])
    standing = found.select_related("case__person", "case__site").first()
    data = request.POST if request.method == "POST" else None
    form, title = _next(standing, data)
    if form.is_bound and form.is_valid():
        try:
            _store(request, case, standing, form)
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is written down."))
            return redirect("care:case", case_id=case.pk)
    lead = gettext("Only if the person wishes it. It changes nothing of their stay and care.")
    return form_page(request, case, form, title, lead)


@case_view("care.record", "POST")
def withdraw(request: DeskRequest, case: Case) -> HttpResponse:
    if decides(request.acting.staff, case, now=request.acting.now):
        messages.error(request, gettext(track_claim.KEPT))
        return redirect("care:case", case_id=case.pk)
    found = track_claim.on_its_way(joined_into([case.person_id])[case.person_id])
    standing = found.select_related("case__person", "case__site").first()
    if standing is None:
        messages.error(request, gettext("No claim is on its way."))
    else:
        track_claim.withdraw_claim(request.acting, standing)
        messages.success(request, gettext("The claim is taken back, as the person wishes."))
    return redirect("care:case", case_id=case.pk)


def _next(claim: Claim | None, data: Any) -> tuple[Any, str]:
    if claim is None:
        return AskClaimForm(data), gettext("The person asks for compensation")
    if claim.filed_on is None:
        return FileClaimForm(data), gettext("The claim was filed")
    if claim.decided_on is None:
        return DecideClaimForm(data), gettext("The claim was decided")
    return PayClaimForm(data), gettext("The money was paid")


def _store(request: DeskRequest, case: Case, claim: Claim | None, form: Any) -> None:
    given = form.cleaned_data
    if claim is None:
        track_claim.ask_claim(request.acting, case, **given)
    elif claim.filed_on is None:
        track_claim.file_claim(request.acting, claim, **given)
    elif claim.decided_on is None:
        track_claim.decide_claim(request.acting, claim, **given)
    else:
        track_claim.pay_claim(request.acting, claim, **given)
