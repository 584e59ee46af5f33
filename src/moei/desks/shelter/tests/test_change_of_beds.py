"""A bed broke, one came, or the number was mistyped: a room has fewer beds or more, and never fewer than sleep in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.desks.shelter.actions.keep_place import add_room, change_beds, close_place
from moei.desks.shelter.actions.stay import check_in, check_out, reserve
from moei.desks.shelter.models import Bed, Room, Stay
from moei.desks.shelter.selectors import beds_of
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(acting, anong):
    def make(place, beds, *, room=None, later=timedelta(0)):
        change_beds(acting(anong, later=later), room or place.rooms.get(), beds)

    return make


@pytest.fixture
def counted(acting, anong):
    def count(place, later=timedelta(0)):
        beds = beds_of(acting(anong, later=later), [place])[place.pk]
        return beds.beds, beds.free_in_all

    return count


def numbers(place):
    return list(
        place.beds.filter(put_away_at__isnull=True).order_by("number").values_list("number", flat=True)
    )


def test_a_room_of_twenty_that_has_twelve(place, people, acting, anong, change, counted):
    teak = place(women=20)
    change(teak, 12)
    assert counted(teak) == (12, 12)
    for number in range(12):
        check_in(acting(anong), people.woman(f"Person {number}"), teak)
    with pytest.raises(Invalid, match="No bed is free here that fits"):
        check_in(acting(anong), people.woman("One more"), teak)


def test_beds_in_which_somebody_sleeps_stay_and_their_numbers_too(place, people, acting, anong, change):
    teak, first, second = place(women=3), people.woman("First"), people.woman("Second")
    check_in(acting(anong), first, teak)
    check_in(acting(anong), second, teak)
    check_out(acting(anong), first, Stay.Ended.LEFT)
    change(teak, 1)
    assert numbers(teak) == [2]
    assert Stay.objects.get(case=first).bed.number == 1, "who slept there before stays to be read"


def test_never_fewer_beds_than_people_who_sleep_there_or_are_expected(place, people, acting, anong, change):
    teak = place(women=4)
    check_in(acting(anong), people.woman("Sleeps"), teak)
    reserve(acting(anong), people.woman("Expected"), teak)
    with pytest.raises(Invalid, match="2 people sleep in this room or are expected"):
        change(teak, 1)
    assert len(numbers(teak)) == 4
    change(teak, 2)


def test_beds_that_were_put_away_come_back_before_new_ones(place, change):
    teak = place(women=3)
    change(teak, 1)
    change(teak, 2)
    assert numbers(teak) == [1, 2]
    change(teak, 5)
    assert numbers(teak) == [1, 2, 3, 4, 5]
    assert Bed.objects.filter(place=teak).count() == 5


def test_a_room_without_beds_is_out_of_use_and_the_page_says_so(
    place, people, acting, anong, change, sign_in
):
    teak = place(women=2)
    change(teak, 0)
    with pytest.raises(Invalid, match="No bed is free here"):
        check_in(acting(anong), people.woman(), teak)
    assert "Out of use" in sign_in(anong).get(reverse("shelter:rooms", args=[teak.pk])).content.decode()


def test_other_rooms_keep_their_beds(place, acting, anong, change, counted):
    teak = place(women=2)
    men = add_room(acting(anong), teak, "2", Room.For.MEN, 3)
    change(teak, 1, room=men)
    assert counted(teak) == (3, 3) and numbers(teak) == [1, 2, 3]


@pytest.mark.parametrize("beds", [-1, 201])
def test_a_number_that_cannot_be_is_refused(place, change, beds):
    with pytest.raises(Invalid, match="A number between 0 and 200"):
        change(place(women=2), beds)


def test_a_room_for_one_has_one_bed_or_none(place, change):
    teak = place(one=1)
    with pytest.raises(Invalid, match="A room for one person has one bed"):
        change(teak, 2)
    change(teak, 0)
    change(teak, 1)
    assert numbers(teak) == [1]


def test_a_closed_place_stays_as_it_was(place, acting, anong, change):
    teak = place(women=2)
    close_place(acting(anong), teak, why="the lease is over")
    with pytest.raises(Invalid, match="This place is closed"):
        change(teak, 1)


def test_only_who_keeps_places_changes_one_and_it_is_journalled(place, acting, kanya, change):
    teak = place(women=2)
    with pytest.raises(Refused):
        change_beds(acting(kanya), teak.rooms.get(), 1)
    change(teak, 1)
    entry = Entry.objects.get(action="place.beds_changed")
    assert (entry.data["before"], entry.data["beds"]) == (2, 1)


def test_a_room_of_another_place_is_not_there(place, sign_in, anong):
    teak, lotus = place(women=1), place(women=1)
    url = reverse("shelter:room", args=[teak.pk, lotus.rooms.get().pk])
    assert sign_in(anong).get(url).status_code == 404
