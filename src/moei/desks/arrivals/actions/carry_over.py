"""When one row stands in for another (a new version of a list, or the old one again), who it is about goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from moei.access.acting import Acting
from moei.access.journalled import changed_many, note
from moei.access.models import Canary
from moei.casefile.actions.record_event import lock_cases_of
from moei.casefile.models import Judgement, RecordLink
from moei.desks.arrivals.actions.move_records import follow_records

_CHUNK = 400


def carry_over(acting: Acting, stands_for: Mapping[UUID, UUID]) -> None:
    """`stands_for` maps a record that goes to the record that comes. Links and judgements follow; history stays.

    Names, dates and events of lists are brought up to date for the persons concerned.
    """
    going, people = list(stands_for), set[UUID]()
    # Their cases are written at the end; locked before the first entry, so that nobody waits for us while we wait.
    for start in range(0, len(going), _CHUNK):
        part = going[start : start + _CHUNK]
        links = RecordLink.objects.filter(record_id__in=part, ended_at__isnull=True)
        people |= set(links.values_list("person_id", flat=True))
    lock_cases_of(people)
    for start in range(0, len(going), _CHUNK):
        people |= _links(acting, stands_for, going[start : start + _CHUNK])
    _judgements(acting, stands_for)
    follow_records(acting, people)


def _links(acting: Acting, stands_for: Mapping[UUID, UUID], going: list[UUID]) -> set[UUID]:
    ending = list(RecordLink.objects.filter(record_id__in=going, ended_at__isnull=True))
    RecordLink.objects.filter(id__in=[link.id for link in ending]).update(ended_at=acting.now)
    making = [
        RecordLink(
            record_id=stands_for[link.record_id],
            person_id=link.person_id,
            how=link.how,
            evidence=link.evidence,
            linked_at=acting.now,
            linked_by_id=link.linked_by_id,
        )
        for link in ending
    ]
    RecordLink.objects.bulk_create(making, batch_size=500)
    for canary in Canary.objects.filter(record_id__in=going):
        canary.record_id = stands_for[canary.record_id]
        canary.save(update_fields=["record_id"])
    changed_many(
        acting,
        [
            note(acting, "record.linked", subject=link.person_id, data={"record": str(link.record_id)})
            for link in making
        ],
    )
    return {link.person_id for link in making}


def _judgements(acting: Acting, stands_for: Mapping[UUID, UUID]) -> None:
    standing = Judgement.objects.filter(left__release=acting.release, ended_at__isnull=True)
    touched = [row for row in standing if row.left_id in stands_for or row.right_id in stands_for]
    Judgement.objects.filter(id__in=[row.id for row in touched]).update(ended_at=acting.now)
    Judgement.objects.bulk_create(
        [
            Judgement(
                left_id=stands_for.get(row.left_id, row.left_id),
                right_id=stands_for.get(row.right_id, row.right_id),
                verdict=row.verdict,
                reason=row.reason,
                judged_at=row.judged_at,
                judged_by_id=row.judged_by_id,
            )
            for row in touched
        ]
    )
