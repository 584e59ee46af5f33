"""The attacker guesses from many connections at once, so that no guess sees the others: all of them count."""

from __future__ import annotations

import contextlib
import threading

import pytest
from django.db import connection

from moei.signin.models import FailedTry
from moei.signin.throttling import PAIR, TooMany, begin_try

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_guesses_at_the_same_moment_do_not_both_get_through_where_one_may(rf, monkeypatch):
    request = rf.post("/", REMOTE_ADDR="203.0.113.9")
    for _try in range(PAIR.tries - 1):
        begin_try(request, "anong")
    counted, got = FailedTry.objects.bulk_create, []
    barrier = threading.Barrier(2)

    def both_before_either_looks(rows):
        made = counted(rows)
        with contextlib.suppress(threading.BrokenBarrierError):  # where one waits for the other, as it should
            barrier.wait(timeout=1)
        return made

    def guess():
        try:
            begin_try(request, "anong")
            got.append("heard")
        except TooMany:
            got.append("refused")
        finally:
            connection.close()

    monkeypatch.setattr(FailedTry.objects, "bulk_create", both_before_either_looks)
    threads = [threading.Thread(target=guess) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(got) == ["heard", "refused"]
