"""A bed is free again, or what happened to somebody is over: written in one way, whatever led to it."""

from __future__ import annotations

from datetime import datetime

from moei.access.acting import Acting
from moei.access.journalled import changed
from moei.desks.shelter.locking import lapsed
from moei.desks.shelter.models import Outcome, Place, Stay


def end_stay(acting: Acting, stay: Stay, why: Stay.Ended, *, at: datetime) -> None:
    """Within a transaction that has locked the place. Why stands under the person's key: it may be a death (P18)."""
    stay.ended_at, stay.ended_as, stay.ended_by = at, why, acting.staff
    stay.save(update_fields=["ended_at", "ended_as", "ended_by"])
    changed(
        acting,
        "stay.ended",
        case=stay.case_id,
        subject=stay.case.person_id,
        changes={"why": (None, str(why))},
        data={"stay": str(stay.id)},
        happened_at=at,
    )


def end_lapsed(acting: Acting, place: Place) -> None:
    """Reservations of a place that are over hold no bed any more. The place is locked."""
    for stay in lapsed(acting.now).filter(place=place).select_related("case"):
        end_stay(acting, stay, Stay.Ended.LAPSED, at=acting.now)


def stand_no_more(acting: Acting, outcome: Outcome) -> None:
    """The person came back, was found, or something else became of them; their file is locked."""
    outcome.ended_at = acting.now
    outcome.save(update_fields=["ended_at"])
    changed(
        acting,
        "outcome.ended",
        case=outcome.case_id,
        subject=outcome.case.person_id,
        data={"outcome": str(outcome.id)},
    )
