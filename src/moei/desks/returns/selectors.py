"""Journeys of a release, who sits where, and one person's way home, for whoever acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404

from moei.access.acting import Acting
from moei.access.policy import Section
from moei.casefile.folding import joined_into, standing_for
from moei.casefile.models import Case, CaseEvent, IdentityDocument, TravelCheck, TravelDocument
from moei.casefile.selectors.cases import CaseFile, visible_cases
from moei.casefile.selectors.travel import checks_of
from moei.desks.returns.models import FollowUp, Journey, JourneyChange, Seat
from moei.desks.returns.readiness import Readiness, readiness_of
from moei.engines.protocol import EventKind

# Of a seat: the person in whose file it is shown, over files that were joined.
STANDS = Coalesce(F("case__person__merged_into_id"), F("case__person_id"))
# Stages in which nobody needs a seat any more.
AWAY = ("returning", "returned", "closed")
SEATS_ON_A_PAGE = 25
WAITING_ON_A_PAGE = 20


@dataclass(frozen=True)
class Row:
    """A seat that may be shown, with the person's checklist for that day."""

    seat: Seat
    case: Case
    readiness: Readiness
    confirmed: bool  # was told of the journey as it is now
    card_void: bool

    @property
    def may_board(self) -> bool:
        return self.readiness.ready and self.confirmed and self.seat.boarded_at is None


def journeys(acting: Acting) -> QuerySet[Journey]:
    """Of the release, the next first; each with `held` and `aboard`."""
    stands = Q(places__ended_at__isnull=True)
    found = Journey.objects.filter(release=acting.release)
    return found.annotate(
        held=Count("places", filter=stands),
        aboard=Count("places", filter=stands & Q(places__boarded_at__isnull=False)),
    ).order_by("-departs_at", "id")


def find_journey(acting: Acting, journey_id: UUID) -> Journey:
    """Raises `Http404` for one of another release."""
    found = (
        Journey.objects.filter(release=acting.release, pk=journey_id).select_related("release__site").first()
    )
    if found is None:
        raise Http404
    return found


def find_seat(acting: Acting, journey: Journey, seat_id: UUID) -> Seat:
    """A seat of somebody whose way home is theirs to read; else `Http404`."""
    seats = Seat.objects.filter(journey=journey, pk=seat_id).select_related(
        "journey", "case__person", "case__site"
    )
    seat = seats.first()
    if seat is None or _shown(acting, [seat]).get(seat.case.person_id) is None:
        raise Http404
    return seat


def places(acting: Acting, journey: Journey) -> tuple[list[Row], int]:
    """Held seats of people whose way home they may read, by number; and how many others hold one."""
    seats = list(_held(journey).select_related("case"))
    shown = _shown(acting, seats)
    mine = [seat for seat in seats if seat.case.person_id in shown]
    return _rows(journey, mine, shown), len(seats) - len(mine)


def places_page(
    acting: Acting, journey: Journey, number: str | None
) -> tuple[Page[UUID], list[Row], int, int]:
    """As `places`, some seats at a time: what is missing is looked up for those who are shown. Also how many hold a
    seat in all, and how many of those whom they may read have boarded."""
    standing = _held(journey).annotate(stands=STANDS)
    held = list(standing.values_list("id", "stands", "boarded_at"))
    mine_to_read = _visible(acting).filter(person_id__in=standing.order_by().values("stands"))
    readable = set(mine_to_read.values_list("person_id", flat=True))
    mine = [(seat_id, aboard) for seat_id, person, aboard in held if person in readable]
    page = Paginator([seat_id for seat_id, _aboard in mine], SEATS_ON_A_PAGE).get_page(number)
    seats = list(_held(journey).filter(pk__in=list(page)).select_related("case"))
    return (
        page,
        _rows(journey, seats, _shown(acting, seats)),
        len(held),
        sum(1 for _id, aboard in mine if aboard),
    )


def _held(journey: Journey) -> QuerySet[Seat]:
    return Seat.objects.filter(journey=journey, ended_at__isnull=True).order_by("number")


def _rows(journey: Journey, seats: Sequence[Seat], shown: Mapping[UUID, Case]) -> list[Row]:
    cases = list(dict.fromkeys(shown[seat.case.person_id] for seat in seats))
    ready = readiness_of(cases, state=journey.state, on=day_of(journey))
    return [
        Row(
            seat,
            case := shown[seat.case.person_id],
            ready[case.id],
            seat.confirmed_revision == journey.revision,
            0 < seat.card_revision < journey.revision,
        )
        for seat in seats
    ]


def given_up(acting: Acting, journey: Journey) -> list[tuple[Seat, Case]]:
    """Who had a seat and does not travel, with why: those left behind first."""
    ended = Seat.objects.filter(journey=journey, ended_at__isnull=False).select_related("case")
    seats = list(ended.order_by("-left_behind", "ended_at"))
    shown = _shown(acting, seats)
    return [(seat, shown[seat.case.person_id]) for seat in seats if seat.case.person_id in shown]


def could_go(acting: Acting, journey: Journey, number: str | None) -> tuple[Page[UUID], list[Case]]:
    """A page of the people of that nationality who hold no seat and are not away, by number."""
    seated = Seat.objects.filter(
        journey__release=acting.release, ended_at__isnull=True, arrived_at__isnull=True
    )
    cases = _visible(acting).filter(person__nationality=journey.state).exclude(stage__in=AWAY)
    # Their ids at once: to count them first and then look for the page of them would go over all files twice.
    cases = cases.exclude(person_id__in=seated.values(stands=STANDS)).order_by("number")
    page = Paginator(list(cases.values_list("id", flat=True)), WAITING_ON_A_PAGE).get_page(number)
    return page, list(cases.filter(pk__in=list(page)).select_related("person", "site"))


def ready_first(cases: Sequence[Case], journey: Journey) -> list[tuple[Case, Readiness]]:
    """Of one page of those who could go: who is ready first, then who misses least; whom fear stops last."""
    ready = readiness_of(cases, state=journey.state, on=day_of(journey))
    rows = [(case, ready[case.id]) for case in cases]
    return sorted(rows, key=lambda row: (row[1].stopped, len(row[1].missing)))


def changes(journey: Journey) -> list[JourneyChange]:
    return list(journey.changes.select_related("changed_by").order_by("-changed_at"))


def day_of(journey: Journey) -> date:
    """The day of travel where the journey begins: the day of the release's site."""
    return journey.release.site.day_of(journey.departs_at)


# One person


def seats_of(file: CaseFile) -> list[Seat]:
    """Newest first, over all files that were joined."""
    return list(
        Seat.objects.filter(case__person__in=file.people).select_related("journey").order_by("-held_at")
    )


def answers_of(file: CaseFile) -> list[TravelCheck]:
    """Latest answer to each, in the order of the codes."""
    found = checks_of(file.case)
    return [found[code] for code in TravelCheck.Code.values if code in found]


def follow_ups(file: CaseFile) -> list[FollowUp]:
    """Planned first, then the newest."""
    rows = FollowUp.objects.filter(case__person__in=file.people).select_related(
        "case", "planned_by", "done_by"
    )
    return sorted(rows.order_by("-due_on"), key=lambda row: row.done_at is not None)


def came_home_before(case: Case) -> list[date]:
    """Days on which this person came home in another release's file: joined with this one, or of the same document.

    Nothing else of the other file is told. Whoever comes back was perhaps taken again: care, not suspicion.
    """
    group = joined_into([case.person_id])[case.person_id]
    own = IdentityDocument.objects.filter(person__in=group).exclude(number="")
    numbers = {(row.kind, row.number) for row in own}
    papers = TravelDocument.objects.filter(case__person__in=group, voided_at__isnull=True).exclude(number="")
    numbers |= {(row.kind, row.number) for row in papers}
    texts = {number for _kind, number in numbers}
    others = {
        row.person_id
        for row in IdentityDocument.objects.filter(number__in=texts)
        if (row.kind, row.number) in numbers
    }
    others |= {
        row.case.person_id
        for row in TravelDocument.objects.filter(number__in=texts, voided_at__isnull=True).select_related(
            "case"
        )
        if (row.kind, row.number) in numbers
    }
    people = group | others | standing_for(others)
    home = CaseEvent.objects.filter(case__person__in=people, kind=EventKind.ARRIVED_HOME)
    home = home.exclude(case__release_id=case.release_id).select_related("case__site")
    rows = list(home.order_by("happened_at"))
    cancelled = CaseEvent.objects.filter(case__in=[row.case_id for row in rows], kind=EventKind.VOIDED)
    voided = {event.data.get("event") for event in cancelled}
    return [_day(row) for row in rows if str(row.id) not in voided]


def _day(row: CaseEvent) -> date:
    at: datetime = row.happened_at
    return row.case.site.day_of(at)


def _shown(acting: Acting, seats: Sequence[Seat]) -> dict[UUID, Case]:
    """For the person of each seat: the case in which they stand now, if its way home is theirs to read."""
    people = {seat.case.person_id for seat in seats}
    cases = (
        _visible(acting).filter(person_id__in=people | standing_for(people)).select_related("person", "site")
    )
    found = {case.person_id: case for case in cases}
    together = joined_into(list(found))
    return {person: found[kept] for kept, group in together.items() for person in group if person in people}


def _visible(acting: Acting) -> QuerySet[Case]:
    return visible_cases(acting.staff, acting.release.id, now=acting.now, section=Section.RETURN)
