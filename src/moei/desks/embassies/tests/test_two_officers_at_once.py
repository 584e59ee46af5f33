"""Two officers send the same people to a mission at the same moment."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection

from moei.access.acting import Invalid
from moei.desks.embassies.actions import send_batch as module
from moei.desks.embassies.models import Batch, VerificationRequest

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(send, *senders) -> list[object]:
    """What each of them got, each in a thread and a connection of their own."""
    got: list[object] = []

    def run(*given) -> None:
        try:
            got.append(send(*given))
        except Exception as refused:
            got.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=given) for given in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return got


@pytest.fixture
def lock_off(monkeypatch):
    """Both have seen who is ready before either writes: what the lock and its transaction are there to prevent."""
    barrier = threading.Barrier(2, timeout=20)

    def create(**values):
        barrier.wait()
        return Batch.objects.create(**values)

    monkeypatch.setattr(module, "Batch", SimpleNamespace(objects=SimpleNamespace(create=create)))
    monkeypatch.setattr(module, "lock_cases_of", lambda people: [])
    return module.send_batch.__wrapped__


def test_with_the_lock_off_a_batch_stands_that_asks_about_nobody(agreed, acting, ploy, ethiopia, lock_off):
    case = agreed()
    given = (acting(ploy), ethiopia, "ETH", [case.pk])
    got = at_once(lock_off, given, given)
    assert Batch.objects.count() == 2, got
    assert VerificationRequest.objects.count() == 1, "of one person a state is asked once, whatever is off"
    assert [type(one) for one in got].count(IntegrityError) == 1


def test_with_the_lock_the_second_is_told_that_nobody_is_left(agreed, acting, ploy, ethiopia):
    case = agreed()
    given = (acting(ploy), ethiopia, "ETH", [case.pk])
    got = at_once(module.send_batch, given, given)
    assert (Batch.objects.count(), VerificationRequest.objects.count()) == (1, 1)
    refused = [one for one in got if isinstance(one, Invalid)]
    assert len(refused) == 1 and "Nobody of these" in str(refused[0])
