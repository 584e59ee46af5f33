"""Which bed of a place fits somebody: by sex and age, with their family, and apart from whom they must not meet.

It looks at everybody who sleeps in the place or is expected there, in a constant number of queries. Whoever is refused
a bed is told nothing of anybody else: neither that somebody is kept apart, nor from whom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from moei.casefile.folding import joined_into
from moei.casefile.models import Case, Person
from moei.desks.shelter.locking import standing
from moei.desks.shelter.models import Bed, GroupMember, HealthScreening, Place, Room, SafetyFlag, Stay

For, Kind, Reach = Room.For, SafetyFlag.Kind, SafetyFlag.Reach
# First where people sleep by their sex; a room for one is kept for who needs it.
_ORDER = {kind: place for place, kind in enumerate((For.WOMEN, For.MEN, For.GIRLS, For.BOYS, For.ONE))}


@dataclass(frozen=True)
class Sleeper:
    """What a bed has to fit. `people` are the person and all who were joined into them."""

    person: UUID
    people: frozenset[UUID]
    sex: str
    child: bool
    families: frozenset[UUID]

    def related(self, other: Sleeper) -> bool:
        return bool(self.families & other.families)


@dataclass
class RoomState:
    """A room, its free beds in their order, and who has the others."""

    room: Room
    free: list[Bed] = field(default_factory=list)
    sleepers: list[Sleeper] = field(default_factory=list)


@dataclass(frozen=True)
class Apart:
    """Who is kept apart from whom: pairs of persons with how far; and who sleeps alone."""

    pairs: dict[frozenset[UUID], str]
    alone: frozenset[UUID]

    def between(self, one: Sleeper, other: Sleeper) -> str:
        """ "" when nothing keeps them apart; else the wider of the reaches that do."""
        found = {
            self.pairs[pair]
            for a in one.people
            for b in other.people
            if (pair := frozenset((a, b))) in self.pairs
        }
        if not found:
            return ""
        return Reach.PLACE if Reach.PLACE in found else Reach.ROOM

    def sleeps_alone(self, one: Sleeper) -> bool:
        return bool(self.alone & one.people)


def sleepers_of(cases: Sequence[Case], on: date) -> dict[UUID, Sleeper]:
    """By case, for cases that stand (none that was joined into another one). `case.person` should be at hand."""
    together = joined_into([case.person_id for case in cases])
    everybody = {person for group in together.values() for person in group}
    families = dict(
        Person.objects.filter(pk__in=everybody, family__isnull=False).values_list("pk", "family_id")
    )
    return {
        case.id: Sleeper(
            case.person_id,
            frozenset(together[case.person_id]),
            case.person.sex,
            case.person.is_child(on),
            frozenset(families[person] for person in together[case.person_id] if person in families),
        )
        for case in cases
    }


def rooms_of(place: Place, *, now: datetime, on: date, without: Collection[UUID] = ()) -> list[RoomState]:
    """Rooms in the order of their numbers, with who sleeps there or is expected; `without` leaves out these persons."""
    states = {room.id: RoomState(room) for room in place.rooms.order_by("number")}
    stays = Stay.objects.filter(standing(now), place=place).select_related("case__person")
    taken = {stay.bed_id: stay for stay in stays if stay.case.person_id not in without}
    persons = {stay.case.person_id for stay in taken.values()}
    stands = dict(
        Person.objects.filter(pk__in=persons, merged_into__isnull=False).values_list("pk", "merged_into_id")
    )
    cases = list(
        Case.objects_unchecked.filter(
            person_id__in={stands.get(person, person) for person in persons}
        ).select_related("person")
    )
    found = sleepers_of(cases, on)
    by_person = {case.person_id: found[case.id] for case in cases}
    for bed in place.beds.filter(put_away_at__isnull=True).order_by("number"):
        state = states[bed.room_id]
        if bed.id in taken:
            person = taken[bed.id].case.person_id
            state.sleepers.append(by_person[stands.get(person, person)])
        else:
            state.free.append(bed)
    return list(states.values())


def kept_apart(sleepers: Iterable[Sleeper]) -> Apart:
    """What flags that stand, and the health service, say of these people among themselves. Three queries."""
    everybody = {person for sleeper in sleepers for person in sleeper.people}
    flags = SafetyFlag.objects.filter(ended_at__isnull=True).filter(
        Q(case__person__in=everybody) | Q(other__person__in=everybody)
    )
    rows = list(flags.values_list("case__person_id", "kind", "other__person_id", "group_id", "reach"))
    groups = {group for _person, _kind, _other, group, _reach in rows if group}
    members: defaultdict[UUID, set[UUID]] = defaultdict(set)
    if groups:
        inside = GroupMember.objects.filter(group__in=groups, ended_at__isnull=True)
        for group, person in inside.values_list("group_id", "case__person_id"):
            members[group].add(person)
    pairs: dict[frozenset[UUID], str] = {}
    for person, kind, other, group, reach in rows:
        against = {other} if kind == Kind.PERSON else members[group] if kind == Kind.GROUP else set()
        for one in against - {person}:
            pair = frozenset((person, one))
            pairs[pair] = Reach.PLACE if Reach.PLACE in (reach, pairs.get(pair)) else reach
    alone = {person for person, kind, _o, _g, _r in rows if kind == Kind.SEPARATE}
    apart = HealthScreening.objects.filter(
        case__person__in=everybody, ended_at__isnull=True, result=HealthScreening.Result.APART
    )
    alone |= set(apart.values_list("case__person_id", flat=True))
    return Apart(pairs, frozenset(alone))


def suits(room: Room, sleeper: Sleeper) -> bool:
    """Whether the room is one for them, whoever else is in it."""
    if room.kept_for == For.FAMILY:
        return bool(sleeper.families)
    if room.kept_for == For.ONE:
        return True
    if sleeper.child:
        return room.kept_for == {"F": For.GIRLS, "M": For.BOYS}.get(sleeper.sex)
    return room.kept_for == {"F": For.WOMEN, "M": For.MEN}.get(sleeper.sex)


def fits(state: RoomState, sleeper: Sleeper, apart: Apart) -> bool:
    """Whether a bed of this room may be theirs, with who is in the room now."""
    if not state.free or not suits(state.room, sleeper):
        return False
    if state.room.kept_for == For.ONE:
        return not state.sleepers
    if any(apart.sleeps_alone(one) for one in (sleeper, *state.sleepers)):
        return False
    if state.room.kept_for == For.FAMILY and not all(sleeper.related(other) for other in state.sleepers):
        return False
    return not any(apart.between(sleeper, other) for other in state.sleepers)


def may_be_here(rooms: Sequence[RoomState], sleeper: Sleeper, apart: Apart) -> bool:
    """Whether nobody is in the place from whom they are kept apart altogether."""
    return not any(
        apart.between(sleeper, other) == Reach.PLACE for state in rooms for other in state.sleepers
    )


def find_bed(
    rooms: Sequence[RoomState], sleeper: Sleeper, apart: Apart, *, room: Room | None = None
) -> Bed | None:
    """The first bed that fits: with their family, where it sleeps already, before any other."""
    if not may_be_here(rooms, sleeper, apart):
        return None
    able = [
        state for state in rooms if (room is None or state.room.pk == room.pk) and fits(state, sleeper, apart)
    ]

    def rank(state: RoomState) -> tuple[bool, int]:
        with_family = any(sleeper.related(other) for other in state.sleepers)
        return (not with_family, _ORDER.get(For(state.room.kept_for), len(_ORDER)))

    return min(able, key=rank).free[0] if able else None


def find_family_beds(
    rooms: Sequence[RoomState], family: Sequence[Sleeper], apart: Apart, *, room: Room | None = None
) -> list[Bed] | None:
    """Beds for all of them in one family room that has enough; None where the place has none. The smallest that does."""
    if not all(may_be_here(rooms, one, apart) for one in family):
        return None
    able = [
        state
        for state in rooms
        if state.room.kept_for == For.FAMILY
        and (room is None or state.room.pk == room.pk)
        and len(state.free) >= len(family)
        and all(fits(state, one, apart) for one in family)
    ]
    if not able or any(apart.between(a, b) for a in family for b in family if a is not b):
        return None
    return min(able, key=lambda state: len(state.free)).free[: len(family)]
