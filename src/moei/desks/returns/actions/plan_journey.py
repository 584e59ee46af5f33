"""A flight or a bus is planned, changed, called off. Each change keeps what was before."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.desks.returns.locking import lock_everybody_on, lock_journey, standing
from moei.desks.returns.models import Journey, JourneyChange, Seat
from moei.engines.identity.countries import is_code

MOST_SEATS = 900


@dataclass(frozen=True)
class Plan:
    """`departs_at` aware; `state` ISO 3166 alpha-3; `seats` those that are ours."""

    mode: Journey.Mode
    from_place: str
    to_place: str
    state: str
    departs_at: datetime
    carrier: str
    seats: int
    number: str = ""


@transaction.atomic
def plan_journey(acting: Acting, plan: Plan) -> Journey:
    """Raises `Invalid` for a day that is over, no seat, no place, an unknown state."""
    require(acting, "journeys.plan")
    _check(acting, plan)
    journey = Journey.objects.create(
        release=acting.release, planned_at=acting.now, planned_by=acting.staff, **asdict(plan)
    )
    changed(
        acting,
        "journey.planned",
        data={"journey": str(journey.id), "state": plan.state, "seats": plan.seats, "mode": str(plan.mode)},
    )
    return journey


@transaction.atomic
def change_journey(acting: Acting, journey: Journey, plan: Plan, *, reason: str) -> JourneyChange | None:
    """Time, place, carrier, number or seats. After it everybody is told anew, and cards printed before are void.

    None when nothing differs. Raises `Invalid` when fewer seats are left than are held: say first who stays.
    """
    require(acting, "journeys.plan")
    if not reason.strip():
        raise Invalid({"reason": "Say why, so that the people can be told."})
    _check(acting, plan)
    locked = lock_journey(journey)
    _open(locked)
    before = {name: getattr(locked, name) for name in asdict(plan)}
    fields = {name: value for name, value in asdict(plan).items() if value != before[name]}
    if not fields:
        return None
    held = standing(locked)
    if plan.state != locked.state and held.exists():
        raise Invalid(
            {"state": "People hold seats to another state. Plan a journey of its own for this one."}
        )
    if held.filter(number__gt=plan.seats).exists():
        raise Invalid(
            {"seats": "More seats are held than would be left. Release seats first, and say why for each."}
        )
    for name, value in fields.items():
        setattr(locked, name, value)
    # More seats are nobody's news; anything else has to be told to each who goes.
    if set(fields) - {"seats"}:
        locked.revision += 1
        held.update(boarded_at=None)
    locked.save()
    change = JourneyChange.objects.create(
        journey=locked,
        fields={name: [_text(before[name]), _text(value)] for name, value in fields.items()},
        reason=reason.strip(),
        changed_at=acting.now,
        changed_by=acting.staff,
    )
    changed(acting, "journey.changed", data={"journey": str(locked.id), "fields": sorted(fields)})
    return change


@transaction.atomic
def start_boarding(acting: Acting, journey: Journey) -> None:
    """The list is open: from now on people board, each after a last look at what has to be there."""
    require(acting, "journeys.plan")
    locked = lock_journey(journey)
    if locked.status != Journey.Status.PLANNED:
        raise Invalid("Boarding has begun already, or the journey is over.")
    locked.status = Journey.Status.BOARDING
    locked.save(update_fields=["status"])
    changed(acting, "journey.boarding", data={"journey": str(locked.id)})


@transaction.atomic
def cancel_journey(acting: Acting, journey: Journey, *, reason: str) -> None:
    """It does not go. Every seat is released, so that the people can be given another."""
    require(acting, "journeys.plan")
    if not reason.strip():
        raise Invalid({"reason": "Say why, so that the people can be told."})
    seats, locked = lock_everybody_on(journey)
    _open(locked)
    locked.status = Journey.Status.CANCELLED
    locked.save(update_fields=["status"])
    JourneyChange.objects.create(
        journey=locked,
        fields={"status": ["", str(Journey.Status.CANCELLED)]},
        reason=reason.strip(),
        changed_at=acting.now,
        changed_by=acting.staff,
    )
    changed(acting, "journey.cancelled", data={"journey": str(locked.id), "seats": len(seats)})
    for seat in seats:
        seat.ended_at, seat.ended_as = acting.now, Seat.Ended.CANCELLED
        seat.save(update_fields=["ended_at", "ended_as"])
        changed(
            acting,
            "seat.released",
            case=seat.case_id,
            subject=seat.case.person_id,
            data={"journey": str(locked.id), "why": str(seat.ended_as)},
        )


def _open(journey: Journey) -> None:
    if not journey.open:
        raise Invalid("This journey is over: it left, or was cancelled.")


def _check(acting: Acting, plan: Plan) -> None:
    errors = {
        name: gettext("Fill this in: it stands on the boarding list.")
        for name, value in (
            ("from_place", plan.from_place),
            ("to_place", plan.to_place),
            ("carrier", plan.carrier),
        )
        if not value.strip()
    }
    if not is_code(plan.state):
        errors["state"] = gettext(
            "No country is known by this name. Type it in English, or its three letters."
        )
    if not 1 <= plan.seats <= MOST_SEATS:
        errors["seats"] = gettext("A number between 1 and 900: the seats that are yours to give.")
    if plan.departs_at <= acting.now:
        errors["departs_on"] = gettext("This time is over. Check the day and the hour.")
    if errors:
        raise Invalid(errors)


def _text(value: object) -> str:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else str(value)
