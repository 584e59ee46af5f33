"""Events without those that were voided, in the database: for counts over many cases at once.

One case file is folded instead (`folding`), which knows what a voiding names.
"""

from __future__ import annotations

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Replace

from moei.casefile.models import CaseEvent


def not_voided(events: QuerySet[CaseEvent]) -> QuerySet[CaseEvent]:
    """These without those that another event of the same case voids."""
    voided = (
        # Only a voiding names an event. Asking for its kind too would lead the database to the wrong index.
        CaseEvent.objects.filter(case=OuterRef("case"))
        .annotate(target=_hex(KeyTextTransform("event", "data")))
        .filter(target=_hex(Cast(OuterRef("pk"), CharField())))
    )
    return events.exclude(Exists(voided))


def _hex(value: Combinable) -> Replace:
    """An id without hyphens: one database keeps UUIDs with them, the other without."""
    return Replace(value, Value("-"), Value(""), output_field=CharField())
