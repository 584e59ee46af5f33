"""Boarding, departure, arrival: each with a last look, and with why somebody stayed behind."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.record_event import TOLERANCE, Happening, record_events
from moei.casefile.folding import standing_case
from moei.casefile.holds import holds_journey
from moei.desks.returns.actions.hold_seat import end_seat
from moei.desks.returns.locking import lock_everybody_on, lock_people_and_journey, standing
from moei.desks.returns.models import Journey, Seat
from moei.desks.returns.readiness import readiness
from moei.engines.protocol import EventKind

NOT_NOW = "People board between the start of boarding and the departure."


@transaction.atomic
def board(acting: Acting, seat: Seat) -> None:
    """The person steps in. What has to be there is looked at once more, behind the locks.

    Raises `Invalid` with what is missing; when the journey changed and the person was not told; when they are aboard.
    """
    require(acting, "journeys.plan")
    case = standing_case(seat.case)
    require(acting, "return.record", case)
    _people, journey = lock_people_and_journey([case.person_id], seat.journey)
    seat.refresh_from_db()
    if journey.status != Journey.Status.BOARDING:
        raise Invalid(NOT_NOW)
    if seat.ended_at is not None:
        raise Invalid("This seat was released: the person does not travel.")
    if seat.boarded_at is not None:
        raise Invalid("This person has boarded already.")
    if seat.confirmed_revision != journey.revision:
        raise Invalid("The journey changed. Tell the person, and ask whether they still wish to go.")
    if why := holds_journey(case, now=acting.now):
        raise Invalid(why[0])
    on = case.site.day_of(journey.departs_at)
    found = readiness(case, state=journey.state, on=on)
    if not found.ready:
        raise Invalid("Not ready, so not on board: %(why)s.", why=found.words())
    seat.boarded_at = acting.now
    seat.save(update_fields=["boarded_at"])
    changed(
        acting,
        "seat.boarded",
        case=case.id,
        subject=case.person_id,
        data={"journey": str(journey.id), "seat": seat.number},
    )


@transaction.atomic
def leave_behind(acting: Acting, seat: Seat, *, why: Seat.Ended) -> None:
    """The journey goes without the person; why stays on its page. Also for somebody who stepped out again."""
    require(acting, "journeys.plan")
    require(acting, "return.record", standing_case(seat.case))
    _people, journey = lock_people_and_journey([seat.case.person_id], seat.journey)
    seat.refresh_from_db()
    if journey.status != Journey.Status.BOARDING:
        raise Invalid(NOT_NOW)
    if seat.ended_at is not None:
        raise Invalid("This seat was released already.")
    end_seat(acting, seat, why, left_behind=True)


@transaction.atomic
def confirm_departure(acting: Acting, journey: Journey, *, at: datetime) -> int:
    """It left: everybody aboard has departed. Returns how many.

    Raises `Invalid` while somebody who holds a seat neither boarded nor is said to stay behind; for a time to come;
    and when somebody aboard is no longer ready.
    """
    require(acting, "journeys.plan")
    if at > acting.now + TOLERANCE:
        raise Invalid({"at": "This time is in the future. Check the date and the clock of this device."})
    seats, locked = lock_everybody_on(journey)
    if locked.status != Journey.Status.BOARDING:
        raise Invalid(NOT_NOW)
    if any(seat.boarded_at is None for seat in seats):
        raise Invalid("Somebody who holds a seat has not boarded. Say for each why they stay behind.")
    if not seats:
        raise Invalid("Nobody is aboard. Call the journey off instead.")
    if any(at < seat.boarded_at for seat in seats if seat.boarded_at):
        raise Invalid({"at": "Somebody boarded after this time. Check the hour."})
    cases = [standing_case(seat.case) for seat in seats]
    for seat, case in zip(seats, cases, strict=True):
        require(acting, "return.record", case)
        on = case.site.day_of(locked.departs_at)
        if not readiness(case, state=locked.state, on=on).ready:
            raise Invalid(
                "Seat %(seat)s: no longer ready. The person steps out, or what is missing is settled first.",
                seat=seat.number,
            )
    locked.status, locked.departed_at = Journey.Status.DEPARTED, at
    locked.save(update_fields=["status", "departed_at"])
    record_events(
        acting,
        [Happening(case, EventKind.DEPARTED, at, {"journey": str(locked.id)}) for case in cases],
    )
    changed(
        acting, "journey.departed", data={"journey": str(locked.id), "people": len(seats)}, happened_at=at
    )
    return len(seats)


@transaction.atomic
def confirm_arrival(acting: Acting, seat: Seat, *, at: datetime, received_by: str) -> None:
    """The person is there, and somebody received them. With the last one the journey has arrived."""
    require(acting, "journeys.plan")
    case = standing_case(seat.case)
    require(acting, "return.record", case)
    if not received_by.strip():
        raise Invalid(
            {"received_by": "Say who received the person: without it nobody knows that they are safe."}
        )
    if at > acting.now + TOLERANCE:
        raise Invalid({"at": "This time is in the future. Check the date and the clock of this device."})
    _people, journey = lock_people_and_journey([case.person_id], seat.journey)
    seat.refresh_from_db()
    if journey.status != Journey.Status.DEPARTED or seat.ended_at is not None:
        raise Invalid("Only who departed can arrive. Confirm the departure first.")
    if seat.arrived_at is not None:
        raise Invalid("This arrival is written down already.")
    if journey.departed_at is not None and at < journey.departed_at:
        raise Invalid({"at": "This is before the departure. Check the day and the hour."})
    seat.arrived_at, seat.received_by = at, received_by.strip()
    seat.save(update_fields=["arrived_at", "received_by"])
    if not standing(journey).filter(arrived_at__isnull=True).exists():
        journey.status, journey.arrived_at = Journey.Status.ARRIVED, at
        journey.save(update_fields=["status", "arrived_at"])
    record_events(acting, [Happening(case, EventKind.ARRIVED_HOME, at, {"journey": str(journey.id)})])
    changed(
        acting,
        "seat.arrived",
        case=case.id,
        subject=case.person_id,
        changes={"received_by": (None, seat.received_by)},
        data={"journey": str(journey.id)},
        happened_at=at,
    )


@transaction.atomic
def mark_cards(acting: Acting, journey: Journey, seats: list[Seat]) -> None:
    """Cards were printed for the journey as it is now; what was printed before is void."""
    require(acting, "journeys.plan")
    Seat.objects.filter(pk__in=[seat.pk for seat in seats]).update(card_revision=journey.revision)
    changed(acting, "cards.printed", data={"journey": str(journey.id), "people": len(seats)})
