"""The worker signs every hour by itself, and goes on when a run was cut off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from moei.journal import jobs
from moei.journal.models import Anchor
from moei.journal.record import Note, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _queue_in_the_database(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def waiting() -> int:
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY).count()


def work() -> None:
    """One round of the worker that `moei serve` starts."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_p19_the_worker_signs_and_puts_its_next_run_into_the_queue(now):
    record(Note("thing.done"), now=now)
    jobs.start_keeping()
    work()
    assert Anchor.objects.count() == 1
    [following] = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    assert timedelta(minutes=4) < following.run_after - datetime.now(UTC) <= jobs.EVERY


def test_starting_twice_leaves_one_run_waiting(db):
    jobs.start_keeping()
    jobs.start_keeping()
    assert waiting() == 1


def test_p19_a_run_that_fails_is_not_the_last_one(db, monkeypatch):
    def broken(_now):
        raise OSError

    monkeypatch.setattr(jobs, "sign_if_due", broken)
    with pytest.raises(OSError):
        jobs.keep_anchored.func()
    assert waiting() == 1


def test_runs_of_long_ago_are_forgotten(db):
    jobs.start_keeping()
    DBTaskResult.objects.update(
        status=TaskResultStatus.SUCCESSFUL, finished_at=datetime.now(UTC) - timedelta(days=1)
    )
    jobs.keep_anchored.func()
    assert DBTaskResult.objects.count() == 1 and waiting() == 1
