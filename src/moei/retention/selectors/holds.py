"""Legal holds that stand today, and whom they hold."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from moei.access.acting import Acting
from moei.access.models import Release
from moei.casefile.models import Case
from moei.retention.models import Hold


@dataclass(frozen=True)
class Held:
    """Holds of a release: `everything`, or some cases."""

    everything: bool
    cases: frozenset[UUID]

    def holds(self, cases: Collection[UUID]) -> bool:
        return self.everything or not self.cases.isdisjoint(cases)


def held_in(release: Release, *, now: datetime) -> Held:
    """The last day of a hold is a day at the release's site."""
    today = release.site.day_of(now)
    rows = list(
        Hold.objects.filter(release=release, ended_at__isnull=True, until__gte=today).values_list(
            "case_id", flat=True
        )
    )
    return Held(None in rows, frozenset(row for row in rows if row))


def holds_of(acting: Acting) -> QuerySet[Hold]:
    """Holds of the release, those in force first."""
    return (
        Hold.objects.filter(release=acting.release)
        .select_related("put_by__agency", "ending_asked_by", "ended_by")
        .order_by("ended_at", "until")
    )


def numbers_of(holds: Collection[Hold]) -> dict[UUID, str]:
    """Numbers of the cases on hold: a case is known here by nothing else."""
    cases = Case.objects.within_program("a hold names a case by its number")
    ids = [hold.case_id for hold in holds if hold.case_id]
    return dict(cases.filter(id__in=ids).values_list("id", "number"))
