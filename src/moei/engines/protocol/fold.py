"""Fold the events of a case into its state: a pure function of the set of events and of `now`.

Events are taken in the order in which they happened; in which order they arrive makes no difference. An event
that was voided never happened. An event counts whatever `now` is; `now` only moves the clocks.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from moei.engines.protocol.calendar import calendar_of
from moei.engines.protocol.clocks import Deferral, Findings, fold_clock, refuse_unknown_extensions
from moei.engines.protocol.events import KIND_ORDER, Event, EventKind
from moei.engines.protocol.messages import Message, message
from moei.engines.protocol.model import Action, Protocol
from moei.engines.protocol.panel import Walk, order_problem, panel_closed, panel_state, why_not_concluded
from moei.engines.protocol.state import (
    Allowed,
    CaseState,
    ClockState,
    ClockStatus,
    PanelState,
    StageState,
)

_DETERMINATION = (EventKind.DETERMINATION_SIGNED, EventKind.DETERMINATION_MADE)


def fold(
    protocol: Protocol,
    events: Iterable[Event],
    now: datetime,
    *,
    time_zone: str = "",
    holidays: Collection[date] = (),
) -> CaseState:
    """The state of a case at `now` (aware) from all its events, in any order.

    `time_zone` is the site's ("" means the protocol's own); `holidays` matter only to clocks in working days.
    Raises ValueError when `now` has no time zone or two different events share an id.
    """
    if now.utcoffset() is None:
        raise ValueError("now has no time zone: pass an aware datetime")
    calendar = calendar_of(protocol, time_zone, holidays)
    findings = Findings([], [])
    ordered = _in_order(events, findings)
    _check_times(ordered, now, findings)
    child = _child(ordered)

    # The clocks that guard a decision depend on no decision (a rule of every protocol), so they come first.
    before = [event for event in ordered if event.kind not in _DETERMINATION]
    unheard = Findings([], [])
    guards = {
        clock.code: fold_clock(clock, before, (), calendar, now, unheard)
        for clock in protocol.clocks
        if clock.guards.value
    }
    walk = Walk(protocol, calendar, child, guards, findings)
    for event in ordered:
        walk.take(event)

    clocks = tuple(
        fold_clock(clock, walk.effective, walk.deferrals, calendar, now, findings)
        for clock in protocol.clocks
    )
    refuse_unknown_extensions(protocol, walk.effective, findings)
    panel = panel_state(protocol, walk, panel_closed(protocol, walk))
    stages = _stages(protocol, walk.effective)
    if not walk.made and EventKind.CLOSED not in walk.done:
        findings.warnings.extend(_deferrals_over(walk.deferrals, now))
    findings.warnings.extend(_expected(protocol, walk))
    return CaseState(
        protocol_version=protocol.version,
        now=now,
        stage=stages[-1] if stages else None,
        stages=stages,
        clocks=clocks,
        panel=panel,
        allowed=tuple(
            _allowed(protocol, action, walk, clocks, panel) for action in protocol.actions.values()
        ),
        child=child,
        requires=_requires(protocol, walk),
        refused=tuple(findings.refused),
        warnings=tuple(findings.warnings),
    )


def may_record(
    protocol: Protocol,
    events: Iterable[Event],
    event: Event,
    now: datetime,
    *,
    profession: str = "",
    time_zone: str = "",
    holidays: Collection[date] = (),
) -> Message | None:
    """Why this event may not be added to a case, None when it may: call it before recording.

    Refuses what the state does not allow, a profession that may not do it (`profession` "" is not checked),
    and anything that would make the fold refuse this event or one that it took before (a signature dated
    before another of the same profession, for example).
    """
    known = list(events)
    before = fold(protocol, known, now, time_zone=time_zone, holidays=holidays)
    allowed = before.may(event.kind)
    action = protocol.actions.get(event.kind)
    if profession and action and profession not in action.who.value:
        return message("profession_may_not", profession=profession, who=", ".join(action.who.value))
    if event.kind == EventKind.DETERMINATION_SIGNED:
        taken = before.panel.may_sign(event.text("profession"), event.text("member"))
        if taken:
            return taken
    if not allowed.ok:
        return allowed.reason
    if event.kind == EventKind.VOIDED:
        # A mistake may always be voided, whatever rested on it; the state then shows what no longer holds.
        there = any(old.id == event.text("event") and old.kind != EventKind.VOIDED for old in known)
        return None if there else message("void_unknown", event=event.id, target=event.text("event"))
    after = fold(protocol, [*known, event], now, time_zone=time_zone, holidays=holidays)
    old = {refused.event for refused in before.refused}
    return next((refused.reason for refused in after.refused if refused.event not in old), None)


def _in_order(events: Iterable[Event], findings: Findings) -> list[Event]:
    """The events that happened, in order: without voided ones, voidings and unknown kinds."""
    by_id: dict[str, Event] = {}
    for event in events:
        if by_id.setdefault(event.id, event) != event:
            raise ValueError(f"two different events share the id {event.id}")
    ordered = sorted(
        by_id.values(),
        key=lambda event: (event.happened_at, KIND_ORDER.get(event.kind, -1), event.recorded_at, event.id),
    )
    voided: set[str] = set()
    for event in ordered:
        if event.kind != EventKind.VOIDED:
            continue
        target = by_id.get(event.text("event"))
        if target is None:
            findings.warnings.append(message("void_unknown", event=event.id, target=event.text("event")))
        elif target.kind == EventKind.VOIDED:
            findings.warnings.append(message("void_of_void", event=event.id))
        else:
            voided.add(target.id)
    kept = []
    for event in ordered:
        if event.id in voided or event.kind == EventKind.VOIDED:
            continue
        if event.kind not in KIND_ORDER:
            findings.warnings.append(message("unknown_kind", event=event.id, kind=event.kind))
            continue
        kept.append(event)
    return kept


def _check_times(ordered: Sequence[Event], now: datetime, findings: Findings) -> None:
    for event in ordered:
        if event.happened_at > event.recorded_at:
            findings.warnings.append(message("happened_after_recorded", kind=event.kind, event=event.id))
    newest = max((event.recorded_at for event in ordered), default=now)
    if newest > now:
        findings.warnings.append(message("clock_moved_back", now=now.isoformat(), newest=newest.isoformat()))


def _child(ordered: Sequence[Event]) -> bool | None:
    """Whether the person is treated as a child: unless the last registration says that they are not (P09)."""
    registered = [event for event in ordered if event.kind == EventKind.REGISTERED]
    return registered[-1].data.get("child") is not False if registered else None


def _stages(protocol: Protocol, effective: Sequence[Event]) -> tuple[StageState, ...]:
    reached: dict[str, int] = {}
    found = []
    for stage in protocol.stages:
        if stage.after and stage.after not in reached:
            continue
        start = reached[stage.after] if stage.after else 0
        for place, event in enumerate(effective[start:], start):
            if event.kind in stage.reached_by.value:
                reached[stage.code] = place
                found.append(StageState(stage.code, stage.label_key, event.happened_at))
                break
    return tuple(found)


def _deferrals_over(deferrals: Sequence[Deferral], now: datetime) -> list[Message]:
    return [
        message("deferral_over", until=deferral.until.isoformat())
        for deferral in deferrals
        if deferral.until and not deferral.lifted_at and deferral.until <= now
    ]


def _expected(protocol: Protocol, walk: Walk) -> list[Message]:
    outcome = protocol.outcome(walk.made) if walk.made else None
    if outcome is None:
        return []
    missing = [kind for kind in outcome.expects.value if kind not in walk.done]
    return [message("expected_event", outcome=outcome.code, needed=kind) for kind in missing]


def _requires(protocol: Protocol, walk: Walk) -> tuple[Message, ...]:
    required = []
    if walk.child:
        for duty in protocol.child_duties:
            required.append(message("child_duty", code=duty.code, duty=duty.text.value["en"]))
    outcome = protocol.outcome(walk.made) if walk.made else None
    if outcome:
        required.append(message("outcome_duty", code=outcome.code, duty=outcome.duty.value))
    return tuple(required)


def _allowed(
    protocol: Protocol, action: Action, walk: Walk, clocks: Sequence[ClockState], panel: PanelState
) -> Allowed:
    reason = _why_not(protocol, action, walk, clocks, panel)
    who = action.who.value
    if action.kind == EventKind.DETERMINATION_SIGNED:
        who = tuple(profession for profession in who if panel.may_sign(profession) is None)
    return Allowed(action.kind, reason is None, reason, who)


def _why_not(
    protocol: Protocol, action: Action, walk: Walk, clocks: Sequence[ClockState], panel: PanelState
) -> Message | None:
    if action.kind in _DETERMINATION and walk.made:
        return message("panel_decided", outcome=walk.made)
    if action.once.value and action.kind in walk.done:
        return message("already_recorded", action=action.kind)
    unmet = order_problem(action, walk.done, walk.child)
    if unmet:
        return unmet
    for clock, state in zip(protocol.clocks, clocks, strict=True):
        if state.status is ClockStatus.RUNNING and state.due_at and action.kind in clock.guards.value:
            return message("clock_guards", clock=clock.code, due=state.due_at.isoformat())
    if action.kind == EventKind.DETERMINATION_MADE and not panel.complete:
        return why_not_concluded(protocol.panel, walk.signed)
    if action.kind == EventKind.CLOCK_EXTENDED and not any(
        state.status in (ClockStatus.RUNNING, ClockStatus.DEFERRED) and clock.extended_by.value
        for clock, state in zip(protocol.clocks, clocks, strict=True)
    ):
        return message("no_clock_to_extend")
    return None
