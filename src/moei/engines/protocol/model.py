"""A national protocol as data: every value with its source and whether somebody verified it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)
Labels = Mapping[str, str]
"""Language code -> text; `en` is always there, `th` is a draft until a speaker reviewed it."""

NEGATIVE_DETERMINATION = "negative_determination"
"""What a clock may guard besides kinds of events: signing an outcome of kind `negative`."""


class ProtocolError(ValueError):
    """A protocol that cannot be used: which file, which key, what is wrong, what to do about it."""

    def __init__(self, file: str, key: str, problem: str, remedy: str) -> None:
        self.file, self.key, self.problem, self.remedy = file, key, problem, remedy
        super().__init__(f"{file}: {key}: {problem}. {remedy}")


class Unit(StrEnum):
    """What the length of a clock counts."""

    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"


class DayEnds(StrEnum):
    """When the last day of a clock in days is over: at the same local time as the start, or at its midnight
    (then the day of the start is not counted)."""

    SAME_TIME = "same_time"
    END_OF_DAY = "end_of_day"


class ClockKind(StrEnum):
    """`ceiling`: must be done by. `floor`: not before. `entitlement`: the person's own time, which nobody
    but the person may shorten and which is never missed."""

    CEILING = "ceiling"
    FLOOR = "floor"
    ENTITLEMENT = "entitlement"


class OutcomeKind(StrEnum):
    """What an outcome means for the person; a `deferral` is "not yet", an answer in its own right."""

    POSITIVE = "positive"
    UNCLEAR = "unclear"
    NEGATIVE = "negative"
    DEFERRAL = "deferral"


class Conclusion(StrEnum):
    """How a panel that reached its quorum concludes: more than half of the signatures, or all of them."""

    MAJORITY = "majority"
    UNANIMITY = "unanimity"


@dataclass(frozen=True)
class Sourced(Generic[T_co]):
    """A value of a protocol, with where it was read and whether a lawyer of the country verified it."""

    value: T_co
    source: str
    verified: bool
    note: str = ""


@dataclass(frozen=True)
class Length:
    """How long: a positive number of a unit."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.replace('_', ' ')}"


@dataclass(frozen=True)
class Profession:
    """A profession that may act in a case; an observer sits on the panel but does not count."""

    code: str
    labels: Labels
    counts: Sourced[bool]


@dataclass(frozen=True)
class Office:
    """An office that is no profession of the panel but may extend a clock (a court, for example)."""

    code: str
    labels: Labels
    role: Sourced[str]


@dataclass(frozen=True)
class Stage:
    """A stage of a case, reached by the first event of one of `reached_by` that happened at or after the
    stage named `after` (if any)."""

    code: str
    labels: Labels
    reached_by: Sourced[tuple[str, ...]]
    after: str = ""

    @property
    def label_key(self) -> str:
        """Key of the label in an interface catalogue, `stage.arrived`."""
        return f"stage.{self.code}"


@dataclass(frozen=True)
class Clock:
    """A clock: started by the first event of `start`, stopped by the first of `stop`, cut short without
    blame by the first of `ends`; `guards` names what may not happen while it runs (floors, entitlements)."""

    code: str
    labels: Labels
    kind: Sourced[ClockKind]
    length: Sourced[Length]
    start: Sourced[tuple[str, ...]]
    stop: Sourced[tuple[str, ...]]
    ends: Sourced[tuple[str, ...]]
    guards: Sourced[tuple[str, ...]]
    deferrable: Sourced[bool]
    extended_by: Sourced[tuple[str, ...]]
    extended_at_most: Sourced[Length] | None


@dataclass(frozen=True)
class Panel:
    """Who determines: a quorum of professions (1 for a single officer or a magistrate)."""

    quorum: Sourced[int]
    professions: Sourced[tuple[str, ...]]
    must_include: Sourced[tuple[str, ...]]
    concludes: Sourced[Conclusion]
    reasons_required: Sourced[bool]
    gap_required: Sourced[bool]


@dataclass(frozen=True)
class Outcome:
    """An outcome a panel may sign; `expects` names events that should come with it, `duty` what follows."""

    code: str
    labels: Labels
    kind: Sourced[OutcomeKind]
    expects: Sourced[tuple[str, ...]]
    duty: Sourced[str]


@dataclass(frozen=True)
class Action:
    """Who may record a kind of event, what must have happened before (`needs`; `needs_of_adults` does not
    bind for a child), what must not have happened yet (`not_after`)."""

    kind: str
    who: Sourced[tuple[str, ...]]
    needs: Sourced[tuple[str, ...]]
    needs_of_adults: Sourced[tuple[str, ...]]
    not_after: Sourced[tuple[str, ...]]
    once: Sourced[bool]


@dataclass(frozen=True)
class Words:
    """A text of the protocol shown to people (a right, a standard, a duty towards a child), in languages."""

    code: str
    text: Sourced[Labels]


class BeforeReturn(StrEnum):
    """What a protocol may ask for before somebody leaves for home. `no_fear` stops a journey absolutely."""

    TRAVEL_DOCUMENT = "travel_document"
    EMBASSY_CONFIRMED = "embassy_confirmed"
    FINES = "fines"
    EXIT_CLEARANCE = "exit_clearance"
    FIT_TO_TRAVEL = "fit_to_travel"
    ESCORT = "escort"
    RISK_ASKED = "risk_asked"
    WISHES_TO_GO = "wishes_to_go"
    NO_FEAR = "no_fear"


class ReturnOf(StrEnum):
    """Of whom it is asked: everybody, children (or those whose age is unsure), those who have no passport."""

    ALL = "all"
    CHILD = "child"
    WITHOUT_PASSPORT = "without_passport"


@dataclass(frozen=True)
class Precondition:
    """What has to be there before somebody leaves; with `may_be_waived`, the answer "not needed" is enough."""

    code: BeforeReturn
    labels: Labels
    asked_of: Sourced[ReturnOf]
    may_be_waived: Sourced[bool]


@dataclass(frozen=True)
class Row:
    """One value of a protocol, for a page or a table."""

    key: str
    value: str
    source: str
    verified: bool
    note: str

    @property
    def words(self) -> str:
        """What a screen says beside the value."""
        return (
            "verified" if self.verified else "not verified: ask a lawyer of the country before relying on it"
        )


@dataclass(frozen=True)
class Protocol:
    """A validated national protocol. Built by `load_protocol`, read by `fold`."""

    code: str
    number: int
    content_hash: str
    labels: Labels
    time_zone: Sourced[str]
    weekend: Sourced[tuple[int, ...]]
    day_ends: Sourced[DayEnds]
    professions: tuple[Profession, ...]
    offices: tuple[Office, ...]
    stages: tuple[Stage, ...]
    clocks: tuple[Clock, ...]
    panel: Panel
    outcomes: tuple[Outcome, ...]
    actions: Mapping[str, Action]
    deferral_lifted_by: Sourced[tuple[str, ...]]
    standard_of_proof: Sourced[Labels]
    rights: tuple[Words, ...]
    child_duties: tuple[Words, ...]
    before_return: tuple[Precondition, ...] = ()

    @property
    def version(self) -> str:
        """Number and first 12 hex digits of the content's SHA-256: `1+0123456789ab`."""
        return f"{self.number}+{self.content_hash[:12]}"

    def clock(self, code: str) -> Clock | None:
        """The clock of that code, None when the protocol has none."""
        return next((clock for clock in self.clocks if clock.code == code), None)

    def outcome(self, code: str) -> Outcome | None:
        """The outcome of that code, None when the protocol has none."""
        return next((outcome for outcome in self.outcomes if outcome.code == code), None)

    def profession(self, code: str) -> Profession | None:
        """The profession of that code, None when the protocol has none."""
        return next((profession for profession in self.professions if profession.code == code), None)

    def describe(self) -> list[Row]:
        """Every value with its source and whether it is verified, in the order of the file."""
        from moei.engines.protocol.describe import rows

        return rows(self)

    def unverified(self) -> list[Row]:
        """The rows nobody verified; each has `words` for the screen."""
        return [row for row in self.describe() if not row.verified]
