"""Resolve the source records of a release to people, one case file each.

The matching engine says which records are about one person; this action links them, opens case files, keeps what
people decided, and records the events that lists bring (reported, listed, handed over). It can be run again at any
time: nothing changes unless the records, the judgements or the engine changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting
from moei.access.journalled import changed, changed_many, note
from moei.access.models import Release
from moei.casefile.actions.write_people import hide_empty, open_people, redescribe
from moei.casefile.list_events import bring_list_events
from moei.casefile.models import CaseEvent, Judgement, RecordLink, SourceRecord
from moei.engines.lists.rows import ListKind, ListRow
from moei.engines.matching import Judgement as EngineJudgement
from moei.engines.matching import MatchRow, Resolution, resolve
from moei.engines.protocol import EventKind
from moei.journal.ids import new_id

Progress = Callable[[int, int], None]

# Events that only a list brings; any other event means that somebody acted on the person.
FROM_LISTS = (EventKind.REPORTED, EventKind.LISTED, EventKind.HANDED_OVER, EventKind.VOIDED)


@dataclass
class Plan:
    """What to write: `target` of each record, and the clusters that need a new person."""

    target: dict[UUID, UUID] = field(default_factory=dict)
    fresh: dict[UUID, list[UUID]] = field(default_factory=dict)


@dataclass(frozen=True)
class Resolved:
    """Counts of what was done, and the engine's own answer for whoever scores or reviews it."""

    resolution: Resolution
    people: int
    opened: int
    moved: int


@transaction.atomic
def resolve_people(acting: Acting, progress: Progress | None = None) -> Resolved:
    """The permission belongs to the action that calls this (a list was committed or undone, a pair was judged)."""
    Release.objects.select_for_update().get(pk=acting.release.pk)
    records = list(SourceRecord.objects.filter(release=acting.release, voided_at__isnull=True))
    links = {
        link.record_id: link
        for link in RecordLink.objects.filter(record__release=acting.release, ended_at__isnull=True)
    }
    judgements = _judgements(acting, links.values())
    resolution = resolve(
        [as_match_row(record) for record in records], judgements=judgements, progress=progress
    )
    plan = plan_targets(resolution, links, _acted_on(acting))
    moved = _move(acting, records, links, plan, resolution)
    open_people(acting, plan.fresh, {record.id: record for record in records})
    alive = {record.id for record in records}
    emptied = _end_links(acting, [link for record_id, link in links.items() if record_id not in alive])
    touched = set(plan.fresh) | moved | emptied
    redescribe(acting, touched - set(plan.fresh))
    hide_empty(acting, touched)
    bring_list_events(acting, touched)
    people = len({*plan.target.values()})
    changed(
        acting,
        "people.resolved",
        data={"records": len(records), "people": people, "opened": len(plan.fresh), "moved": len(moved)},
    )
    return Resolved(resolution, people, len(plan.fresh), len(moved))


def plan_targets(resolution: Resolution, links: dict[UUID, RecordLink], acted_on: set[UUID]) -> Plan:
    """Which person each record belongs to. What a member of staff linked or acted on never moves by itself."""
    plan = Plan()
    taken: set[UUID] = set()
    for cluster in sorted(resolution.clusters, key=lambda keys: (-len(keys), sorted(map(str, keys)))):
        now_at: defaultdict[UUID, list[UUID]] = defaultdict(list)
        loose: list[UUID] = []
        for record in cluster:
            link = links.get(record)
            if link is None:
                loose.append(record)
            elif link.person_id in acted_on or link.how == RecordLink.How.STAFF:
                # Stays where a person put it; two people acted on are never joined automatically.
                plan.target[record] = link.person_id
                now_at[link.person_id].append(record)
            else:
                now_at[link.person_id].append(record)
                loose.append(record)
        free = [person for person in now_at if person not in taken]
        home = max(free, key=lambda p: (p in acted_on, len(now_at[p]), str(p)), default=None)
        if home is None and loose:
            home = new_id()
            plan.fresh[home] = loose
        if home is not None:
            taken.add(home)
            for record in loose:
                plan.target[record] = home
    return plan


def _move(
    acting: Acting,
    records: list[SourceRecord],
    links: dict[UUID, RecordLink],
    plan: Plan,
    resolution: Resolution,
) -> set[UUID]:
    """End and make links. Returns the persons that gained or lost a record."""
    ending: list[RecordLink] = []
    making: list[RecordLink] = []
    touched: set[UUID] = set()
    evidence = _evidence(resolution)
    for record in records:
        target, link = plan.target[record.id], links.get(record.id)
        if target in plan.fresh or (link is not None and link.person_id == target):
            if link is not None and target in plan.fresh:
                ending.append(link)
                touched.add(link.person_id)
            continue
        if link is not None:
            ending.append(link)
            touched.add(link.person_id)
        touched.add(target)
        making.append(
            RecordLink(
                record=record,
                person_id=target,
                how=RecordLink.How.AUTOMATIC,
                evidence=evidence.get(record.id, []),
                linked_at=acting.now,
            )
        )
    _end_links(acting, ending)
    RecordLink.objects.bulk_create(making, batch_size=500)
    changed_many(
        acting,
        [
            note(acting, "record.linked", subject=link.person_id, data={"record": str(link.record_id)})
            for link in making
        ],
    )
    return touched


def _end_links(acting: Acting, links: list[RecordLink]) -> set[UUID]:
    for start in range(0, len(links), 500):
        RecordLink.objects.filter(id__in=[link.id for link in links[start : start + 500]]).update(
            ended_at=acting.now
        )
    changed_many(
        acting,
        [
            note(acting, "record.unlinked", subject=link.person_id, data={"record": str(link.record_id)})
            for link in links
        ],
    )
    return {link.person_id for link in links}


def as_match_row(record: SourceRecord) -> MatchRow:
    """A registration counts as the receiving side's own row."""
    kind = ListKind.HANDOVER if record.origin == SourceRecord.Origin.REGISTRATION else ListKind(record.kind)
    row = ListRow(
        list=record.list_name,
        row=record.row,
        name=record.name,
        name_native=record.name_native,
        given=record.given,
        family=record.surname,
        sex=record.sex,
        birth_date=record.birth_date.isoformat() if record.birth_date else "",
        birth_from=record.birth_from.isoformat() if record.birth_from else "",
        birth_to=record.birth_to.isoformat() if record.birth_to else "",
        nationality=record.nationality,
        document_number=record.document_number,
        document_kind=record.document_kind,
        phone=record.phone,
        note=record.note,
        problems=tuple(record.problems),
    )
    return MatchRow.of(record.id, kind, row)


def _judgements(acting: Acting, links: Iterable[RecordLink]) -> list[EngineJudgement]:
    """What people decided: pairs they judged, and records they linked to one person."""
    found = [
        EngineJudgement(row.left_id, row.right_id, row.verdict)
        for row in Judgement.objects.filter(left__release=acting.release, ended_at__isnull=True)
    ]
    by_staff: dict[UUID, UUID] = {}
    for link in sorted(links, key=lambda link: link.linked_at):
        if link.how == RecordLink.How.STAFF:
            first = by_staff.setdefault(link.person_id, link.record_id)
            if first != link.record_id:
                found.append(EngineJudgement(first, link.record_id, Judgement.Verdict.SAME))
    return found


def _acted_on(acting: Acting) -> set[UUID]:
    """Persons on whom a member of staff acted; automatic links and events of lists do not count."""
    return set(
        CaseEvent.objects.filter(case__release=acting.release)
        .exclude(kind__in=[kind.value for kind in FROM_LISTS])
        .values_list("case__person_id", flat=True)
        .distinct()
    ) | set(
        RecordLink.objects.filter(
            record__release=acting.release, ended_at__isnull=True, how=RecordLink.How.STAFF
        ).values_list("person_id", flat=True)
    )


def _evidence(resolution: Resolution) -> dict[UUID, list[str]]:
    words: defaultdict[UUID, list[str]] = defaultdict(list)
    for pair in resolution.links:
        for key in (pair.left, pair.right):
            if len(words[key]) < 5:
                words[key] += [item.words for item in pair.evidence]
    return words
