"""Resolve the source records of a release to people, one case file each.

The matching engine says which records are about one person; this action links them, opens case files, keeps what
people decided, and records the events that lists bring (reported, listed, handed over). It can be run again at any
time: nothing changes unless the records, the judgements or the engine changed.

Thousands of records take a while. The engine runs with nothing locked, and the links are written in short
transactions, so that people can be registered meanwhile. Each transaction looks first whether what it is about
to write on still stands as the engine saw it; if not, it is left, and all is resolved once more. If the machine stops in
between, the records that are not linked yet are linked the next time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from moei.access.acting import Acting
from moei.access.journalled import changed, changed_many, note
from moei.access.models import Release
from moei.access.watching import canary_records
from moei.casefile.acted_on import everybody_acted_on, people_acted_on
from moei.casefile.actions.record_event import lock_cases_of
from moei.casefile.actions.write_people import hide_empty, open_people, redescribe
from moei.casefile.list_events import bring_list_events
from moei.casefile.models import (
    Case,
    CaseClock,
    CaseEvent,
    IdentityDocument,
    Judgement,
    NameToken,
    Nationality,
    Person,
    PersonName,
    RecordLink,
    SourceRecord,
)
from moei.counted_anew import count_anew
from moei.engines.lists.rows import ListKind, ListRow
from moei.engines.matching import Judgement as EngineJudgement
from moei.engines.matching import MatchRow, Resolution, resolve
from moei.engines.matching.model import Key, Verdict
from moei.journal.ids import new_id
from moei.journal.models import Entry

Progress = Callable[[int, int], None]

PEOPLE_AT_A_TIME = 400
# Somebody else changed something while this ran: so often it is tried again before the rest is left to the next run.
ATTEMPTS = 3
# What a list of people fills.
WRITTEN = (
    Person,
    PersonName,
    Nationality,
    IdentityDocument,
    NameToken,
    Case,
    CaseEvent,
    CaseClock,
    RecordLink,
    Entry,
)


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


@dataclass(frozen=True)
class Snapshot:
    """What stood when the engine looked."""

    records: dict[UUID, SourceRecord]
    links: dict[UUID, RecordLink]
    judgements: list[EngineJudgement]
    judgement_ids: frozenset[UUID]
    acted_on: set[UUID]


def resolve_people(acting: Acting, progress: Progress | None = None) -> Resolved:
    """The permission belongs to the action that calls this (a list was committed or undone, a pair was judged)."""
    opened = moved = 0
    for _attempt in range(ATTEMPTS):
        seen = _look(acting)
        resolution = resolve(
            [as_match_row(record) for record in seen.records.values()],
            judgements=seen.judgements,
            progress=progress,
        )
        plan = plan_targets(resolution, seen.links, seen.acted_on)
        done = _write(acting, seen, plan, resolution)
        opened, moved = opened + done.opened, moved + done.moved
        if done.complete:
            break
    count_anew(opened + moved, *WRITTEN)
    people = len({*plan.target.values()})
    changed(
        acting,
        "people.resolved",
        data={"records": len(seen.records), "people": people, "opened": opened, "moved": moved},
    )
    return Resolved(resolution, people, opened, moved)


def plan_targets(resolution: Resolution, links: dict[UUID, RecordLink], acted_on: set[UUID]) -> Plan:
    """Which person each record belongs to. What a member of staff linked or acted on never moves by itself."""
    plan = Plan()
    taken: set[UUID] = set()
    for cluster in sorted(resolution.clusters, key=lambda keys: (-len(keys), sorted(map(str, keys)))):
        now_at: defaultdict[UUID, list[UUID]] = defaultdict(list)
        loose: list[UUID] = []
        for key in cluster:
            record = _id(key)
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


@dataclass
class _Done:
    opened: int = 0
    moved: int = 0
    complete: bool = True


def _look(acting: Acting) -> Snapshot:
    """Read everything the engine needs, as it stands at one moment."""
    with transaction.atomic():
        _lock(acting)
        records = {
            record.id: record
            # An invented person who is kept as an alarm is never matched with anybody (P12).
            for record in SourceRecord.objects.filter(release=acting.release, voided_at__isnull=True).exclude(
                pk__in=canary_records()
            )
        }
        links = {link.record_id: link for link in _active_links(acting)}
        judged = _active_judgements(acting)
        return Snapshot(
            records,
            links,
            _as_judgements(judged, list(links.values())),
            frozenset(row.id for row in judged),
            everybody_acted_on(acting.release),
        )


def _write(acting: Acting, seen: Snapshot, plan: Plan, resolution: Resolution) -> _Done:
    """First the links, then what follows from them for everybody who gained or lost a record."""
    done, touched = _Done(), set[UUID]()
    evidence = _evidence(resolution)
    moves = {record: person for record, person in plan.target.items() if person not in plan.fresh}
    moves = {r: p for r, p in moves.items() if r not in seen.links or seen.links[r].person_id != p}
    gone = _gone(seen)
    for people in _parts(plan.fresh, PEOPLE_AT_A_TIME):
        records = [record for person in people for record in plan.fresh[person]]
        with transaction.atomic():
            if not _stands(acting, seen, records):
                done.complete = False
                continue
            touched |= _end_links(acting, [seen.links[record] for record in records if record in seen.links])
            clusters = {person: plan.fresh[person] for person in people}
            open_people(acting, clusters, seen.records, evidence=evidence)
            bring_list_events(acting, people)
            done.opened += len(people)
    for records in _parts(moves, PEOPLE_AT_A_TIME * 4):
        with transaction.atomic():
            if not _stands(acting, seen, records):
                done.complete = False
                continue
            touched |= _move(acting, seen, {record: moves[record] for record in records}, evidence)
            done.moved += len(records)
    for records in _parts(gone, PEOPLE_AT_A_TIME * 4):
        with transaction.atomic():
            if not _stands(acting, seen, records):
                done.complete = False
                continue
            touched |= _end_links(acting, [seen.links[record] for record in records])
    for people in _parts(touched, PEOPLE_AT_A_TIME):
        with transaction.atomic():
            _lock(acting)
            # Cases before the journal's head, as everywhere, so that nobody waits for us while we wait for them.
            lock_cases_of(people)
            redescribe(acting, people)
            hide_empty(acting, people)
            bring_list_events(acting, people)
    return done


def _gone(seen: Snapshot) -> list[UUID]:
    """Records whose list was taken out. One that is the last of a person on whom somebody acted meanwhile stays: their
    file must not be emptied."""
    resting = {link.person_id for record, link in seen.links.items() if record in seen.records}
    return [
        record
        for record, link in seen.links.items()
        if record not in seen.records and (link.person_id in resting or link.person_id not in seen.acted_on)
    ]


def _stands(acting: Acting, seen: Snapshot, records: Sequence[UUID]) -> bool:
    """Whether these records, their links, and what people decided are still what the engine saw. Locks the release."""
    _lock(acting)
    if frozenset(row.id for row in _active_judgements(acting)) != seen.judgement_ids:
        return False
    alive: set[UUID] = set()
    links: dict[UUID, UUID] = {}
    for part in _parts(records, 500):
        rows = SourceRecord.objects.filter(id__in=part, voided_at__isnull=True)
        alive.update(rows.values_list("id", flat=True))
        active = RecordLink.objects.filter(record__in=part, ended_at__isnull=True)
        links.update(active.values_list("record_id", "id"))
    people = {seen.links[record].person_id for record in records if record in seen.links}
    return (
        alive == {record for record in records if record in seen.records}
        and links == {record: seen.links[record].id for record in records if record in seen.links}
        and not (people_acted_on(people) - seen.acted_on)
    )


def _move(
    acting: Acting, seen: Snapshot, moves: dict[UUID, UUID], evidence: dict[UUID, list[str]]
) -> set[UUID]:
    """End and make links. Returns the persons that gained or lost a record."""
    lost = _end_links(acting, [seen.links[record] for record in moves if record in seen.links])
    making = [
        RecordLink(
            record_id=record,
            person_id=person,
            how=RecordLink.How.AUTOMATIC,
            evidence=evidence.get(record, []),
            linked_at=acting.now,
        )
        for record, person in moves.items()
    ]
    RecordLink.objects.bulk_create(making, batch_size=500)
    changed_many(
        acting,
        [
            note(acting, "record.linked", subject=link.person_id, data={"record": str(link.record_id)})
            for link in making
        ],
    )
    return lost | set(moves.values())


def _end_links(acting: Acting, links: Sequence[RecordLink]) -> set[UUID]:
    for part in _parts([link.id for link in links], 500):
        RecordLink.objects.filter(id__in=part).update(ended_at=acting.now)
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


def _lock(acting: Acting) -> None:
    Release.objects.select_for_update(no_key=True).get(pk=acting.release.pk)


def _active_links(acting: Acting) -> QuerySet[RecordLink]:
    """Those of invented people only once their list was taken out: then they end, as those of their neighbours do."""
    return RecordLink.objects.filter(record__release=acting.release, ended_at__isnull=True).exclude(
        record__in=canary_records(), record__voided_at__isnull=True
    )


def _active_judgements(acting: Acting) -> list[Judgement]:
    return list(Judgement.objects.filter(left__release=acting.release, ended_at__isnull=True))


def _as_judgements(judged: Sequence[Judgement], links: Sequence[RecordLink]) -> list[EngineJudgement]:
    """What people decided: pairs they judged, and records they linked to one person."""
    found = [EngineJudgement(row.left_id, row.right_id, Verdict(row.verdict)) for row in judged]
    by_staff: dict[UUID, UUID] = {}
    for link in sorted(links, key=lambda link: link.linked_at):
        if link.how == RecordLink.How.STAFF:
            first = by_staff.setdefault(link.person_id, link.record_id)
            if first != link.record_id:
                found.append(EngineJudgement(first, link.record_id, Verdict.SAME))
    return found


def _evidence(resolution: Resolution) -> dict[UUID, list[str]]:
    words: defaultdict[UUID, list[str]] = defaultdict(list)
    for pair in resolution.links:
        for key in (_id(pair.left), _id(pair.right)):
            if len(words[key]) < 5:
                words[key] += [item.words for item in pair.evidence]
    return words


def _parts(items: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    source = iter(items)
    while part := list(islice(source, size)):
        yield part


def _id(key: Key) -> UUID:
    """The engine takes any key; ours are ids of source records."""
    assert isinstance(key, UUID)
    return key
