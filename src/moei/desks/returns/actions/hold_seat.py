"""A seat is held for somebody, told to them, given up. No journey ever has more people than seats."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.folding import standing_case
from moei.casefile.holds import holds_journey
from moei.casefile.models import Case
from moei.desks.returns.locking import lock_people_and_journey, standing
from moei.desks.returns.models import Journey, Seat
from moei.desks.returns.readiness import readiness

TAKEN = "This seat was taken by somebody else just now. Look at the journey again."


@transaction.atomic
def hold_seat(acting: Acting, journey: Journey, case: Case) -> Seat:
    """The first free seat. What is missing may still be settled until boarding; fear of the state stops it at once.

    Raises `Invalid` when the journey is full or over, when the person holds a seat, or fears where it goes.
    """
    require(acting, "journeys.plan")
    require(acting, "return.record", case)
    people, locked = lock_people_and_journey([case.person_id], journey)
    if not locked.open:
        raise Invalid("This journey is over: it left, or was cancelled.")
    if Seat.objects.filter(case__person__in=people, ended_at__isnull=True, arrived_at__isnull=True).exists():
        raise Invalid("This person holds a seat already, in this file or one that was joined into it.")
    on = case.site.day_of(locked.departs_at)
    if readiness(case, state=locked.state, on=on).stopped:
        raise Invalid(
            "The person fears this state, seeks asylum or may have no nationality: no journey there."
        )
    if why := holds_journey(case, now=acting.now):
        raise Invalid(why[0])
    taken = list(standing(locked).values_list("number", flat=True))
    if len(taken) >= locked.seats:
        raise Invalid("All seats of this journey are taken.")
    number = _free(locked.seats, taken)
    try:
        # In a savepoint of its own, so that the words can be said when another won.
        with transaction.atomic():
            seat = Seat.objects.create(
                journey=locked,
                number=number,
                case=case,
                held_at=acting.now,
                held_by=acting.staff,
                confirmed_revision=locked.revision,
            )
    except IntegrityError:
        raise Invalid(TAKEN) from None
    changed(
        acting,
        "seat.held",
        case=case.id,
        subject=case.person_id,
        data={"journey": str(locked.id), "seat": seat.number},
    )
    return seat


@transaction.atomic
def release_seat(acting: Acting, seat: Seat, *, why: Seat.Ended) -> None:
    """The person gives it up, or cannot go. Raises `Invalid` once it was given up, or the journey has left."""
    require(acting, "return.record", standing_case(seat.case))
    _people, journey = lock_people_and_journey([seat.case.person_id], seat.journey)
    seat.refresh_from_db()
    if seat.ended_at is not None:
        raise Invalid("This seat was released already.")
    if not journey.open:
        raise Invalid("This journey has left. Record the arrival, or why the person stayed behind.")
    end_seat(acting, seat, why)


@transaction.atomic
def confirm_seat(acting: Acting, seat: Seat) -> None:
    """The person was told of the journey as it is now, and still wishes to go. Void cards are printed anew."""
    require(acting, "return.record", standing_case(seat.case))
    _people, journey = lock_people_and_journey([seat.case.person_id], seat.journey)
    seat.refresh_from_db()
    if seat.ended_at is not None or not journey.open:
        raise Invalid("This seat was released, or the journey is over.")
    seat.confirmed_revision = journey.revision
    seat.save(update_fields=["confirmed_revision"])
    changed(
        acting,
        "seat.confirmed",
        case=seat.case_id,
        subject=seat.case.person_id,
        data={"journey": str(journey.id), "revision": journey.revision},
    )


def end_seat(acting: Acting, seat: Seat, why: Seat.Ended, *, left_behind: bool = False) -> None:
    """Within a transaction that has locked the person."""
    seat.ended_at, seat.ended_as, seat.left_behind = acting.now, why, left_behind
    seat.boarded_at = None
    seat.save(update_fields=["ended_at", "ended_as", "left_behind", "boarded_at"])
    changed(
        acting,
        "seat.left_behind" if left_behind else "seat.released",
        case=seat.case_id,
        subject=seat.case.person_id,
        data={"journey": str(seat.journey_id), "why": str(why)},
    )


def _free(seats: int, taken: Iterable[int]) -> int:
    return min(set(range(1, seats + 1)) - set(taken))
