"""The pages of retention: counts and numbers of cases, never names."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext

from moei.access.acting import Invalid
from moei.access.journalled import was_read
from moei.access.web import DeskRequest, desk_view
from moei.casefile.words import label
from moei.retention.actions.hold import ask_to_end_hold, decide_ending, put_hold
from moei.retention.actions.propose_run import approve_run, propose_run, stop_run
from moei.retention.actions.register_backup import confirm_destroyed, require_backups
from moei.retention.forms import DestroyedForm, EndHoldForm, HoldForm, StopForm
from moei.retention.jobs import carry_out_in_background
from moei.retention.models import Backup, Hold, Run
from moei.retention.rules import Length, current_rules
from moei.retention.selectors.backups import in_backups
from moei.retention.selectors.due import due
from moei.retention.selectors.holds import holds_of, numbers_of


@desk_view("retention.view")
def overview(request: DeskRequest) -> HttpResponse:
    """The rules, how many are due or held by each, and the run that is open."""
    acting, rules = request.acting, current_rules()
    found = due(acting.release, rules, now=acting.now)
    runs = list(
        Run.objects.filter(release=acting.release).select_related(
            "proposed_by", "proposing_agency", "approved_by", "approving_agency", "stopped_by"
        )
    )
    run = next((run for run in runs if run.done_at is None and run.stopped_at is None), None)
    was_read(acting, "retention.looked_at", data={"due": sum(found.counts.values())})
    context = {
        "rows": [
            {
                "label": label(rule.labels),
                "basis": rule.basis,
                "kept": _kept(rule.after),
                "due": found.counts.get(rule.code, 0),
                "held": found.held.get(rule.code, 0),
                "agreed": run.counts.get(rule.code, 0) if run else None,
            }
            for rule in rules.rules
        ],
        "total": sum(found.counts.values()),
        "unverified": sum(not rule.verified for rule in rules.rules),
        "waiting_days": rules.waiting_days,
        "run": run,
        "other_agency": run is not None and run.proposing_agency_id != acting.staff.agency_id,
        "may_start": run is not None and run.may_start(acting.now),
        "lapsed": run is not None and run.lapsed(acting.now),
        "earlier": [(run, sum(run.done.values())) for run in runs if run.done_at or run.stopped_at],
        "backups": in_backups(now=acting.now),
    }
    return render(request, "retention/overview.html", context)


@desk_view("retention.propose", "POST")
def propose(request: DeskRequest) -> HttpResponse:
    try:
        propose_run(request.acting)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    else:
        messages.success(request, gettext("Proposed. Somebody of another agency has to approve it."))
    return redirect("retention:overview")


@desk_view("retention.approve", "POST")
def approve(request: DeskRequest, run_id: UUID) -> HttpResponse:
    run = get_object_or_404(Run, pk=run_id, release=request.acting.release)
    try:
        approve_run(request.acting, run.pk)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    else:
        messages.success(request, gettext("Approved. Nothing is erased before the waiting time is over."))
    return redirect("retention:overview")


@desk_view("retention.propose", "GET", "POST")
def stop(request: DeskRequest, run_id: UUID) -> HttpResponse:
    run = get_object_or_404(Run, pk=run_id, release=request.acting.release)
    form = StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            stop_run(request.acting, run.pk, form.cleaned_data["reason"])
        except Invalid as invalid:
            _show(form, invalid)
        else:
            messages.success(request, gettext("Stopped. Nothing more is erased by it."))
            return redirect("retention:overview")
    return render(request, "retention/stop.html", {"form": form, "run": run})


@desk_view("retention.propose", "POST")
def carry_out(request: DeskRequest, run_id: UUID) -> HttpResponse:
    run = get_object_or_404(Run, pk=run_id, release=request.acting.release)
    if run.may_start(request.acting.now):
        carry_out_in_background.enqueue(str(run.pk))
        messages.success(request, gettext("It is being carried out. Come back in a while."))
    else:
        messages.error(request, gettext("This run is not agreed to, not yet to be carried out, or over."))
    return redirect("retention:overview")


@desk_view("retention.view")
def holds(request: DeskRequest) -> HttpResponse:
    acting = request.acting
    rows = list(holds_of(acting))
    numbers = numbers_of(rows)
    today = acting.today
    was_read(acting, "hold.listed", data={"holds": len(rows)})
    listed = [
        {
            "hold": row,
            "number": numbers.get(row.case_id, "") if row.case_id else "",
            "stands": row.in_force(today),
        }
        for row in rows
    ]
    return render(request, "retention/holds.html", {"rows": listed})


@desk_view("hold.put", "GET", "POST")
def add_hold(request: DeskRequest) -> HttpResponse:
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            put_hold(request.acting, **form.cleaned_data)
        except Invalid as invalid:
            _show(form, invalid)
        else:
            messages.success(request, gettext("The hold stands: nothing that it covers is erased."))
            return redirect("retention:holds")
    return render(request, "retention/add_hold.html", {"form": form})


@desk_view("hold.end", "GET", "POST")
def end_hold(request: DeskRequest, hold_id: UUID) -> HttpResponse:
    """Asked for by one, decided by somebody of another agency."""
    acting = request.acting
    rows = Hold.objects.select_related("put_by", "ending_asked_by")
    hold = get_object_or_404(rows, pk=hold_id, release=acting.release)
    asked = hold.ending_asked_by_id is not None
    form = EndHoldForm(request.POST if request.method == "POST" and not asked else None)
    if request.method == "POST" and (asked or form.is_valid()):
        try:
            if asked:
                decide_ending(acting, hold.pk, agree=request.POST.get("decision") == "end")
            else:
                ask_to_end_hold(acting, hold.pk, form.cleaned_data["reason"])
        except Invalid as invalid:
            if asked:
                messages.error(request, str(invalid))
            else:
                _show(form, invalid)
        else:
            messages.success(request, gettext("It is in the journal."))
            return redirect("retention:holds")
    context = {
        "form": form,
        "hold": hold,
        "number": numbers_of([hold]).get(hold.case_id, "") if hold.case_id else "",
        "asked": asked,
        "may_agree": asked and hold.ending_agency_id != acting.staff.agency_id,
    }
    return render(request, "retention/end_hold.html", context)


@desk_view("retention.view")
def backups(request: DeskRequest) -> HttpResponse:
    require_backups(request.acting)
    now = request.acting.now
    rows = list(Backup.objects.select_related("destroyed_by").order_by("destroyed_at", "number"))
    listed = [
        {
            "backup": row,
            "overdue": row.destroyed_at is None and bool(row.expires_at and row.expires_at <= now),
        }
        for row in rows
    ]
    return render(request, "retention/backups.html", {"rows": listed, "backups": in_backups(now=now)})


@desk_view("backup.destroyed", "GET", "POST")
def destroyed(request: DeskRequest, backup_id: UUID) -> HttpResponse:
    require_backups(request.acting)
    backup = get_object_or_404(Backup, pk=backup_id, destroyed_at__isnull=True)
    form = DestroyedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            confirm_destroyed(request.acting, backup.pk, form.cleaned_data["how"])
        except Invalid as invalid:
            _show(form, invalid)
        else:
            messages.success(request, gettext("It is in the journal."))
            return redirect("retention:backups")
    return render(request, "retention/destroyed.html", {"form": form, "backup": backup})


def _kept(length: Length | None) -> str:
    """How long, in the language of the page."""
    if length is None:
        return gettext("stays")
    words = {
        "day": ngettext("%(n)s day", "%(n)s days", length.amount),
        "month": ngettext("%(n)s month", "%(n)s months", length.amount),
        "year": ngettext("%(n)s year", "%(n)s years", length.amount),
    }
    return words[length.unit] % {"n": length.amount}


def _show(form: forms.Form, invalid: Invalid) -> None:
    for name, words in invalid.errors.items():
        form.add_error(name or None, words)
