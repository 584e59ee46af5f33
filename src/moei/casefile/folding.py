"""From events to state: the protocol's fold, and the caches that boards and lists read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import F, QuerySet

from moei.casefile.models import Case, CaseClock, CaseEvent, Person, PersonMerge
from moei.engines.protocol import (
    CaseState,
    ClockKind,
    ClockStatus,
    Event,
    EventKind,
    Protocol,
    fold,
    load_protocol,
)


@lru_cache(maxsize=16)
def protocol(name: str) -> Protocol:
    """A national protocol by its name; read once."""
    return load_protocol(name)


def as_event(row: CaseEvent) -> Event:
    return Event(str(row.id), row.kind, row.happened_at, row.recorded_at, row.data)


def state_of(case: Case, *, now: datetime) -> CaseState:
    """The case's state at a moment, folded from its events."""
    return fold_case(case, [as_event(row) for row in events_of(case)], now=now)


def fold_case(case: Case, events: Iterable[Event], *, now: datetime) -> CaseState:
    """Fold these events by the case's protocol; its days are those of the case's site."""
    return fold(protocol(case.protocol), as_to_age(case, events), now, time_zone=case.site.time_zone)


def as_to_age(case: Case, events: Iterable[Event]) -> list[Event]:
    """The events as the protocol must take them: while the file says that this may be a child, no registration says
    otherwise (P09). What counts is the age on the day of arrival: whoever came as a child is one in this procedure."""
    on = case.site.day_of(case.arrived_at or case.opened_at)
    if not case.person.is_child(on):
        return list(events)
    return [
        replace(event, data={**event.data, "child": "unsure"})
        if event.kind == EventKind.REGISTERED and event.data.get("child") is False
        else event
        for event in events
    ]


def events_of(case: Case) -> QuerySet[CaseEvent]:
    """The events of a case and of the cases that were joined into it: what happened to either happened to the person."""
    return CaseEvent.objects.filter(case__person_id__in=joined_into([case.person_id])[case.person_id])


def joined_into(
    person_ids: Sequence[UUID], merges: QuerySet[PersonMerge] | None = None
) -> dict[UUID, set[UUID]]:
    """Each person with all who were joined into them, also by way of another; of `merges`, if only some count.

    One query more than the longest chain has links.
    """
    merges = PersonMerge.objects.all() if merges is None else merges
    found = {person: {person} for person in person_ids}
    fresh = {person: {person} for person in person_ids}  # a person -> for whom it is looked at
    while fresh:
        following: defaultdict[UUID, set[UUID]] = defaultdict(set)
        rows = merges.filter(kept_id__in=list(fresh), undone_at__isnull=True)
        for kept, merged in rows.values_list("kept_id", "merged_id"):
            for person in fresh[kept]:
                if merged not in found[person]:
                    found[person].add(merged)
                    following[merged].add(person)
        fresh = following
    return found


def standing_for(person_ids: Collection[UUID]) -> set[UUID]:
    """Those into whom these persons were joined, also by way of another. One query where nobody was."""
    found: set[UUID] = set()
    fresh = set(person_ids)
    while fresh:
        rows = PersonMerge.objects.filter(merged_id__in=fresh, undone_at__isnull=True)
        fresh = set(rows.values_list("kept_id", flat=True)) - found
        found |= fresh
    return found


def standing_case(case: Case) -> Case:
    """The file in which this case is read and acted on: its own, or the one it was joined into."""
    stands = Person.objects.filter(pk=case.person_id).values_list("merged_into_id", flat=True).get()
    return Case.objects_unchecked.get(person_id=stands) if stands else case


def refold(case_ids: Iterable[UUID], *, now: datetime) -> None:
    """Fold cases anew and write the caches. Constant number of queries for each 500 cases.

    The files that these were joined into are folded with them: what happened to one happened to the other.
    """
    wanted = list(dict.fromkeys(case_ids))
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        people = Case.objects_unchecked.filter(id__in=part).values_list("person_id", flat=True)
        above = Case.objects_unchecked.filter(person_id__in=standing_for(set(people)))
        _refold(list({*part, *above.values_list("id", flat=True)}), now)


def _refold(case_ids: Sequence[UUID], now: datetime) -> None:
    cases = list(Case.objects_unchecked.filter(id__in=case_ids).select_related("site", "person"))
    together = joined_into([case.person_id for case in cases])
    people = {person for group in together.values() for person in group}
    events: defaultdict[UUID, list[Event]] = defaultdict(list)
    for row in CaseEvent.objects.filter(case__person_id__in=people).annotate(person=F("case__person_id")):
        events[row.person].append(as_event(row))
    clocks: list[CaseClock] = []
    for case in cases:
        happened = [event for person in together[case.person_id] for event in events[person]]
        state = fold_case(case, happened, now=now)
        clocks += _write(case, state)
    # An insert that always meets its own row: several times faster than `bulk_update` over thousands of cases.
    Case.objects_unchecked.bulk_create(
        cases,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["stage", "outcome", "arrived_at", "next_due"],
    )
    # A clock that never started needs no row, unless one stands there from before.
    standing = set(CaseClock.objects.filter(case__in=case_ids).values_list("case_id", "code"))
    clocks = [
        clock
        for clock in clocks
        if clock.status != ClockStatus.NOT_STARTED or (clock.case_id, clock.code) in standing
    ]
    CaseClock.objects.bulk_create(
        clocks,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["case", "code"],
        update_fields=["kind", "status", "started_at", "due_at", "stopped_at"],
    )


def _write(case: Case, state: CaseState) -> list[CaseClock]:
    case.stage = state.stage.code if state.stage else ""
    case.outcome = state.panel.made or ""
    reached = {stage.code: stage.reached_at for stage in state.stages}
    case.arrived_at = reached.get("arrived") or reached.get("handed_over")
    due = [
        clock.due_at
        for clock in state.clocks
        if clock.kind is ClockKind.CEILING and clock.status is ClockStatus.RUNNING and clock.due_at
    ]
    case.next_due = min(due, default=None)
    return [
        CaseClock(
            case=case,
            code=clock.code,
            kind=clock.kind.value,
            status=clock.status.value,
            started_at=clock.started_at,
            due_at=clock.due_at,
            stopped_at=clock.stopped_at,
        )
        for clock in state.clocks
    ]
