"""Names are judged in the second in which somebody takes their consent back. First it is shown that the race is true.

With a database that lets one writer in at a time, the second waits at its first word: nothing of this can happen there.
"""

from __future__ import annotations

import contextlib
import threading

import pytest
from django.db import connection

from moei.access.acting import Invalid
from moei.casefile.actions.consent import withdraw_all
from moei.desks.investigations import ending, regrouping, working
from moei.desks.investigations.actions import judge as judging
from moei.desks.investigations.facts import Said
from moei.desks.investigations.models import Fact, Judgement
from moei.desks.investigations.tests.conftest import NEXT_WEEK
from moei.desks.investigations.tests.test_p04_export_race import at_once
from moei.desks.investigations.words import Verdict, What

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="one writer at a time",
    ),
]


@pytest.fixture
def bosses(tell, crowd):
    """Of each of four tellers one statement, which names a boss."""
    for case, name in zip(crowd, ("Lao Wang", "Wang Lao", "Mr Wang", "Boss Wang"), strict=False):
        tell(case, "He beat us.", Said(What.BOSS, name))
    return [Fact.objects.get(text=name) for name in ("Lao Wang", "Wang Lao", "Mr Wang", "Boss Wang")]


@pytest.fixture
def judge(acting, niran):
    def same(one: Fact, other: Fact) -> object:
        return judging.judge(
            acting(niran, later=NEXT_WEEK), one, [other.pk], Verdict.SAME, reason="same scar, same floor"
        )

    return same


def unlock(monkeypatch) -> None:
    for module in (working, judging, ending):
        monkeypatch.setattr(module, "lock_desk", lambda _agencies: None)


@pytest.fixture
def meet(monkeypatch):
    """`meet(seconds)`: each who judges waits, with everything read and nothing written, for another one to come there
    too, and after these seconds goes on alone."""

    def wait(seconds: int) -> None:
        barrier, groups = threading.Barrier(2), regrouping._groups

        def for_both(facts, pairs):
            with contextlib.suppress(threading.BrokenBarrierError):
                barrier.wait(seconds)
            return groups(facts, pairs)

        monkeypatch.setattr(regrouping, "_groups", for_both)

    return wait


def in_order(bosses: list[Fact]) -> list[Fact]:
    """A group is named after the first of its facts: here that is never the one whom both judge."""
    return sorted(bosses, key=lambda fact: str(fact.pk), reverse=True)


def entities(facts) -> set[str]:
    return set(Fact.objects.filter(pk__in=[fact.pk for fact in facts]).values_list("entity", flat=True))


def test_with_the_lock_off_two_judgements_do_not_see_each_other(bosses, judge, meet, monkeypatch):
    """A chain of three judgements: the first stands, the two ends of it are joined to others at once."""
    one, two, three, four = in_order(bosses)
    judge(one, two)
    unlock(monkeypatch)
    meet(30)
    got = at_once(lambda: judge(one, three), lambda: judge(two, four))
    assert any(isinstance(answer, Exception) for answer in got) or len(entities(bosses)) > 1, got


def test_with_the_lock_what_was_judged_at_once_is_one(bosses, judge, meet):
    one, two, three, four = in_order(bosses)
    judge(one, two)
    meet(1)
    got = at_once(lambda: judge(one, three), lambda: judge(two, four))
    assert not [answer for answer in got if isinstance(answer, Exception)], got
    assert len(entities(bosses)) == 1


def withdraw_while_judging(bosses, crowd, acting, kanya, judge, monkeypatch) -> list[object]:
    """Somebody judges (and has the facts locked) when the withdrawal comes to remove them."""
    judged, made = threading.Event(), judging.regroup

    def slowly(ids) -> None:
        judged.set()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(1)")
        made(ids)

    def withdraw() -> None:
        judged.wait(20)
        withdraw_all(acting(kanya), crowd[0])

    monkeypatch.setattr(judging, "regroup", slowly)
    return at_once(lambda: judge(bosses[0], bosses[1]), withdraw)


def test_with_the_lock_off_a_withdrawal_fails(bosses, crowd, acting, kanya, judge, monkeypatch):
    unlock(monkeypatch)
    got = withdraw_while_judging(bosses, crowd, acting, kanya, judge, monkeypatch)
    assert [answer for answer in got if isinstance(answer, Exception)], got


def test_p04_with_the_lock_a_withdrawal_waits_and_removes_it(
    bosses, crowd, acting, kanya, judge, monkeypatch
):
    got = withdraw_while_judging(bosses, crowd, acting, kanya, judge, monkeypatch)
    assert not [answer for answer in got if isinstance(answer, Exception)], got
    assert not Fact.objects.filter(pk=bosses[0].pk).exists() and not Judgement.objects.exists()


def test_p04_many_at_once_neither_fail_nor_wait_for_each_other(bosses, crowd, acting, kanya, judge):
    works = []
    for number in range(3):
        works.append(lambda number=number: judge(bosses[number], bosses[3]))
        works.append(lambda number=number: withdraw_all(acting(kanya), crowd[number]))
    got = at_once(*works)
    failed = [answer for answer in got if isinstance(answer, Exception) and not isinstance(answer, Invalid)]
    assert not failed, got
    assert [fact.pk for fact in Fact.objects.all()] == [bosses[3].pk]
    assert not Judgement.objects.exists()
