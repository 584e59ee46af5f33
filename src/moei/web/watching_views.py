"""What agencies are told of, canaries, why people are looked up, and more than the quota for an hour."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moei.access.acting import Invalid
from moei.access.actions.allow_more import ASKED_WITHIN, ask_for_more, decide_allowance
from moei.access.actions.say_why import say_why
from moei.access.actions.see_notices import see_notices
from moei.access.journalled import was_read
from moei.access.models import Allowance, Canary, LookupReason
from moei.access.policy import Duty
from moei.access.reach import of_releases, reached
from moei.access.watching import notices_for
from moei.access.web import LOOKING, DeskRequest, desk_view
from moei.casefile.models import Case, Person
from moei.desks.arrivals.actions.add_canary import add_canary
from moei.web.journal_words import action_words

PAGE = 50


class _Form(forms.Form):
    def take(self, invalid: Invalid) -> None:
        for field, words in invalid.errors.items():
            self.add_error(field if field in self.fields else None, words)


class WhyForm(_Form):
    code = forms.ChoiceField(
        label=_("Why do you look people up?"), choices=LookupReason.Code.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("In your own words"),
        max_length=200,
        help_text=_("An auditor reads this. Do not name people of cases."),
    )


class AskForm(_Form):
    kind = forms.ChoiceField(choices=Allowance.Kind.choices, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("What is the work?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class NumberForm(_Form):
    number = forms.IntegerField(label=_("How many more"), min_value=0, max_value=10_000)


class CanaryForm(_Form):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Invent it; it must be nobody's."))
    nationality = forms.CharField(
        label=_("Nationality"), max_length=3, help_text=_("Three letters of ISO 3166, for example ETH")
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=Person.Sex.choices, required=False)
    born = forms.IntegerField(label=_("Year of birth"), required=False)


@desk_view("people.search", "GET", "POST")
def search_reason(request: DeskRequest) -> HttpResponse:
    """Asked once in a session, before the first look-up."""
    form = WhyForm(request.POST if request.method == "POST" else None)
    back = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    if request.method == "POST" and form.is_valid():
        try:
            reason = say_why(request.acting, form.cleaned_data["code"], form.cleaned_data["text"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            request.session[LOOKING] = reason.code
            return redirect(back)
    return render(request, "web/say_why.html", {"form": form, "back": back})


@desk_view("", "GET", "POST")
def ask_more(request: DeskRequest) -> HttpResponse:
    """Whoever reached a limit asks for more; a second person decides."""
    form = AskForm(
        request.POST if request.method == "POST" else None,
        initial={"kind": request.GET.get("kind", Allowance.Kind.CASES)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            kind = Allowance.Kind(form.cleaned_data["kind"])
            ask_for_more(request.acting, kind, form.cleaned_data["reason"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("Asked. Somebody else decides; tell them by telephone."))
            return redirect("web:ask_more")
    mine = Allowance.objects.filter(staff=request.acting.staff).select_related("decided_by")
    return render(request, "web/ask_more.html", {"form": form, "mine": mine[:5], "now": request.acting.now})


@desk_view("allowance.decide", "GET", "POST")
def allowances(request: DeskRequest) -> HttpResponse:
    """Who asks for more than their quota, and why."""
    acting = request.acting
    form = NumberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = get_object_or_404(Allowance, pk=_uuid(request.POST.get("asked", "")))
        try:
            decide_allowance(acting, asked, form.cleaned_data["number"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("Decided. It is in the journal with both names."))
            return redirect("web:allowances")
    rows = Allowance.objects.filter(release=acting.release).select_related("staff__agency", "decided_by")
    waiting = rows.filter(decided_at__isnull=True, asked_at__gt=acting.now - ASKED_WITHIN)
    context = {
        "form": form,
        "waiting": waiting,
        "page": Paginator(rows.filter(decided_at__isnull=False), PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "web/allowances.html", context)


@desk_view("notices.read", "GET", "POST")
def notices(request: DeskRequest) -> HttpResponse:
    """What the agency is told of. Sending the form says that those on the page were seen."""
    acting = request.acting
    if request.method == "POST":
        see_notices(acting, [_uuid(shown) for shown in request.POST.getlist("shown")])
        return redirect("web:notices")
    keeps = reached(acting.staff, Duty.CANARIES, now=acting.now)
    rows = notices_for(acting.staff, now=acting.now)
    rows = rows.select_related("who__agency", "seen_by", "about", "release")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    numbers = _numbers([row.case_id for row in page.object_list if row.case_id and row.release_id in keeps])
    was_read(acting, "notices.listed")
    context = {
        "page": page,
        "rows": [
            (
                notice,
                action_words(notice.action) if notice.action else "",
                numbers.get(notice.case_id, "") if notice.case_id else "",
            )
            for notice in page.object_list
        ],
        "unseen": [row for row in page.object_list if row.seen_at is None and row.who != acting.staff],
        "keeps": bool(keeps),
    }
    return render(request, "web/notices.html", context)


@desk_view("canary.keep", "GET", "POST")
def canaries(request: DeskRequest) -> HttpResponse:
    """Invented people of this release who are kept as an alarm."""
    acting = request.acting
    form = CanaryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            add_canary(
                acting, given["name"], given["nationality"].upper(), sex=given["sex"], born=given["born"]
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("Kept. Tell nobody who it is."))
            return redirect("web:canaries")
    cases = Case.objects.within_program("whoever keeps canaries knows them").filter(
        release=acting.release, id__in=Canary.objects.values("case_id")
    )
    context = {"form": form, "cases": cases.select_related("person").order_by("number")}
    was_read(acting, "canaries.listed")
    return render(request, "web/canaries.html", context)


@desk_view("journal.read")
def lookups(request: DeskRequest) -> HttpResponse:
    """Why people were looked up, as each said."""
    acting = request.acting
    releases = reached(acting.staff, Duty.JOURNAL, now=acting.now)
    rows = LookupReason.objects.filter(of_releases(releases)).select_related("staff__agency")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    was_read(acting, "lookups.listed")
    return render(request, "web/lookups.html", {"page": page})


def _numbers(case_ids: list[UUID]) -> dict[UUID, str]:
    cases = Case.objects.within_program("an auditor knows a case by its number").filter(id__in=case_ids)
    return dict(cases.values_list("id", "number"))


def _uuid(text: Any) -> UUID:
    """An id from a form; nonsense is nobody's."""
    try:
        return UUID(str(text))
    except ValueError:
        return UUID(int=0)
