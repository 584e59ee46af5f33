"""Who is expected at the crossing, and how many have been registered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from moei.access.acting import Acting
from moei.access.journalled import was_listed, was_read
from moei.casefile.models import Case, IdentityDocument, Person
from moei.casefile.selectors.cases import OPENED, search, visible_cases
from moei.casefile.selectors.likely import BEFORE, TURN, Fits, likely
from moei.desks.arrivals.registration import Registration
from moei.desks.arrivals.selectors.reconciliation import lists_of
from moei.engines.identity import clean_document_number
from moei.engines.identity.names import name_tokens

SHOWN = 9
LOOKED_AT = 60
NO_NAME = frozenset(("unknown", "unnamed", "none", "no", "name"))
"""What officers write for somebody who gives no name: it says of nobody that they may be the same."""
MISTOLD = timedelta(days=2 * 366)
"""Ages are told a year or two off."""


@dataclass(frozen=True)
class Counter:
    """People registered, handed over (or arrived otherwise), and listed or reported but not here yet."""

    registered: int
    arrived: int
    awaited: int


@dataclass(frozen=True)
class Expected:
    """Somebody who may be the person at the table. `registered` says that it was done already.

    `fits` says of a name that was looked for how it fits; of a number it does not matter.
    """

    case: Case
    lists: list[str]
    registered: bool
    age: str
    fits: Fits = Fits.NAMES


@dataclass(frozen=True)
class Found:
    """Up to `SHOWN` people; `many` says that more are called so than anybody could look through."""

    people: list[Expected]
    many: bool = False


def counter(acting: Acting) -> Counter:
    """One query."""
    cases = visible_cases(acting.staff, acting.release.id, now=acting.now)
    found = cases.aggregate(
        registered=Count("id", filter=~Q(stage__in=BEFORE)),
        arrived=Count("id", filter=Q(arrived_at__isnull=False) | ~Q(stage__in=BEFORE)),
        awaited=Count("id", filter=Q(arrived_at__isnull=True, stage__in=("reported", "listed"))),
    )
    return Counter(**found)


def find_expected(acting: Acting, words: str) -> Found:
    """People by name, also misspelt, or by number; those still to be registered first. The search is journalled."""
    if any(letter.isdigit() for letter in words):
        return Found(_found(acting, words))
    fitting = likely(acting, words, most=SHOWN)
    fits = {case.id: how for case, how in fitting.cases}
    people = _as_expected(acting, [case for case, _how in fitting.cases])
    people = [replace(person, fits=fits[person.case.id]) for person in people]
    was_listed(acting, "arrivals:register", (person.case.id for person in people), words=words)
    return Found(people, fitting.many)


def may_be_here(acting: Acting, given: Registration) -> list[Expected]:
    """People whom somebody on no list may be: all names sound alike, and neither sex nor birth speaks against it.

    A second case file for one person is opened by mistake, and hard to mend. The search is journalled.
    """
    found: dict[UUID, Case] = {}
    words = " / ".join(name for name in (given.name, given.name_native) if name)
    for name in (given.name, given.name_native):
        if set(name_tokens(name)) - NO_NAME:
            for case, how in likely(acting, name, most=LOOKED_AT).cases:
                if how is not Fits.PART and _fit(given, case.person):
                    found.setdefault(case.id, case)
    cases = list(found.values())[:SHOWN]
    was_listed(acting, "arrivals:register", (case.id for case in cases), words=words)
    return _as_expected(acting, cases)


def _fit(given: Registration, person: Person) -> bool:
    if given.sex and person.sex and given.sex != person.sex:
        return False
    if not (given.birth_from and given.birth_to and person.birth_from and person.birth_to):
        return True
    apart = max(given.birth_from - person.birth_to, person.birth_from - given.birth_to)
    return apart <= MISTOLD


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
    ordered = cases.select_related("person").order_by(TURN, "person__name", "number")
    return _as_expected(acting, list(ordered[:SHOWN]))


def _as_expected(acting: Acting, cases: Sequence[Case]) -> list[Expected]:
    lists = lists_of([case.person_id for case in cases])
    today = acting.today
    return [
        Expected(case, lists.get(case.person_id, []), case.stage not in BEFORE, _age(case, today))
        for case in cases
    ]


def _age(case: Case, today: date) -> str:
    found = case.person.age_range(today)
    if found is None:
        return ""
    return str(found[0]) if found[0] == found[1] else f"{found[0]}–{found[1]}"
