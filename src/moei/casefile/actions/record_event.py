"""Record what happened in a case. Events are added, never changed; an error is voided by another event."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed, changed_many, note
from moei.casefile.folding import joined_into, refold, standing_for
from moei.casefile.models import Case, CaseEvent
from moei.engines.protocol import EventKind
from moei.journal.ids import new_id

# A desk's clock may run a little ahead of the server's.
TOLERANCE = timedelta(minutes=2)

# What somebody signed is withdrawn by who signed it, at the desk where it was signed; a void is not voided.
_NEVER_VOIDED = frozenset({EventKind.DETERMINATION_SIGNED, EventKind.DETERMINATION_MADE, EventKind.VOIDED})
# What the crossing records may be voided by who registers; all that follows is part of the screening.
_OF_THE_CROSSING = frozenset(
    {
        EventKind.REPORTED,
        EventKind.LISTED,
        EventKind.HANDED_OVER,
        EventKind.ARRIVED,
        EventKind.REGISTERED,
    }
)


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
    locked: QuerySet[Case] = Case.objects_unchecked.select_for_update(no_key=True)
    return locked.get(pk=case.pk)


def lock_cases_of(person_ids: Collection[UUID]) -> list[Case]:
    """Lock the cases of several persons, in one order, so that two who need the same ones cannot wait for each other.

    Whoever changes several cases calls this before the first entry in the journal: the journal's head is the last
    lock that anybody takes, and whoever holds it must not wait for a case that somebody else holds.
    """
    ids = sorted(set(person_ids), key=str)
    found: list[Case] = []
    for start in range(0, len(ids), 500):
        rows = Case.objects_unchecked.filter(person_id__in=ids[start : start + 500])
        found += rows.order_by("pk").select_for_update(no_key=True)
    return found


def lock_together(person_ids: Collection[UUID]) -> set[UUID]:
    """Lock the cases of these persons and of all who are joined with them; returns those persons.

    What concerns a joined file is changed by one at a time, whichever of the files it is done from.
    """
    locked: set[UUID] = set()
    while True:
        together = set(person_ids) | standing_for(person_ids)
        together = {person for group in joined_into(list(together)).values() for person in group}
        if together <= locked:
            return together
        # At the first look, and when somebody joined or took apart others while this waited.
        locked |= together
        lock_cases_of(locked)


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
    # Their caches are written below, behind the journal's head.
    lock_cases_of([happening.case.person_id for happening in happenings])
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


def may_be_voided(event: CaseEvent, allows: Callable[[str], bool]) -> bool:
    """Whether somebody of whom `allows` knows the rights may void it: what was signed, and what a list brings, never."""
    return (
        event.kind not in _NEVER_VOIDED
        and event.data.get("from") != "lists"
        and all(allows(action) for action in _needed_to_void(event))
    )


def _needed_to_void(event: CaseEvent) -> tuple[str, ...]:
    needed = ("case.void_event",)
    return needed if event.kind in _OF_THE_CROSSING else (*needed, "screening.record")


@transaction.atomic
def void_event(acting: Acting, event: CaseEvent, *, reason: str) -> CaseEvent:
    """An event recorded in error never happened for the protocol; both rows stay for the reader.

    It needs the right to record such an event. Raises `Invalid` for a signature, a determination and a void.
    """
    for action in _needed_to_void(event):
        require(acting, action, event.case)
    if event.kind in _NEVER_VOIDED:
        raise Invalid("This is not voided here: only who signed may withdraw a signature, and says why.")
    if event.data.get("from") == "lists":
        raise Invalid("This comes from a list. Undo the list, or say who the record is about.")
    if not reason.strip():
        raise Invalid({"reason": "Say why this was recorded in error."})
    lock_case(event.case)
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
