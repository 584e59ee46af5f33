"""Legal holds: put by one person, with a reason and a last day; ended early only by two people of two agencies (P18)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting, Invalid, Refused
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Release
from moei.casefile.models import Case
from moei.retention.actions.propose_run import agency_of
from moei.retention.models import Hold

SHORTEST_REASON = 15
# Longer than any court takes; a mistyped year is noticed.
LONGEST = timedelta(days=366 * 20)


@transaction.atomic
def put_hold(acting: Acting, *, number: str, reason: str, until: date) -> Hold:
    """On the case of that number, or on the whole release when `number` is empty. It stops erasure at once.

    Raises `Invalid` for an unknown number, a short reason, or a last day that is past or far away.
    """
    require(acting, "hold.put")
    reason, number = reason.strip(), number.strip()
    today = acting.today
    errors: dict[str, str] = {}
    if len(reason) < SHORTEST_REASON:
        errors["reason"] = "Say in a sentence why it must be kept, without names: auditors read it."
    if not today <= until <= today + LONGEST:
        errors["until"] = "The last day lies in the future, and at most 20 years from now."
    # A run looks for holds with the release locked: it sees this one, or is over before it.
    Release.objects.select_for_update(no_key=True).get(pk=acting.release.pk)
    case = None
    if number:
        cases = Case.objects.within_program("a hold is put by number, by somebody who may not open the case")
        case = cases.filter(number=number, release=acting.release).first()
        if case is None:
            errors["number"] = "There is no case of this number in this release. Look at the number again."
    if errors:
        raise Invalid(errors)
    hold = Hold.objects.create(
        release=acting.release,
        case_id=case.id if case else None,
        reason=reason,
        until=until,
        put_by=acting.staff,
        put_at=acting.now,
    )
    changed(acting, "hold.put", case=hold.case_id, data={"hold": str(hold.id), "until": until.isoformat()})
    return hold


@transaction.atomic
def ask_to_end_hold(acting: Acting, hold_id: UUID, reason: str) -> Hold:
    """The hold stands until somebody of another agency agrees."""
    require(acting, "hold.end")
    agency = agency_of(acting)
    hold = _standing_hold(acting, hold_id)
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid({"reason": "Say in a sentence why it need not be kept any longer."})
    if hold.ending_asked_by_id:
        raise Invalid("Somebody has asked to end this hold already; somebody of another agency decides.")
    hold.ending_asked_by, hold.ending_agency = acting.staff, agency
    hold.ending_asked_at, hold.ending_reason = acting.now, reason.strip()
    hold.save(update_fields=["ending_asked_by", "ending_agency", "ending_asked_at", "ending_reason"])
    changed(acting, "hold.ending_asked", case=hold.case_id, data={"hold": str(hold.id)})
    return hold


@transaction.atomic
def decide_ending(acting: Acting, hold_id: UUID, *, agree: bool) -> Hold:
    """Somebody else, of another agency, ends the hold; or says no, and it stands as if nobody had asked."""
    require(acting, "hold.end")
    agency = agency_of(acting)
    hold = _standing_hold(acting, hold_id)
    if hold.ending_asked_by_id is None:
        raise Invalid("Nobody has asked to end this hold.")
    if agree:
        if hold.ending_asked_by_id == acting.staff.id or hold.ending_agency_id == agency.id:
            raise Refused("Two agencies end a hold: somebody of another agency than the one that asked.")
        hold.ended_by, hold.ended_agency, hold.ended_at = acting.staff, agency, acting.now
    else:
        hold.ending_asked_by = hold.ending_agency = hold.ending_asked_at = None
        hold.ending_reason = ""
    hold.save()
    action = "hold.ended" if agree else "hold.ending_refused"
    changed(acting, action, case=hold.case_id, data={"hold": str(hold.id)})
    return hold


def _standing_hold(acting: Acting, hold_id: UUID) -> Hold:
    hold = Hold.objects.select_for_update(no_key=True).filter(pk=hold_id, release=acting.release).first()
    if hold is None or hold.ended_at:
        raise Invalid("This hold has ended.")
    return hold
