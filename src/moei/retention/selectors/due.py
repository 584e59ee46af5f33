"""What the rules say should go now, and what is held back. Ids and counts, never names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q

from moei.access.models import Release
from moei.casefile.folding import protocol
from moei.casefile.models import Attachment, Case, CaseEvent, Person, RecordLink, SourceRecord
from moei.desks.arrivals.models import ListImport
from moei.desks.evidence.models import Evidence
from moei.engines.protocol import EventKind
from moei.engines.protocol.model import OutcomeKind
from moei.retention.files import list_file
from moei.retention.models import DoomedFile
from moei.retention.rules import Rule, Rules
from moei.retention.selectors.holds import held_in
from moei.retention.selectors.instance import instance_due

_CHUNK = 500


@dataclass(frozen=True)
class Group:
    """One human being: the file that stands, and those that were joined into it. `last` is the last entry."""

    stands: UUID
    people: frozenset[UUID]
    cases: frozenset[UUID]
    who: str
    last: datetime


@dataclass
class Due:
    """By code of a rule: `targets` are what would go, `held` how many a hold keeps, `counted` what has no ids."""

    targets: dict[str, list[UUID]] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each rule would go; rules with nothing to do are left out."""
        found = {code: len(ids) for code, ids in self.targets.items()} | self.counted
        return {code: number for code, number in found.items() if number}


def due(release: Release, rules: Rules, *, now: datetime) -> Due:
    """Everything of a release that is due, and of the instance what belongs to no release."""
    found = Due()
    held = held_in(release, now=now)

    def sort(rule: Rule, target: UUID, cases: Collection[UUID]) -> None:
        found.targets.setdefault(rule.code, [])
        if held.holds(cases):
            found.held[rule.code] = found.held.get(rule.code, 0) + 1
        else:
            found.targets[rule.code].append(target)

    going: set[UUID] = set()
    for group in groups(release):
        rule = rule_for(group, rules, now=now)
        if rule:
            sort(rule, group.stands, group.cases)
            if not held.holds(group.cases):
                going |= group.cases
    for rule, attachment, case in _attachments(release, rules, now):
        if case not in going:  # else it goes with the case
            sort(rule, attachment, [case])
    for rule, target in (
        *_lists(release, rules, now),
        *_voided_rows(release, rules, now),
        *_evidence(release, rules, now),
    ):
        # A list names many, and evidence names no case; a hold on any case of the release keeps both.
        sort(rule, target, held.cases)
    for rule, number in instance_due(rules, now=now):
        if held.everything:
            found.held[rule.code] = number
        else:
            found.counted[rule.code] = number
    return found


def rule_for(group: Group, rules: Rules, *, now: datetime) -> Rule | None:
    """The rule by which this person's file is due, if it is."""
    for rule in rules.about("case"):
        if rule.who == group.who and rule.after and group.last <= rule.after.before(now):
            return rule
    return None


def groups(release: Release, only: UUID | None = None) -> list[Group]:
    """Everybody of a release (or the one human being to whom the person `only` belongs) with the class of their file.

    A constant number of queries for each 500 people.
    """
    cases = Case.objects_unchecked.filter(release=release)
    members: defaultdict[UUID, list[tuple[UUID, UUID, str, bool, datetime, str]]] = defaultdict(list)
    if only is not None:
        together = Person.objects.filter(Q(pk=only) | Q(merged_into=only)).values("pk")
        cases = cases.filter(person__in=together)
    rows = cases.values_list(
        "id", "person_id", "person__merged_into_id", "outcome", "arrived_at", "opened_at", "protocol"
    )
    for case, person, into, outcome, arrived, opened, name in rows:
        members[into or person].append(
            (case, person, _kind(name, outcome), arrived is not None, opened, name)
        )
    all_cases = [row[0] for group in members.values() for row in group]
    last, closed = _last_entries(all_cases)
    named = _named_by([row[1] for group in members.values() for row in group])
    found = []
    for stands, group in members.items():
        cases_of, people = frozenset(row[0] for row in group), frozenset(row[1] for row in group)
        found.append(
            Group(
                stands,
                people,
                cases_of,
                _who(
                    kinds={row[2] for row in group},
                    arrived=any(row[3] for row in group),
                    closed=not closed.isdisjoint(cases_of),
                    named=set().union(*(named.get(person, set()) for person in people)),
                ),
                max([row[4] for row in group] + [last[case] for case in cases_of if case in last]),
            )
        )
    return found


def _who(*, kinds: set[str], arrived: bool, closed: bool, named: set[str]) -> str:
    if closed:
        return "identified" if OutcomeKind.POSITIVE in kinds else "not_identified"
    if arrived:
        return "open"
    if not named:
        return "list_taken_out"
    return "reported_only" if named == {"family"} else "never_arrived"


def _kind(name: str, outcome: str) -> str:
    found = protocol(name).outcome(outcome) if outcome else None
    return str(found.kind.value) if found else ""


def _last_entries(cases: Collection[UUID]) -> tuple[dict[UUID, datetime], set[UUID]]:
    """When anything was last written on each case, and which cases are closed. What was voided still is an entry.

    It counts when it was written, not when it is said to have happened: nobody makes a file old by a date.
    """
    last: dict[UUID, datetime] = {}
    closed: set[UUID] = set()
    for part in _parts(cases):
        events = CaseEvent.objects.filter(case__in=part)
        last |= dict(events.values_list("case_id").annotate(last=Max("recorded_at")))
        voided = {
            data.get("event") for data in events.filter(kind=EventKind.VOIDED).values_list("data", flat=True)
        }
        closing = events.filter(kind=EventKind.CLOSED).values_list("id", "case_id")
        closed |= {case for event, case in closing if str(event) not in voided}
    return last, closed


def _named_by(people: Collection[UUID]) -> dict[UUID, set[str]]:
    """Which kinds of source name each person now."""
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for part in _parts(people):
        links = RecordLink.objects.filter(
            person__in=part, ended_at__isnull=True, record__voided_at__isnull=True
        )
        for person, kind in links.values_list("person_id", "record__kind"):
            found[person].add(kind)
    return found


def _attachments(release: Release, rules: Rules, now: datetime) -> Iterable[tuple[Rule, UUID, UUID]]:
    for rule in rules.about("attachment"):
        if rule.after:
            rows = Attachment.objects.filter(
                case__release=release, kind=rule.kind, added_at__lte=rule.after.before(now)
            )
            for attachment, case in rows.values_list("id", "case_id"):
                yield rule, attachment, case


def _lists(release: Release, rules: Rules, now: datetime) -> Iterable[tuple[Rule, UUID]]:
    imports = ListImport.objects.filter(release=release)
    staged = Q(state=ListImport.State.STAGED)
    for rule in rules.about("staged_list"):
        if rule.after:
            rows = imports.filter(staged, uploaded_at__lte=rule.after.before(now))
            yield from ((rule, target) for target in rows.values_list("id", flat=True))
    for rule in rules.about("list_file"):
        if rule.after:
            rows = imports.exclude(staged).filter(uploaded_at__lte=rule.after.before(now))
            yield from ((rule, row.id) for row in rows if has_file(row.id))


def _evidence(release: Release, rules: Rules, now: datetime) -> Iterable[tuple[Rule, UUID]]:
    for rule in rules.about("evidence"):
        if rule.after:
            rows = Evidence.objects.filter(
                release=release, destroyed_at__isnull=True, received_at__lte=rule.after.before(now)
            )
            yield from ((rule, target) for target in rows.values_list("id", flat=True))


def has_file(import_id: UUID) -> bool:
    path = list_file(import_id)
    return path.absolute.exists() and not DoomedFile.objects.filter(path=path.within).exists()


def _voided_rows(release: Release, rules: Rules, now: datetime) -> Iterable[tuple[Rule, UUID]]:
    for rule in rules.about("voided_row"):
        if rule.after:
            # One that still is the last of somebody on whom staff acted stays with them.
            active = RecordLink.objects.filter(ended_at__isnull=True, record__release=release)
            rows = (
                SourceRecord.objects.filter(release=release, voided_at__lte=rule.after.before(now))
                .exclude(id__in=active.values("record_id"))
                .exclude(problems=SourceRecord.ERASED)
            )
            yield from ((rule, target) for target in rows.values_list("id", flat=True))


def _parts(ids: Collection[UUID]) -> Iterable[list[UUID]]:
    every = list(ids)
    for start in range(0, len(every), _CHUNK):
        yield every[start : start + _CHUNK]
