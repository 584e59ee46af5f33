"""Record that the preliminary screening took place. It stops the protocol's first clock and concludes nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.apply_once import applied_before
from moei.casefile.models import Case
from moei.desks.screening.models import PreliminaryScreening
from moei.desks.screening.recording import ask_protocol, locked, record
from moei.engines.protocol import EventKind
from moei.journal.ids import new_id


@transaction.atomic
def record_screening(
    acting: Acting,
    case: Case,
    *,
    note: str = "",
    happened_at: datetime | None = None,
    operation: UUID | None = None,
) -> PreliminaryScreening:
    """`note` is what was seen and heard; `happened_at` when it was done, if not just now."""
    require(acting, "screening.record", case)
    held = locked(acting, case)
    screening_id = new_id()
    said = {"note": note.strip(), "happened_at": happened_at}
    done = applied_before(acting, operation, "screening.record", held.case, said, makes=screening_id)
    if done:
        return PreliminaryScreening.objects.get(pk=done)
    data = {"screening": str(screening_id)}
    ask_protocol(acting, held, EventKind.SCREENING_RECORDED, data, happened_at=happened_at)
    record(
        acting, held.case, EventKind.SCREENING_RECORDED, data, happened_at=happened_at, operation=operation
    )
    screening = PreliminaryScreening.objects.create(
        id=screening_id,
        case=held.case,
        note=note.strip(),
        happened_at=happened_at or acting.now,
        recorded_at=acting.now,
        staff=acting.staff,
    )
    if screening.note:
        changed(
            acting,
            "screening.noted",
            case=held.case.id,
            subject=held.case.person_id,
            changes={"note": (None, screening.note)},
            data=data,
        )
    return screening
