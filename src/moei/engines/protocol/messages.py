"""Everything the protocol engine says, in one table, so that an interface can translate it."""

from collections.abc import Mapping
from dataclasses import dataclass

TEMPLATES: Mapping[str, str] = {
    # why an action may not be taken, or a signature is not taken
    "action_unknown": "This protocol has no action “{action}”.",
    "needs_first": "This needs to be recorded first: {needed}.",
    "too_late": "Not possible after this was recorded: {done}.",
    "already_recorded": "This is already recorded: {action}. If it is wrong, void it and record it again.",
    "clock_guards": "Not before {due}: the clock “{clock}” protects the person's time.",
    "no_clock_to_extend": "No running clock of this case may be extended.",
    "panel_not_complete": "The panel has not concluded: {signed} of {quorum} signatures that count.",
    "panel_not_complete_missing": "The panel has not concluded: the signature of {missing} is missing.",
    "panel_not_agreed": "The panel has its quorum but its signatures do not carry one outcome yet.",
    "panel_decided": "The determination is made: {outcome}.",
    "profession_may_not": "The profession {profession} may not do this; it is for {who}.",
    "profession_not_on_panel": "The profession {profession} does not sit on this panel.",
    "profession_already_signed": "The profession {profession} has already signed; each signs once.",
    "member_already_signed": "The member {member} has already signed; nobody signs for two professions.",
    "outcome_unknown": "This protocol has no outcome “{outcome}”.",
    "reasons_missing": "Reasons are required for every signature.",
    "gap_missing": "A negative outcome must name the question that put the gap to the person and its answer.",
    "deferred_until": "The person has until {until} (“not yet”): no negative outcome before.",
    "outcome_differs": "The panel's signatures carry {concluded}, not {outcome}.",
    # what somebody should look at
    "happened_after_recorded": "The event {kind} ({event}) is dated after it was recorded: check its time.",
    "clock_moved_back": "The time now ({now}) is before the newest entry ({newest}): check the clock.",
    "unknown_kind": "The event {event} is of a kind this protocol engine does not know: {kind}.",
    "void_unknown": "The event {event} voids an event that is not in this case: {target}.",
    "void_of_void": "The event {event} voids a voiding; record the event again instead.",
    "out_of_order": "The event {kind} ({event}) was recorded although this was not: {needed}.",
    "stop_before_start": "The clock “{clock}” was stopped before it started: check the times.",
    "recorded_after_due": "The clock “{clock}” was met in time but this was recorded after it was due.",
    "guard_broken": "The event {kind} happened before {due}: the clock “{clock}” protected the person.",
    "extension_refused": "The extension {event} of the clock “{clock}” is not taken: {why}.",
    "signature_refused": "The signature {event} of {profession} is not taken: {why}",
    "determination_refused": "The determination {event} is not taken: {why}",
    "deferral_over": "The date of “not yet” has passed ({until}): ask the person, then go on or agree anew.",
    "deferral_unreadable": "The deferral {event} has no date that can be read: it counts as open-ended.",
    "clock_not_deferrable": "The clock “{clock}” cannot be deferred: it keeps running.",
    "expected_event": "The outcome {outcome} expects this to be recorded: {needed}.",
    # duties
    "child_duty": "{duty}",
    "outcome_duty": "{duty}",
}
"""Code -> English template with named fields."""

WHY_NO_EXTENSION: Mapping[str, str] = {
    "no_clock": "the protocol has no such clock",
    "not_started": "the clock had not started",
    "stopped": "the clock had stopped",
    "office": "this office may not extend it",
    "reason": "a reason is required",
    "amount": "it needs one of hours, days or until, and must move the clock forward",
    "after_due": "the clock had already run out",
    "too_long": "it would exceed the longest extension allowed",
}
"""Code -> English words for why an extension is not taken."""


@dataclass(frozen=True)
class Message:
    """Something the engine says: a stable code, and named values for its template."""

    code: str
    params: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The message in English."""
        return TEMPLATES[self.code].format(**dict(self.params))

    def __str__(self) -> str:
        return self.text


def message(code: str, /, **params: object) -> Message:
    """A message of the table; KeyError when the table has no such code."""
    if code not in TEMPLATES:
        raise KeyError(code)
    return Message(code, tuple((name, str(value)) for name, value in sorted(params.items())))
