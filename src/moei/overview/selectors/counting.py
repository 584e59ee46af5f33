"""Counts of a release, from the case files' caches: the one source of board, bulletin and summary.

A handful of queries whatever the number of cases; the database groups, Python adds up.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Case as Switch
from django.db.models import (
    CharField,
    Count,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from moei.access.models import Canary, Release
from moei.access.watching import canary_cases
from moei.casefile.folding import protocol
from moei.casefile.models import Case, CaseClock, CaseEvent, Need
from moei.casefile.models.person import ADULT
from moei.casefile.selectors.needs import standing_needs
from moei.casefile.voiding import not_voided
from moei.engines.protocol import ClockKind, ClockStatus, EventKind, OutcomeKind

NOT_STATED = "not_stated"
SEXES = ("F", "M", "X", NOT_STATED)
SOON = timedelta(hours=6)
_LATE, _SOON = "late", "soon"


class Step(StrEnum):
    """How far a person has come. Whoever reached a step counts as having reached those before it."""

    LISTED = "listed"
    ARRIVED = "arrived"
    REGISTERED = "registered"
    SCREENED = "screened"
    INTERVIEWED = "interviewed"
    DETERMINED = "determined"


AFTER_ARRIVAL = tuple(Step)[1:]


class AgeBand(StrEnum):
    """Age in completed years on the day of the count, by the youngest age that is possible.

    `UNSURE`: may be under 18 or not; treated as a child, but not counted as one that is known to be (P09).
    """

    CHILD = "under_18"
    UNSURE = "unsure"
    YOUNG = "18_to_24"
    MIDDLE = "25_to_34"
    OLDER = "35_and_over"


@dataclass(frozen=True)
class ClockCounts:
    """Ceilings of people who arrived. Time that belongs to the person, and "not yet", are never missed (P06).

    `soon` are those of `running` that run out within six hours; `entitlement` counts recovery periods under way.
    """

    met: int = 0
    missed: int = 0
    running: int = 0
    soon: int = 0
    deferred: int = 0
    entitlement: int = 0


@dataclass(frozen=True)
class ReleaseCounts:
    """Everything that is counted of one release at one moment.

    All counts are of people who arrived, except `files` (all who are known), `reported_only` (known from families
    alone) and `reached["listed"]`. `now_at` says where each arrived person is; `reached` adds that up, so it only
    grows as people go on. Keys of mappings are codes; every sex, age band, need and outcome is there, also with 0.
    """

    release: str
    at: datetime
    on: date
    files: int
    reported_only: int
    reached: Mapping[Step, int]
    now_at: Mapping[Step, int]
    by_nationality_and_sex: Mapping[tuple[str, str], int]
    by_sex_and_age: Mapping[tuple[str, AgeBand], int]
    outcomes: Mapping[str, int]
    needs: Mapping[str, int]
    clocks_by_code: Mapping[str, ClockCounts] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """Distinct people who arrived."""
        return self.reached[Step.ARRIVED]

    @property
    def interviewed(self) -> int:
        return self.reached[Step.INTERVIEWED]

    @property
    def determined(self) -> int:
        return self.reached[Step.DETERMINED]

    @property
    def not_arrived(self) -> int:
        """On a list, but not here."""
        return self.reached[Step.LISTED] - self.people

    @property
    def clocks(self) -> ClockCounts:
        """All clocks of the protocol together."""
        each = [astuple(clock) for clock in self.clocks_by_code.values()]
        return ClockCounts(*(sum(column) for column in zip(*each, strict=True)))

    @property
    def by_nationality(self) -> dict[str, int]:
        """Most frequent first."""
        found: Counter[str] = Counter()
        for (nationality, _sex), count in self.by_nationality_and_sex.items():
            found[nationality] += count
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    @property
    def by_sex(self) -> dict[str, int]:
        found = dict.fromkeys(SEXES, 0)
        for (sex, _band), count in self.by_sex_and_age.items():
            found[sex] += count
        return found

    @property
    def by_age(self) -> dict[AgeBand, int]:
        found = dict.fromkeys(AgeBand, 0)
        for (_sex, band), count in self.by_sex_and_age.items():
            found[band] += count
        return found

    @property
    def treated_as_children(self) -> int:
        """Under 18, or of unsure age (P09)."""
        ages = self.by_age
        return ages[AgeBand.CHILD] + ages[AgeBand.UNSURE]


# What the stages of a protocol mean for the funnel; the two that are missing need a look at the events.
_STEP_OF_STAGE = {
    "listed": Step.LISTED,
    "arrived": Step.ARRIVED,
    "registered": Step.REGISTERED,
    "screened": Step.SCREENED,
    "panel": Step.INTERVIEWED,
    "determined": Step.DETERMINED,
    "referred": Step.DETERMINED,
}
_STEP_OF_EVENT = {
    EventKind.LISTED: Step.LISTED,
    EventKind.HANDED_OVER: Step.ARRIVED,
    EventKind.ARRIVED: Step.ARRIVED,
    EventKind.REGISTERED: Step.REGISTERED,
    EventKind.SCREENING_RECORDED: Step.SCREENED,
    EventKind.INTERVIEW_COMPLETED: Step.INTERVIEWED,
}
_RANK = {step: rank for rank, step in enumerate(Step)}


def release_counts(release: Release, now: datetime, *, canaries: bool = False) -> ReleaseCounts:
    """Count a release as it is known at `now` (aware). Hidden files (merged, emptied) are not counted.

    `canaries`: with the invented people who are kept as an alarm, for what officers see beside the lists that show
    them; a count without them would tell who of the list is one. What is published is always without (P12, P20).
    """
    out = canary_cases().none() if canaries else canary_cases()
    on = release.site.day_of(now)
    counts = counts_of(_grouped(release, on, out), release, now)
    return replace(counts, needs=_needs(release, out), clocks_by_code=_clocks(release, now, out))


def counts_of(rows: Iterable[Mapping[str, Any]], release: Release, now: datetime) -> ReleaseCounts:
    """Adds up groups of cases, or single cases (`n` is 1); needs and clocks are not in them."""
    outcomes = [
        outcome.code
        for outcome in protocol(release.protocol).outcomes
        if outcome.kind.value is not OutcomeKind.DEFERRAL
    ]
    found = _Sums(outcomes)
    for row in rows:
        found.add(row)
    return ReleaseCounts(
        release=release.code,
        at=now,
        on=release.site.day_of(now),
        files=found.files,
        reported_only=found.reported_only,
        reached={
            step: sum(n for other, n in found.steps.items() if _RANK[other] >= _RANK[step]) for step in Step
        },
        now_at={step: found.steps[step] for step in AFTER_ARRIVAL},
        by_nationality_and_sex=found.nationalities,
        by_sex_and_age=found.ages,
        outcomes=found.outcomes,
        needs={},
    )


def step_of(row: Mapping[str, Any]) -> Step | None:
    """How far the people of a row have come; None for those who are known from families only."""
    rank = row["rank"]
    step = tuple(Step)[rank] if rank >= 0 else None
    if row["outcome"]:
        step = Step.DETERMINED
    elif step is Step.DETERMINED:  # a protocol's stage without an outcome is not a determination
        step = Step.INTERVIEWED
    if row["here"] and (step is None or step is Step.LISTED):
        step = Step.ARRIVED
    return step


class _Sums:
    """Adds up the groups that the database gives."""

    def __init__(self, outcomes: list[str]) -> None:
        self.files = self.reported_only = 0
        self.steps: Counter[Step] = Counter()
        self.nationalities: Counter[tuple[str, str]] = Counter()
        self.ages: dict[tuple[str, AgeBand], int] = {(sex, band): 0 for sex in SEXES for band in AgeBand}
        self.outcomes = dict.fromkeys(outcomes, 0)

    def add(self, row: Mapping[str, Any]) -> None:
        count = row["n"]
        step = step_of(row)
        self.files += count
        if step is None:
            self.reported_only += count
            return
        self.steps[step] += count
        if step is Step.LISTED:
            return
        sex = row["person__sex"] or NOT_STATED
        self.nationalities[row["person__nationality"] or NOT_STATED, sex] += count
        self.ages[sex, AgeBand(row["band"])] += count
        if row["outcome"]:
            outcome = row["outcome"]
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + count


def ranked(release: Release, on: date, out: QuerySet[Canary]) -> QuerySet[Any, Any]:
    """The release's cases, each with `rank` (of its furthest step, -1 for none), `here` and `band`."""
    stages = [When(stage=stage, then=Value(_RANK[step])) for stage, step in _STEP_OF_STAGE.items()]
    return (
        Case.objects.within_program("counts of a release")
        .filter(release=release, hidden=False)
        .exclude(pk__in=out)
        .annotate(
            rank=Switch(
                When(stage__in=("", "reported"), then=Value(-1)),
                *stages,
                default=Coalesce(_furthest_event(), Value(-1)),
                output_field=IntegerField(),
            ),
            band=_band(on),
            here=Switch(When(arrived_at__isnull=False, then=Value(True)), default=Value(False)),
        )
        .order_by()
    )


def _grouped(release: Release, on: date, out: QuerySet[Canary]) -> Iterable[Mapping[str, Any]]:
    by = ("rank", "here", "outcome", "person__nationality", "person__sex", "band")
    rows: Iterable[Mapping[str, Any]] = ranked(release, on, out).values(*by).annotate(n=Count("pk"))
    return rows


def _furthest_event() -> Subquery:
    """The rank of the furthest event, for stages that do not say how far somebody came (an interview under way,
    a closed file). Voided events do not count."""
    rank = Switch(
        *(When(kind=kind.value, then=Value(_RANK[step])) for kind, step in _STEP_OF_EVENT.items()),
        default=Value(-1),
    )
    events = CaseEvent.objects.filter(case=OuterRef("pk"), kind__in=[kind.value for kind in _STEP_OF_EVENT])
    furthest = not_voided(events).order_by().values("case").annotate(furthest=Max(rank)).values("furthest")
    return Subquery(furthest)


def _band(on: date) -> Switch:
    """Age bands as a condition on birth dates, so that the database can group by them."""
    adult, middle, older = (_years_before(on, years) for years in (ADULT, 25, 35))
    return Switch(
        When(Q(person__age_unsure=True) | Q(person__birth_to__isnull=True), then=Value(AgeBand.UNSURE.value)),
        When(person__birth_from__gt=adult, then=Value(AgeBand.CHILD.value)),
        When(person__child_until__gt=on, then=Value(AgeBand.UNSURE.value)),
        When(person__birth_to__lte=older, then=Value(AgeBand.OLDER.value)),
        When(person__birth_to__lte=middle, then=Value(AgeBand.MIDDLE.value)),
        When(person__birth_to__lte=adult, then=Value(AgeBand.YOUNG.value)),
        default=Value(AgeBand.UNSURE.value),
        output_field=CharField(),
    )


def _years_before(on: date, years: int) -> date:
    """The last birth date of those who have completed so many years."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February: who was born on 1 March is a day younger
        return date(on.year - years, 2, 28)


def _needs(release: Release, out: QuerySet[Canary]) -> dict[str, int]:
    """People who arrived, by need that stands; one person may have several."""
    here = (
        Case.objects.within_program("counts of a release")
        .filter(release=release, hidden=False, arrived_at__isnull=False)
        .exclude(pk__in=out)
    )
    rows = (
        standing_needs()
        .filter(stands__in=here.values("person_id"))
        .values("code")
        .annotate(n=Count("stands", distinct=True))
        .values_list("code", "n")
    )
    return dict.fromkeys(Need.Code.values, 0) | dict(rows)


def _clocks(release: Release, now: datetime, out: QuerySet[Canary]) -> dict[str, ClockCounts]:
    """By clock, in the protocol's order.

    A ceiling that still runs in the cache but is past its time is missed; nothing else turns into missed.
    """
    late = Q(status=ClockStatus.RUNNING, due_at__lt=now)
    rows = (
        CaseClock.objects.filter(
            ~Q(status=ClockStatus.NOT_STARTED),
            case__release=release,
            case__hidden=False,
            case__arrived_at__isnull=False,
        )
        .exclude(case__in=out)
        .annotate(
            state=Switch(
                When(late, then=Value(_LATE)),
                When(status=ClockStatus.RUNNING, due_at__lte=now + SOON, then=Value(_SOON)),
                default=F("status"),
                output_field=CharField(),
            )
        )
        .values_list("code", "kind", "state")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for code, kind, state, n in rows:
        found[code, kind][state] += n
    return {
        clock.code: _clock_counts(clock.kind.value, found[clock.code, clock.kind.value])
        for clock in protocol(release.protocol).clocks
    }


def _clock_counts(kind: ClockKind, states: Counter[str]) -> ClockCounts:
    running = states[ClockStatus.RUNNING] + states[_SOON]
    if kind is ClockKind.ENTITLEMENT:
        return ClockCounts(entitlement=running)
    if kind is not ClockKind.CEILING:
        return ClockCounts()
    return ClockCounts(
        met=states[ClockStatus.MET],
        missed=states[ClockStatus.MISSED] + states[_LATE],
        running=running,
        soon=states[_SOON],
        deferred=states[ClockStatus.DEFERRED],
    )
