"""Shelter in the play: places under neutral names, a bed for each on the first night, and those who wish for none."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction

from moei.access.acting import Acting
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.family import join_family
from moei.casefile.models import Case
from moei.demo.play import Play
from moei.desks.shelter.actions.address import ask_address, decide_address, open_address
from moei.desks.shelter.actions.decline import decline_shelter
from moei.desks.shelter.actions.keep_place import add_room, open_place
from moei.desks.shelter.actions.safety import extend_flag, record_flag
from moei.desks.shelter.actions.stay import check_in, check_out, house_family, move
from moei.desks.shelter.models import Declined, Place, Room, SafetyFlag, Stay

For = Room.For
ROOM, PLACE = 24, 96  # beds
NAMES = ("Teak", "Bamboo", "Jasmine", "Orchid", "Banyan", "Tamarind")
# The smaller place: rooms for women, children, families and whoever sleeps alone.
SMALL = "Lotus"
DECLINES = 0.05
SERVICES = (Declined.Service.FOOD, Declined.Service.HEALTH, Declined.Service.PHONE)
REVIEWED_ON = (13, 26, 39)


def play_first_night(play: Play) -> None:
    """Everybody who was registered gets a bed that fits, unless they wish for none."""
    cases = play.arrived()
    kinds = {case.id: _kind(play, case) for case in cases}
    places = _places(play, Counter(kinds.values()))
    family = _family(play, cases)
    with transaction.atomic():
        if family:
            at = play.calendar.at(0, 22, 55)
            house_family(_anong(play, at), family, places[For.WOMEN][0])
    together = {case.id for case in family}
    given: Counter[Room.For] = Counter()
    for order, case in enumerate(cases):
        play.tick("Beds", order, len(cases))
        if case.id in together:
            continue
        at = play.calendar.at(0, 22, 56) + timedelta(seconds=order)
        kind = kinds[case.id]
        with transaction.atomic():
            if play.dice.of("shelter", play.keys[case.id]).random() < DECLINES:
                decline_shelter(_anong(play, at), case, lives=Declined.Lives.COMMUNITY, services=SERVICES)
                continue
            place = places[kind][given[kind] // PLACE if kind == For.MEN else 0]
            given[kind] += 1
            acting = _anong(play, at)
            if place.code_name == SMALL:
                assign_case(acting, case, play.team.cast["dao"])
                acting = play.acting(play.team.cast["dao"], at)
            check_in(acting, case, place)
    play.tick("Beds", len(cases), len(cases))


def play_later_nights(play: Play) -> None:
    """Somebody sleeps alone, somebody was in hospital, the address is read once, who declines protection moves out."""
    with transaction.atomic():
        _apart(play)
        _hospital(play)
        _address(play)
        for order, case in enumerate(play.arrived()):
            if case.outcome == "victim_declines" and _sleeps(case):
                at = max(play.calendar.at(8, 9), play.decided_at(case) + timedelta(days=1))
                decline_shelter(
                    _anong(play, at + timedelta(minutes=order)),
                    case,
                    lives=Declined.Lives.NOT_SAID,
                    services=SERVICES,
                )


def leaves_for_home(play: Play, case: Case, at: datetime) -> None:
    """The bed is free on the morning of the journey."""
    if _sleeps(case):
        check_out(_anong(play, at), case, Stay.Ended.LEFT)


def _anong(play: Play, at: datetime) -> Acting:
    return play.acting(play.team.cast["anong"], at)


def _sleeps(case: Case) -> bool:
    return Stay.objects.filter(case=case, ended_at__isnull=True).exists()


def _kind(play: Play, case: Case) -> Room.For:
    child = case.person.is_child(play.calendar.date(0))
    kinds = {"F": (For.WOMEN, For.GIRLS), "M": (For.MEN, For.BOYS)}
    return kinds.get(case.person.sex, (For.ONE, For.ONE))[child]


def _places(play: Play, people: Counter[Room.For]) -> dict[Room.For, list[Place]]:
    """As many rooms for men as they need; the small place has all the others, and a few beds more than are needed."""
    at = play.calendar.began + timedelta(minutes=20)
    acting = _anong(play, at)
    with transaction.atomic():
        mens = []
        for order in range(-(-max(people[For.MEN], 1) // PLACE)):
            name = NAMES[order % len(NAMES)] + (f" {order // len(NAMES) + 1}" if order >= len(NAMES) else "")
            place = open_place(acting, name, address=f"{order + 4} Invented Road, a town by the river")
            for room in range(PLACE // ROOM):
                add_room(acting, place, f"{room + 1}", For.MEN, ROOM)
            mens.append(place)
        small = open_place(acting, SMALL, address="The yellow house behind the market (invented)")
        for number, kind, beds in (
            ("W1", For.WOMEN, people[For.WOMEN] + 4),
            ("G1", For.GIRLS, people[For.GIRLS] + 2),
            ("B1", For.BOYS, people[For.BOYS] + 2),
            ("F1", For.FAMILY, 4),
            ("F2", For.FAMILY, 6),
        ):
            add_room(acting, small, number, kind, min(beds, 200))
        for single in range(people[For.ONE] + 3):
            add_room(acting, small, f"S{single + 1}", For.ONE, 1)
    return {For.MEN: mens} | {kind: [small] for kind in (For.WOMEN, For.GIRLS, For.BOYS, For.ONE)}


def _family(play: Play, cases: list[Case]) -> list[Case]:
    """The first two of one nationality who told that they came with family."""
    seen: dict[str, Case] = {}
    for case in cases:
        if not case.person.needs.filter(code="family", ended_at__isnull=True).exists():
            continue
        other = seen.setdefault(case.person.nationality, case)
        if other is not case:
            with transaction.atomic():
                join_family(_anong(play, play.calendar.at(0, 22, 50)), other, case)
            other.person.refresh_from_db()
            case.person.refresh_from_db()
            return [other, case]
    return []


def _apart(play: Play) -> None:
    """Others say that he gave orders there. Nobody finds out here what is true: he sleeps alone, and is looked after."""
    men = [case for case in play.arrived() if case.person.sex == "M" and _sleeps(case)]
    if len(men) < 4:
        return
    at = play.calendar.at(2, 20)
    flag = record_flag(
        _anong(play, at),
        men[3],
        SafetyFlag.Kind.SEPARATE,
        why="Two men of his room say that he gave orders. (invented)",
    )
    small = Place.objects.get(release=play.release, code_name=SMALL)
    move(_anong(play, at + timedelta(minutes=10)), men[3], small, room=small.rooms.get(number="S1"))
    record_flag(
        _anong(play, at + timedelta(minutes=20)),
        men[0],
        SafetyFlag.Kind.PERSON,
        other=men[3],
        reach=SafetyFlag.Reach.PLACE,
        why="Is afraid of him. (invented)",
    )
    for day in REVIEWED_ON:
        for one in SafetyFlag.objects.filter(case__release=play.release, ended_at__isnull=True):
            extend_flag(_anong(play, play.calendar.at(day, 10)), one, play.calendar.date(day + 14))
    flag.refresh_from_db()


def _hospital(play: Play) -> None:
    ill = [
        case for case in play.arrived() if case.person.needs.filter(code="medical").exists() and _sleeps(case)
    ]
    if not ill:
        return
    case = ill[-1]
    stay = Stay.objects.select_related("place").get(case=case, ended_at__isnull=True)
    check_out(_anong(play, play.calendar.at(7, 11)), case, Stay.Ended.HOSPITAL)
    check_in(_anong(play, play.calendar.at(9, 16)), case, stay.place)


def _address(play: Play) -> None:
    """Dao has a driver who must find the place; somebody of the oversight office agrees, for an hour (P11)."""
    dao, somsak = play.team.cast["dao"], play.team.cast["somsak"]
    place = Place.objects.get(release=play.release, code_name=SMALL)
    at = play.calendar.at(8, 8)
    asked = ask_address(play.acting(dao, at), place, why="A doctor drives there tonight. (invented)")
    decide_address(play.acting(somsak, at + timedelta(minutes=25)), asked, agree=True)
    open_address(play.acting(dao, at + timedelta(minutes=40)), asked)
