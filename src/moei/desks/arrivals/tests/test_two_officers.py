"""Two officers register the same person at the same moment."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection

from moei.access.acting import Invalid
from moei.casefile.models import CaseEvent, SourceRecord, Wristband
from moei.desks.arrivals.actions import register_person as module
from moei.desks.arrivals.registration import Registration

pytestmark = pytest.mark.django_db(transaction=True)
GIVEN = Registration(name="Mulugeta Yared", birth_from=date(1998, 3, 14), birth_to=date(1998, 3, 14))


def both(acting_one, acting_two, case, given=GIVEN) -> list[object]:
    """What each of the two got: an answer or a refusal."""
    outcomes: list[object] = []

    def run(acting) -> None:
        try:
            outcomes.append(module.register_person(acting, given, case, operation=uuid4()))
        except Exception as refused:
            outcomes.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(acting,)) for acting in (acting_one, acting_two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def test_with_the_lock_off_the_race_is_real(add_case, anong, acting, monkeypatch):
    """Both read "not registered yet" before either writes: without the lock one of the rules of law is broken."""
    case = add_case("MULUGETA YARED")
    barrier = threading.Barrier(2, timeout=20)
    fold = module.state_of

    def after_both_have_read(*args, **about):
        state = fold(*args, **about)
        barrier.wait()
        return state

    monkeypatch.setattr(module, "state_of", after_both_have_read)
    monkeypatch.setattr(module, "lock_case", lambda case: case)
    monkeypatch.setattr(module, "together", nullcontext)
    both(acting(anong), acting(anong), case)
    assert CaseEvent.objects.filter(case=case, kind="registered").count() == 2


def test_with_the_lock_one_registers_and_the_other_is_told(add_case, anong, acting):
    case = add_case("MULUGETA YARED")
    outcomes = both(acting(anong), acting(anong), case)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Invalid)]
    assert len(refused) == 1, outcomes
    assert "registered already by Anong Srisuk" in str(refused[0])
    assert CaseEvent.objects.filter(case=case, kind="registered").count() == 1
    assert SourceRecord.objects.filter(origin="registration").count() == 1
    assert Wristband.objects.filter(case=case).count() == 1


def test_somebody_on_no_list_gets_one_file_from_two_tables(anong, acting, release):
    """Neither is locked by a case, for there is none: the number of the passport tells."""
    given = Registration(name="Hana Girma", document_number="EP1234567", document_kind="passport")
    outcomes = both(acting(anong), acting(anong), None, given)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Invalid)]
    assert [list(one.errors) for one in refused] == [["document_number"]], outcomes
    assert SourceRecord.objects.filter(origin="registration").count() == 1
