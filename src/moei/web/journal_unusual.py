"""Unusual reading: plain rules with thresholds that the page shows. A finding is a question, no verdict (P11).

Rules look at who opened which case when, never at what stands in it; of nationality only whether it is the same one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max, QuerySet
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from moei.access.models import CaseGrant, Release, RoleGrant
from moei.casefile.models import Case, CaseEvent
from moei.engines.protocol import EventKind
from moei.journal.models import Entry

HOUR = timedelta(hours=1)
# Thresholds. The page shows them; whoever changes one changes what the page says.
SAME_NATIONALITY, OF_ALL = 10, 0.75
NIGHT_FROM, NIGHT_TO, AT_NIGHT = 22, 5, 3
SEARCHES, THEN_OPENED = 10, timedelta(minutes=10)
FOREIGN_CASES = 5
AFTER_CLOSING = 3
ABOVE_MEDIAN, AT_LEAST, COLLEAGUES = 3, 20, 2
# More readings than this in one period are not looked at; the page says so.
MOST = 200_000
# Of what one person read within an hour at most so many are looked at together: enough for every threshold.
WINDOW = 500


@dataclass(frozen=True)
class Reading:
    """One entry of reading, as far as the rules look at it; `local` is its time at the site."""

    seq: int
    at: datetime
    local: datetime
    actor: UUID
    agency: UUID | None
    case: UUID | None
    action: str


@dataclass(frozen=True)
class Finding:
    """Somebody's readings that a rule points at, in the order in which they happened."""

    rule: str
    actor: UUID
    agency: UUID | None
    readings: tuple[Reading, ...]

    @property
    def first(self) -> datetime:
        return self.readings[0].at

    @property
    def last(self) -> datetime:
        return self.readings[-1].at

    @property
    def cases(self) -> int:
        return len({reading.case for reading in self.readings if reading.case})


@dataclass(frozen=True)
class Known:
    """What the rules need besides the readings."""

    nationality: Mapping[UUID, str] = field(default_factory=dict)
    closed_at: Mapping[UUID, datetime] = field(default_factory=dict)
    assigned_to: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)  # agencies
    worked_on: frozenset[tuple[UUID, UUID]] = frozenset()  # (who, case) changed in the period
    roles: Mapping[UUID, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    code: str
    title: str | Promise
    words: str | Promise
    find: Callable[[Sequence[Reading], Known], Iterable[Finding]]


@dataclass(frozen=True)
class Unusual:
    findings: list[Finding]
    readings: int
    cut_off: bool


def one_nationality(readings: Sequence[Reading], known: Known) -> Iterable[Finding]:
    def holds(window: Sequence[Reading]) -> bool:
        opened = Counter(known.nationality.get(case, "") for case in {row.case for row in window if row.case})
        del opened[""]
        most = max(opened.values(), default=0)
        return most >= SAME_NATIONALITY and most >= OF_ALL * opened.total()

    for rows in _by_actor(_openings(readings)):
        for burst in _bursts(rows, HOUR, holds):
            yield _finding("one_nationality", burst)


def at_night(readings: Sequence[Reading], known: Known) -> Iterable[Finding]:
    nights = defaultdict(list)
    for row in _openings(readings):
        if row.local.hour >= NIGHT_FROM or row.local.hour < NIGHT_TO:
            # The night belongs to the day on which it began.
            nights[row.actor, (row.local - timedelta(hours=12)).date()].append(row)
    yield from (_finding("at_night", rows) for rows in nights.values() if _cases(rows) >= AT_NIGHT)


def searching_only(readings: Sequence[Reading], known: Known) -> Iterable[Finding]:
    for rows in _by_actor(readings):
        opened = [row.at for row in rows if row.case]
        idle = [row for row in rows if row.action == "people.searched" and not _followed(row.at, opened)]
        for burst in _bursts(idle, HOUR, lambda window: len(window) >= SEARCHES):
            yield _finding("searching_only", burst)


def cases_of_others(readings: Sequence[Reading], known: Known) -> Iterable[Finding]:
    days = defaultdict(list)
    for row in _openings(readings):
        assigned = known.assigned_to.get(row.case, frozenset()) if row.case else frozenset()
        if assigned and row.agency not in assigned and (row.actor, row.case) not in known.worked_on:
            days[row.actor, row.local.date()].append(row)
    yield from (_finding("cases_of_others", rows) for rows in days.values() if _cases(rows) >= FOREIGN_CASES)


def after_closing(readings: Sequence[Reading], known: Known) -> Iterable[Finding]:
    days = defaultdict(list)
    for row in _openings(readings):
        closed = known.closed_at.get(row.case) if row.case else None
        if closed and row.at > closed:
            days[row.actor, row.local.date()].append(row)
    yield from (_finding("after_closing", rows) for rows in days.values() if _cases(rows) >= AFTER_CLOSING)


def above_median(readings: Sequence[Reading], known: Known) -> Iterable[Finding]:
    """Colleagues are those who share a role and opened cases that day; if there are too few, all who did."""
    days: dict[object, dict[UUID, list[Reading]]] = defaultdict(lambda: defaultdict(list))
    for row in _openings(readings):
        days[row.local.date()][row.actor].append(row)
    for opened in days.values():
        counts = {actor: _cases(rows) for actor, rows in opened.items()}
        for actor, rows in opened.items():
            others = [other for other in counts if other != actor]
            same = [
                other
                for other in others
                if known.roles.get(other, frozenset()) & known.roles.get(actor, frozenset())
            ]
            compared = same if len(same) >= COLLEAGUES else others
            if len(compared) < COLLEAGUES or counts[actor] < AT_LEAST:
                continue
            if counts[actor] > ABOVE_MEDIAN * median(counts[other] for other in compared):
                yield _finding("above_median", rows)


RULES = (
    Rule(
        "one_nationality",
        _("Many people of one nationality"),
        format_lazy(
            _(
                "{n} or more cases of one nationality within an hour, and {share} percent of all opened in it."
            ),
            n=SAME_NATIONALITY,
            share=round(OF_ALL * 100),
        ),
        one_nationality,
    ),
    Rule(
        "at_night",
        _("At night"),
        format_lazy(
            _("{n} or more cases opened in one night, between {start}:00 and 0{end}:00 at the site."),
            n=AT_NIGHT,
            start=NIGHT_FROM,
            end=NIGHT_TO,
        ),
        at_night,
    ),
    Rule(
        "searching_only",
        _("Searching without opening"),
        format_lazy(
            _(
                "{n} or more searches within an hour, after each of which no case was opened for {minutes} minutes."
            ),
            n=SEARCHES,
            minutes=THEN_OPENED.seconds // 60,
        ),
        searching_only,
    ),
    Rule(
        "cases_of_others",
        _("Cases of another agency’s people"),
        format_lazy(
            _(
                "{n} or more cases in a day that are assigned to people of other agencies only, opened without recording "
                "anything in them."
            ),
            n=FOREIGN_CASES,
        ),
        cases_of_others,
    ),
    Rule(
        "after_closing",
        _("After the case was closed"),
        format_lazy(_("{n} or more closed cases opened in a day."), n=AFTER_CLOSING),
        after_closing,
    ),
    Rule(
        "above_median",
        _("Far more than colleagues"),
        format_lazy(
            _(
                "{n} or more cases in a day, and more than {times} times the median of those with the same role (of "
                "everybody, where fewer than {few} share it)."
            ),
            n=AT_LEAST,
            times=ABOVE_MEDIAN,
            few=COLLEAGUES,
        ),
        above_median,
    ),
)
TITLES = {rule.code: rule.title for rule in RULES}


def unusual(
    journal: QuerySet[Entry], begin: datetime, end: datetime, *, rule: str = "", staff: UUID | None = None
) -> Unusual:
    """All findings of a period in these entries, newest first; eight queries, however long it is."""
    read = journal.filter(
        kind=Entry.Kind.READ, recorded_at__gte=begin, recorded_at__lt=end, actor__isnull=False
    )
    zones = {row.id: row.site.zone for row in Release.objects.select_related("site")}
    utc = ZoneInfo("UTC")
    rows: Any = read.order_by("recorded_at", "seq").values_list(
        "seq", "recorded_at", "actor", "agency", "release", "case", "action"
    )
    readings = [
        Reading(seq, at, at.astimezone(zones.get(release, utc)), actor, agency, case, action)
        for seq, at, actor, agency, release, case, action in rows[: MOST + 1]
    ]
    cut_off = len(readings) > MOST
    readings = readings[:MOST]
    known = _known(begin, end)
    found = [
        finding
        for one in RULES
        if rule in ("", one.code)
        for finding in one.find(readings, known)
        if staff in (None, finding.actor)
    ]
    found.sort(key=lambda finding: (finding.last, finding.rule), reverse=True)
    return Unusual(found, len(readings), cut_off)


def _known(begin: datetime, end: datetime) -> Known:
    cases = Case.objects.within_program("rules compare whether people have the same nationality")
    closed = CaseEvent.objects.filter(kind=EventKind.CLOSED, case__stage="closed")
    assigned: dict[UUID, set[UUID]] = defaultdict(set)
    grants = CaseGrant.objects.filter(basis=CaseGrant.Basis.ASSIGNED, granted_at__lt=end)
    for case, agency in grants.exclude(ended_at__lt=begin).values_list("case_id", "staff__agency"):
        if agency:
            assigned[case].add(agency)
    changes = Entry.objects.filter(
        kind=Entry.Kind.CHANGE, recorded_at__gte=begin, recorded_at__lt=end, case__isnull=False
    ).order_by()
    roles: dict[UUID, set[str]] = defaultdict(set)
    for staff, role in RoleGrant.objects.filter(ended_at__isnull=True).values_list("staff_id", "role"):
        roles[staff].add(role)
    return Known(
        nationality=dict(cases.values_list("id", "person__nationality")),
        closed_at=dict(closed.values_list("case_id").annotate(at=Max("recorded_at")).order_by()),
        assigned_to={case: frozenset(agencies) for case, agencies in assigned.items()},
        worked_on=frozenset(
            (actor, case) for actor, case in changes.values_list("actor", "case").distinct() if actor and case
        ),
        roles={staff: frozenset(codes) for staff, codes in roles.items()},
    )


def _followed(moment: datetime, opened: Sequence[datetime]) -> bool:
    """Whether a case was opened soon after; `opened` is in order."""
    place = bisect_left(opened, moment)
    return place < len(opened) and opened[place] <= moment + THEN_OPENED


def _openings(readings: Iterable[Reading]) -> list[Reading]:
    return [row for row in readings if row.case]


def _cases(rows: Iterable[Reading]) -> int:
    return len({row.case for row in rows if row.case})


def _by_actor(readings: Iterable[Reading]) -> list[list[Reading]]:
    rows = defaultdict(list)
    for row in readings:
        rows[row.actor].append(row)
    return list(rows.values())


def _finding(rule: str, rows: Sequence[Reading]) -> Finding:
    return Finding(rule, rows[0].actor, rows[0].agency, tuple(rows))


def _bursts(
    rows: Sequence[Reading], span: timedelta, holds: Callable[[Sequence[Reading]], bool]
) -> Iterable[Sequence[Reading]]:
    """Stretches in which `holds` is true of what lies within `span`; those that overlap are one."""
    begin, found = 0, None
    for end, row in enumerate(rows):
        while row.at - rows[begin].at > span or end - begin >= WINDOW:
            begin += 1
        if not holds(rows[begin : end + 1]):
            continue
        if found and begin <= found[1]:
            found = (found[0], end)
        else:
            if found:
                yield rows[found[0] : found[1] + 1]
            found = (begin, end)
    if found:
        yield rows[found[0] : found[1] + 1]
