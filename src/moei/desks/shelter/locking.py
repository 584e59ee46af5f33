"""One order of locks at this desk: the people, then the places, then the journal."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from moei.casefile.actions.record_event import lock_together
from moei.desks.shelter.models import Place, Stay


def lock_places(places: Iterable[UUID]) -> dict[UUID, Place]:
    """Whoever changes who sleeps in a place does so one after the other; the second sees what the first did."""
    wanted = sorted(set(places), key=str)
    locked: QuerySet[Place] = Place.objects.select_for_update(no_key=True)
    return {place.id: place for place in locked.filter(pk__in=wanted).order_by("pk")}


def lock_people_and_places(
    people: Collection[UUID], places: Iterable[UUID]
) -> tuple[set[UUID], dict[UUID, Place]]:
    """Persons with all who are joined with them, and the places. Within a transaction."""
    return lock_together(people), lock_places(places)


def standing(now: datetime) -> Q:
    """Stays that take a bed at `now`: slept in, or reserved and not lapsed."""
    return Q(ended_at__isnull=True) & (Q(checked_in_at__isnull=False) | Q(reserved_until__gt=now))


def lapsed(now: datetime) -> QuerySet[Stay]:
    """Reservations that are over though nobody has ended the row."""
    return Stay.objects.filter(ended_at__isnull=True, checked_in_at__isnull=True, reserved_until__lte=now)
