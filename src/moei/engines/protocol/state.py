"""What folding a case's events gives: stage, clocks, panel, what may be done now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from moei.engines.protocol.messages import Message, message
from moei.engines.protocol.model import ClockKind


class ClockStatus(StrEnum):
    """`missed`: a ceiling passed, or a floor broken. `ended`: over without blame. `deferred`: the person or
    the panel said "not yet"; never missed."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    ENDED = "ended"
    DEFERRED = "deferred"


@dataclass(frozen=True)
class StageState:
    """A stage that was reached, and when (by `happened_at`)."""

    code: str
    label_key: str
    reached_at: datetime


@dataclass(frozen=True)
class ClockState:
    """A clock of the case. `remaining` is set while it runs or is deferred (negative once a deferred clock's
    date has passed), None otherwise; `extended_by` is the total of the granted extensions."""

    code: str
    kind: ClockKind
    status: ClockStatus
    started_at: datetime | None = None
    due_at: datetime | None = None
    extended_by: timedelta = timedelta(0)
    stopped_at: datetime | None = None
    deferred_until: datetime | None = None
    remaining: timedelta | None = None

    def running_at(self, moment: datetime) -> bool:
        """Whether the clock had started and was neither stopped nor due at that moment."""
        if self.started_at is None or self.due_at is None or moment < self.started_at:
            return False
        return moment < self.due_at and (self.stopped_at is None or moment < self.stopped_at)


@dataclass(frozen=True)
class Allowed:
    """Whether an action may be taken now, by which professions, and if not, why not."""

    action: str
    ok: bool
    reason: Message | None
    who: tuple[str, ...]


@dataclass(frozen=True)
class Signature:
    """A signature the panel kept; an observer's does not count towards the quorum."""

    event: str
    profession: str
    agency: str
    member: str
    outcome: str
    signed_at: datetime
    counts: bool
    dissent_declared: bool


@dataclass(frozen=True)
class Refused:
    """A signature, determination or extension that was recorded but is not taken, and why."""

    event: str
    kind: str
    profession: str
    reason: Message


@dataclass(frozen=True)
class PanelState:
    """The panel of the current round; a "not yet" closes a round and the next starts empty.

    `concluded` is the outcome the signatures carry under the protocol's rule, None while they carry none.
    `dissent` holds the signatures that differ from it, or say that they dissent. `made` is the outcome of the
    final determination, None until there is one.
    """

    quorum: int
    professions: tuple[str, ...]
    must_include: tuple[str, ...]
    observers: tuple[str, ...]
    round: int
    signed: tuple[Signature, ...]
    missing: tuple[str, ...]
    concluded: str | None
    dissent: tuple[Signature, ...]
    made: str | None
    closed_because: Message | None

    @property
    def open(self) -> bool:
        """Whether signatures may be given now."""
        return self.closed_because is None

    @property
    def complete(self) -> bool:
        """Whether the quorum is there, with everyone it must include, and the signatures carry an outcome."""
        return self.concluded is not None

    def may_sign(self, profession: str, member: str = "") -> Message | None:
        """Why this profession (and member) may not sign now, None when it may."""
        return self.closed_because or self.seat_taken(profession, member)

    def seat_taken(self, profession: str, member: str = "") -> Message | None:
        """Why there is no seat for this profession or member in this round, None when there is one."""
        if profession not in self.professions and profession not in self.observers:
            return message("profession_not_on_panel", profession=profession)
        if any(signature.profession == profession for signature in self.signed):
            return message("profession_already_signed", profession=profession)
        if member and any(signature.member == member for signature in self.signed):
            return message("member_already_signed", member=member)
        return None


@dataclass(frozen=True)
class CaseState:
    """The state of a case at a moment. `stage` is None before the first event that reaches one; `child` is
    None before registration, then True unless the person was shown to be an adult; `requires` are the duties
    that follow (towards a child, from an outcome), `refused` the events that are not taken, `warnings` what
    somebody should look at."""

    protocol_version: str
    now: datetime
    stage: StageState | None
    stages: tuple[StageState, ...]
    clocks: tuple[ClockState, ...]
    panel: PanelState
    allowed: tuple[Allowed, ...]
    child: bool | None
    requires: tuple[Message, ...]
    refused: tuple[Refused, ...]
    warnings: tuple[Message, ...]

    def clock(self, code: str) -> ClockState:
        """The clock of that code; KeyError when the protocol has none."""
        for clock in self.clocks:
            if clock.code == code:
                return clock
        raise KeyError(code)

    def may(self, action: str) -> Allowed:
        """Whether that action may be taken now; an action the protocol does not know may not."""
        for allowed in self.allowed:
            if allowed.action == action:
                return allowed
        return Allowed(action, False, message("action_unknown", action=action), ())
