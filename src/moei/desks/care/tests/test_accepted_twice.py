"""Two officers accept the same referral, or the last place of a service, at the same moment."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from moei.access.acting import Invalid
from moei.casefile.models import CaseEvent, Disclosure
from moei.desks.care.actions import answer_referral as module
from moei.desks.care.models import Referral

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(accept, *given) -> list[object]:
    """What each of them got, each in a thread and a connection of their own."""
    got: list[object] = []

    def run(acting, referral) -> None:
        try:
            got.append(accept(acting, referral))
        except Exception as refused:
            got.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return got


def told(referral) -> tuple[int, int]:
    """How often the referral was written into the file, and into the register of disclosures."""
    events = CaseEvent.objects.filter(case=referral.case_id, kind="referred").count()
    return events, Disclosure.objects.filter(case=referral.case_id, what__contains=referral.reference).count()


@pytest.fixture
def lock_off(monkeypatch):
    """Both have seen that it waits for an answer before either writes: what the lock and its transaction prevent."""
    barrier = threading.Barrier(2, timeout=20)

    def take(acting, referral):
        fresh = Referral.objects.select_related("case__person", "case__site", "service", "recipient")
        found = fresh.get(pk=referral.pk)
        barrier.wait()
        return {referral.case.person_id}, found

    monkeypatch.setattr(module, "take", take)
    monkeypatch.setattr(module, "_refuse_if_full", lambda service: None)  # this locks too, the service
    monkeypatch.setattr(module, "lay_open", lambda acting, case, recipient: None)
    return module.accept_referral.__wrapped__


def test_with_the_lock_off_a_referral_is_accepted_twice(offered, acting, dao2, lock_off):
    referral = offered()
    got = at_once(lock_off, (acting(dao2), referral), (acting(dao2), referral))
    assert told(referral) == (2, 2), got


def test_with_the_lock_the_second_is_told_that_it_was_answered(offered, acting, dao2):
    referral = offered()
    got = at_once(module.accept_referral, (acting(dao2), referral), (acting(dao2), referral))
    assert told(referral) == (1, 1)
    assert [str(one) for one in got if isinstance(one, Invalid)] == [module.ANSWERED], got


def test_with_the_lock_the_last_place_of_a_service_is_taken_once(offered, acting, dao2, food):
    food.capacity = 2
    food.save()
    referrals = [offered(f"Person {letter}") for letter in "abcd"]
    got = at_once(module.accept_referral, *((acting(dao2), referral) for referral in referrals))
    assert Referral.objects.filter(status="accepted").count() == 2
    assert sum(isinstance(one, Invalid) for one in got) == 2, got
