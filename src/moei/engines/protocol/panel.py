"""The panel: who signed, what the signatures carry under the protocol's rule, which are not taken and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from moei.engines.protocol.calendar import Calendar
from moei.engines.protocol.clocks import Deferral, Findings
from moei.engines.protocol.events import Event, EventKind
from moei.engines.protocol.messages import Message, message
from moei.engines.protocol.model import (
    NEGATIVE_DETERMINATION,
    Action,
    Conclusion,
    OutcomeKind,
    Panel,
    Protocol,
)
from moei.engines.protocol.state import ClockState, PanelState, Refused, Signature


@dataclass
class Walk:
    """What going through a case's events in order gives: the events that count, the deferrals, the panel."""

    protocol: Protocol
    calendar: Calendar
    child: bool | None
    guards: Mapping[str, ClockState]
    findings: Findings
    effective: list[Event] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    deferrals: list[Deferral] = field(default_factory=list)
    signed: list[Signature] = field(default_factory=list)
    round: int = 1
    made: str | None = None

    def take(self, event: Event) -> None:
        """Take the next event: refuse it, let it become a deferral, or count it."""
        action = self.protocol.actions.get(event.kind)
        unmet = order_problem(action, self.done, self.child) if action else None
        refused = self._refusal(event, unmet)
        if refused:
            self._refuse(event, refused)
            return
        if unmet and unmet.code == "needs_first":
            needed = dict(unmet.params)["needed"]
            self.findings.warnings.append(
                message("out_of_order", kind=event.kind, event=event.id, needed=needed)
            )
        if event.kind in self.protocol.deferral_lifted_by.value:
            self.deferrals = [
                deferral if deferral.lifted_at else replace(deferral, lifted_at=event.happened_at)
                for deferral in self.deferrals
            ]
        if event.kind == EventKind.DEFERRED:
            self._defer(event)
        elif event.kind == EventKind.DETERMINATION_SIGNED:
            self.signed.append(self._signature(event))
        elif event.kind == EventKind.DETERMINATION_MADE:
            if self._outcome_kind(event) is OutcomeKind.DEFERRAL:
                # "Not yet" closes this round and opens the next; the case is not determined.
                self._defer(event)
                self.signed, self.round = [], self.round + 1
                return
            self.made = event.text("outcome")
        self.effective.append(event)
        self.done.add(event.kind)

    def _outcome_kind(self, event: Event) -> OutcomeKind | None:
        outcome = self.protocol.outcome(event.text("outcome"))
        return outcome.kind.value if outcome else None

    def _refusal(self, event: Event, unmet: Message | None) -> Message | None:
        if event.kind == EventKind.DETERMINATION_SIGNED:
            return unmet or self._signature_problem(event)
        if event.kind == EventKind.DETERMINATION_MADE:
            return self._determination_problem(event)
        return None

    def _signature_problem(self, event: Event) -> Message | None:
        if self.made:
            return message("panel_decided", outcome=self.made)
        panel = self.protocol.panel
        taken = panel_state(self.protocol, self).seat_taken(event.text("profession"), event.text("member"))
        if taken:
            return taken
        kind = self._outcome_kind(event)
        if kind is None:
            return message("outcome_unknown", outcome=event.text("outcome"))
        if panel.reasons_required.value and not event.text("reasons"):
            return message("reasons_missing")
        if kind is OutcomeKind.NEGATIVE:
            return self._negative_problem(event)
        return None

    def _negative_problem(self, event: Event) -> Message | None:
        if self.protocol.panel.gap_required.value and not (
            event.text("gap_question") and event.text("gap_answer")
        ):
            return message("gap_missing")
        for clock in self.protocol.clocks:
            state = self.guards.get(clock.code)
            if (
                state
                and state.due_at
                and NEGATIVE_DETERMINATION in clock.guards.value
                and state.running_at(event.happened_at)
            ):
                return message("clock_guards", clock=clock.code, due=state.due_at.isoformat())
        for deferral in self.deferrals:
            if deferral.holds_at(event.happened_at):
                until = deferral.until.isoformat() if deferral.until else "…"
                return message("deferred_until", until=until)
        return None

    def _determination_problem(self, event: Event) -> Message | None:
        if self.made:
            return message("panel_decided", outcome=self.made)
        outcome = event.text("outcome")
        if self._outcome_kind(event) is None:
            return message("outcome_unknown", outcome=outcome)
        concluded = conclusion(self.protocol.panel, self.signed)
        if concluded is None:
            return why_not_concluded(self.protocol.panel, self.signed)
        if concluded != outcome:
            return message("outcome_differs", concluded=concluded, outcome=outcome)
        return None

    def _refuse(self, event: Event, why: Message) -> None:
        code = (
            "signature_refused" if event.kind == EventKind.DETERMINATION_SIGNED else "determination_refused"
        )
        profession = event.text("profession")
        self.findings.refused.append(Refused(event.id, event.kind, profession, why))
        fields = {"profession": profession} if code == "signature_refused" else {}
        self.findings.warnings.append(message(code, event=event.id, why=why.text, **fields))

    def _signature(self, event: Event) -> Signature:
        profession = event.text("profession")
        return Signature(
            event=event.id,
            profession=profession,
            agency=event.text("agency"),
            member=event.text("member"),
            outcome=event.text("outcome"),
            signed_at=event.happened_at,
            counts=profession in self.protocol.panel.professions.value,
            dissent_declared=event.data.get("dissent") is True,
        )

    def _defer(self, event: Event) -> None:
        told = event.text("until")
        until = self.calendar.moment(told) if told else None
        if told and until is None:
            self.findings.warnings.append(message("deferral_unreadable", event=event.id))
        named = event.data.get("clocks", [])
        clocks = tuple(str(code) for code in named) if isinstance(named, list) else (str(named),)
        for code in clocks:
            clock = self.protocol.clock(code)
            if clock is None or not clock.deferrable.value:
                self.findings.warnings.append(message("clock_not_deferrable", clock=code))
        self.deferrals.append(Deferral(event.id, event.happened_at, until, clocks))


def order_problem(action: Action, done: set[str], child: bool | None) -> Message | None:
    """Why a kind of event does not fit what was recorded so far, None when it does."""
    needed = [*action.needs.value, *(action.needs_of_adults.value if child is False else ())]
    missing = [kind for kind in needed if kind not in done]
    if missing:
        return message("needs_first", needed=", ".join(missing))
    late = [kind for kind in action.not_after.value if kind in done]
    if late:
        return message("too_late", done=", ".join(late))
    return None


def _counting(signed: Sequence[Signature]) -> list[Signature]:
    return [signature for signature in signed if signature.counts]


def _missing(panel: Panel, signed: Sequence[Signature]) -> tuple[str, ...]:
    there = {signature.profession for signature in signed}
    return tuple(profession for profession in panel.must_include.value if profession not in there)


def conclusion(panel: Panel, signed: Sequence[Signature]) -> str | None:
    """The outcome the signatures carry under the panel's rule, None while they carry none."""
    counting = _counting(signed)
    if len(counting) < panel.quorum.value or _missing(panel, signed):
        return None
    outcomes = [signature.outcome for signature in counting]
    most = max(outcomes, key=outcomes.count)
    needed = len(outcomes) if panel.concludes.value is Conclusion.UNANIMITY else len(outcomes) // 2 + 1
    return most if outcomes.count(most) >= needed else None


def why_not_concluded(panel: Panel, signed: Sequence[Signature]) -> Message:
    """Why the signatures carry no outcome yet."""
    counting = _counting(signed)
    if len(counting) < panel.quorum.value:
        return message("panel_not_complete", signed=len(counting), quorum=panel.quorum.value)
    missing = _missing(panel, signed)
    if missing:
        return message("panel_not_complete_missing", missing=", ".join(missing))
    return message("panel_not_agreed")


def panel_state(protocol: Protocol, walk: Walk, closed_because: Message | None = None) -> PanelState:
    """The panel of the current round of a walk."""
    panel = protocol.panel
    concluded = conclusion(panel, walk.signed)
    dissent = [
        signature
        for signature in walk.signed
        if signature.dissent_declared or (concluded is not None and signature.outcome != concluded)
    ]
    return PanelState(
        quorum=panel.quorum.value,
        professions=panel.professions.value,
        must_include=panel.must_include.value,
        observers=tuple(entry.code for entry in protocol.professions if not entry.counts.value),
        round=walk.round,
        signed=tuple(walk.signed),
        missing=_missing(panel, walk.signed),
        concluded=concluded,
        dissent=tuple(dissent),
        made=walk.made,
        closed_because=closed_because,
    )


def panel_closed(protocol: Protocol, walk: Walk) -> Message | None:
    """Why nobody may sign now, None when the panel is open."""
    if walk.made:
        return message("panel_decided", outcome=walk.made)
    action = protocol.actions.get(EventKind.DETERMINATION_SIGNED)
    if action is None:
        return message("action_unknown", action=EventKind.DETERMINATION_SIGNED)
    return order_problem(action, walk.done, walk.child)
