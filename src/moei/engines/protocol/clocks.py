"""The clocks of a case: when each started, when it is due, and whether it was met.

A deferral ("not yet") suspends a ceiling that may be deferred, from the moment it was said until somebody
lifts it by going on; a suspended clock is never missed. A floor or an entitlement is the person's time: only
the person's own acts stop it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from moei.engines.protocol.calendar import Calendar
from moei.engines.protocol.events import Event, EventKind
from moei.engines.protocol.messages import WHY_NO_EXTENSION, Message, message
from moei.engines.protocol.model import Clock, ClockKind, Length, Protocol, Unit
from moei.engines.protocol.state import ClockState, ClockStatus, Refused

NO_TIME = timedelta(0)


@dataclass(frozen=True)
class Deferral:
    """A "not yet": from when, until when it was agreed (None: open), for which clocks (empty: all that may be
    deferred), and when somebody went on (None: still deferred)."""

    event: str
    at: datetime
    until: datetime | None
    clocks: tuple[str, ...]
    lifted_at: datetime | None = None

    def holds_at(self, moment: datetime) -> bool:
        """Whether the person had been given time at that moment."""
        if moment < self.at or (self.lifted_at is not None and moment >= self.lifted_at):
            return False
        return self.until is None or moment < self.until


@dataclass(frozen=True)
class _Due:
    at: datetime
    extended_by: timedelta
    deferred: tuple[Deferral, ...]
    """The deferrals that suspend the clock still; empty when it runs."""


@dataclass
class Findings:
    """What folding came upon: extensions that are not taken, and warnings."""

    refused: list[Refused]
    warnings: list[Message]


def fold_clock(
    clock: Clock,
    events: Sequence[Event],
    deferrals: Sequence[Deferral],
    calendar: Calendar,
    now: datetime,
    findings: Findings,
) -> ClockState:
    """The state of one clock. `events` are the effective events in order."""
    kind = clock.kind.value
    started = _first(events, clock.start.value)
    extensions = [
        event
        for event in events
        if event.kind == EventKind.CLOCK_EXTENDED and event.text("clock") == clock.code
    ]
    if started is None:
        for extension in extensions:
            _refuse(findings, extension, clock.code, "not_started")
        return ClockState(clock.code, kind, ClockStatus.NOT_STARTED)
    later = events[events.index(started) + 1 :]
    # What a ceiling asks for may have been done before it started; nobody can use up the person's time early.
    stop = _first(events if kind is ClockKind.CEILING else later, clock.stop.value)
    end = _first(later, clock.ends.value)
    over = min((event.happened_at for event in (stop, end) if event), default=None)
    due = _due(clock, started.happened_at, over, extensions, deferrals, calendar, findings)
    if stop and stop.happened_at < started.happened_at:
        findings.warnings.append(message("stop_before_start", clock=clock.code))
    broken = _guard_breakers(clock, later, started.happened_at, due.at, over)
    for event in broken:
        findings.warnings.append(
            message("guard_broken", kind=event.kind, clock=clock.code, due=due.at.isoformat())
        )
    if kind is ClockKind.CEILING:
        status = _ceiling_status(clock, stop, end, due, now, findings)
    else:
        status = _protected_status(kind, bool(broken), over, due.at, now)
    deferred_until = None
    if status is ClockStatus.DEFERRED and all(deferral.until for deferral in due.deferred):
        deferred_until = max(deferral.until for deferral in due.deferred if deferral.until)
    remaining = None
    if status is ClockStatus.RUNNING:
        remaining = due.at - now
    elif deferred_until:
        remaining = deferred_until - now
    return ClockState(
        code=clock.code,
        kind=kind,
        status=status,
        started_at=started.happened_at,
        due_at=due.at,
        extended_by=due.extended_by,
        stopped_at=over,
        deferred_until=deferred_until,
        remaining=remaining,
    )


def _first(events: Sequence[Event], kinds: Sequence[str]) -> Event | None:
    return next((event for event in events if event.kind in kinds), None)


def _due(
    clock: Clock,
    start: datetime,
    over: datetime | None,
    extensions: Sequence[Event],
    deferrals: Sequence[Deferral],
    calendar: Calendar,
    findings: Findings,
) -> _Due:
    plain = due = calendar.advance(start, clock.length.value)
    suspending = [deferral for deferral in deferrals if _suspends(deferral, clock, start)]
    still: list[Deferral] = []
    suspended_to = start
    steps: list[tuple[datetime, Deferral | Event]] = [(deferral.at, deferral) for deferral in suspending]
    steps += [(event.happened_at, event) for event in extensions]
    for at, step in sorted(steps, key=lambda pair: pair[0]):
        if isinstance(step, Deferral):
            if at > due and not still:
                continue  # it was missed already: a later "not yet" does not undo that
            if step.lifted_at is None:
                still.append(step)
            else:
                span = step.lifted_at - max(at, suspended_to)
                plain, due, suspended_to = plain + span, due + span, step.lifted_at
            continue
        longer, why = _extended(clock, step, start, over, None if still else due, due, plain, calendar)
        if why:
            _refuse(findings, step, clock.code, why)
        else:
            due = longer
    return _Due(due, due - plain, tuple(still))


def _suspends(deferral: Deferral, clock: Clock, start: datetime) -> bool:
    if not clock.deferrable.value or (deferral.clocks and clock.code not in deferral.clocks):
        return False
    given_up = [moment for moment in (deferral.lifted_at, deferral.until) if moment is not None]
    # A "not yet" that was over before the clock started has nothing to do with it.
    return deferral.at >= start or not any(moment <= start for moment in given_up)


def _extended(
    clock: Clock,
    event: Event,
    start: datetime,
    over: datetime | None,
    deadline: datetime | None,
    due: datetime,
    plain: datetime,
    calendar: Calendar,
) -> tuple[datetime, str]:
    """The due time after an extension, and why it is not taken ("" when it is)."""
    longest = clock.extended_at_most
    if longest is None or event.text("by") not in clock.extended_by.value:
        return due, "office"
    if not event.text("reason"):
        return due, "reason"
    if event.happened_at < start:
        return due, "not_started"
    if over is not None and event.happened_at >= over:
        return due, "stopped"
    if deadline is not None and event.happened_at > deadline:
        return due, "after_due"
    longer = _asked_for(event, due, clock.length.value.unit, calendar)
    if longer is None or longer <= due:
        return due, "amount"
    if longer > calendar.advance(plain, longest.value):
        return due, "too_long"
    return longer, ""


def _asked_for(event: Event, due: datetime, unit: Unit, calendar: Calendar) -> datetime | None:
    given = [name for name in ("hours", "days", "until") if name in event.data]
    if len(given) != 1:
        return None
    if given == ["until"]:
        return calendar.moment(event.text("until"))
    amount = event.data[given[0]]
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount < 100_000:
        return None
    if given == ["hours"]:
        return due + timedelta(hours=amount)
    days = Unit.WORKING_DAYS if unit is Unit.WORKING_DAYS else Unit.CALENDAR_DAYS
    return calendar.advance(due, Length(amount, days))


def _refuse(findings: Findings, event: Event, clock: str, why: str) -> None:
    reason = message("extension_refused", event=event.id, clock=clock, why=WHY_NO_EXTENSION[why])
    findings.refused.append(Refused(event.id, event.kind, "", reason))
    findings.warnings.append(reason)


def refuse_unknown_extensions(protocol: Protocol, events: Sequence[Event], findings: Findings) -> None:
    """Refuse the extensions of clocks the protocol does not have."""
    for event in events:
        if event.kind == EventKind.CLOCK_EXTENDED and protocol.clock(event.text("clock")) is None:
            _refuse(findings, event, event.text("clock"), "no_clock")


def _guard_breakers(
    clock: Clock, later: Sequence[Event], start: datetime, due: datetime, over: datetime | None
) -> list[Event]:
    protected_to = due if over is None else min(due, over)
    return [
        event
        for event in later
        if event.kind in clock.guards.value and start <= event.happened_at < protected_to
    ]


def _ceiling_status(
    clock: Clock, stop: Event | None, end: Event | None, due: _Due, now: datetime, findings: Findings
) -> ClockStatus:
    if stop and (end is None or stop.happened_at <= end.happened_at):
        if not due.deferred and stop.happened_at > due.at:
            return ClockStatus.MISSED
        if not due.deferred and stop.recorded_at > due.at:
            findings.warnings.append(message("recorded_after_due", clock=clock.code))
        return ClockStatus.MET
    if end:
        return ClockStatus.ENDED if due.deferred or end.happened_at <= due.at else ClockStatus.MISSED
    if due.deferred:
        return ClockStatus.DEFERRED
    return ClockStatus.RUNNING if now <= due.at else ClockStatus.MISSED


def _protected_status(
    kind: ClockKind, broken: bool, over: datetime | None, due: datetime, now: datetime
) -> ClockStatus:
    if kind is ClockKind.FLOOR and broken:
        return ClockStatus.MISSED
    if over is not None and over < due:
        return ClockStatus.ENDED
    if now < due:
        return ClockStatus.RUNNING
    return ClockStatus.MET if kind is ClockKind.FLOOR else ClockStatus.ENDED
