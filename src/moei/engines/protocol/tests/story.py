"""Helpers to tell a case's story in events. All of it is invented."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from moei.engines.protocol import Event, load_protocol

T0 = datetime(2025, 2, 12, 9, 0, tzinfo=UTC)
"""The handover: 12 February 2025, 16:00 in Thailand."""

REASONS = {"reasons": "note-1", "agency": "agency-1"}
GAP = {"gap_question": "q-7", "gap_answer": "a-7"}

THAILAND = load_protocol("thailand")
FLOORLAND = load_protocol(Path(__file__).parent / "data" / "floorland.toml")


def at(hours: float = 0, days: float = 0) -> datetime:
    """So long after the handover."""
    return T0 + timedelta(hours=hours, days=days)


def event(kind: str, hours: float = 0, /, *, id: str = "", **data) -> Event:
    """An event so many hours after the handover, recorded at once."""
    return Event(id or f"{kind}@{hours}", kind, at(hours), at(hours), data)


def recorded(it: Event, hours: float) -> Event:
    """The same event, recorded so many hours after the handover."""
    return replace(it, recorded_at=at(hours))


def signature(profession: str, outcome: str, hours: float = 60, *, id: str = "", **data) -> Event:
    """A signature with reasons, by a member of their own."""
    fields = {"member": f"member-{profession}", **REASONS, **data}
    return event(
        "determination_signed",
        hours,
        id=id or f"sign-{profession}@{hours}",
        profession=profession,
        outcome=outcome,
        **fields,
    )


def until_panel() -> list[Event]:
    """A case that went its way until the statement was read back, 50 hours after the handover."""
    return [
        event("listed", -24),
        event("handed_over", 0),
        event("arrived", 1),
        event("registered", 2, child=False),
        event("screening_recorded", 6),
        event("interview_started", 48),
        event("interview_completed", 49),
        event("statement_read_back", 50),
    ]


def decided(outcome: str = "victim_consents", **data) -> list[Event]:
    """A case decided by three signatures, 60 hours after the handover."""
    return [
        *until_panel(),
        signature("social_development", outcome, 60, **data),
        signature("police", outcome, 60.1, **data),
        signature("labour_protection", outcome, 60.2, **data),
        event("determination_made", 60.5, outcome=outcome),
    ]


def codes(messages) -> list[str]:
    """The codes of messages."""
    return [entry.code for entry in messages]
