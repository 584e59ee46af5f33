"""One order of locks at this desk: the people, then the journey, then the journal."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from moei.casefile.actions.record_event import lock_together
from moei.desks.returns.models import Journey, Seat


def lock_journey(journey: Journey) -> Journey:
    """Whoever changes who sits where does so one after the other; the second sees what the first did."""
    locked: QuerySet[Journey] = Journey.objects.select_for_update(no_key=True)
    return locked.get(pk=journey.pk)


def lock_people_and_journey(people: Collection[UUID], journey: Journey) -> tuple[set[UUID], Journey]:
    """Persons with all who are joined with them, and the journey. Within a transaction."""
    return lock_together(people), lock_journey(journey)


def lock_everybody_on(journey: Journey) -> tuple[list[Seat], Journey]:
    """All who hold a seat, and the journey; also somebody who took a seat while this waited."""
    locked: set[UUID] = set()
    while True:
        held = set(standing(journey).values_list("case__person_id", flat=True))
        if held <= locked:
            fresh = lock_journey(journey)
            seats = list(standing(fresh).select_related("case__person", "case__site").order_by("number"))
            if {seat.case.person_id for seat in seats} <= locked:
                return seats, fresh
            continue
        locked |= lock_together(held)


def standing(journey: Journey) -> QuerySet[Seat]:
    """Seats that are held and were not given up."""
    return Seat.objects.filter(journey=journey, ended_at__isnull=True)
