"""A file is made in the second in which consent is taken back. First it is shown that the race is true (P04)."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from moei.casefile.actions.consent import withdraw_all
from moei.casefile.models import Disclosure
from moei.desks.investigations.actions import export as module
from moei.desks.investigations.actions.export import Order
from moei.desks.investigations.models import Export, Statement
from moei.desks.investigations.tests.conftest import NEXT_WEEK

pytestmark = pytest.mark.django_db(transaction=True)
ORDER = Order(Export.Kind.PACKAGE, "Police of Kenya (invented)", "KEN", "their case 12/2026")


def at_once(*works) -> list[object]:
    got: list[object] = []

    def run(work) -> None:
        try:
            got.append(work())
        except Exception as refused:
            got.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return got


def told_of(case) -> bool:
    """Whether the person's register names the file as one that cannot be recalled."""
    return Disclosure.objects.filter(case=case, to_whom__startswith="Police of Kenya").exists()


def test_with_the_lock_off_a_file_leaves_of_which_the_person_is_not_told(
    tell, crowd, acting, kanya, niran, monkeypatch
):
    statement = tell(crowd[0])
    read, gone = threading.Event(), threading.Event()

    def unlocked(ids):
        rows = list(Statement.objects.filter(pk__in=list(ids)))
        read.set()
        gone.wait(20)
        return rows

    def withdraw() -> None:
        read.wait(20)
        withdraw_all(acting(kanya), crowd[0])
        gone.set()

    monkeypatch.setattr(module, "lock_desk", lambda _agencies: None)
    monkeypatch.setattr(module, "lock_statements", unlocked)
    # Without its transaction: that is what the lock lives in.
    got = at_once(lambda: module.write_down.__wrapped__(acting(niran, later=NEXT_WEEK), ORDER), withdraw)
    prepared = next(one for one in got if isinstance(one, module.Prepared))
    assert [row.statement for row in prepared.rows] == [statement.code], got
    assert not told_of(crowd[0]), "the file left, and nobody knows"


def test_with_the_lock_the_file_is_without_it_or_the_person_is_told(tell, crowd, acting, kanya, niran):
    statements = [tell(case) for case in crowd[:4]]
    works = []
    for case in crowd[:3]:
        works.append(lambda: module.write_down(acting(niran, later=NEXT_WEEK), ORDER))
        works.append(lambda case=case: withdraw_all(acting(kanya), case))
    got = at_once(*works)
    prepared = [one for one in got if isinstance(one, module.Prepared)]
    assert len(prepared) == 3, got
    for case, statement in zip(crowd[:3], statements, strict=False):
        named = any(row.statement == statement.code for one in prepared for row in one.rows)
        assert told_of(case) == named
