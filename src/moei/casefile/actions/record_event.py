"""Record what happened in a case. Events are added, never changed; an error is voided by another event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed, changed_many, note
from moei.casefile.folding import refold
from moei.casefile.models import Case, CaseEvent
from moei.engines.protocol import EventKind
from moei.journal.ids import new_id

# A desk's clock may run a little ahead of the server's.
TOLERANCE = timedelta(minutes=2)


@dataclass(frozen=True)
class Happening:
    """An event to record. `data` holds codes and references, never names or words of the person."""

    case: Case
    kind: EventKind
    happened_at: datetime
    data: Mapping[str, object] = field(default_factory=dict)
    precision: CaseEvent.Precision = CaseEvent.Precision.EXACT
    operation: UUID | None = None


def lock_case(case: Case) -> Case:
    """Two people acting on one case do so one after the other; the second sees what the first did."""
    locked: QuerySet[Case] = Case.objects_unchecked.select_for_update()
    return locked.get(pk=case.pk)


@transaction.atomic
def record_events(acting: Acting, happenings: Sequence[Happening], *, fold: bool = True) -> list[CaseEvent]:
    """Add events of one or many cases. The permission belongs to the action that calls this.

    Raises `Invalid` for a time in the future: a clock of the law must not start before something happened.
    """
    for happening in happenings:
        if happening.happened_at > acting.now + TOLERANCE:
            raise Invalid(
                {"happened_at": "This time is in the future. Check the date and the clock of this device."}
            )
    rows = [
        CaseEvent(
            id=new_id(),
            case=happening.case,
            kind=happening.kind.value,
            happened_at=happening.happened_at,
            precision=happening.precision,
            recorded_at=acting.now,
            recorded_by=acting.staff,
            data=dict(happening.data),
            operation=happening.operation,
        )
        for happening in happenings
    ]
    CaseEvent.objects.bulk_create(rows, batch_size=500)
    changed_many(
        acting,
        [
            note(
                acting,
                f"event.{row.kind}",
                case=row.case_id,
                subject=row.case.person_id,
                happened_at=row.happened_at,
                data={"event": str(row.id)},
            )
            for row in rows
        ],
    )
    if fold:
        refold((row.case_id for row in rows), now=acting.now)
    return rows


@transaction.atomic
def void_event(acting: Acting, event: CaseEvent, *, reason: str) -> CaseEvent:
    """An event recorded in error never happened for the protocol; both rows stay for the reader."""
    require(acting, "case.void_event", event.case)
    if not reason.strip():
        raise Invalid({"reason": "Say why this was recorded in error."})
    if CaseEvent.objects.filter(case=event.case, kind=EventKind.VOIDED, data__event=str(event.id)).exists():
        raise Invalid("This event has been voided already.")
    changed(
        acting,
        "event.void_reason",
        case=event.case_id,
        subject=event.case.person_id,
        changes={"reason": (None, reason)},
        data={"event": str(event.id)},
    )
    happening = Happening(event.case, EventKind.VOIDED, acting.now, {"event": str(event.id)})
    return record_events(acting, [happening])[0]
