"""Erasing takes a while: the worker does it, not the request."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django_tasks import task

from moei.retention.actions.carry_out_run import carry_out_run


@task()
def carry_out_in_background(run_id: str) -> None:
    carry_out_run(UUID(run_id), now=datetime.now(UTC))
