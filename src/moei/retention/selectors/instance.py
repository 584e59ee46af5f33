"""What is due and belongs to no release: records of signing in, ended sessions, results of background work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult

from moei.retention.rules import Rule, Rules
from moei.signin.models import FailedTry, KnownDevice, Notice, OpenSession

_SIGN_IN = (
    (FailedTry, "at"),
    (Notice, "happened_at"),
    (KnownDevice, "last_used_at"),
    (OpenSession, "last_seen_at"),
)


def instance_rows(rule: Rule, *, now: datetime) -> list[QuerySet[Any]]:
    """The rows that the rule would erase now."""
    if rule.after is None:
        return []
    before = rule.after.before(now)
    if rule.what == "sign_in":
        return [model._default_manager.filter(**{f"{column}__lte": before}) for model, column in _SIGN_IN]
    if rule.what == "session":
        return [Session.objects.filter(expire_date__lte=before)]
    if rule.what == "task":
        return [DBTaskResult.objects.filter(finished_at__lte=before)]
    return []


def instance_due(rules: Rules, *, now: datetime) -> Iterator[tuple[Rule, int]]:
    for rule in rules.rules:
        number = sum(rows.count() for rows in instance_rows(rule, now=now))
        if number:
            yield rule, number
