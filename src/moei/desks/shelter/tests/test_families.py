"""Families stay together, and children never sleep with adults who are not their family."""

import pytest

from moei.access.acting import Invalid
from moei.desks.shelter.actions.keep_place import add_room
from moei.desks.shelter.actions.stay import check_in, house_family
from moei.desks.shelter.models import Room, Stay


def test_a_family_gets_the_smallest_room_that_holds_all_of_them(place, people, acting, anong, bed_of):
    teak = place(family=6, women=4, boys=4)
    add_room(acting(anong), teak, "small", Room.For.FAMILY, 3)
    mother, father, boy = people.family(people.woman(), people.man(), people.boy())
    house_family(acting(anong), [mother, father, boy], teak)
    assert {bed_of(one) for one in (mother, father, boy)} == {("Teak", "small")}


def test_a_place_too_small_for_a_family_takes_none_of_them(place, people, acting, anong):
    teak = place(family=2, women=4, men=4, boys=4)
    family = people.family(people.woman(), people.man(), people.boy())
    with pytest.raises(Invalid, match="no family room with 3 free beds"):
        house_family(acting(anong), family, teak)
    assert not Stay.objects.exists()


def test_a_family_room_holds_one_family_at_a_time(place, people, acting, anong):
    teak = place(family=6)
    house_family(acting(anong), people.family(people.woman("One"), people.boy("Two")), teak)
    with pytest.raises(Invalid, match="no family room"):
        house_family(acting(anong), people.family(people.woman("Three"), people.boy("Four")), teak)
    with pytest.raises(Invalid, match="No bed is free"):
        check_in(acting(anong), people.woman("Five"), teak)


def test_who_comes_later_finds_the_family_in_its_room(place, people, acting, anong, bed_of):
    teak = place(women=4, family=3)
    mother, boy = people.family(people.woman(), people.boy())
    check_in(acting(anong), boy, teak)
    check_in(acting(anong), mother, teak)
    assert bed_of(mother) == bed_of(boy) == ("Teak", "family")


def test_children_never_sleep_with_adults_who_are_not_their_family(place, people, acting, anong):
    teak = place(women=3, men=3)
    for child in (people.girl(), people.boy()):
        with pytest.raises(Invalid, match="No bed is free"):
            check_in(acting(anong), child, teak)


def test_a_family_in_two_places_only_when_they_wish_so(place, people, acting, anong):
    teak, lotus = place(women=3), place(men=3)
    mother, father = people.family(people.woman(), people.man())
    check_in(acting(anong), mother, teak)
    with pytest.raises(Invalid, match="sleeps in another place"):
        check_in(acting(anong), father, lotus)
    assert check_in(acting(anong), father, lotus, apart_agreed=True)


def test_people_of_two_families_are_no_family(place, people, acting, anong):
    teak = place(family=6)
    with pytest.raises(Invalid, match="not in one family"):
        house_family(acting(anong), [people.woman("One"), people.woman("Two")], teak)
    with pytest.raises(Invalid, match="Say who belongs"):
        house_family(acting(anong), [], teak)


def test_a_family_of_whom_one_has_a_bed_is_not_given_beds_again(place, people, acting, anong):
    teak = place(family=6, women=1)
    family = people.family(people.woman(), people.boy())
    check_in(acting(anong), family[1], teak)
    with pytest.raises(Invalid, match="has a bed in Teak already"):
        house_family(acting(anong), family, teak)
    assert Stay.objects.count() == 1
