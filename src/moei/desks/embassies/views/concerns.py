"""That somebody fears a state, seeks asylum or may have no nationality, and the path that follows."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.web import DeskRequest
from moei.casefile.folding import joined_into
from moei.casefile.models import Case, ProtectionConcern
from moei.casefile.web import case_view
from moei.desks.embassies.actions.record_concern import choose_path, end_concern, record_concern
from moei.desks.embassies.forms import ConcernForm, EndForm, PathForm
from moei.desks.embassies.views.of_case import form_page


@case_view("return.record", "GET", "POST")
def record(request: DeskRequest, case: Case) -> HttpResponse:
    form = ConcernForm(
        request.POST if request.method == "POST" else None, initial={"path": ProtectionConcern.Path.OPEN}
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            record_concern(
                request.acting,
                case,
                ProtectionConcern.Kind(given["kind"]),
                state=given["state"],
                path=given["path"],
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(
                request,
                gettext(
                    "Nothing is asked there any more, and missions of that state see the person no more."
                ),
            )
            return redirect("embassies:case", case_id=case.pk)
    lead = gettext(
        "What was asked of missions that act for this state is taken back at once. They are not told, and not why."
    )
    return form_page(request, case, form, gettext("The person fears a state, or may have none"), lead)


@case_view("return.record", "GET", "POST")
def path(request: DeskRequest, case: Case, concern_id: UUID) -> HttpResponse:
    concern = _concern(case, concern_id)
    form = PathForm(request.POST if request.method == "POST" else None, initial={"path": concern.path})
    if form.is_bound and form.is_valid():
        try:
            choose_path(request.acting, concern, form.cleaned_data["path"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The path is recorded."))
            return redirect("embassies:case", case_id=case.pk)
    return form_page(request, case, form, gettext("What follows instead"), str(concern.get_kind_display()))


@case_view("return.record", "GET", "POST")
def end(request: DeskRequest, case: Case, concern_id: UUID) -> HttpResponse:
    concern = _concern(case, concern_id)
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            end_concern(request.acting, concern, reason=form.cleaned_data["reason"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It stands no more. Each mission is agreed to anew."))
            return redirect("embassies:case", case_id=case.pk)
    lead = gettext("Only by the person's own word. No mission sees the person again by this.")
    return form_page(request, case, form, gettext("It stands no more"), lead)


def _concern(case: Case, concern_id: UUID) -> ProtectionConcern:
    people = joined_into([case.person_id])[case.person_id]
    found = ProtectionConcern.objects.filter(pk=concern_id, case__person__in=people, ended_at__isnull=True)
    concern = found.select_related("case").first()
    if concern is None:
        raise Http404
    return concern
