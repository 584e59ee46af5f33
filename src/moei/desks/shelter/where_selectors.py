"""Counts with who is missing, too many or unknown, and what became of one person, for whoever acts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from moei.access.acting import Acting
from moei.casefile.models import Case
from moei.casefile.selectors.cases import CaseFile
from moei.desks.shelter.models import Counted, HeadCount, Outcome, Stay
from moei.desks.shelter.selectors import shown_cases


@dataclass(frozen=True)
class Line:
    """Somebody of a count. `case` is None where it is not theirs to read; `bed` is where they sleep, if they do."""

    row: Counted
    case: Case | None
    bed: str
    child: bool


def counts(acting: Acting) -> QuerySet[HeadCount]:
    """Of the release, the newest first, with `wanted`, `missing`, `extra` and `strange`."""
    found = HeadCount.objects.filter(release=acting.release).select_related("place", "began_by")
    there = Q(people__expected=True)
    return found.annotate(
        wanted=Count("people", filter=there, distinct=True),
        missing=Count("people", filter=there & Q(people__seen_at__isnull=True), distinct=True),
        extra=Count("people", filter=Q(people__expected=False), distinct=True),
        strange=Count("unknown", distinct=True),
    ).order_by("-began_at", "id")


def find_count(acting: Acting, count_id: UUID) -> HeadCount:
    found = counts(acting).filter(pk=count_id).first()
    if found is None:
        raise Http404
    return found


def missing(count: HeadCount) -> QuerySet[Counted]:
    """Who is expected and was not seen."""
    return count.people.filter(expected=True, seen_at__isnull=True).select_related("case").order_by("id")


def unexpected(count: HeadCount) -> QuerySet[Counted]:
    """Who was seen and not expected."""
    return count.people.filter(expected=False).select_related("case").order_by("seen_at", "id")


def lines(acting: Acting, rows: list[Counted]) -> list[Line]:
    """One page, in a constant number of queries."""
    people = {row.case.person_id for row in rows}
    shown = shown_cases(acting, people)
    stays = Stay.objects.filter(case__person__in=people, ended_at__isnull=True, checked_in_at__isnull=False)
    beds = {
        person: f"{place}, {room}, {bed}"
        for person, place, room, bed in stays.values_list(
            "case__person_id", "place__code_name", "bed__room__number", "bed__number"
        )
    }
    on = acting.today
    found = []
    for row in rows:
        case = shown.get(row.case.person_id)
        child = case is not None and case.person.is_child(on)
        # Where somebody sleeps is told to who may read it of them: a band says nothing of its wearer.
        found.append(Line(row, case, beds.get(row.case.person_id, "") if case else "", child))
    return found


def of_person(file: CaseFile) -> list[Outcome]:
    """Over the files that were joined; the newest first."""
    return list(Outcome.objects.filter(case__person__in=file.people).order_by("-happened_at"))
