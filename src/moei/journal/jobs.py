"""The worker's part: sign the head every hour, send what waits, whoever is at the desks.

Each run first puts the next one into the queue, so that a run that is cut off does not end the chain of runs.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from moei.journal.sending import send_due, sign_if_due

EVERY = timedelta(minutes=5)
KEPT = timedelta(hours=6)


@task()
def keep_anchored() -> None:
    """Sign when an hour has passed, send what is due, forget runs of long ago."""
    start_keeping(after=EVERY)
    now = datetime.now(UTC)
    DBTaskResult.objects.finished().filter(
        task_path=keep_anchored.module_path, finished_at__lt=now - KEPT
    ).delete()
    try:
        sign_if_due(now)
    finally:
        send_due(now)


def start_keeping(after: timedelta = timedelta(0)) -> None:
    """Make sure that exactly one run waits: called when the server starts and by each run."""
    waiting = DBTaskResult.objects.filter(task_path=keep_anchored.module_path, status=TaskResultStatus.READY)
    if not waiting.exists():
        keep_anchored.using(run_after=datetime.now(UTC) + after).enqueue()
