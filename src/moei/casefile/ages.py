"""Who is treated as a child for what other rows say than their own (P09): a need, a file that was joined into theirs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from moei.casefile.folding import joined_into, standing_for
from moei.casefile.models import Case, Need, Person, PersonMerge
from moei.casefile.models.person import adult_from

ALWAYS = date.max


def refresh_ages(person_ids: Collection[UUID]) -> set[UUID]:
    """Write `Person.child_until` for these persons and those they were joined into; returns the cases that changed.

    A joined file counts by its doubt and its latest possible birth date, until somebody settled the age in the file
    that stands. One without a birth date says nothing against another one's. Five queries where nothing changes.
    """
    concerned = set(person_ids) | standing_for(person_ids)
    counting = PersonMerge.objects.filter(age_settled_at__isnull=True)
    together = joined_into(list(concerned), counting)
    everybody = {person for group in together.values() for person in group}
    people = Person.objects.in_bulk(everybody)
    noted = Need.objects.filter(person__in=everybody, code=Need.Code.AGE_UNSURE, ended_at__isnull=True)
    doubted = set(noted.values_list("person_id", flat=True))
    changed = []
    for person_id in concerned:
        person, others = people[person_id], together[person_id] - {person_id}
        days = [adult_from(people[other].birth_to) for other in others]
        if doubted & together[person_id] or any(people[other].age_unsure for other in others):
            days.append(ALWAYS)
        until = max((day for day in days if day is not None), default=None)
        if until != person.child_until:
            person.child_until = until
            changed.append(person)
    Person.objects.bulk_update(changed, ["child_until"])
    cases = Case.objects_unchecked.filter(person__in=[person.id for person in changed])
    return set(cases.values_list("id", flat=True)) if changed else set()


def settle_age(person_id: UUID, *, now: datetime) -> None:
    """Somebody looked at the person: notes and files that were joined say nothing of their age any more.

    The needs that said so end. Once the files are taken apart, each has its own age again.
    """
    group = joined_into([person_id])[person_id]
    PersonMerge.objects.filter(kept=person_id, undone_at__isnull=True).update(age_settled_at=now)
    noted = Need.objects.filter(person__in=group, code=Need.Code.AGE_UNSURE, ended_at__isnull=True)
    noted.update(ended_at=now)
