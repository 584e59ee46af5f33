"""One event of the screening desk: what the protocol says to it, and its recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from moei.access.acting import Acting, Invalid
from moei.casefile.actions.record_event import TOLERANCE, Happening, lock_case, record_events
from moei.casefile.folding import as_event, as_to_age, events_of, fold_case, joined_into, protocol
from moei.casefile.models import Case, CaseEvent
from moei.desks.screening.words import words
from moei.engines.protocol import CaseState, Event, EventKind, Protocol, may_record
from moei.engines.protocol.events import Datum
from moei.journal.ids import new_id


@dataclass(frozen=True)
class Locked:
    """A case that nobody else changes until the transaction ends, with its events."""

    case: Case
    protocol: Protocol
    events: list[Event]

    def served_last(self, acting: Acting) -> Acting:
        """Whoever waited for the lock acts after those they waited for, though they may have begun before them.

        Events are in the order of their times: a determination dated before its last signature would not count.
        """
        newest = max((event.recorded_at for event in self.events), default=acting.now)
        return acting if newest <= acting.now else replace(acting, now=newest)

    def state(self, now: datetime) -> CaseState:
        return fold_case(self.case, self.events, now=now)


def people_of(case: Case) -> set[UUID]:
    """The person of a case and whoever turned out to be the same: what either said or had signed is read together."""
    return joined_into([case.person_id])[case.person_id]


def locked(acting: Acting, case: Case) -> Locked:
    """Locks the case and reads its events. Refuses while this machine's clock stands before them."""
    kept = lock_case(case)
    events = as_to_age(kept, [as_event(row) for row in events_of(kept)])
    newest = max((event.recorded_at for event in events), default=acting.now)
    if newest > acting.now + TOLERANCE:
        raise Invalid(
            "The clock of this machine stands before the newest entry of the case. Have the clock put right, then go on."
        )
    return Locked(kept, protocol(kept.protocol), events)


def ask_protocol(
    acting: Acting,
    held: Locked,
    kind: EventKind,
    data: Mapping[str, Datum],
    *,
    happened_at: datetime | None = None,
    profession: bool = True,
) -> Event:
    """The event as it would stand, if the protocol takes it now. Raises `Invalid` with its words if not."""
    event = Event(str(new_id()), kind.value, happened_at or acting.now, acting.now, data)
    who = acting.staff.profession if profession else ""
    if profession and not who:
        raise Invalid(
            "Your account names no profession, and the protocol asks for one. Ask your administrator."
        )
    zone = held.case.site.time_zone
    why = may_record(held.protocol, held.events, event, acting.now, profession=who, time_zone=zone)
    if why is not None:
        raise Invalid(words(why, held.protocol))
    return event


def record(
    acting: Acting,
    case: Case,
    kind: EventKind,
    data: Mapping[str, Datum],
    *,
    happened_at: datetime | None = None,
    operation: UUID | None = None,
) -> CaseEvent:
    """Records what `ask_protocol` let pass."""
    return record_events(
        acting, [Happening(case, kind, happened_at or acting.now, data, operation=operation)]
    )[0]
