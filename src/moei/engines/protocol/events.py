"""The events of a case: what happened, when, and when it was written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Datum = str | int | bool | list[str] | list[int]


class EventKind(StrEnum):
    """Every kind of event the engine knows, in the order a case passes them.

    The order also settles which of two events of the same instant is taken first.
    """

    REPORTED = "reported"
    LISTED = "listed"
    HANDED_OVER = "handed_over"
    ARRIVED = "arrived"
    REGISTERED = "registered"
    SCREENING_RECORDED = "screening_recorded"
    REFLECTION_STARTED = "reflection_started"
    REFLECTION_ENDED = "reflection_ended"
    CLOCK_EXTENDED = "clock_extended"
    DEFERRED = "deferred"
    INTERVIEW_STARTED = "interview_started"
    INTERVIEW_COMPLETED = "interview_completed"
    STATEMENT_READ_BACK = "statement_read_back"
    CONSENT_TO_PROTECTION_GIVEN = "consent_to_protection_given"
    CONSENT_TO_PROTECTION_DECLINED = "consent_to_protection_declined"
    DETERMINATION_SIGNED = "determination_signed"
    DETERMINATION_MADE = "determination_made"
    REFERRED = "referred"
    SHELTERED = "sheltered"
    SHELTER_DECLINED = "shelter_declined"
    SHELTER_LEFT = "shelter_left"
    DEPARTED = "departed"
    ARRIVED_HOME = "arrived_home"
    CLOSED = "closed"
    VOIDED = "voided"


KIND_ORDER: Mapping[str, int] = {kind.value: place for place, kind in enumerate(EventKind)}
"""Kind -> its place in a case, used to order events of the same instant."""


@dataclass(frozen=True)
class Event:
    """One thing that happened in a case.

    `happened_at` is what the law looks at, `recorded_at` what the journal looks at; both are aware.
    `data` holds codes and references only, never a name or a person's words. The keys the engine reads:

    - `registered`: `child` (true, false or "unsure"; absent counts as unsure)
    - `determination_signed`: `profession`, `agency`, `member`, `outcome`, `reasons` (reference to the
      reasons), `gap_question` and `gap_answer` (references, for a negative outcome), `dissent` (bool)
    - `determination_made`: `outcome`, and `until` when the outcome is "not yet"
    - `deferred`: `by`, `until` (ISO date or date and time), `clocks` (codes; absent means every clock that
      may be deferred)
    - `clock_extended`: `clock`, `by` (office), `reason` (code), and one of `hours`, `days`, `until`
    - `voided`: `event` (id of the event that was recorded in error)

    Raises ValueError for a time without a zone or an empty id.
    """

    id: str
    kind: str
    happened_at: datetime
    recorded_at: datetime
    data: Mapping[str, Datum] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("an event needs an id")
        for name in ("happened_at", "recorded_at"):
            if getattr(self, name).utcoffset() is None:
                raise ValueError(f"{name} of event {self.id} has no time zone: pass an aware datetime")

    def text(self, key: str) -> str:
        """The value of `key` in `data` as text, "" when it is absent or not text."""
        value = self.data.get(key, "")
        return value if isinstance(value, str) else ""
