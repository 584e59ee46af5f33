"""Who is kept apart, for the few who may read it. A measure of safety, never a finding about anybody."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.journalled import was_listed
from moei.access.policy import Section
from moei.access.web import DeskRequest, desk_view
from moei.casefile.folding import joined_into
from moei.casefile.forms import CaseForm
from moei.casefile.models import Case
from moei.casefile.selectors.cases import open_case, visible_cases
from moei.casefile.web import case_view
from moei.desks.shelter import safety_selectors as selectors
from moei.desks.shelter.actions import safety as actions
from moei.desks.shelter.forms import EndFlagForm, FlagForm, GroupForm
from moei.desks.shelter.models import SafetyFlag

PAGE = 50


@desk_view("shelter.view")
def flags(request: DeskRequest) -> HttpResponse:
    acting = request.acting
    page = Paginator(selectors.flags(acting), PAGE).get_page(request.GET.get("page"))
    rows = selectors.shown(acting, page)
    named = {row.case.id for row in rows} | {row.other.id for row in rows if row.other is not None}
    if named:
        was_listed(acting, "shelter:flags", named)
    return render(request, "shelter/flags.html", {"page": page, "rows": rows})


@case_view("safety.read")
def of_case(request: DeskRequest, case: Case) -> HttpResponse:
    file = open_case(request.acting, case)
    rows = selectors.shown(request.acting, selectors.flags_of(case), with_why=True)
    context = {
        "case": case,
        "rows": rows,
        "groups": selectors.groups_of(case),
        "may_record": file.allows("safety.record"),
        "may_see_stay": file.allows("stay.read"),
    }
    return render(request, "shelter/safety.html", context)


@case_view("safety.record", "GET", "POST")
def add(request: DeskRequest, case: Case) -> HttpResponse:
    groups = selectors.groups(request.acting)
    form = FlagForm(request.POST if request.method == "POST" else None, groups=groups)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            actions.record_flag(
                request.acting,
                case,
                SafetyFlag.Kind(given["kind"]),
                other=_numbered(request, given["number"]),
                group=next((one for one in groups if str(one.pk) == given["group"]), None),
                reach=SafetyFlag.Reach(given["reach"]),
                why=given["why"],
                review_on=given["review_on"],
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("shelter:safety", case_id=case.pk)
    lead = gettext(
        "So that everybody is safe. It says nothing of what anybody did: that is found out elsewhere, by others."
    )
    return _form(request, case, form, gettext("Keep apart, or look after"), lead)


@case_view("safety.record", "GET", "POST")
def group(request: DeskRequest, case: Case) -> HttpResponse:
    form = GroupForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.add_to_group(request.acting, case, form.cleaned_data["group"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("shelter:safety", case_id=case.pk)
    lead = gettext(
        "Who belongs together in the eyes of somebody who must not meet them. Nothing more is said by it."
    )
    return _form(request, case, form, gettext("Put into a group"), lead)


@case_view("safety.record", "GET", "POST")
def look_again(request: DeskRequest, case: Case, flag_id: UUID) -> HttpResponse:
    people = joined_into([case.person_id])[case.person_id]
    flag = get_object_or_404(
        SafetyFlag.objects.select_related("case__person", "case__site"), pk=flag_id, case__person__in=people
    )
    form = EndFlagForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        today = case.site.day_of(request.acting.now)
        try:
            if given["what"]:
                actions.end_flag(request.acting, flag, SafetyFlag.Ended(given["what"]))
            else:
                actions.extend_flag(request.acting, flag, given["review_on"] or today + actions.REVIEW_AFTER)
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("shelter:safety", case_id=case.pk)
    lead = gettext("Nobody stays apart because somebody forgot to look again.")
    return _form(
        request, case, form, gettext("Look again: %(what)s") % {"what": flag.get_kind_display()}, lead
    )


def _numbered(request: DeskRequest, number: str) -> Case | None:
    """A case of theirs by its number; one that is not theirs is answered as one that does not exist (P12)."""
    text = number.strip()
    if not text:
        return None
    acting = request.acting
    cases = visible_cases(acting.staff, acting.release.id, now=acting.now, section=Section.SAFETY)
    found = cases.filter(number=text).select_related("person", "site").first()
    if found is None:
        raise Invalid({"number": "You can open no case of this number. Check it."})
    return found


def _form(request: DeskRequest, case: Case, form: CaseForm, title: str, lead: str) -> HttpResponse:
    context = {"case": case, "form": form, "title": title, "lead": lead, "back": "shelter:safety"}
    return render(request, "casefile/right.html", context, status=422 if form.errors else 200)
