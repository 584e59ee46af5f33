"""Health before interviews: a code by a health worker can hold a person or a whole place; no medical detail is here."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.record_event import lock_together
from moei.casefile.folding import joined_into, standing_case
from moei.casefile.models import Case
from moei.desks.shelter.locking import lock_places
from moei.desks.shelter.models import HealthScreening, Place, PlaceHold, Stay

Result = HealthScreening.Result
LONGEST = timedelta(days=60)
AGAIN = timedelta(days=14)


@transaction.atomic
def record_screening(
    acting: Acting, case: Case, result: HealthScreening.Result, *, until: date | None = None
) -> HealthScreening:
    """By who may write the medical section. The last one counts; one that holds is looked at again by `until`."""
    require(acting, "medical.record", case)
    today = case.site.day_of(acting.now)
    until = None if result == Result.CLEAR else until or today + AGAIN
    if until is not None and not today <= until <= today + LONGEST:
        raise Invalid({"until": "Somebody of the health service looks again within 60 days."})
    people = lock_together([case.person_id])
    if standing_case(case).pk != case.pk:
        raise Invalid("This case file was joined into another one. Open that one.")
    HealthScreening.objects.filter(case__person__in=people, ended_at__isnull=True).update(ended_at=acting.now)
    row = HealthScreening.objects.create(
        case=case, result=result, looked_at=acting.now, looked_by=acting.staff, until=until
    )
    changed(
        acting,
        "health.screened",
        case=case.id,
        subject=case.person_id,
        changes={"result": (None, str(result))},
        data={"screening": str(row.id)},
    )
    return row


@transaction.atomic
def hold_place(acting: Acting, place: Place, *, until: date) -> PlaceHold:
    """Nobody moves in or out until somebody ends it; only into hospital. Interviews there show a notice."""
    require(acting, "place.keep")
    today = acting.today
    if not today <= until <= today + LONGEST:
        raise Invalid({"until": "Somebody of the health service looks again within 60 days."})
    locked = lock_places([place.pk])[place.pk]
    try:
        with transaction.atomic():
            hold = PlaceHold.objects.create(
                place=locked, began_at=acting.now, began_by=acting.staff, until=until
            )
    except IntegrityError:
        raise Invalid("This place is held already.") from None
    changed(acting, "place.held", data={"place": str(locked.id), "until": until.isoformat()})
    return hold


@transaction.atomic
def end_place_hold(acting: Acting, place: Place) -> None:
    """The health service says that people may move again."""
    require(acting, "place.keep")
    locked = lock_places([place.pk])[place.pk]
    if not PlaceHold.objects.filter(place=locked, ended_at__isnull=True).update(ended_at=acting.now):
        raise Invalid("This place is not held.")
    changed(acting, "place.hold_ended", data={"place": str(locked.id)})


def held(case: Case) -> bool:
    """Whether a screening holds the person, or a hold the place in which they sleep."""
    people = joined_into([case.person_id])[case.person_id]
    screened = HealthScreening.objects.filter(case__person__in=people, ended_at__isnull=True)
    places = Stay.objects.filter(
        Q(case__person__in=people), ended_at__isnull=True, checked_in_at__isnull=False
    ).values("place")
    return (
        screened.exclude(result=Result.CLEAR).exists()
        or PlaceHold.objects.filter(place__in=places, ended_at__isnull=True).exists()
    )


def before_interview(case: Case, now: datetime) -> list[str]:
    """A neutral notice for whoever is about to begin an interview."""
    if not held(case):
        return []
    return [
        gettext("Not yet: ask the health worker of the place before you begin. Nothing is lost by waiting.")
    ]
