"""Counts along the whole way, days in each stage, who waits where: from the case files and their events.

Four queries whatever the number of cases. It is counted once for a date and kept, so that people are gone through
in Python: what one of the files of a person says is true of the person, and a voided event did not happen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Coalesce

from moei.access.models import Release
from moei.access.watching import canary_cases
from moei.casefile.models import CaseEvent, Need
from moei.casefile.selectors.needs import standing_needs
from moei.engines.protocol import EventKind
from moei.overview.contents import FEMALE, NOT_FEMALE
from moei.overview.selectors.counting import (
    AFTER_ARRIVAL,
    NOT_STATED,
    ReleaseCounts,
    Step,
    counts_of,
    ranked,
    step_of,
)

_DAY = 86_400.0


class Way(StrEnum):
    """The whole way, in the order of most people. The first six are the bulletin's `Step`."""

    LISTED = "listed"
    ARRIVED = "arrived"
    REGISTERED = "registered"
    SCREENED = "screened"
    INTERVIEWED = "interviewed"
    DETERMINED = "determined"
    SHELTERED = "sheltered"
    REFERRED = "referred"
    DEPARTED = "departed"
    ARRIVED_HOME = "arrived_home"
    CLOSED = "closed"


# Whoever reached the key reached the value: what is missing to it are those who have not come so far, or never will.
BEFORE: Mapping[Way, Way] = {
    Way.ARRIVED: Way.LISTED,
    Way.REGISTERED: Way.ARRIVED,
    Way.SCREENED: Way.REGISTERED,
    Way.INTERVIEWED: Way.SCREENED,
    Way.DETERMINED: Way.INTERVIEWED,
    Way.SHELTERED: Way.ARRIVED,
    Way.REFERRED: Way.ARRIVED,
    Way.DEPARTED: Way.ARRIVED,
    Way.ARRIVED_HOME: Way.DEPARTED,
    Way.CLOSED: Way.ARRIVED,
}
# Steps by group of people. What follows a decision is not told by nationality: it would be an outcome (P20).
STEPS = tuple(Way)[2:]
STEPS_BY_NATIONALITY = (Way.REGISTERED, Way.SCREENED, Way.INTERVIEWED, Way.DEPARTED, Way.ARRIVED_HOME)

_REACHED_BY = {
    EventKind.SHELTERED: (Way.SHELTERED,),
    EventKind.REFERRED: (Way.REFERRED,),
    EventKind.DEPARTED: (Way.DEPARTED,),
    EventKind.ARRIVED_HOME: (Way.DEPARTED, Way.ARRIVED_HOME),
    EventKind.CLOSED: (Way.CLOSED,),
}
_TIME_OF = {
    EventKind.HANDED_OVER: Way.ARRIVED,
    EventKind.ARRIVED: Way.ARRIVED,
    EventKind.REGISTERED: Way.REGISTERED,
    EventKind.SCREENING_RECORDED: Way.SCREENED,
    EventKind.INTERVIEW_COMPLETED: Way.INTERVIEWED,
    EventKind.DETERMINATION_MADE: Way.DETERMINED,
    EventKind.SHELTERED: Way.SHELTERED,
    EventKind.REFERRED: Way.REFERRED,
    EventKind.DEPARTED: Way.DEPARTED,
    EventKind.ARRIVED_HOME: Way.ARRIVED_HOME,
    EventKind.CLOSED: Way.CLOSED,
}
# What an agency does with somebody who is there. That a list brings an event, or that one is taken back, is no help.
_HELP = frozenset(
    {
        *(kind for kind in _TIME_OF if kind is not EventKind.HANDED_OVER),
        EventKind.REFLECTION_STARTED,
        EventKind.INTERVIEW_STARTED,
        EventKind.DETERMINATION_SIGNED,
    }
)
_READ = frozenset({*_TIME_OF, *_HELP, EventKind.VOIDED})
# From which step on somebody waits for which, and what is asked of the days between.
STAGES: tuple[tuple[Way, Way], ...] = (
    (Way.ARRIVED, Way.REGISTERED),
    (Way.REGISTERED, Way.SCREENED),
    (Way.SCREENED, Way.INTERVIEWED),
    (Way.INTERVIEWED, Way.DETERMINED),
    (Way.DETERMINED, Way.DEPARTED),
    (Way.DEPARTED, Way.ARRIVED_HOME),
)


@dataclass(frozen=True)
class WayCounts:
    """Everything that statistics count of one release at one moment: true counts, which stay in the house.

    `release` is what a bulletin counts. `by_*` map (category, step) to people who arrived and reached the step.
    `days` maps each of `STAGES` to the days that it took those who left it, `waits` to the days that those who are
    in it have waited until `at`. `assisted` maps an agency's id to the people for whom it did something.
    """

    release: ReleaseCounts
    reached: Mapping[Way, int]
    by_group: Mapping[tuple[str, Way], int]
    by_age: Mapping[tuple[str, Way], int]
    by_nationality: Mapping[tuple[str, Way], int]
    by_need: Mapping[tuple[str, Way], int]
    assisted: Mapping[UUID, int]
    days: Mapping[tuple[Way, Way], list[float]]
    waits: Mapping[tuple[Way, Way], list[float]]

    @property
    def at(self) -> datetime:
        return self.release.at

    @property
    def on(self) -> date:
        return self.release.on


@dataclass
class _Happened:
    """What is known of the way of one person."""

    first: dict[Way, datetime] = field(default_factory=dict)
    agencies: set[UUID] = field(default_factory=set)


def count_the_way(release: Release, now: datetime) -> WayCounts:
    """Count as it is known at `now` (aware), without the invented people who are kept as an alarm (P12, P20)."""
    out = canary_cases()
    on = release.site.day_of(now)
    rows = list(
        ranked(release, on, out).values(
            "person_id",
            "rank",
            "here",
            "outcome",
            "arrived_at",
            "person__nationality",
            "person__sex",
            "band",
        )
    )
    happened = _happened(release)
    needs = _needs(release)
    tally = _Tally(now)
    for row in rows:
        step = step_of(row)
        if step is not None and step is not Step.LISTED:
            person = row["person_id"]
            tally.add(row, step, happened.get(person, _Happened()), needs.get(person, ()))
    counts = counts_of(({**row, "n": 1} for row in rows), release, now)
    everybody = {code: tally.needs[code, Way.ARRIVED] for code in Need.Code.values}
    reached = {
        **{Way(step): counts.reached[step] for step in Step},
        **{step: tally.reached[step] for step in tuple(Way)[len(Step) :]},
    }
    return WayCounts(
        replace(counts, needs=everybody),
        reached,
        tally.groups,
        tally.ages,
        tally.nationalities,
        tally.needs,
        tally.assisted,
        tally.days,
        tally.waits,
    )


class _Tally:
    """Adds up people who arrived."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.reached: Counter[Way] = Counter()
        self.groups: Counter[tuple[str, Way]] = Counter()
        self.ages: Counter[tuple[str, Way]] = Counter()
        self.nationalities: Counter[tuple[str, Way]] = Counter()
        self.needs: Counter[tuple[str, Way]] = Counter()
        self.assisted: Counter[UUID] = Counter()
        self.days: dict[tuple[Way, Way], list[float]] = {stage: [] for stage in STAGES}
        self.waits: dict[tuple[Way, Way], list[float]] = {stage: [] for stage in STAGES}

    def add(self, row: Mapping[str, Any], step: Step, happened: _Happened, needs: Iterable[str]) -> None:
        been = {Way(other) for other in AFTER_ARRIVAL[: AFTER_ARRIVAL.index(step) + 1]}
        for kind, steps in _REACHED_BY.items():
            if _TIME_OF[kind] in happened.first:
                been.update(steps)
        sex = FEMALE if row["person__sex"] == FEMALE else NOT_FEMALE
        nationality = row["person__nationality"] or NOT_STATED
        for way in been:
            self.reached[way] += 1
            self.groups[sex, way] += 1
            self.ages[row["band"], way] += 1
            self.nationalities[nationality, way] += 1
            for need in needs:
                self.needs[need, way] += 1
        self.assisted.update(happened.agencies)
        times = dict(happened.first)
        if row["arrived_at"]:
            times[Way.ARRIVED] = row["arrived_at"]
        for stage in STAGES:
            before, after = stage
            if before not in been or before not in times:
                continue
            if after not in been:
                if not (stage == (Way.DETERMINED, Way.DEPARTED) and Way.CLOSED in been):
                    self.waits[stage].append(_days(times[before], self.now))
            elif after in times:
                self.days[stage].append(_days(times[before], times[after]))


def _days(start: datetime, end: datetime) -> float:
    """Days between two moments, never below 0: what was written down late may stand in another order."""
    return max((end - start).total_seconds() / _DAY, 0.0)


def _happened(release: Release) -> dict[UUID, _Happened]:
    """Person in whose file it stands -> when what happened first, and who did something for them."""
    rows = (
        CaseEvent.objects.filter(case__release=release, kind__in=[kind.value for kind in _READ])
        .annotate(stands=Coalesce(F("case__person__merged_into_id"), F("case__person_id")))
        .values_list("id", "stands", "kind", "happened_at", "recorded_by__agency_id", "data")
        .order_by()
    )
    read, voided = [], set()
    for event, person, kind, at, agency, data in rows.iterator(chunk_size=5000):
        if kind == EventKind.VOIDED:
            voided.add(str(data.get("event", "")))
        else:
            read.append((event, person, EventKind(kind), at, agency))
    found: defaultdict[UUID, _Happened] = defaultdict(_Happened)
    for event, person, known, at, agency in read:
        if str(event) in voided:
            continue
        so_far = found[person]
        if (way := _TIME_OF.get(known)) and (way not in so_far.first or at < so_far.first[way]):
            so_far.first[way] = at
        if agency and known in _HELP:
            so_far.agencies.add(agency)
    return found


def _needs(release: Release) -> dict[UUID, set[str]]:
    """Person -> needs that stand."""
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    rows = standing_needs().filter(person__case__release=release).values_list("stands", "code")
    for person, code in rows:
        found[person].add(code)
    return found
