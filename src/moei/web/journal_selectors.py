"""The journal for auditors: who did what, when, in which case; names of fields, never values (P18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, Q, QuerySet

from moei.access.acting import Acting
from moei.access.models import Agency, Staff
from moei.access.policy import Duty
from moei.access.reach import ALL, of_releases, reached
from moei.casefile.models import Case
from moei.journal.models import Entry
from moei.web.journal_unusual import TITLES, Finding
from moei.web.journal_words import about_words, action_words, spaced

# So many entries of a finding its link leads to; an address must stay short enough for every server.
MOST_LINKED = 300

COLUMNS = (
    "number",
    "recorded_at",
    "happened_at",
    "kind",
    "action",
    "who",
    "agency",
    "case",
    "fields",
    "about",
    "hash",
)


@dataclass(frozen=True)
class Line:
    """An entry as it is read: names instead of ids."""

    entry: Entry
    who: str
    agency: str
    case: str
    fields: tuple[str, ...]
    about: str

    @property
    def action(self) -> str:
        return action_words(self.entry.action)

    @property
    def fields_in_words(self) -> str:
        return ", ".join(spaced(field) for field in self.fields)

    @property
    def about_in_words(self) -> str:
        return about_words(self.entry.data)


def journal_of(acting: Acting) -> QuerySet[Entry]:
    """The entries of the releases whose journal they read; those of no release (signing in, backups) are for whoever
    reads it in every release."""
    releases = reached(acting.staff, Duty.JOURNAL, now=acting.now)
    # Without a condition a million entries are counted by the index alone.
    return Entry.objects.all() if ALL in releases else Entry.objects.filter(of_releases(releases))


def entries(journal: QuerySet[Entry], filters: Mapping[str, Any], zone: ZoneInfo) -> QuerySet[Entry]:
    """Newest first. `filters`: staff, agency and case (ids), action, kind, first and last (dates in `zone`),
    numbers (pairs from, to)."""
    found = journal.order_by("-seq")
    if filters.get("staff"):
        found = found.filter(actor=filters["staff"])
    if filters.get("agency"):
        found = found.filter(agency=filters["agency"])
    if filters.get("numbers"):
        numbered_so = Q()
        for low, high in filters["numbers"]:
            numbered_so |= Q(seq=low) if low == high else Q(seq__gte=low, seq__lte=high)
        found = found.filter(numbered_so)
    if filters.get("case"):
        case = filters["case"]
        # Lists and searches that showed the person are about the case as well.
        found = found.filter(
            Q(case=case) | Q(kind=Entry.Kind.READ, case=None, data__cases__icontains=str(case))
        )
    if filters.get("action"):
        found = found.filter(action=filters["action"])
    if filters.get("kind"):
        found = found.filter(kind=filters["kind"])
    first, last = filters.get("first"), filters.get("last")
    if isinstance(first, date):
        found = found.filter(recorded_at__gte=datetime.combine(first, time(), zone))
    if isinstance(last, date):
        found = found.filter(recorded_at__lt=datetime.combine(last + timedelta(days=1), time(), zone))
    return found


def lines(rows: Iterable[Entry]) -> list[Line]:
    """Three queries for the names, however many rows."""
    rows = list(rows)
    staff = dict(Staff.objects.filter(id__in={row.actor for row in rows}).values_list("id", "name"))
    agencies = {row.id: str(row) for row in Agency.objects.filter(id__in={row.agency for row in rows})}
    numbered = Case.objects.within_program("the journal names cases by number")
    cases: dict[UUID, str] = dict(
        numbered.filter(id__in={row.case for row in rows if row.case}).values_list("id", "number")
    )
    return [
        Line(
            entry=row,
            who=staff.get(row.actor, "") if row.actor else "",
            agency=agencies.get(row.agency, "") if row.agency else "",
            case=cases.get(row.case, "") if row.case else "",
            fields=tuple(sorted(row.fields)),
            about=", ".join(
                f"{key}: {_codes(value)}" for key, value in sorted(row.data.items()) if value not in ("", [])
            ),
        )
        for row in rows
    ]


def exported(found: QuerySet[Entry]) -> Iterator[tuple[str, ...]]:
    """Rows of `COLUMNS`, as text, in batches, so that memory stays flat."""
    rows = found.iterator(chunk_size=1_000)
    while batch := list(islice(rows, 1_000)):
        for line in lines(batch):
            yield (
                str(line.entry.seq),
                line.entry.recorded_at.isoformat(),
                line.entry.happened_at.isoformat(),
                line.entry.kind,
                line.entry.action,
                line.who,
                line.agency,
                line.case,
                " ".join(line.fields),
                line.about,
                line.entry.hash,
            )


@dataclass(frozen=True)
class Total:
    """What was read by one person at a desk, by one agency, or of one case, in a period."""

    key: UUID
    label: str
    agency: str
    openings: int
    cases: int
    readers: int
    searches: int
    lists: int
    exports: int
    last: datetime


def totals(
    journal: QuerySet[Entry], filters: Mapping[str, Any], begin: datetime, end: datetime
) -> QuerySet[Entry, dict[str, Any]]:
    """Readings of a period added up by `filters["by"]`: staff, agency or case; most openings first.

    A page or a search that showed many people counts as one, not for each of them.
    """
    key = {"agency": "agency", "case": "case"}.get(filters.get("by", ""), "actor")
    read = journal.filter(kind=Entry.Kind.READ, recorded_at__gte=begin, recorded_at__lt=end)
    read = read.exclude(action__startswith="journal.").exclude(**{f"{key}__isnull": True}).order_by()
    if filters.get("staff"):
        read = read.filter(actor=filters["staff"])
    if filters.get("agency"):
        read = read.filter(agency=filters["agency"])
    if filters.get("case"):
        read = read.filter(case=filters["case"])
    left = Q(action__endswith="exported") | Q(action__endswith="printed")
    added: QuerySet[Entry, dict[str, Any]] = (
        read.values(key)
        .annotate(
            openings=Count("seq", filter=Q(case__isnull=False)),
            cases=Count("case", distinct=True),
            readers=Count("actor", distinct=True),
            searches=Count("seq", filter=Q(action="people.searched")),
            lists=Count("seq", filter=Q(action="people.listed")),
            exports=Count("seq", filter=left),
            latest=Max("recorded_at"),
            key=F(key),
        )
        .order_by("-openings", "-latest", key)
    )
    return added


def named(rows: Iterable[Mapping[str, Any]], by: str) -> list[Total]:
    """Names of people at desks and of agencies, numbers of cases: two queries at most."""
    rows = list(rows)
    keys = {row["key"] for row in rows}
    labels: dict[UUID, str] = {}
    agencies: dict[UUID, str] = {}
    if by == "case":
        numbered = Case.objects.within_program("the journal names cases by number")
        labels = dict(numbered.filter(id__in=keys).values_list("id", "number"))
    elif by == "agency":
        labels = {row.id: row.name for row in Agency.objects.filter(id__in=keys)}
    else:
        for staff in Staff.objects.filter(id__in=keys).select_related("agency"):
            labels[staff.id], agencies[staff.id] = str(staff), str(staff.agency or "")
    return [
        Total(
            key=row["key"],
            label=labels.get(row["key"], ""),
            agency=agencies.get(row["key"], ""),
            last=row["latest"],
            **{name: row[name] for name in ("openings", "cases", "readers", "searches", "lists", "exports")},
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Pointed:
    """A finding with names; `numbers` are its entries, as the journal's filter takes them."""

    finding: Finding
    title: str
    who: str
    agency: str
    numbers: str


def shown(findings: Iterable[Finding]) -> list[Pointed]:
    """Two queries for the names."""
    findings = list(findings)
    staff = dict(Staff.objects.filter(id__in={one.actor for one in findings}).values_list("id", "name"))
    agencies = {row.id: str(row) for row in Agency.objects.filter(id__in={one.agency for one in findings})}
    return [
        Pointed(
            finding=one,
            title=str(TITLES[one.rule]),
            who=staff.get(one.actor, ""),
            agency=agencies.get(one.agency, "") if one.agency else "",
            numbers=ranges(reading.seq for reading in one.readings[:MOST_LINKED]),
        )
        for one in findings
    ]


def period(
    filters: Mapping[str, Any], zone: ZoneInfo, now: datetime, days: int = 7
) -> tuple[datetime, datetime]:
    """From the first day to the end of the last, in `zone`; without dates the last `days` days."""
    last = filters.get("last") or now.astimezone(zone).date()
    first = filters.get("first") or last - timedelta(days=days - 1)
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def ranges(numbers: Iterable[int]) -> str:
    """Numbers of entries as the filter takes them: 12 15-20."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return " ".join(f"{low}" if low == high else f"{low}-{high}" for low, high in parts)


def actions_used(journal: QuerySet[Entry]) -> list[tuple[str, str]]:
    """Code and words of every action in the journal, by their words."""
    codes = journal.order_by("action").values_list("action", flat=True).distinct()
    return sorted(((code, action_words(code)) for code in codes), key=lambda pair: pair[1].casefold())


def _codes(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
