"""Reading for this desk: missions and how long they take, batches, one person, and what an embassy sees of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import (
    Avg,
    BooleanField,
    Count,
    ExpressionWrapper,
    F,
    Min,
    Q,
    QuerySet,
)
from django.db.models.functions import Coalesce

from moei.access.acting import Acting
from moei.access.models import Agency
from moei.casefile.feared_states import states_of
from moei.casefile.models import Case, IdentityDocument, TravelDocument
from moei.desks.embassies.models import Batch, Reminder, TravelNeed, VerificationRequest
from moei.desks.embassies.readiness import Not, standing, why_not, work_cases
from moei.desks.embassies.working import nationals

Status = VerificationRequest.Status


@dataclass(frozen=True)
class MissionRow:
    """`waiting_days` is the mean of those that wait now; `oldest_days` the longest; None when nothing waits."""

    mission: Agency
    states: tuple[str, ...]
    asked: int = 0
    answered: int = 0
    waiting: int = 0
    more: int = 0
    waiting_days: int | None = None
    oldest_days: int | None = None


def embassies() -> QuerySet[Agency]:
    return Agency.objects.filter(kind=Agency.Kind.EMBASSY).order_by("name")


def mission_rows(acting: Acting, only: Agency | None = None) -> list[MissionRow]:
    """Each mission, with what was asked about people of theirs. Who waits longest stands first; a fixed number of
    queries."""
    missions = [only] if only else list(embassies())
    states = states_of(missions)
    requests = VerificationRequest.objects.filter(
        case__in=work_cases(acting).order_by().values("pk"), mission__in=missions
    ).exclude(status=Status.TAKEN_BACK)
    waits = Q(status=Status.ASKED)
    counted = (
        requests.order_by()
        .values("mission")
        .annotate(
            asked=Count("pk"),
            answered=Count("pk", filter=Q(status__in=[Status.CONFIRMED, Status.REFUTED])),
            waiting=Count("pk", filter=waits),
            more=Count("pk", filter=Q(status=Status.MORE)),
            oldest=Min("asked_at", filter=waits),
        )
    )
    found = {row["mission"]: row for row in counted}
    means = dict(
        requests.filter(waits)
        .order_by()
        .values("mission")
        .annotate(mean=Avg(acting.now - F("asked_at")))
        .values_list("mission", "mean")
    )
    rows = []
    for mission in missions:
        others = sorted(states[mission.pk] - {mission.country})
        row = found.get(mission.pk)
        if row is None:
            rows.append(MissionRow(mission, (mission.country, *others)))
            continue
        mean: timedelta | None = means.get(mission.pk)
        rows.append(
            MissionRow(
                mission,
                (mission.country, *others),
                row["asked"],
                row["answered"],
                row["waiting"],
                row["more"],
                mean.days if mean is not None else None,
                (acting.now - row["oldest"]).days if row["oldest"] else None,
            )
        )
    return sorted(rows, key=lambda row: -1 if row.oldest_days is None else row.oldest_days, reverse=True)


def without_mission(acting: Acting, rows: Iterable[MissionRow]) -> list[tuple[str, int]]:
    """Nationalities among their people for which no mission here acts, with how many people; most first."""
    served = {state for row in rows for state in row.states}
    counts = (
        work_cases(acting)
        .exclude(person__nationality="")
        .exclude(person__nationality__in=served)
        .order_by()
        .values_list("person__nationality")
        .annotate(n=Count("pk"))
    )
    return sorted(counts, key=lambda one: (-one[1], one[0]))


def undecided(acting: Acting) -> QuerySet[VerificationRequest]:
    """People whom a state does not take for nationals, for whom nobody has decided what follows."""
    found = VerificationRequest.objects.filter(
        case__in=work_cases(acting).order_by().values("pk"), status=Status.REFUTED, following=""
    )
    return found.select_related("case__person", "mission").order_by("answered_at")


def batches(acting: Acting, mission: Agency) -> QuerySet[Batch]:
    """Batches to a mission that hold people of theirs, the newest first, with how many and how many wait."""
    mine = Q(requests__case__in=work_cases(acting).order_by().values("pk"))
    found = Batch.objects.filter(mission=mission, release=acting.release).annotate(
        people=Count("requests", filter=mine),
        waiting=Count("requests", filter=mine & Q(requests__status__in=VerificationRequest.OPEN)),
    )
    return found.filter(people__gt=0).select_related("sent_by").order_by("-sent_at")


def batch_requests(acting: Acting, batch: Batch) -> QuerySet[VerificationRequest]:
    """What is in a batch about people of theirs: what waits first, the rest after it."""
    found = VerificationRequest.objects.filter(
        batch=batch, case__in=work_cases(acting).order_by().values("pk")
    )
    done = ExpressionWrapper(~Q(status__in=VerificationRequest.OPEN), output_field=BooleanField())
    return (
        found.select_related("case__person")
        .annotate(reminded=Count("reminders"), done=done)
        .order_by("done", "case__number")
    )


@dataclass(frozen=True)
class Line:
    """One request as a page of a batch shows it; `days` it waits, None once it is answered."""

    request: VerificationRequest
    days: int | None
    reminded: int


def lines(requests: Iterable[VerificationRequest], now: datetime) -> list[Line]:
    return [
        Line(
            request=row,
            days=(now - row.asked_at).days if row.is_open else None,
            reminded=getattr(row, "reminded", 0),
        )
        for row in requests
    ]


@dataclass(frozen=True)
class Choice:
    """A person who could be asked about, and what stands in the way."""

    case: Case
    reasons: tuple[Not, ...]


def choices(cases: Sequence[Case], mission: Agency, state: str) -> list[Choice]:
    reasons = why_not(cases, mission, state)
    return [Choice(case, tuple(reasons[case.id])) for case in cases]


@dataclass(frozen=True)
class SheetRow:
    """What a mission is told of one person: identity, papers, needs for travel. Nothing else is ever in it."""

    reference: str
    state: str
    name: str
    name_native: str
    sex: str
    born: str
    papers: str
    needs: str
    more: str = ""


def sheet_rows(requests: Sequence[VerificationRequest]) -> list[SheetRow]:
    """Requests with their case and person; a fixed number of queries for each 500."""
    people = [row.case.person_id for row in requests]
    papers, needs = papers_of(people, {row.state for row in requests}), needs_of(people)
    return [
        SheetRow(
            reference=row.reference,
            state=row.state,
            name=row.case.person.name,
            name_native=row.case.person.name_native,
            sex=row.case.person.sex,
            born=born(row.case),
            papers="; ".join(papers[row.case.person_id]),
            needs="; ".join(needs[row.case.person_id]),
            more=row.more,
        )
        for row in requests
    ]


def born(case: Case) -> str:
    """The birth date as it is known: a day, or two between which it lies."""
    first, last = case.person.birth_from, case.person.birth_to
    if first is None and last is None:
        return ""
    if first == last:
        return str(first)
    return f"{first or '?'} – {last or '?'}"


def papers_of(person_ids: Sequence[UUID], states: Collection[str]) -> dict[UUID, list[str]]:
    """Papers of these states that a person has or had, by any of their files: "passport EP1234567 (ETH)".

    A paper of another state tells that the person may be its national too, which is nothing to this mission.
    """
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    rows = IdentityDocument.objects.annotate(stands=Coalesce(F("person__merged_into_id"), F("person_id")))
    rows = rows.filter(issuer__in=["", *states])
    for start in range(0, len(person_ids), 500):
        for row in rows.filter(stands__in=person_ids[start : start + 500]).order_by("number"):
            words = f"{row.kind_in_words} {row.number}{f' ({row.issuer})' if row.issuer else ''}"
            if words not in found[row.stands]:
                found[row.stands].append(words)
    return found


def needs_of(person_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """What people need on the way, in words."""
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    rows = standing(TravelNeed.objects.filter(ended_at__isnull=True))
    for start in range(0, len(person_ids), 500):
        for row in rows.filter(stands__in=person_ids[start : start + 500]).order_by("code"):
            words = str(row.get_code_display())
            if words not in found[row.stands]:
                found[row.stands].append(words)
    return found


@dataclass(frozen=True)
class National:
    """One person on an embassy's own list: what it was asked, and papers it was asked for."""

    case: Case
    request: VerificationRequest | None
    days: int | None
    reminded: bool
    papers: tuple[TravelDocument, ...]


def listed_nationals(acting: Acting) -> QuerySet[Case]:
    """An embassy's list: whoever waits for its answer first."""
    waiting = VerificationRequest.objects.filter(mission=acting.staff.agency_id, status=Status.ASKED)
    waits = ExpressionWrapper(Q(pk__in=waiting.values("case_id")), output_field=BooleanField())
    found = nationals(acting).select_related("person").annotate(waits=waits)
    return found.order_by("-waits", "person__name", "pk")


def as_nationals(acting: Acting, cases: Sequence[Case]) -> list[National]:
    """Three queries more, however many. What was taken back is not there: why would be an answer (P12)."""
    ids = [case.id for case in cases]
    latest: dict[UUID, VerificationRequest] = {}
    for row in own_requests(acting).filter(case__in=ids).order_by("asked_at"):
        latest[row.case_id] = row
    papers: defaultdict[UUID, list[TravelDocument]] = defaultdict(list)
    for paper in own_papers(acting).filter(case__in=ids).order_by("asked_at"):
        papers[paper.case_id].append(paper)
    reminders = Reminder.objects.filter(request__in=list(latest.values()), seen_at__isnull=True)
    reminded = set(reminders.values_list("request_id", flat=True))
    rows = []
    for case in cases:
        request = latest.get(case.id)
        waits = request is not None and request.is_open
        rows.append(
            National(
                case=case,
                request=request,
                days=(acting.now - request.asked_at).days if request and waits else None,
                reminded=bool(request and waits and request.pk in reminded),
                papers=tuple(papers[case.id]),
            )
        )
    return rows


def own_requests(acting: Acting) -> QuerySet[VerificationRequest]:
    """What the mission of whoever acts was asked about people who are open to it."""
    found = VerificationRequest.objects.filter(
        mission=acting.staff.agency_id, case__in=nationals(acting).order_by().values("pk")
    )
    return found.exclude(status=Status.TAKEN_BACK).select_related("case__person")


def own_papers(acting: Acting) -> QuerySet[TravelDocument]:
    """Papers that it was asked for, of people who are open to it."""
    return TravelDocument.objects.filter(
        mission=acting.staff.agency_id,
        asked_at__isnull=False,
        voided_at__isnull=True,
        case__in=nationals(acting).order_by().values("pk"),
    )
