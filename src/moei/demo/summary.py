"""The figures of the demo's summary, drawn from the case files as they stand."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from moei.access.models import Release
from moei.access.watching import canary_cases, canary_records
from moei.casefile.actions.resolve_people import as_match_row
from moei.casefile.folding import protocol
from moei.casefile.models import Case, CaseEvent, RecordLink
from moei.desks.care.models import Referral
from moei.desks.investigations.models import Fact, Statement, Tie
from moei.engines.matching import PairScore, Reconciliation, reconcile
from moei.engines.protocol import EventKind, OutcomeKind
from moei.overview.selectors.counting import ReleaseCounts, release_counts


@dataclass(frozen=True)
class Onward:
    """People on the last evening, of those who arrived: identified by then, ever given a bed in a shelter, referred
    to a service (referrals that were offered), come home, and still here."""

    day: int
    identified: int
    sheltered: int
    referrals: int
    returned: int
    waiting: int
    # What investigators may read, and what it makes: entities that are named, and ties that were said between them.
    statements: int
    entities: int
    links: int

    def as_json(self) -> dict[str, Any]:
        figures = asdict(self)
        figures["network"] = {name: figures.pop(name) for name in ("entities", "links")}
        return figures


@dataclass(frozen=True)
class Summary:
    """What the demo prints: the figures of the first week, and after it what came of the people.

    `match` is None where no truth is known; `onward` before the play went on.
    """

    release: str
    rows_read: int
    reconciliation: Reconciliation
    match: PairScore | None
    counts: ReleaseCounts
    bulletin: str
    onward: Onward | None = None

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
            **(self.onward.as_json() if self.onward else {}),
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


def sum_up_onward(release: Release, at: datetime, *, day: int) -> Onward:
    """From the events of the cases, whatever desk recorded them."""
    counts = release_counts(release, at)
    here = Case.objects.within_program("the demo's summary").filter(
        release=release, arrived_at__isnull=False, hidden=False
    )
    events = CaseEvent.objects.filter(case__in=here.exclude(pk__in=canary_cases()), happened_at__lte=at)
    reached = {
        kind: events.filter(kind=kind).values("case").distinct().count()
        for kind in (EventKind.SHELTERED, EventKind.DEPARTED, EventKind.ARRIVED_HOME)
    }
    facts, ties = Fact.objects.filter(release=release), Tie.objects.filter(one__release=release)
    positive = [
        one.code for one in protocol(release.protocol).outcomes if one.kind.value is OutcomeKind.POSITIVE
    ]
    return Onward(
        day=day,
        identified=sum(counts.outcomes[code] for code in positive),
        sheltered=reached[EventKind.SHELTERED],
        referrals=Referral.objects.filter(case__release=release).count(),
        returned=reached[EventKind.ARRIVED_HOME],
        waiting=counts.people - reached[EventKind.DEPARTED],
        statements=Statement.objects.filter(release=release, withdrawn=False).count(),
        entities=facts.exclude(entity="").values("entity").distinct().count(),
        links=ties.values("one__entity", "other__entity", "role").distinct().count(),
    )
