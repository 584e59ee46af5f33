"""Needs that stand, of each person with all who were joined into them: what either file says is seen to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from moei.casefile.models import Need


def standing_needs(*codes: str) -> QuerySet[Any, Any]:
    """Needs that have not ended; `stands` is the person in whose file they are shown."""
    found = Need.objects.filter(ended_at__isnull=True)
    if codes:
        found = found.filter(code__in=codes)
    return found.annotate(stands=Coalesce(F("person__merged_into_id"), F("person_id")))


def needs_of(person_ids: Collection[UUID]) -> defaultdict[UUID, list[Need]]:
    """Person -> their needs, the oldest first, each once. One query; a person who was joined into another has none."""
    found: defaultdict[UUID, list[Need]] = defaultdict(list)
    theirs = Q(person__in=person_ids, person__merged_into=None) | Q(person__merged_into__in=person_ids)
    for need in standing_needs().filter(theirs).order_by("noted_at", "id"):
        needs = found[need.stands]
        if need.code not in {other.code for other in needs}:
            needs.append(need)
    return found
