"""Places with their free beds, who is in one, who has none yet, and one person's stays, for whoever acts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404

from moei.access.acting import Acting
from moei.access.policy import Section
from moei.casefile.folding import joined_into, standing_for
from moei.casefile.models import Case, Person
from moei.casefile.selectors.cases import CaseFile, visible_cases
from moei.desks.shelter.locking import standing
from moei.desks.shelter.models import AddressOpening, Bed, Declined, Outcome, Place, Room, Stay

# Of a row that belongs to a case: the person in whose file it is shown, over files that were joined.
STANDS = Coalesce(F("case__person__merged_into_id"), F("case__person_id"))

# Stages in which nobody needs a bed here any more.
AWAY = ("returning", "returned", "closed")


@dataclass
class Beds:
    """Beds of one place: how many there are, slept in and kept; `free` by for whom the room is, in the order of `For`."""

    beds: int = 0
    asleep: int = 0
    expected: int = 0
    free: dict[str, int] = field(default_factory=dict)

    @property
    def free_in_all(self) -> int:
        return sum(self.free.values())

    @property
    def in_words(self) -> list[tuple[str, int]]:
        return [(str(Room.For(code).label), count) for code, count in self.free.items() if count]


@dataclass(frozen=True)
class Row:
    """A bed that is taken. `case` is None where it is not theirs to read."""

    stay: Stay
    case: Case | None
    child: bool = False


def places(acting: Acting) -> QuerySet[Place]:
    """Of the release: the open ones first, by their code names."""
    found = Place.objects.filter(release=acting.release).defer("sealed_address")
    return found.order_by(F("closed_at").asc(nulls_first=True), "code_name")


def open_places(acting: Acting) -> list[Place]:
    return list(places(acting).filter(closed_at__isnull=True))


def find_place(acting: Acting, place_id: UUID) -> Place:
    """Raises `Http404` for one of another release."""
    found = Place.objects.filter(release=acting.release, pk=place_id).defer("sealed_address").first()
    if found is None:
        raise Http404
    return found


def beds_of(acting: Acting, found: Sequence[Place]) -> dict[UUID, Beds]:
    """By place, in two queries for any number of places and beds. Who sleeps there is not read."""
    ids = [place.pk for place in found]
    counts = {place: Beds() for place in ids}
    there = Bed.objects.filter(place__in=ids, put_away_at__isnull=True)
    kinds = there.values_list("place_id", "room__kept_for").annotate(n=Count("id"))
    for place, kind, beds in kinds.order_by():
        counts[place].beds += beds
        counts[place].free[kind] = beds
    taken = Stay.objects.filter(standing(acting.now), place__in=ids)
    rows = taken.values_list("place_id", "bed__room__kept_for").annotate(
        n=Count("id"), asleep=Count("id", filter=Q(checked_in_at__isnull=False))
    )
    for place, kind, n, asleep in rows.order_by():
        counts[place].free[kind] -= n
        counts[place].asleep += asleep
        counts[place].expected += n - asleep
    order = list(Room.For.values)
    for one in counts.values():
        one.free = dict(sorted(one.free.items(), key=lambda item: order.index(item[0])))
    return counts


def stays_in(acting: Acting, place: Place) -> QuerySet[Stay]:
    """Who sleeps there or is expected, by bed."""
    found = Stay.objects.filter(standing(acting.now), place=place)
    return found.select_related("bed__room", "case").order_by("bed__number")


def rows_of(acting: Acting, stays: Iterable[Stay]) -> list[Row]:
    """One page of stays with the cases that may be shown, in a constant number of queries."""
    page = list(stays)
    shown = shown_cases(acting, {stay.case.person_id for stay in page})
    on = acting.today
    rows = []
    for stay in page:
        case = shown.get(stay.case.person_id)
        rows.append(Row(stay, case, case is not None and case.person.is_child(on)))
    return rows


def shown_cases(
    acting: Acting, people: Collection[UUID], section: Section = Section.SHELTER_PLACE
) -> dict[UUID, Case]:
    """For each of these persons: the case in which they stand now, if its `section` is theirs to read."""
    asked = set(people)
    if not asked:
        return {}
    cases = visible_cases(acting.staff, acting.release.id, now=acting.now, section=section)
    cases = cases.filter(person_id__in=asked | standing_for(asked)).select_related("person", "site")
    found = {case.person_id: case for case in cases}
    together = joined_into(list(found))
    return {person: found[kept] for kept, group in together.items() for person in group if person in asked}


def rooms(acting: Acting, place: Place) -> list[tuple[Room, int, int]]:
    """(room, beds, taken) in the order of their numbers; two queries."""
    there = place.beds.filter(put_away_at__isnull=True)
    beds = dict(there.values_list("room").annotate(n=Count("id")).order_by())
    taken = Stay.objects.filter(standing(acting.now), place=place).values_list("bed__room")
    busy = dict(taken.annotate(n=Count("id")).order_by())
    return [
        (room, beds.get(room.pk, 0), busy.get(room.pk, 0)) for room in place.rooms.order_by("number", "id")
    ]


def find_room(place: Place, room_id: UUID) -> Room:
    """Raises `Http404` for one of another place."""
    found = place.rooms.filter(pk=room_id).first()
    if found is None:
        raise Http404
    return found


def without_bed(acting: Acting) -> QuerySet[Case]:
    """People who have arrived, have no bed, and have not said that they want none; who came first is first."""
    cases = visible_cases(acting.staff, acting.release.id, now=acting.now, section=Section.SHELTER_PLACE)
    cases = cases.filter(arrived_at__isnull=False).exclude(stage__in=AWAY)
    housed = Stay.objects.filter(standing(acting.now), case__release=acting.release)
    outside = Declined.objects.filter(ended_at__isnull=True, case__release=acting.release)
    # Also by a file that was joined into theirs; ids, not a subquery on joined files: those are few.
    people = set(housed.values_list("case__person_id", flat=True))
    people |= set(outside.values_list("case__person_id", flat=True))
    # Who is in hospital, missing or dead does not wait for a bed.
    elsewhere = Outcome.objects.filter(ended_at__isnull=True, case__release=acting.release)
    people |= set(elsewhere.values_list("case__person_id", flat=True))
    joined = set(
        Person.objects.filter(release=acting.release, merged_into__isnull=False).values_list(
            "pk", "merged_into_id"
        )
    )
    kept = {into for person, into in joined if person in people}
    found = cases.exclude(person_id__in=housed.values("case__person_id"))
    found = found.exclude(person_id__in=outside.values("case__person_id"))
    found = found.exclude(person_id__in=elsewhere.values("case__person_id"))
    if kept:
        found = found.exclude(person_id__in=kept)
    return found.select_related("person", "site").order_by("arrived_at", "number")


def outside(acting: Acting) -> QuerySet[Declined]:
    """People who live outside a shelter by their wish, whose place is theirs to read."""
    cases = visible_cases(acting.staff, acting.release.id, now=acting.now, section=Section.SHELTER_PLACE)
    found = Declined.objects.filter(ended_at__isnull=True, case__release=acting.release).annotate(
        stands=STANDS
    )
    found = found.filter(stands__in=cases.order_by().values("person_id"))
    return found.select_related("case__person").order_by("declined_at", "id")


def openings(acting: Acting) -> list[AddressOpening]:
    """What waits for an agreement in this release, and what was decided in the last days; newest first."""
    found = AddressOpening.objects.filter(place__release=acting.release).defer("place__sealed_address")
    rows = found.select_related("place", "asked_by", "asking_agency", "decided_by", "deciding_agency")
    return list(rows.order_by(F("decided_at").desc(nulls_first=True), "-asked_at")[:50])


def own_openings(acting: Acting, place: Place) -> list[AddressOpening]:
    """What whoever acts asked for, and may still wait for or open."""
    found = AddressOpening.objects.filter(place=place, asked_by=acting.staff, lapses_at__gt=acting.now)
    return list(found.select_related("deciding_agency").order_by("-asked_at")[:5])


# One person


def stays_of(file: CaseFile) -> list[Stay]:
    """Newest first, over all files that were joined."""
    rows = Stay.objects.filter(case__person__in=file.people).select_related("bed__room", "recorded_by")
    return list(rows.select_related("place", "bed__room").order_by("-checked_in_at", "-reserved_at", "-id"))


def declined_of(file: CaseFile) -> list[Declined]:
    return list(Declined.objects.filter(case__person__in=file.people).order_by("-declined_at"))


def family_of(acting: Acting, case: Case) -> list[Case]:
    """Others of the family whose stay is theirs to record, by number."""
    people = joined_into([case.person_id])[case.person_id]
    families = set(
        Person.objects.filter(pk__in=people, family__isnull=False).values_list("family_id", flat=True)
    )
    if not families:
        return []
    members = set(Person.objects.filter(family__in=families).values_list("pk", flat=True)) - people
    shown = shown_cases(acting, members)
    return sorted({one.pk: one for one in shown.values()}.values(), key=lambda one: one.number)


def grouped(rows: Iterable[tuple[UUID, UUID]]) -> dict[UUID, set[UUID]]:
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for key, value in rows:
        found[key].add(value)
    return found
