"""Opening hours as people type them, and whether something is open at a moment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from django.db.models import Exists, OuterRef, Q

from moei.desks.care.models import DAY, OpeningHours, clock

Span = tuple[int, int]
_SPAN = re.compile(r"^(\d{1,2})[:.](\d{2})\s*[-\u2013]\s*(\d{1,2})[:.](\d{2})$")


class NotHours(ValueError):
    """These are no opening hours."""


def read_hours(text: str) -> list[Span]:
    """`09:00-12:00, 13:00-16:30` as spans of minutes after midnight; `22:00-06:00` goes on after midnight.

    Raises `NotHours` for anything else, and for spans that overlap.
    """
    spans: list[Span] = []
    for part in filter(None, (part.strip() for part in re.split(r"[,;]", text))):
        found = _SPAN.match(part)
        if found is None:
            raise NotHours(part)
        opens_h, opens_m, closes_h, closes_m = map(int, found.groups())
        opens, closes = opens_h * 60 + opens_m, closes_h * 60 + closes_m
        if max(opens_m, closes_m) > 59 or opens >= DAY or closes > DAY:
            raise NotHours(part)
        spans.append((opens, closes if closes > opens else closes + DAY))
    spans.sort()
    if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
        raise NotHours(text)
    return spans


def written(spans: Sequence[Span]) -> str:
    return ", ".join(f"{clock(opens)}-{clock(closes)}" for opens, closes in spans)


def by_day(rows: Sequence[OpeningHours]) -> Mapping[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    for row in rows:
        found.setdefault(row.weekday, []).append((row.opens, row.closes))
    return found


def open_at(moment: datetime) -> Exists:
    """A condition on services: open at this moment, whose zone is that of the site."""
    minute, weekday = moment.hour * 60 + moment.minute, moment.weekday()
    today = Q(weekday=weekday, opens__lte=minute, closes__gt=minute)
    since_yesterday = Q(weekday=(weekday - 1) % 7, closes__gt=minute + DAY)
    return Exists(OpeningHours.objects.filter(today | since_yesterday, service=OuterRef("pk")))


def is_open(rows: Sequence[OpeningHours], moment: datetime) -> bool:
    """The same, of hours that were read already."""
    minute, weekday = moment.hour * 60 + moment.minute, moment.weekday()
    return any(
        (row.weekday == weekday and row.opens <= minute < row.closes)
        or (row.weekday == (weekday - 1) % 7 and row.closes > minute + DAY)
        for row in rows
    )
