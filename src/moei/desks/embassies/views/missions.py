"""Missions: how long each takes, for which states it acts, and sending it a batch."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from moei.access.acting import Invalid
from moei.access.decide import may
from moei.access.journalled import was_listed
from moei.access.models import Agency
from moei.access.web import DeskRequest, desk_view
from moei.desks.embassies import selectors
from moei.desks.embassies.actions.keep_states import add_state, end_state
from moei.desks.embassies.actions.remind import remind
from moei.desks.embassies.actions.send_batch import MAX_BATCH, send_batch
from moei.desks.embassies.forms import ChooseForm, RemindForm, StateForm
from moei.desks.embassies.models import ServedState
from moei.desks.embassies.readiness import candidates, ready_among

PAGE = 100


@desk_view("missions.view")
def missions(request: DeskRequest) -> HttpResponse:
    rows = selectors.mission_rows(request.acting)
    context = {
        "rows": rows,
        "without": selectors.without_mission(request.acting, rows),
        "undecided": selectors.undecided(request.acting).count(),
    }
    return render(request, "embassies/missions.html", context)


@desk_view("missions.view")
def undecided(request: DeskRequest) -> HttpResponse:
    """People whom a state does not take for nationals, until somebody decides what follows."""
    page = Paginator(selectors.undecided(request.acting), 50).get_page(request.GET.get("page"))
    if page.object_list:
        was_listed(request.acting, "embassies:undecided", [row.case_id for row in page])
    return render(request, "embassies/undecided.html", {"page": page})


@desk_view("missions.view")
def mission(request: DeskRequest, mission_id: UUID) -> HttpResponse:
    return _page(request, _mission(mission_id))


@desk_view("missions.ask", "POST")
def send(request: DeskRequest, mission_id: UUID) -> HttpResponse:
    acting, one = request.acting, _mission(mission_id)
    state = _state(request, one, request.POST.get("state", ""))
    ready = ready_among(candidates(acting, one, state), one, state)
    # Enough to say "too many" if there are; never a list without end.
    ids = list(ready.values_list("pk", flat=True)[: MAX_BATCH + 1])
    form = ChooseForm(request.POST, ids=ids)
    # Who is not ready any more is left out by the action, which says so; the field itself takes any id of the page.
    chosen = [pk for pk in ids if str(pk) in set(request.POST.getlist("cases"))]
    if request.POST.get("everybody") == "on":
        chosen = ids[:MAX_BATCH]
    try:
        sent = send_batch(acting, one, state, chosen)
    except Invalid as invalid:
        form.is_valid()
        form.errors.clear()
        for words in invalid.errors.values():
            form.add_error(None, words)
        return _page(request, one, form=form, status=422)
    messages.success(
        request,
        ngettext(
            "The mission is asked about %(n)s person. Download the spreadsheet if it gets one.",
            "The mission is asked about %(n)s people. Download the spreadsheet if it gets one.",
            sent.requests,
        )
        % {"n": sent.requests},
    )
    left_out = len(set(request.POST.getlist("cases"))) - sent.requests
    if request.POST.get("everybody") != "on" and left_out > 0:
        messages.warning(
            request,
            ngettext(
                "%(n)s person was left out: not ready any more.",
                "%(n)s people were left out: not ready any more.",
                left_out,
            )
            % {"n": left_out},
        )
    return redirect("embassies:batch", batch_id=sent.batch.pk)


@desk_view("missions.ask", "POST")
def remind_mission(request: DeskRequest, mission_id: UUID) -> HttpResponse:
    one = _mission(mission_id)
    form = RemindForm(request.POST)
    if form.is_valid():
        try:
            count = remind(request.acting, one, waiting_days=form.cleaned_data["waiting_days"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(
                request,
                ngettext(
                    "The mission is reminded of %(n)s request.",
                    "The mission is reminded of %(n)s requests.",
                    count,
                )
                % {"n": count},
            )
            return redirect("embassies:mission", mission_id=one.pk)
    return _page(request, one, remind_form=form, status=422)


@desk_view("missions.ask", "GET", "POST")
def states(request: DeskRequest, mission_id: UUID) -> HttpResponse:
    one = _mission(mission_id)
    form = StateForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            add_state(request.acting, one, form.cleaned_data["state"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(
                request, gettext("The state is added. Nobody is asked about there who has not agreed to it.")
            )
            return redirect("embassies:states", mission_id=one.pk)
    served = ServedState.objects.filter(mission=one, ended_at__isnull=True).order_by("state")
    context = {"mission": one, "served": served, "form": form}
    return render(request, "embassies/states.html", context, status=422 if form.errors else 200)


@desk_view("missions.ask", "POST")
def end(request: DeskRequest, mission_id: UUID, served_id: UUID) -> HttpResponse:
    served = get_object_or_404(ServedState, pk=served_id, mission=_mission(mission_id))
    try:
        ended = end_state(request.acting, served)
    except Invalid as invalid:
        messages.warning(request, str(invalid))
    else:
        messages.success(
            request,
            ngettext(
                "The mission acts for this state no more. %(n)s request is taken back.",
                "The mission acts for this state no more. %(n)s requests are taken back.",
                ended,
            )
            % {"n": ended},
        )
    return redirect("embassies:states", mission_id=mission_id)


def _page(
    request: DeskRequest,
    one: Agency,
    *,
    form: ChooseForm | None = None,
    remind_form: RemindForm | None = None,
    status: int = 200,
) -> HttpResponse:
    acting = request.acting
    (row,) = selectors.mission_rows(acting, one)
    state = _state(request, one, request.POST.get("state", "") or request.GET.get("state", ""))
    waiting_for = request.GET.get("show") == "not_ready"
    concerned = candidates(acting, one, state)
    ready = ready_among(concerned, one, state)
    found = concerned.exclude(pk__in=ready.order_by().values("pk")) if waiting_for else ready
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    choices = selectors.choices(list(page), one, state) if waiting_for else []
    if page.object_list:
        filters = ["not_ready"] if waiting_for else []
        was_listed(acting, "embassies:mission", [case.pk for case in page], filters=filters)
    context = {
        "mission": one,
        "row": row,
        "state": state,
        "page": page,
        "choices": choices,
        "not_ready": waiting_for,
        "batches": selectors.batches(acting, one)[:20],
        "form": form,
        "remind_form": remind_form or RemindForm(),
        "may_ask": may(acting.staff, "missions.ask", acting.release.id),
        "crumbs": [
            {"label": gettext("Embassies"), "url": reverse("embassies:missions")},
            {"label": str(one)},
        ],
    }
    return render(request, "embassies/mission.html", context, status=status)


def _mission(mission_id: UUID) -> Agency:
    found: Agency = get_object_or_404(Agency, pk=mission_id, kind=Agency.Kind.EMBASSY)
    return found


def _state(request: DeskRequest, one: Agency, wanted: str) -> str:
    """One of the states that the mission acts for; its own if none of them was chosen."""
    states = {state for row in selectors.mission_rows(request.acting, one) for state in row.states}
    return wanted if wanted in states else one.country
