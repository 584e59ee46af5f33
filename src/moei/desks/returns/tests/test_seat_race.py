"""Two officers want the last seat in the same second. First it is shown that the race is true."""

from __future__ import annotations

import itertools
import threading

import pytest
from django.db import connection

from moei.access.acting import Invalid
from moei.desks.returns.actions import hold_seat as module
from moei.desks.returns.models import Seat

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(hold, acting, journey, *cases) -> list[object]:
    got: list[object] = []

    def run(case) -> None:
        try:
            got.append(hold(acting, journey, case))
        except Exception as refused:
            got.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(case,)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return got


@pytest.fixture
def lock_off(monkeypatch):
    """Both have counted the seats before either takes one: what the lock and its transaction are there to prevent."""
    barrier, free = threading.Barrier(2, timeout=20), module._free

    def after_both_have_counted(seats, taken):
        number = free(seats, taken)
        barrier.wait()
        return number

    monkeypatch.setattr(module, "_free", after_both_have_counted)
    monkeypatch.setattr(module, "lock_people_and_journey", lambda people, journey: (set(people), journey))
    return module.hold_seat.__wrapped__


def standing(journey) -> int:
    return Seat.objects.filter(journey=journey, ended_at__isnull=True).count()


def test_with_the_lock_off_and_no_rule_on_numbers_the_journey_is_oversold(
    fly, ways, acting, ploy, lock_off, monkeypatch
):
    numbers, waiting = itertools.count(1), module._free

    def another_number(seats, taken):
        waiting(seats, taken)
        return next(numbers)

    monkeypatch.setattr(module, "_free", another_number)
    journey = fly(seats=1)
    got = at_once(lock_off, acting(ploy), journey, ways.told("One"), ways.told("Two"))
    assert standing(journey) == 2, ("two people for one seat", got)


def test_with_the_lock_off_the_numbered_seat_is_held_once(fly, ways, acting, ploy, lock_off):
    journey = fly(seats=1)
    got = at_once(lock_off, acting(ploy), journey, ways.told("One"), ways.told("Two"))
    assert standing(journey) == 1
    assert [str(answer) for answer in got if isinstance(answer, Invalid)] == [module.TAKEN], got


def test_with_the_lock_many_want_the_last_seats_and_no_more_get_one(fly, ways, acting, ploy):
    journey = fly(seats=2)
    got = at_once(module.hold_seat, acting(ploy), journey, *(ways.told(f"Person {n}") for n in "abcdef"))
    assert standing(journey) == 2
    assert sum(isinstance(answer, Invalid) for answer in got) == 4, got
