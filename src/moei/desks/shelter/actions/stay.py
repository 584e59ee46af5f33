"""A bed is kept for somebody, given, changed, given up. No bed is ever given to two, and no place holds too many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.record_event import TOLERANCE, Happening, lock_together, record_events
from moei.casefile.folding import joined_into, standing_case
from moei.casefile.models import Case
from moei.desks.shelter.actions.ending import end_lapsed, end_stay, stand_no_more
from moei.desks.shelter.actions.keep_place import PLACE_CLOSED
from moei.desks.shelter.fitting import find_bed, find_family_beds, kept_apart, rooms_of, sleepers_of
from moei.desks.shelter.locking import lock_people_and_places, lock_places, standing
from moei.desks.shelter.models import Bed, Declined, Outcome, Place, PlaceHold, Room, Stay
from moei.engines.protocol import EventKind

RESERVED_FOR = timedelta(hours=48)
LONGEST = timedelta(days=14)
TAKEN = "This bed was taken by somebody else just now. Look at the place again."
NONE_FITS = "No bed is free here that fits this person. Choose another room or place, or ask whoever keeps the places."
TOO_SMALL = (
    "This place has no family room with %(count)s free beds. Choose another place, or ask the family "
    "whether they wish to sleep apart."
)
FAMILY_ELSEWHERE = (
    "Somebody of this family sleeps in another place. Choose that place, or say that the family wishes "
    "to be apart."
)


@transaction.atomic
def reserve(
    acting: Acting,
    case: Case,
    place: Place,
    *,
    room: Room | None = None,
    until: datetime | None = None,
    apart_agreed: bool = False,
) -> Stay:
    """A bed is kept for the person until `until` (48 hours where nothing is said). No event of the case yet.

    Raises `Invalid` when no bed fits, when they have one, and when their family sleeps elsewhere and nobody said that
    they wish to be apart (`apart_agreed`).
    """
    until = until or acting.now + RESERVED_FOR
    _refuse_too_long(acting, until)
    return _give_one(acting, case, place, room, until=until, apart_agreed=apart_agreed)


@transaction.atomic
def check_in(
    acting: Acting,
    case: Case,
    place: Place,
    *,
    room: Room | None = None,
    at: datetime | None = None,
    apart_agreed: bool = False,
) -> Stay:
    """The person has come; a bed that is kept for them here is theirs, else the first that fits.

    Raises `Invalid` for whoever has a bed elsewhere, and as `reserve`.
    """
    at = _moment(acting, at)
    return _give_one(acting, case, place, room, at=at, apart_agreed=apart_agreed)


@transaction.atomic
def house_family(
    acting: Acting,
    cases: Sequence[Case],
    place: Place,
    *,
    room: Room | None = None,
    until: datetime | None = None,
    at: datetime | None = None,
) -> list[Stay]:
    """All of a family in one family room, or nobody: reserved with `until`, else checked in.

    Raises `Invalid` when they are not one family, when one of them has a bed, and when no room is large enough.
    """
    if not cases:
        raise Invalid("Say who belongs to the family.")
    for case in cases:
        require(acting, "stay.record", case)
    if until is not None:
        _refuse_too_long(acting, until)
    moment = None if until else _moment(acting, at)
    people, locked = _lock(cases, place)
    _usable(acting, locked)
    _alive(people)
    _no_bed_yet(acting, cases, people)
    on = _today(acting, cases[0])
    found = sleepers_of(list(cases), on)
    sleepers = [found[case.id] for case in cases]
    if not all(sleepers[0].related(one) for one in sleepers):
        raise Invalid("These people are not in one family. Join them to a family in their case files first.")
    rooms = rooms_of(locked, now=acting.now, on=on)
    apart = kept_apart([*sleepers, *(one for state in rooms for one in state.sleepers)])
    beds = find_family_beds(rooms, sleepers, apart, room=room)
    if beds is None:
        raise Invalid(TOO_SMALL, count=len(cases))
    return [
        _give(acting, case, locked, bed, until=until, at=moment)
        for case, bed in zip(cases, beds, strict=True)
    ]


@transaction.atomic
def move(
    acting: Acting,
    case: Case,
    place: Place,
    *,
    room: Room | None = None,
    at: datetime | None = None,
    apart_agreed: bool = False,
) -> Stay:
    """To another bed of the same place or another one; the history keeps both. The person stays sheltered throughout."""
    require(acting, "stay.record", case)
    at = _moment(acting, at)
    people = lock_together([case.person_id])
    _stands(case)
    slept_in = list(_own(people).filter(checked_in_at__isnull=False)[:2])
    if not slept_in:
        raise Invalid("This person has no bed to move from. Check them in.")
    if len(slept_in) > 1:
        raise Invalid("Two files were joined, and each had a bed. Give up both, and check in once.")
    before = slept_in[0]
    if before.checked_in_at and at < before.checked_in_at:
        raise Invalid({"at": "This is before they came. Check the day and the hour."})
    places = lock_places([place.pk, before.place_id])
    locked = places[place.pk]
    _usable(acting, locked)
    _not_held(places[before.place_id])
    bed = _bed_for(acting, case, locked, room, people, apart_agreed=apart_agreed)
    if bed.pk == before.bed_id:
        raise Invalid("This is the bed that they have.")
    end_stay(acting, before, Stay.Ended.MOVED, at=at)
    stay = _put(acting, case, locked, bed, at=at, moved_from=before)
    changed(
        acting,
        "stay.moved",
        case=case.id,
        subject=case.person_id,
        data={"stay": str(stay.id), "from": str(before.id)},
        happened_at=at,
    )
    return stay


@transaction.atomic
def check_out(acting: Acting, case: Case, why: Stay.Ended, *, at: datetime | None = None) -> list[Stay]:
    """The person leaves, or does not come. Ends every bed that they have, also those of files that were joined.

    Raises `Invalid` when they have none. The event says that they left only when they had come.
    """
    require(acting, "stay.record", case)
    at = _moment(acting, at)
    people = lock_together([case.person_id])
    _stands(case)
    lock_places(_own(people).values_list("place_id", flat=True))
    stays = list(_own(people).select_related("case"))
    if not stays:
        raise Invalid("This person has no bed, and none is kept for them.")
    if any(stay.checked_in_at and at < stay.checked_in_at for stay in stays):
        raise Invalid({"at": "This is before they came. Check the day and the hour."})
    end_stays(acting, case, stays, why, at=at)
    return stays


def end_stays(acting: Acting, case: Case, stays: Sequence[Stay], why: Stay.Ended, *, at: datetime) -> None:
    """Within a transaction that has locked the person and the places."""
    came = [stay for stay in stays if stay.checked_in_at is not None]
    for stay in stays:
        gone = why if stay in came or why == Stay.Ended.DECLINED else Stay.Ended.CANCELLED
        end_stay(acting, stay, gone, at=at)
    if came:
        record_events(acting, [Happening(case, EventKind.SHELTER_LEFT, at, {"why": str(why)})])


def _give_one(
    acting: Acting,
    case: Case,
    place: Place,
    room: Room | None,
    *,
    until: datetime | None = None,
    at: datetime | None = None,
    apart_agreed: bool,
) -> Stay:
    require(acting, "stay.record", case)
    people, locked = _lock([case], place)
    _usable(acting, locked)
    _alive(people)
    kept = (
        _own(people)
        .filter(checked_in_at__isnull=True, place=locked, reserved_until__gt=acting.now)
        .select_related("bed__room")
        .first()
    )
    if kept is not None and at is not None and room is None:
        # Looked at once more: since it was kept, somebody may have come from whom they are kept apart.
        _bed_for(acting, case, locked, kept.bed.room, people, apart_agreed=True)
        return _come(acting, case, kept, at)
    _no_bed_yet(acting, [case], people, kept if at is not None else None)
    bed = _bed_for(acting, case, locked, room, people, apart_agreed=apart_agreed)
    if kept is not None:
        end_stay(acting, kept, Stay.Ended.CANCELLED, at=acting.now)
    return _give(acting, case, locked, bed, until=until, at=at)


def _refuse_too_long(acting: Acting, until: datetime) -> None:
    if not acting.now < until <= acting.now + LONGEST:
        raise Invalid({"until": "A bed is kept for an hour at least and for 14 days at most."})


def _lock(cases: Sequence[Case], place: Place) -> tuple[set[UUID], Place]:
    people, places = lock_people_and_places([case.person_id for case in cases], [place.pk])
    for case in cases:
        _stands(case)
    return people, places[place.pk]


def _stands(case: Case) -> None:
    if standing_case(case).pk != case.pk:
        raise Invalid("This case file was joined into another one. Open that one.")


def _alive(people: set[UUID]) -> None:
    if Outcome.objects.filter(
        case__person__in=people, kind=Outcome.Kind.DIED, ended_at__isnull=True
    ).exists():
        raise Invalid("It is written down that this person died. No bed is given.")


def _usable(acting: Acting, place: Place) -> None:
    """The place is open, and reservations that are over hold no bed any more."""
    if place.closed_at is not None:
        raise Invalid(PLACE_CLOSED)
    _not_held(place)
    end_lapsed(acting, place)


def _not_held(place: Place) -> None:
    if PlaceHold.objects.filter(place=place, ended_at__isnull=True).exists():
        raise Invalid("For now nobody moves in or out here, for reasons of health. Ask the health service.")


def _own(people: set[UUID]) -> QuerySet[Stay]:
    return Stay.objects.filter(case__person__in=people, ended_at__isnull=True)


def _no_bed_yet(acting: Acting, cases: Sequence[Case], people: set[UUID], kept: Stay | None = None) -> None:
    """Reservations elsewhere that are over are ended; one that stands, or a bed that is slept in, is in the way."""
    for stay in _own(people).select_related("place"):
        if kept is not None and stay.pk == kept.pk:
            continue
        if stay.checked_in_at is None and stay.reserved_until and stay.reserved_until <= acting.now:
            end_stay(acting, stay, Stay.Ended.LAPSED, at=acting.now)
        elif stay.checked_in_at is not None:
            raise Invalid(
                "This person has a bed in %(place)s already, in this file or one that was joined into it. "
                "Move them instead.",
                place=stay.place.code_name,
            )
        else:
            raise Invalid(
                "A bed is kept for this person in %(place)s. Give that one up first.",
                place=stay.place.code_name,
            )


def _bed_for(
    acting: Acting,
    case: Case,
    place: Place,
    room: Room | None,
    people: set[UUID],
    *,
    apart_agreed: bool,
) -> Bed:
    on = _today(acting, case)
    sleeper = sleepers_of([case], on)[case.id]
    rooms = rooms_of(place, now=acting.now, on=on, without=sleeper.people)
    apart = kept_apart([sleeper, *(one for state in rooms for one in state.sleepers)])
    if sleeper.families and not apart_agreed:
        elsewhere = Stay.objects.filter(
            standing(acting.now), case__person__family__in=sleeper.families
        ).exclude(place=place)
        if elsewhere.exclude(case__person__in=sleeper.people).exists():
            raise Invalid({"apart_agreed": FAMILY_ELSEWHERE})
    bed = find_bed(rooms, sleeper, apart, room=room)
    if bed is None:
        raise Invalid(NONE_FITS)
    return bed


def _give(
    acting: Acting,
    case: Case,
    place: Place,
    bed: Bed,
    *,
    until: datetime | None = None,
    at: datetime | None = None,
) -> Stay:
    stay = _put(acting, case, place, bed, until=until, at=at)
    if at is None:
        changed(acting, "stay.reserved", case=case.id, subject=case.person_id, data={"stay": str(stay.id)})
    else:
        _sheltered(acting, case, stay, at)
    return stay


def _come(acting: Acting, case: Case, stay: Stay, at: datetime) -> Stay:
    stay.checked_in_at = at
    stay.save(update_fields=["checked_in_at"])
    _sheltered(acting, case, stay, at)
    return stay


def _sheltered(acting: Acting, case: Case, stay: Stay, at: datetime) -> None:
    people = joined_into([case.person_id])[case.person_id]
    Declined.objects.filter(case__person__in=people, ended_at__isnull=True).update(ended_at=acting.now)
    for outcome in Outcome.objects.filter(case__person__in=people, ended_at__isnull=True).select_related(
        "case"
    ):
        stand_no_more(acting, outcome)  # back from hospital, or found
    record_events(acting, [Happening(case, EventKind.SHELTERED, at, {"stay": str(stay.id)})])
    changed(
        acting,
        "stay.began",
        case=case.id,
        subject=case.person_id,
        data={"stay": str(stay.id)},
        happened_at=at,
    )


def _put(
    acting: Acting,
    case: Case,
    place: Place,
    bed: Bed,
    *,
    until: datetime | None = None,
    at: datetime | None = None,
    moved_from: Stay | None = None,
) -> Stay:
    try:
        # In a savepoint of its own, so that the words can be said when another won.
        with transaction.atomic():
            return Stay.objects.create(
                case=case,
                place=place,
                bed=bed,
                reserved_at=acting.now if at is None else None,
                reserved_until=until,
                checked_in_at=at,
                recorded_by=acting.staff,
                moved_from=moved_from,
            )
    except IntegrityError:
        raise Invalid(TAKEN) from None


def _moment(acting: Acting, at: datetime | None) -> datetime:
    at = at or acting.now
    if at > acting.now + TOLERANCE:
        raise Invalid({"at": "This time is in the future. Check the date and the clock of this device."})
    return at


def _today(acting: Acting, case: Case) -> date:
    return case.site.day_of(acting.now)
