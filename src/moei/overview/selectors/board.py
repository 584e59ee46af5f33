"""The operations board: counts of the whole release for everybody on duty, rows only of cases one may open.

Names are not on the board. It stays open on a desk and renews itself, and each reading of a name is journalled
when the case is opened (P11).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case as Switch
from django.db.models import Count, F, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moei.access.acting import Acting
from moei.access.decide import grants_of
from moei.access.models import Release
from moei.access.policy import Cases, Section
from moei.casefile.folding import protocol
from moei.casefile.models import CaseClock, SourceRecord
from moei.casefile.selectors.cases import visible_cases
from moei.casefile.selectors.rights import open_follow_ups
from moei.casefile.words import label, source_label
from moei.engines.protocol import ClockKind, ClockStatus
from moei.overview import labels
from moei.overview.selectors.counting import SOON, ClockCounts, ReleaseCounts, release_counts

ROWS = 10
_FRESH = timedelta(seconds=1)
_recent: dict[UUID, ReleaseCounts] = {}
_UNDECIDED = ("arrived", "registered", "screened", "interview", "panel")


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits, by case number. `for_` is how long, or how long until the clock runs out."""

    case: UUID
    number: str
    where: str
    for_: timedelta

    @property
    def words(self) -> str:
        return duration(self.for_)


@dataclass(frozen=True)
class NationalityRow:
    name: str
    people: int
    sexes: tuple[int, ...]


@dataclass(frozen=True)
class ClockRow:
    name: str
    counts: ClockCounts
    entitlement: bool


@dataclass(frozen=True)
class ListRow:
    kind: str
    lists: int
    rows: int


@dataclass(frozen=True)
class Board:
    """Everything the board shows. `sexes` are the columns of `nationalities`: those that occur. `waiting` and `due`
    are None for a role that opens no cases."""

    counts: ReleaseCounts
    sexes: Sequence[str]
    nationalities: Sequence[NationalityRow]
    clocks: Sequence[ClockRow]
    lists: Sequence[ListRow]
    waiting: Sequence[Waiting] | None
    due: Sequence[Waiting] | None
    # "I was filmed" that wait for somebody; a count only.
    films: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.counts.files and not self.lists


def recent_counts(release: Release, now: datetime) -> ReleaseCounts:
    """Counts at most a second old: people who look at the same time share one count. `at` says of when it is."""
    last = _recent.get(release.id)
    if last is None or not timedelta(0) <= now - last.at < _FRESH:
        last = _recent[release.id] = release_counts(release, now, canaries=True)
    return last


def board(acting: Acting, counts: ReleaseCounts | None = None) -> Board:
    """The board for whoever acts, from `counts` or counted now. A constant number of queries."""
    counts = counts or release_counts(acting.release, acting.now, canaries=True)
    waiting = due = None
    if _opens_cases(acting):
        waiting, due = _waiting(acting), _due(acting)
    clocks = protocol(acting.release.protocol).clocks
    sexes = [sex for sex, n in counts.by_sex.items() if n or sex in ("F", "M")]
    return Board(
        counts,
        [str(labels.SEXES[sex]) for sex in sexes],
        _nationalities(counts, sexes),
        [
            ClockRow(
                label(clock.labels),
                counts.clocks_by_code[clock.code],
                clock.kind.value is ClockKind.ENTITLEMENT,
            )
            for clock in clocks
            if clock.kind.value is not ClockKind.FLOOR
        ],
        _lists(acting.release),
        waiting,
        due,
        open_follow_ups(acting.release),
    )


def duration(span: timedelta) -> str:
    """A time span in its two largest units: days and hours, or hours and minutes."""
    minutes = int(span.total_seconds()) // 60
    days, hours = minutes // (24 * 60), minutes // 60 % 24
    if days:
        return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes % 60}


def _opens_cases(acting: Acting) -> bool:
    """Whether some role shows where cases stand; whoever opens a case in an emergency does not see that."""
    return any(
        role.cases is not Cases.NONE and Section.PROCEDURE in role.sections
        for role, grant in grants_of(acting.staff)
        if grant.release_id in (None, acting.release.id)
    )


def _waiting(acting: Acting) -> list[Waiting]:
    """Who has been here longest without a determination; of those who came together, who has come least far."""
    order = Switch(
        *(When(stage=stage, then=Value(place)) for place, stage in enumerate(_UNDECIDED)),
        default=Value(0),
        output_field=IntegerField(),
    )
    rows = (
        visible_cases(acting.staff, acting.release.id, now=acting.now, section=Section.PROCEDURE)
        .filter(arrived_at__isnull=False, stage__in=_UNDECIDED, outcome="")
        .order_by("arrived_at", order, "number")
        .values_list("id", "number", "stage", "arrived_at")[:ROWS]
    )
    names = {stage.code: label(stage.labels) for stage in protocol(acting.release.protocol).stages}
    return [
        Waiting(case, number, names.get(stage, stage), _since(arrived, acting.now))
        for case, number, stage, arrived in rows
    ]


def _due(acting: Acting) -> list[Waiting]:
    """Cases whose next ceiling runs out within six hours, the next one first."""
    rows = list(
        visible_cases(acting.staff, acting.release.id, now=acting.now, section=Section.PROCEDURE)
        .filter(arrived_at__isnull=False, next_due__gte=acting.now, next_due__lte=acting.now + SOON)
        .order_by("next_due", "number")
        .values_list("id", "number", "next_due")[:ROWS]
    )
    clocks = CaseClock.objects.filter(
        case__in=[case for case, _number, _due in rows], kind=ClockKind.CEILING, status=ClockStatus.RUNNING
    ).values_list("case_id", "due_at", "code")
    codes = {(case, due): code for case, due, code in clocks}
    names = {clock.code: label(clock.labels) for clock in protocol(acting.release.protocol).clocks}
    return [
        Waiting(case, number, names.get(codes.get((case, due), ""), ""), (due or acting.now) - acting.now)
        for case, number, due in rows
    ]


def _since(arrived: datetime | None, now: datetime) -> timedelta:
    return max(now - arrived, timedelta(0)) if arrived else timedelta(0)


def _nationalities(counts: ReleaseCounts, sexes: Sequence[str]) -> list[NationalityRow]:
    return [
        NationalityRow(
            labels.country(code),
            people,
            tuple(counts.by_nationality_and_sex.get((code, sex), 0) for sex in sexes),
        )
        for code, people in counts.by_nationality.items()
    ]


def _lists(release: Release) -> list[ListRow]:
    rows: QuerySet[SourceRecord, tuple[str, int, int]] = (
        SourceRecord.objects.filter(release=release, origin=SourceRecord.Origin.LIST, voided_at__isnull=True)
        .values_list("kind")
        .annotate(lists=Count(F("source"), distinct=True), rows=Count("pk"))
        .order_by("kind")
    )
    return [ListRow(source_label(kind), lists, count) for kind, lists, count in rows]


def next_step(found: Board) -> str:
    """One sentence: what calls for attention first."""
    clocks, now_at = found.counts.clocks, list(found.counts.now_at.values())
    if clocks.missed:
        return (
            ngettext(
                "%d clock has run out. Begin with who has waited longest.",
                "%d clocks have run out. Begin with who has waited longest.",
                clocks.missed,
            )
            % clocks.missed
        )
    if clocks.soon:
        return (
            ngettext(
                "%d clock runs out within 6 hours. See to it first.",
                "%d clocks run out within 6 hours. See to these first.",
                clocks.soon,
            )
            % clocks.soon
        )
    if now_at[0]:
        return (
            ngettext("%d person waits for registration.", "%d people wait for registration.", now_at[0])
            % now_at[0]
        )
    if not found.counts.people:
        return _("Nobody has arrived yet. Lists are in; the handover comes next.")
    return _("No clock runs out within 6 hours, and everybody who arrived is registered.")
