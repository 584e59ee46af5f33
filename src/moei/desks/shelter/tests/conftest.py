"""Places under neutral names, and people of every kind who need a bed."""

from datetime import date

import pytest

from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.family import join_family
from moei.casefile.models import Person
from moei.desks.shelter.actions.keep_place import add_room, open_place
from moei.desks.shelter.models import Room, Stay

GROWN, SMALL = date(1998, 3, 14), date(2016, 5, 1)
ADDRESS = "12 Invented Road, Ban Invented"


@pytest.fixture
def place(acting, anong):
    """`place(women=2, one=1)`: a place with one room for each, named “Teak”, “Lotus” and so on, its address sealed."""
    names = iter(("Teak", "Lotus", "Bamboo", "Jasmine", "Orchid"))

    def make(*, address: str = ADDRESS, **beds):
        made = open_place(acting(anong), next(names), address=address)
        for kind, count in (beds or {"women": 2}).items():
            for number in range(count if kind == "one" else 1):
                about = (Room.For(kind), 1 if kind == "one" else count)
                add_room(acting(anong), made, f"{kind}{number or ''}"[:10], *about)
        return made

    return make


@pytest.fixture
def people(add_case, acting, anong, cast):
    """`people.woman("Almaz")`, `.man`, `.girl`, `.boy`; `.family(one, two)`; `.seen_by(dao, case)`."""

    class People:
        def born(self, name, sex, born):
            case = add_case(name, birth_from=born, birth_to=born)
            Person.objects.filter(pk=case.person_id).update(sex=sex)
            case.person.refresh_from_db()
            return case

        def woman(self, name="Almaz Invented"):
            return self.born(name, "F", GROWN)

        def man(self, name="Bekele Invented"):
            return self.born(name, "M", GROWN)

        def girl(self, name="Hana Invented"):
            return self.born(name, "F", SMALL)

        def boy(self, name="Dawit Invented"):
            return self.born(name, "M", SMALL)

        def family(self, first, *others):
            for other in others:
                join_family(acting(anong), first, other)
            for one in (first, *others):
                one.person.refresh_from_db()
            return [first, *others]

        def seen_by_dao(self, *cases):
            for case in cases:
                assign_case(acting(anong), case, cast["dao"])

    return People()


@pytest.fixture
def bed_of():
    """The room that somebody has a bed in, as (place, room), or None."""

    def find(case):
        stay = (
            Stay.objects.filter(case=case, ended_at__isnull=True).select_related("place", "bed__room").first()
        )
        return (stay.place.code_name, stay.bed.room.number) if stay else None

    return find
