"""Propose an erasure, agree to it, stop it: two people of two agencies, then time in which anybody may object (P18)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting, Invalid, Refused
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Agency, Release
from moei.journal.models import Entry
from moei.retention.models import Run, RunItem
from moei.retention.rules import current_rules
from moei.retention.selectors.due import due

SHORTEST_REASON = 10


@transaction.atomic
def propose_run(acting: Acting) -> Run:
    """Everything of the acting release that is due now, and nothing that becomes due later.

    Raises `Invalid` when nothing is due, or when an earlier run is still open.
    """
    require(acting, "retention.propose")
    agency = agency_of(acting)
    Release.objects.select_for_update(no_key=True).get(pk=acting.release.pk)
    _close_lapsed(acting)
    if Run.objects.filter(release=acting.release, done_at__isnull=True, stopped_at__isnull=True).exists():
        raise Invalid("A run is open already. Carry it out or stop it first.")
    rules = current_rules()
    found = due(acting.release, rules, now=acting.now)
    if not found.counts:
        raise Invalid("Nothing is due, so there is nothing to erase.")
    run = Run.objects.create(
        release=acting.release,
        digest=rules.digest,
        counts=found.counts,
        proposed_by=acting.staff,
        proposing_agency=agency,
        proposed_at=acting.now,
    )
    RunItem.objects.bulk_create(
        [RunItem(run=run, rule=code, target=target) for code, ids in found.targets.items() for target in ids],
        batch_size=500,
    )
    _journal(acting, "retention.proposed", run, counts=found.counts)
    return run


@transaction.atomic
def approve_run(acting: Acting, run_id: UUID) -> Run:
    """Somebody else, of another agency. Raises `Refused` for the same person or agency, `Invalid` for a decided run."""
    require(acting, "retention.approve")
    agency = agency_of(acting)
    run = open_run(acting, run_id)
    if not run.waits_for_approval():
        raise Invalid("This run was agreed to already.")
    if run.proposed_by_id == acting.staff.id or run.proposing_agency_id == agency.id:
        raise Refused("Two agencies agree to an erasure: somebody of another agency has to approve it.")
    rules = current_rules()
    if run.digest != rules.digest:
        raise Invalid("The rules have changed since this was proposed. Stop it and propose it anew.")
    run.approved_by, run.approving_agency, run.approved_at = acting.staff, agency, acting.now
    run.starts_at = acting.now + timedelta(days=rules.waiting_days)
    run.lapses_at = run.starts_at + timedelta(days=rules.approval_lapses_days)
    run.save(update_fields=["approved_by", "approving_agency", "approved_at", "starts_at", "lapses_at"])
    _journal(acting, "retention.approved", run)
    return run


@transaction.atomic
def stop_run(acting: Acting, run_id: UUID, reason: str) -> Run:
    """One person is enough to stop it; what was erased before stays erased."""
    require(acting, "retention.propose")
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise Invalid({"reason": "Say in a sentence why this run is stopped."})
    run = open_run(acting, run_id)
    run.stopped_by, run.stopped_at, run.stopped_reason = acting.staff, acting.now, reason
    run.save(update_fields=["stopped_by", "stopped_at", "stopped_reason"])
    run.items.all().delete()
    _journal(acting, "retention.stopped", run)
    return run


def open_run(acting: Acting, run_id: UUID) -> Run:
    """The run, locked. Raises `Invalid` when it is over or of another release."""
    run = Run.objects.select_for_update(no_key=True).filter(pk=run_id, release=acting.release).first()
    if run is None or run.done_at or run.stopped_at:
        raise Invalid("This run is over.")
    return run


def agency_of(acting: Acting) -> Agency:
    if acting.staff.agency is None:
        raise Refused("Two agencies agree to this, and your account belongs to none.")
    return acting.staff.agency


def _close_lapsed(acting: Acting) -> None:
    """An agreement that nobody used in time counts no longer."""
    for run in Run.objects.filter(release=acting.release, lapses_at__lte=acting.now, done_at__isnull=True):
        if run.stopped_at is None:
            stop_run(acting, run.pk, "Nobody carried it out in time.")


def _journal(acting: Acting, action: str, run: Run, **data: object) -> None:
    changed(acting, action, kind=Entry.Kind.CHANGE, data={"run": str(run.id), **data})
