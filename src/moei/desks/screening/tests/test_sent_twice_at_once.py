"""A double click: two requests of one form at the same moment, each on a connection of its own."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import connection

from moei.access.acting import Invalid
from moei.casefile.models import DeviceOperation
from moei.desks.screening.actions.defer import defer
from moei.desks.screening.actions.sign_determination import sign_determination
from moei.desks.screening.models import Deferral
from moei.desks.screening.tests.submissions import YES

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(send, operations) -> list[object]:
    got: list[object] = []

    def run(operation) -> None:
        try:
            got.append(send(operation))
        except Exception as refused:
            got.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(operation,)) for operation in operations]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return got


def test_both_of_a_double_click_get_the_same_answer(submission, acting, anong):
    operation = uuid.uuid4()
    first, second = _at_once(lambda id_: submission.send(acting(anong), id_), [operation] * 2)
    assert first == second and not isinstance(first, Exception), first
    assert DeviceOperation.objects.filter(client_id=operation).count() == 1


def test_without_one_id_the_second_of_two_is_refused(steps, acting, anong):
    """What a double click met before forms had ids."""
    case = steps.read()
    got = _at_once(
        lambda id_: sign_determination(acting(anong), case, **YES, operation=id_),
        [uuid.uuid4(), uuid.uuid4()],
    )
    assert [isinstance(answer, Invalid) for answer in got].count(True) == 1


def test_one_id_sent_for_two_cases_at_once_is_applied_to_one(steps, acting, anong):
    operation = uuid.uuid4()
    cases = [steps.read(name="Abebe"), steps.read(name="Mulu")]
    got = _at_once(lambda case: defer(acting(anong), case, until=None, operation=operation), cases)
    assert [isinstance(answer, Invalid) for answer in got].count(True) == 1, got
    assert Deferral.objects.count() == 1
