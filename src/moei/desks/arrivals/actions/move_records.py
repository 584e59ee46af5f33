"""Move source records between persons after somebody's decision: two persons joined, one taken apart."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from moei.access.acting import Acting, Invalid
from moei.access.journalled import changed_many, note
from moei.casefile.actions.resolve_people import as_match_row
from moei.casefile.actions.write_people import hide_empty, open_people, redescribe
from moei.casefile.list_events import bring_list_events
from moei.casefile.models import Judgement, RecordLink
from moei.engines.matching import Judgement as EngineJudgement
from moei.engines.matching import Verdict, resolve
from moei.journal.ids import new_id


def join_people(acting: Acting, kept: UUID, gone: UUID) -> int:
    """All records of `gone` are about `kept` from now on; returns how many. No permission is asked here."""
    links = list(RecordLink.objects.filter(person_id=gone, ended_at__isnull=True))
    _end(acting, links)
    RecordLink.objects.bulk_create(
        [
            RecordLink(
                record_id=link.record_id,
                person_id=kept,
                how=link.how,
                evidence=[f"{acting.staff} decided that this is the same person"],
                linked_at=acting.now,
                linked_by=acting.staff,
            )
            for link in links
        ]
    )
    changed_many(
        acting,
        [note(acting, "record.linked", subject=kept, data={"record": str(link.record_id)}) for link in links],
    )
    follow_records(acting, [kept, gone])
    return len(links)


def split_person(acting: Acting, left: RecordLink, right: RecordLink) -> int:
    """Records judged to be of different people leave each other, each with the records that are nearer to it.

    What a member of staff linked stays with the case file; the others go to a new one. Returns how many went.
    Raises `Invalid` when earlier decisions hold the two together.
    """
    if left.person_id != right.person_id:
        return 0
    person = left.person_id
    links = {
        link.record_id: link
        for link in RecordLink.objects.filter(person_id=person, ended_at__isnull=True).select_related(
            "record"
        )
    }
    rows = [as_match_row(link.record) for link in links.values()]
    clusters = resolve(rows, judgements=_judgements(links)).clusters
    sides = [
        {record for record in links if record in cluster}
        for side in (left, right)
        for cluster in clusters
        if side.record_id in cluster
    ]
    if sides[0] == sides[1]:
        raise Invalid(
            "Earlier decisions say that both are the same as a third record. Take one of those back first."
        )
    by_staff = [any(links[record].how == RecordLink.How.STAFF for record in side) for side in sides]
    # The side that somebody linked by hand stays, else the larger one, else the left one.
    going = sides[0] if (by_staff[1], len(sides[1])) > (by_staff[0], len(sides[0])) else sides[1]
    leaving = [links[record] for record in going]
    _end(acting, leaving)
    fresh = new_id()
    open_people(acting, {fresh: sorted(going, key=str)}, {link.record_id: link.record for link in leaving})
    follow_records(acting, [person, fresh])
    return len(leaving)


def _end(acting: Acting, links: Collection[RecordLink]) -> None:
    RecordLink.objects.filter(id__in=[link.id for link in links]).update(ended_at=acting.now)
    changed_many(
        acting,
        [
            note(acting, "record.unlinked", subject=link.person_id, data={"record": str(link.record_id)})
            for link in links
        ],
    )


def follow_records(acting: Acting, people: Collection[UUID]) -> None:
    """What follows from the records of these persons: descriptions, hidden cases, events of lists."""
    redescribe(acting, people)
    hide_empty(acting, people)
    bring_list_events(acting, people)


def _judgements(links: Collection[UUID]) -> list[EngineJudgement]:
    standing = Judgement.objects.filter(Q(left__in=links) & Q(right__in=links), ended_at__isnull=True)
    return [EngineJudgement(row.left_id, row.right_id, Verdict(row.verdict)) for row in standing]
