"""Backups that still hold what is erased by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from moei.retention.models import Backup


@dataclass(frozen=True)
class InBackups:
    """How many backups are there, how many are overdue, and when the last of them ends (None: never, or none)."""

    there: int
    overdue: int
    until: datetime | None
    endless: int


def past_their_end(*, now: datetime) -> QuerySet[Backup]:
    """Backups that must be destroyed and of which nobody has said that they are."""
    return Backup.objects.filter(destroyed_at__isnull=True, expires_at__lte=now).order_by("number")


def in_backups(*, now: datetime) -> InBackups:
    rows = list(Backup.objects.filter(destroyed_at__isnull=True).values_list("expires_at", flat=True))
    ends = [row for row in rows if row]
    return InBackups(
        there=len(rows),
        overdue=sum(row <= now for row in ends),
        until=max(ends, default=None),
        endless=rows.count(None),
    )
