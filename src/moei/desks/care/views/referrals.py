"""Referrals to one's own organisation: what waits, one of them, and the answers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid, Refused
from moei.access.decide import sections_of
from moei.access.journalled import was_listed
from moei.access.policy import Section
from moei.access.web import DeskRequest, desk_view
from moei.casefile.folding import standing_case
from moei.casefile.forms import CaseForm
from moei.casefile.selectors.cases import open_case, visible_cases
from moei.desks.care import referral_selectors as selectors
from moei.desks.care.actions.answer_referral import accept_referral, decline_referral, finish_referral
from moei.desks.care.models import Referral
from moei.desks.care.referral_forms import DeclineForm, DoneForm, sections_in_words

PAGE = 50
Status = Referral.Status


@desk_view("care.view")
def referrals(request: DeskRequest) -> HttpResponse:
    acting = request.acting
    show = request.GET.get("show", "")
    show = show if show in selectors.SHOWN else "waiting"
    page = Paginator(selectors.to_us(acting, show=show), PAGE).get_page(request.GET.get("page"))
    rows = selectors.as_rows(acting, list(page))
    if named := [row.case.pk for row in rows if row.case]:
        was_listed(acting, "care:referrals", named)
    return render(request, "care/referrals.html", {"page": page, "rows": rows, "show": show})


@desk_view("care.view")
def referral(request: DeskRequest, referral_id: UUID) -> HttpResponse:
    found, ours = selectors.find_referral(request.acting, referral_id)
    if not ours:
        return redirect("care:case", case_id=standing_case(found.case).pk)
    return _page(request, found)


@desk_view("care.view", "POST")
def accept(request: DeskRequest, referral_id: UUID) -> HttpResponse:
    found, _ours = selectors.find_referral(request.acting, referral_id)
    try:
        accept_referral(request.acting, found)
    except (Invalid, Refused) as no:
        messages.error(request, str(no))
    else:
        messages.success(request, gettext("Accepted. You read now what the person agreed to, and no more."))
    return redirect("care:referral", referral_id=found.pk)


@desk_view("care.view", "GET", "POST")
def decline(request: DeskRequest, referral_id: UUID) -> HttpResponse:
    found, ours = selectors.find_referral(request.acting, referral_id)
    if not ours:
        return redirect("care:referral", referral_id=found.pk)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            decline_referral(request.acting, found, why=form.cleaned_data["why"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("Declined. Whoever referred looks for another service."))
            return redirect("care:referrals")
    lead = gettext("Declining costs the person nothing. Say why, so that another service is found soon.")
    return _form(request, found, form, gettext("Decline the referral"), lead)


@desk_view("care.view", "GET", "POST")
def done(request: DeskRequest, referral_id: UUID) -> HttpResponse:
    found, ours = selectors.find_referral(request.acting, referral_id)
    if not ours:
        return redirect("care:referral", referral_id=found.pk)
    form = DoneForm(request.POST if request.method == "POST" else None, needs=found.needs)
    if form.is_bound and form.is_valid():
        try:
            finish_referral(request.acting, found, met=form.cleaned_data["met"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is done. Whoever referred reads it."))
            return redirect("care:referrals")
    lead = gettext("Needs that were met are written down in the person's file, as met by your organisation.")
    return _form(request, found, form, gettext("The referral is done"), lead)


def _page(request: DeskRequest, found: Referral) -> HttpResponse:
    """Before it is accepted, nothing by which one would know the person; when it is over or the person took back their
    consent, a page that says so."""
    acting = request.acting
    case = None
    if found.status in (Status.ACCEPTED, Status.DONE):
        case = visible_cases(acting.staff, acting.release.id, now=acting.now).filter(pk=found.case_id).first()
    if found.status == Status.REVOKED or (case is None and found.status != Status.OFFERED):
        return render(request, "care/closed.html", {"referral": found}, status=200)
    context = {"referral": found, "needs": selectors.needs_in_words(found), "case": case}
    if case is None:
        on = acting.today
        context |= {
            "preview": selectors.preview(found, on),
            "covers": sections_in_words(found.sections),
        }
    else:
        open_case(acting, case)
        sections = sections_of(acting.staff, case, now=acting.now)
        context |= {
            "covers": sections_in_words(map(str, sections)),
            "medical": Section.MEDICAL in sections,
            "care": Section.CARE in sections,
        }
    return render(request, "care/referral.html", context)


def _form(request: DeskRequest, found: Referral, form: CaseForm, title: str, lead: str) -> HttpResponse:
    context = {"referral": found, "form": form, "title": title, "lead": lead}
    return render(request, "care/referral_form.html", context, status=422 if form.errors else 200)
