"""The figures of the demo's summary, drawn from the case files as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moei.access.models import Release
from moei.access.watching import canary_records
from moei.casefile.actions.resolve_people import as_match_row
from moei.casefile.models import RecordLink
from moei.engines.matching import PairScore, Reconciliation, reconcile
from moei.overview.selectors.counting import ReleaseCounts, release_counts


@dataclass(frozen=True)
class Summary:
    """What the demo prints. `match` is None where no truth is known."""

    release: str
    rows_read: int
    reconciliation: Reconciliation
    match: PairScore | None
    counts: ReleaseCounts
    bulletin: str

    def as_json(self) -> dict[str, Any]:
        score, found, clocks = self.match, self.reconciliation, self.counts.clocks
        return {
            "release": self.release,
            "rows_read": self.rows_read,
            "people": self.counts.people,
            "listed_not_arrived": len(found.listed_not_arrived),
            "arrived_not_listed": len(found.arrived_not_listed),
            "listed_twice": found.listed_twice,
            "reported_only": len(found.reported_only),
            "match": {"precision": round(score.precision, 4), "recall": round(score.recall, 4)}
            if score
            else None,
            "interviewed": self.counts.interviewed,
            "determinations": {outcome: n for outcome, n in self.counts.outcomes.items() if n},
            "clocks": {"met": clocks.met, "missed": clocks.missed, "running": clocks.running},
            "bulletin": self.bulletin,
        }


def reconcile_release(release: Release) -> Reconciliation:
    """Lists against arrivals, through the people that the records are linked to now, merges included."""
    clusters: dict[object, list[object]] = {}
    rows = {}
    links = RecordLink.objects.filter(
        record__release=release, record__origin="list", record__voided_at__isnull=True, ended_at__isnull=True
    ).exclude(record__in=canary_records())
    for link in links.select_related("record", "person"):
        rows[link.record_id] = as_match_row(link.record)
        clusters.setdefault(link.person.merged_into_id or link.person_id, []).append(link.record_id)
    return reconcile(clusters.values(), rows)  # type: ignore[arg-type]


def summarise(
    release: Release, *, rows_read: int, match: PairScore | None, bulletin: str, at: datetime
) -> Summary:
    return Summary(
        release=release.code,
        rows_read=rows_read,
        reconciliation=reconcile_release(release),
        match=match,
        counts=release_counts(release, at),
        bulletin=bulletin,
    )
