"""The journal for auditors: who did what, when, in which case; names of fields, never values (P18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from moei.access.models import Agency, Staff
from moei.casefile.models import Case
from moei.journal.models import Entry
from moei.web.journal_words import about_words, action_words, spaced

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


def entries(filters: Mapping[str, Any], zone: ZoneInfo) -> QuerySet[Entry]:
    """Newest first. `filters`: staff (id), case (number), action, kind, first and last (dates in `zone`)."""
    found = Entry.objects.order_by("-seq")
    if filters.get("staff"):
        found = found.filter(actor=filters["staff"])
    if filters.get("case"):
        numbered = Case.objects.within_program("the journal names cases by number").filter(
            number=filters["case"]
        )
        about = Q(pk__in=[])
        for case in numbered.values_list("id", flat=True):
            # Lists and searches that showed the person are about the case as well.
            about |= Q(case=case) | Q(kind=Entry.Kind.READ, case=None, data__cases__icontains=str(case))
        found = found.filter(about)
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


def actions_used() -> list[tuple[str, str]]:
    """Code and words of every action in the journal, by their words."""
    codes = Entry.objects.order_by("action").values_list("action", flat=True).distinct()
    return sorted(((code, action_words(code)) for code in codes), key=lambda pair: pair[1].casefold())


def _codes(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
