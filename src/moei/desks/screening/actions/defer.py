""" "Not yet" is an answer: agree on a date with the person, or leave it open (P06)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.apply_once import applied_before
from moei.casefile.models import Case
from moei.desks.screening.models import Deferral, Pause
from moei.desks.screening.recording import ask_protocol, locked, record
from moei.engines.protocol import EventKind
from moei.engines.protocol.events import Datum
from moei.journal.ids import new_id


@transaction.atomic
def defer(
    acting: Acting,
    case: Case,
    *,
    until: date | None,
    reason: str = "",
    asked_by: str = Pause.AskedBy.PERSON,
    operation: UUID | None = None,
) -> Deferral:
    """Defers the clocks that the protocol lets be deferred; they are never counted as missed.

    `until`: a day of the site's calendar, None until the person says so.
    """
    require(acting, "determination.defer", case)
    if asked_by not in Pause.AskedBy.values:
        raise Invalid({"asked_by": "Say who asks for more time."})
    held = locked(acting, case)
    deferral_id = new_id()
    said = {"until": until, "reason": reason.strip(), "asked_by": asked_by}
    done = applied_before(acting, operation, "determination.defer", held.case, said, makes=deferral_id)
    if done:
        return Deferral.objects.get(pk=done)
    if until is not None and until <= held.case.site.day_of(acting.now):
        raise Invalid({"until": "Choose a day after today, or leave it open."})
    data: dict[str, Datum] = {"by": asked_by, "deferral": str(deferral_id)}
    if until is not None:
        data["until"] = until.isoformat()
    ask_protocol(acting, held, EventKind.DEFERRED, data)
    record(acting, held.case, EventKind.DEFERRED, data, operation=operation)
    deferral = Deferral.objects.create(
        id=deferral_id,
        case=held.case,
        until=until,
        reason=reason.strip(),
        asked_by=asked_by,
        recorded_at=acting.now,
        recorded_by=acting.staff,
    )
    if deferral.reason:
        changed(
            acting,
            "deferral.reasoned",
            case=held.case.id,
            subject=held.case.person_id,
            changes={"reason": (None, deferral.reason)},
            data={"deferral": str(deferral_id)},
        )
    return deferral
