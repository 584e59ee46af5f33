"""Erasing takes a while: the worker does it, not the request. And each day it tells of backups past their end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from moei.retention.actions.carry_out_run import carry_out_run
from moei.retention.actions.tell_of_backups import tell_of_backups

EVERY = timedelta(days=1)


@task()
def carry_out_in_background(run_id: str) -> None:
    carry_out_run(UUID(run_id), now=datetime.now(UTC))


@task()
def remind() -> None:
    """As `journal.jobs`: the next run is put into the queue first, so that one that is cut off is not the last."""
    start_reminding(after=EVERY)
    tell_of_backups(now=datetime.now(UTC))


def start_reminding(after: timedelta = timedelta(0)) -> None:
    """Make sure that exactly one run waits: called when the server starts and by each run."""
    waiting = DBTaskResult.objects.filter(task_path=remind.module_path, status=TaskResultStatus.READY)
    if not waiting.exists():
        remind.using(run_after=datetime.now(UTC) + after).enqueue()
