"""How much is said of who told something: less and less, until at least five people of the release fit (P13).

An investigator may know who was interviewed, when, of which nationality and age. So what counts is how many people of
the release have this origin and this age and were interviewed in each of the periods that this pseudonym shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from moei.access.acting import Invalid
from moei.access.models import Release
from moei.casefile.models import Case, CaseEvent, Person
from moei.casefile.voiding import not_voided
from moei.desks.investigations.models import Teller
from moei.engines.identity.countries import is_code
from moei.engines.identity.regions import continent_of, countries_in, subregion_of
from moei.engines.protocol import EventKind

K = 5
Band = Teller.Band
# Ages of each band, both ends included.
AGES: dict[str, tuple[int, int]] = {
    Band.CHILD: (0, 17),
    Band.YOUNG: (18, 24),
    Band.MIDDLE: (25, 34),
    Band.OLDER: (35, 44),
    Band.OLD: (45, 130),
    Band.ADULT: (18, 130),
}
_NARROW = (Band.CHILD, Band.YOUNG, Band.MIDDLE, Band.OLDER, Band.OLD)


@dataclass(frozen=True)
class Shown:
    """`origin`: a country, a region, or nothing. `band`: ages, or nothing."""

    origin: str
    band: str


@dataclass(frozen=True)
class Period:
    """Days, both included, at the site."""

    first: date
    last: date

    @property
    def visible_from(self) -> date:
        """The day after: whoever sees it appear learns no more than the period says."""
        return self.last + timedelta(days=1)


def ways_to_show(person: Person, on: date) -> Iterator[Shown]:
    """From most to least. Of an age that is not known, or could be of two bands, nothing is said."""
    origin = person.nationality if is_code(person.nationality) else ""
    narrow, wide = _band(person, on)
    region, continent = subregion_of(origin), continent_of(origin)
    tried = ((origin, narrow), (region, narrow), (region, wide), (continent, wide), (continent, ""), ("", ""))
    yield from dict.fromkeys(Shown(where, band) for where, band in tried)


def periods_around(heard_on: date, release: Release) -> list[Period]:
    """The week of a talk, its month, and the time since the release."""
    monday = heard_on - timedelta(days=heard_on.weekday())
    first = heard_on.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    began = min(release.site.day_of(release.began_at), first)
    return [Period(monday, monday + timedelta(days=6)), Period(first, last), Period(began, last)]


def say_least(
    release: Release, person: Person, heard_on: date, before: Sequence[Period], fixed: Shown | None = None
) -> tuple[Shown, Period]:
    """What is shown of this teller and of this talk. `before`: periods shown already under the same pseudonym, with
    `fixed`, what is shown of the person there.

    Raises `Invalid` when fewer than five people of the release were interviewed at all.
    """
    shown = [fixed] if fixed else list(ways_to_show(person, heard_on))
    for who in shown:
        for period in periods_around(heard_on, release):
            if enough(release, who, [*before, period], on=heard_on):
                return who, period
    raise Invalid(
        "Fewer than five people of this release were interviewed who could have told this. It would say who told it: "
        "keep it until more were."
    )


def enough(release: Release, who: Shown, periods: Sequence[Period], *, on: date) -> bool:
    """Whether at least `K` people of the release fit; counts no further than that."""
    cases = Case.objects.within_program("counted to say less of a teller; nobody is shown").filter(
        release=release, hidden=False
    )
    cases = cases.filter(_origin(who.origin), _age(who.band, on))
    for period in periods:
        cases = cases.filter(Exists(_interviewed(period, release.site.zone)))
    return cases.order_by().values("pk")[:K].count() >= K


def was_interviewed(people: set[UUID]) -> bool:
    """Whether an interview of the person was begun, in any of their files, and not recorded in error."""
    begun = CaseEvent.objects.filter(case__person__in=people, kind=EventKind.INTERVIEW_STARTED)
    return not_voided(begun).exists()


def _interviewed(period: Period, zone: ZoneInfo) -> QuerySet[CaseEvent]:
    begins = datetime.combine(period.first, datetime.min.time(), zone)
    ends = datetime.combine(period.visible_from, datetime.min.time(), zone)
    begun = CaseEvent.objects.filter(
        case=OuterRef("pk"), kind=EventKind.INTERVIEW_STARTED, happened_at__gte=begins, happened_at__lt=ends
    )
    return not_voided(begun)


def _band(person: Person, on: date) -> tuple[str, str]:
    ages = None if person.age_unsure or person.doubted(on) else person.age_range(on)
    if ages is None:
        return "", ""
    narrow = next((band for band in _NARROW if _within(ages, AGES[band])), "")
    wide = next((band for band in (Band.CHILD, Band.ADULT) if _within(ages, AGES[band])), "")
    return narrow, wide


def _within(ages: tuple[int, int], band: tuple[int, int]) -> bool:
    return band[0] <= ages[0] and ages[1] <= band[1]


def _origin(origin: str) -> Q:
    if not origin:
        return Q()
    countries = (origin,) if is_code(origin) else countries_in(origin)
    return Q(person__nationality__in=countries)


def _age(band: str, on: date) -> Q:
    if not band:
        return Q()
    youngest, oldest = AGES[band]
    # Born so that the age on that day is certainly within the band.
    return Q(
        person__age_unsure=False,
        person__birth_to__lte=_years_before(on, youngest),
        person__birth_from__gt=_years_before(on, oldest + 1),
    )


def _years_before(on: date, years: int) -> date:
    day = min(on.day, 28) if (on.month, on.day) == (2, 29) else on.day
    return date(on.year - years, on.month, day)
