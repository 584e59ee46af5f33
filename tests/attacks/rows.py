"""What stands in the database, for comparing before and after an attack."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.apps import apps
from django.db import models

# Reading is journalled (with keys made when first needed) and counted, its end is signed, files that leave are written
# down, sessions move: none of it changes what the program holds of anybody.
LIVELY = {
    "access.openedcase",
    "access.tally",
    "journal.entry",
    "journal.head",
    "journal.subjectkey",
    "journal.anchor",
    "leaving.departure",
    "leaving.departurecase",
    "sessions.session",
    "signin.opensession",
    "signin.knowndevice",
    "signin.failedtry",
}
SIGNING_IN = ("last_login", "password", "last_used_at")


def rows(model: type[models.Model]) -> list[dict[str, Any]]:
    found = list(model._base_manager.values())
    return [{name: value for name, value in row.items() if name not in SIGNING_IN} for row in found]


def tables() -> list[type[models.Model]]:
    return [
        model for model in apps.get_models() if model._meta.managed and model._meta.label_lower not in LIVELY
    ]


def contents() -> dict[str, Counter[str]]:
    """Every row of every table as text, by table."""
    return {
        model._meta.label_lower: Counter(repr(sorted(row.items())) for row in rows(model))
        for model in tables()
    }


def changed_tables(before: dict[str, Counter[str]]) -> list[str]:
    after = contents()
    return sorted(name for name in after if after[name] != before[name])
