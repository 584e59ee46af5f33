"""Two officers want the last bed in the same second. First it is shown that the race is true."""

from __future__ import annotations

import itertools
import threading
from functools import partial

import pytest
from django.db import connection

from moei.access.acting import Invalid
from moei.desks.shelter.actions import keep_place as keeping
from moei.desks.shelter.actions import stay as module
from moei.desks.shelter.actions.keep_place import add_room, change_beds, close_place
from moei.desks.shelter.models import Bed, Place, Room, Stay

pytestmark = pytest.mark.django_db(transaction=True)


def at_once_all(*acts) -> list[object]:
    got: list[object] = []

    def run(act) -> None:
        try:
            got.append(act())
        except Exception as refused:
            got.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return got


def at_once(act, acting, place, *cases) -> list[object]:
    return at_once_all(*(partial(act, acting, case, place) for case in cases))


@pytest.fixture
def lock_off(monkeypatch):
    """Both have looked for a bed before either takes one: what the lock and its transaction are there to prevent."""
    barrier, find = threading.Barrier(2, timeout=20), module.find_bed

    def after_both_have_looked(*args, **kwargs):
        bed = find(*args, **kwargs)
        barrier.wait()
        return bed

    monkeypatch.setattr(module, "find_bed", after_both_have_looked)
    monkeypatch.setattr(
        module,
        "lock_people_and_places",
        lambda people, places: (set(people), Place.objects.in_bulk(list(places))),
    )
    return module.check_in.__wrapped__


def sleeping(place) -> int:
    return Stay.objects.filter(place=place, ended_at__isnull=True).count()


def test_with_the_lock_off_and_no_rule_on_beds_a_room_for_two_takes_three(
    place, people, acting, anong, lock_off, monkeypatch
):
    """Whoever keeps no bed's number but counts, overbooks: each gives a bed that was put in for nobody."""
    teak = place(women=1)
    room, numbers, waiting = Room.objects.get(), itertools.count(100), module.find_bed

    def a_bed_of_its_own(*args, **kwargs):
        waiting(*args, **kwargs)
        return Bed.objects.create(place=teak, room=room, number=next(numbers))

    monkeypatch.setattr(module, "find_bed", a_bed_of_its_own)
    got = at_once(lock_off, acting(anong), teak, people.woman("One"), people.woman("Two"))
    assert sleeping(teak) == 2, ("two people for one bed", got)


def test_with_the_lock_off_the_bed_is_still_given_once(place, people, acting, anong, lock_off):
    teak = place(women=1)
    got = at_once(lock_off, acting(anong), teak, people.woman("One"), people.woman("Two"))
    assert sleeping(teak) == 1
    assert [str(answer) for answer in got if isinstance(answer, Invalid)] == [module.TAKEN], got


def test_with_the_lock_off_a_family_room_takes_strangers(place, people, acting, anong, lock_off):
    """No rule of the database sees this: only the lock keeps two families out of one room."""
    teak = place(family=4)
    one = people.family(people.woman("One"), people.boy("Her boy"))[0]
    two = people.family(people.woman("Two"), people.boy("Another boy"))[0]
    beds = iter(Bed.objects.filter(place=teak).order_by("number"))
    first, second = next(beds), next(beds)
    find, given = module.find_bed, {}

    def each_another_bed(rooms, sleeper, *args, **kwargs):
        found = find(rooms, sleeper, *args, **kwargs)
        return found and given.setdefault(
            sleeper.person, first if sleeper.person == one.person_id else second
        )

    module.find_bed = each_another_bed
    try:
        at_once(lock_off, acting(anong), teak, one, two)
    finally:
        module.find_bed = find
    assert sleeping(teak) == 2, "two families in one room"


def test_with_the_lock_two_families_never_share_a_room(place, people, acting, anong):
    teak = place(family=4)
    one = people.family(people.woman("One"), people.boy("Her boy"))[0]
    two = people.family(people.woman("Two"), people.boy("Another boy"))[0]
    got = at_once(module.check_in, acting(anong), teak, one, two)
    assert sleeping(teak) == 1, got


def test_with_the_lock_many_want_the_last_beds_and_no_more_get_one(place, people, acting, anong):
    teak = place(women=2)
    got = at_once(module.check_in, acting(anong), teak, *(people.woman(f"Person {n}") for n in "abcdef"))
    assert sleeping(teak) == 2
    assert sum(isinstance(answer, Invalid) for answer in got) == 4, got


def test_one_person_checked_in_at_two_places_at_once_has_one_bed(place, people, acting, anong):
    teak, lotus, case = place(women=2), place(women=2), people.woman()
    got = at_once_all(
        lambda: module.check_in(acting(anong), case, teak),
        lambda: module.check_in(acting(anong), case, lotus),
    )
    assert Stay.objects.filter(case=case, ended_at__isnull=True).count() == 1, got


def test_a_place_is_not_closed_while_somebody_comes(place, people, acting, anong):
    """Either it is closed and nobody came, or somebody came and it is open."""
    teak, case = place(women=2), people.woman()
    add_room(acting(anong), teak, "2", Room.For.WOMEN, 2)
    got = at_once_all(
        lambda: close_place(acting(anong), teak, why="the lease is over"),
        lambda: module.check_in(acting(anong), case, teak),
    )
    teak.refresh_from_db()
    assert (teak.closed_at is None) == (sleeping(teak) == 1), got


def test_with_the_lock_off_somebody_sleeps_in_a_bed_that_was_put_away(
    place, people, acting, anong, monkeypatch
):
    """One has looked for a bed and not taken it yet when another one puts it away."""
    teak, find = place(women=1), module.find_bed

    def put_away_meanwhile(*args, **kwargs):
        bed = find(*args, **kwargs)
        change_beds.__wrapped__(acting(anong), bed.room, 0)
        return bed

    monkeypatch.setattr(module, "find_bed", put_away_meanwhile)
    for owner in (module, keeping):
        for name, unlocked in (
            ("lock_people_and_places", lambda people, places: (set(people), unlocked_places(places))),
            ("lock_places", unlocked_places),
        ):
            monkeypatch.setattr(owner, name, unlocked, raising=False)
    module.check_in.__wrapped__(acting(anong), people.woman(), teak)
    assert Stay.objects.get().bed.put_away_at is not None


def unlocked_places(places) -> dict:
    return Place.objects.in_bulk(list(places))


def test_with_the_lock_a_bed_is_put_away_or_slept_in(place, people, acting, anong):
    teak, case = place(women=1), people.woman()
    got = at_once_all(
        lambda: change_beds(acting(anong), teak.rooms.get(), 0),
        lambda: module.check_in(acting(anong), case, teak),
    )
    assert sum(isinstance(answer, Invalid) for answer in got) == 1, got
    assert Bed.objects.filter(put_away_at=None).count() == sleeping(teak)
