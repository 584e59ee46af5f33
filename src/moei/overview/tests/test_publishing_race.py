"""Two publish at the same moment, and others work on while a bulletin is computed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction

from moei.access.acting import Invalid
from moei.access.models import Release
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.registration import Registration
from moei.engines.disclosure import TOTAL, attacker_intervals, from_json
from moei.journal.models import Entry
from moei.overview.actions import publish_bulletin as action
from moei.overview.actions.publish_bulletin import publish_bulletin
from moei.overview.contents import NATIONALITY
from moei.overview.models import Bulletin
from moei.overview.selectors.counting import release_counts
from moei.overview.tests.people import fill

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _scratch(settings, tmp_path):
    settings.BULLETINS_DIR = tmp_path


@pytest.fixture
def filled(acting, anong):
    return fill(acting(anong), 120)


class Meanwhile:
    """`with Meanwhile(publish) as got:` runs it in a thread of its own; what it returned or raised is in `got`."""

    def __init__(self, *calls: Callable[[], object]) -> None:
        self.got: list[object] = []
        self._threads = [threading.Thread(target=self._run, args=(call,)) for call in calls]

    def _run(self, call: Callable[[], object]) -> None:
        try:
            self.got.append(call())
        except Exception as refused:
            self.got.append(refused)
        finally:
            connection.close()

    def __enter__(self) -> list[object]:
        for thread in self._threads:
            thread.start()
        return self.got

    def __exit__(self, *_about: object) -> None:
        for thread in self._threads:
            thread.join(timeout=60)


@pytest.fixture(params=["protect_or_leave_out", "print_bulletin"])
def held_up(request, monkeypatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Publishing stops in its computing, or in its printing: (it has come there, it may go on)."""
    there, go_on = threading.Event(), threading.Event()
    real = getattr(action, request.param)

    def wait(*args, **kwargs):
        there.set()
        assert go_on.wait(30)
        return real(*args, **kwargs)

    monkeypatch.setattr(action, request.param, wait)
    yield there, go_on
    go_on.set()


def others_can_work(acting, anong) -> bool:
    """Whether somebody is registered, and a list worked on, without waiting for more than a moment."""
    with connection.cursor() as cursor:
        patience = (
            "SET lock_timeout = 500" if connection.vendor == "postgresql" else "PRAGMA busy_timeout = 500"
        )
        cursor.execute(patience)
    try:
        register_person(acting(anong), Registration(name=f"Invented {uuid4()}"), operation=uuid4())
        with transaction.atomic():
            Release.objects.select_for_update(no_key=True).get(pk=acting(anong).release.pk)
    except OperationalError:
        return False
    return True


def in_one_transaction(acting):
    """The former way: the release is locked, and all else comes after it."""
    with transaction.atomic():
        Release.objects.select_for_update(no_key=True).get(pk=acting.release.pk)
        return publish_bulletin(acting)


def test_in_one_transaction_others_would_wait_for_the_computing(acting, anong, vera, filled, held_up):
    there, go_on = held_up
    with Meanwhile(lambda: in_one_transaction(acting(vera))) as got:
        assert there.wait(30)
        free = others_can_work(acting, anong)
        go_on.set()
    assert not free
    assert isinstance(got[0], Bulletin), got


def test_others_work_on_while_a_bulletin_is_computed_and_printed(acting, anong, vera, filled, held_up):
    there, go_on = held_up
    before = release_counts(acting(vera).release, acting(vera).now).people
    with Meanwhile(lambda: publish_bulletin(acting(vera))) as got:
        assert there.wait(30)
        free = others_can_work(acting, anong)
        go_on.set()
    assert free
    assert isinstance(got[0], Bulletin), got
    [table] = [table for table in got[0].shown if table["name"] == NATIONALITY]
    people = {tuple(key): count for key, count, *_range in table["cells"]}
    assert people[TOTAL,] == before  # whoever was registered meanwhile is in the next one


def narrowed(bulletins: list[Bulletin]) -> list[object]:
    """Small true counts of which all bulletins together leave fewer than five values."""
    published = [from_json(bulletin.published) for bulletin in bulletins]
    found = []
    for cell, interval in attacker_intervals(published[-1], published[:-1]).items():
        true = {
            (row["table"], tuple(row["key"])): row["count"]
            for bulletin, paper in zip(bulletins, published, strict=True)
            if paper.on == cell.on
            for row in bulletin.audit
        }
        if 1 <= true.get((cell.table, cell.key), 0) <= 9 and interval.width < 5:
            found.append(cell)
    return found


@pytest.fixture
def both_have_computed(monkeypatch) -> list[int]:
    """The first drafts of both are computed on the same ledger; how many bulletins each draft was protected against."""
    both = threading.Barrier(2, timeout=30)
    against: list[int] = []
    real = action.protect_or_leave_out

    def protect(counts, ledger):
        protected = real(counts, ledger)
        against.append(len(ledger))
        if len(against) <= 2:
            both.wait()
        return protected

    monkeypatch.setattr(action, "protect_or_leave_out", protect)
    return against


def test_p20_of_two_that_publish_at_once_the_later_is_protected_against_the_earlier(
    acting, vera, filled, both_have_computed, monkeypatch
):
    today, tomorrow = acting(vera), acting(vera, later=timedelta(days=1))
    first_is_kept, real = threading.Event(), action._kept

    def in_order(who, *about):
        if who is tomorrow:
            assert first_is_kept.wait(30)
        kept = real(who, *about)
        if who is today:
            first_is_kept.set()
        return kept

    monkeypatch.setattr(action, "_kept", in_order)
    with Meanwhile(lambda: publish_bulletin(today), lambda: publish_bulletin(tomorrow)) as got:
        pass
    assert all(isinstance(one, Bulletin) for one in got), got
    bulletins = list(Bulletin.objects.order_by("as_of"))
    assert [bulletin.number for bulletin in bulletins] == [1, 2]
    assert both_have_computed == [0, 0, 1]
    assert narrowed(bulletins) == []
    assert all(bulletin.pdf_path.exists() for bulletin in bulletins)


def test_of_two_that_publish_todays_at_once_one_is_told_that_it_is_published(
    acting, vera, filled, both_have_computed, settings
):
    with Meanwhile(lambda: publish_bulletin(acting(vera)), lambda: publish_bulletin(acting(vera))) as got:
        pass
    [refused] = [one for one in got if not isinstance(one, Bulletin)]
    assert isinstance(refused, Invalid) and "one for each date" in str(refused)
    assert Bulletin.objects.count() == Entry.objects.filter(action="bulletin.published").count() == 1
    assert len(list(settings.BULLETINS_DIR.iterdir())) == 1


def test_it_is_not_computed_for_ever(acting, vera, filled, monkeypatch):
    monkeypatch.setattr(action, "_kept", lambda *_about: False)
    with pytest.raises(Invalid, match="Others are publishing"):
        publish_bulletin(acting(vera))
    assert not Bulletin.objects.exists()
