"""Who is expected at the crossing, and how many have been registered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import models
from django.db.models import Count, Q, QuerySet, Value, When

from moei.access.acting import Acting
from moei.access.journalled import was_listed, was_read
from moei.casefile.models import Case, IdentityDocument
from moei.casefile.selectors.cases import OPENED, search, visible_cases
from moei.desks.arrivals.selectors.reconciliation import lists_of
from moei.engines.identity import clean_document_number

# Stages before anybody registered the person; later ones imply it.
BEFORE = ("", "reported", "listed", "arrived")
SHOWN = 9


@dataclass(frozen=True)
class Counter:
    """People registered, handed over (or arrived otherwise), and listed or reported but not here yet."""

    registered: int
    arrived: int
    awaited: int


@dataclass(frozen=True)
class Expected:
    """Somebody who may be the person at the table. `registered` says that it was done already."""

    case: Case
    lists: list[str]
    registered: bool
    age: str


def counter(acting: Acting) -> Counter:
    """One query."""
    cases = visible_cases(acting.staff, acting.release.id, now=acting.now)
    found = cases.aggregate(
        registered=Count("id", filter=~Q(stage__in=BEFORE)),
        arrived=Count("id", filter=Q(arrived_at__isnull=False) | ~Q(stage__in=BEFORE)),
        awaited=Count("id", filter=Q(arrived_at__isnull=True, stage__in=("reported", "listed"))),
    )
    return Counter(**found)


def find_expected(acting: Acting, words: str) -> list[Expected]:
    """Up to nine people by name or number, those still to be registered first. The search is journalled."""
    return _found(acting, words)


def with_document(acting: Acting, number: str) -> list[Expected]:
    """People whose lists or papers give this document number. The search is journalled."""
    cleaned = clean_document_number(number)
    if not cleaned:
        return []
    return _found(acting, cleaned)


def expected_case(acting: Acting, case_id: UUID) -> Expected | None:
    """One chosen person, if the acting member of staff may open the case. The reading is journalled, once a request."""
    cases = visible_cases(acting.staff, acting.release.id, now=acting.now).filter(pk=case_id)
    person = next(iter(_expected(acting, cases)), None)
    if person is not None and case_id not in acting.read:
        about = {"page": "arrivals:register"}
        was_read(acting, OPENED, case=case_id, subject=person.case.person_id, data=about)
    return person


def _found(acting: Acting, words: str) -> list[Expected]:
    found = _expected(acting, search(acting, words))
    was_listed(acting, "arrivals:register", (person.case.id for person in found), words=words)
    return found


def sharing_document(case: Case) -> list[IdentityDocument]:
    """Documents of other people of the release that bear a number of this person's documents."""
    numbers = IdentityDocument.objects.filter(person_id=case.person_id).values("number")
    return list(
        IdentityDocument.objects.filter(number__in=numbers, person__release_id=case.release_id)
        .exclude(person_id=case.person_id)
        .exclude(person__merged_into=case.person_id)
        .select_related("person")
    )


def _expected(acting: Acting, cases: QuerySet[Case]) -> list[Expected]:
    # Who is here and still to be registered comes first, who was registered last.
    turn = models.Case(
        When(stage="arrived", then=Value(0)), When(stage__in=BEFORE, then=Value(1)), default=Value(2)
    )
    rows = list(cases.select_related("person").order_by(turn, "person__name", "number")[:SHOWN])
    lists = lists_of([case.person_id for case in rows])
    today = acting.today
    return [
        Expected(case, lists.get(case.person_id, []), case.stage not in BEFORE, _age(case, today))
        for case in rows
    ]


def _age(case: Case, today: date) -> str:
    found = case.person.age_range(today)
    if found is None:
        return ""
    return str(found[0]) if found[0] == found[1] else f"{found[0]}–{found[1]}"
