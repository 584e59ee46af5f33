"""Fold the events of a case into its state: a pure function of the set of events and of `now`."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from moei.engines.protocol.events import Event
from moei.engines.protocol.model import Protocol
from moei.engines.protocol.state import CaseState


def fold(
    protocol: Protocol,
    events: Iterable[Event],
    now: datetime,
    *,
    time_zone: str = "",
    holidays: Collection[date] = (),
) -> CaseState:
    """The state of a case at `now` (aware)."""
    raise NotImplementedError
