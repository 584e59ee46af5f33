"""Events that lists bring: reported by a family, named on a list, handed over at the crossing.

They follow from the records that are linked to a person. When a record goes elsewhere or its list is undone, the
event is voided; when one comes, it is recorded. What people recorded themselves is never touched here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Min

from moei.access.acting import Acting
from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.folding import refold
from moei.casefile.models import Case, CaseEvent, RecordLink
from moei.engines.protocol import EventKind

# The kind of a list -> the event that being on it is.
BRINGS = {
    "family": EventKind.REPORTED,
    "transferring": EventKind.LISTED,
    "embassy": EventKind.LISTED,
    "documents": EventKind.LISTED,
    "handover": EventKind.HANDED_OVER,
}


def bring_list_events(acting: Acting, person_ids: Collection[UUID]) -> None:
    """Make the events of these persons' cases agree with their records, and fold them anew."""
    ids = list(person_ids)
    for start in range(0, len(ids), 400):
        _bring(acting, ids[start : start + 400])


def _bring(acting: Acting, person_ids: list[UUID]) -> None:
    cases = {case.person_id: case for case in Case.objects_unchecked.filter(person_id__in=person_ids)}
    wanted: defaultdict[UUID, dict[str, datetime]] = defaultdict(dict)
    rows = (
        RecordLink.objects.filter(person_id__in=person_ids, ended_at__isnull=True, record__kind__in=BRINGS)
        .values_list("person_id", "record__kind")
        .annotate(Min("record__happened_at"))
    )
    for person_id, kind, at in rows:
        brought = BRINGS[kind].value
        wanted[person_id][brought] = min(at, wanted[person_id].get(brought, at))
    standing: defaultdict[UUID, dict[str, CaseEvent]] = defaultdict(dict)
    voided: set[str] = set()
    events = CaseEvent.objects.filter(case__person_id__in=person_ids).select_related("case")
    for event in events:
        if event.kind == EventKind.VOIDED:
            voided.add(str(event.data.get("event", "")))
        elif event.data.get("from") == "lists":
            standing[event.case.person_id][str(event.id)] = event
    happenings = []
    for person_id, case in cases.items():
        kept: set[str] = set()
        for event_id, event in standing[person_id].items():
            if event_id in voided:
                continue
            if wanted[person_id].get(event.kind) == event.happened_at and event.kind not in kept:
                kept.add(event.kind)
            else:
                happenings.append(Happening(case, EventKind.VOIDED, acting.now, {"event": event_id}))
        happenings += [
            Happening(case, EventKind(kind), at, {"from": "lists"})
            for kind, at in wanted[person_id].items()
            if kind not in kept
        ]
    record_events(acting, happenings, fold=False)
    refold((case.id for case in cases.values()), now=acting.now)
