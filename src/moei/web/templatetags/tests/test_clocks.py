"""What a page says of a clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from moei.engines.protocol.state import ClockKind, ClockState, ClockStatus
from moei.web.templatetags._clocks import ClockView, clock_view, duration

START = datetime(2025, 2, 12, 9, tzinfo=UTC)
DAY = timedelta(hours=24)


def view(kind: ClockKind, status: ClockStatus, **more: Any) -> ClockView:
    state = ClockState(
        code="screening", kind=kind, status=status, started_at=START, due_at=START + DAY, **more
    )
    with translation.override("en"):
        return clock_view(state, "Screening")


def test_a_running_clock_says_what_is_left() -> None:
    shown = view(ClockKind.CEILING, ClockStatus.RUNNING, remaining=timedelta(hours=19, minutes=30))
    assert (shown.status, shown.tone, shown.words) == ("Running", "active", "19 hours 30 minutes left")
    assert (shown.label, shown.due_word, shown.due_at) == ("Screening", "due", START + DAY)


@pytest.mark.parametrize(("hours", "tone"), [(6.1, "active"), (6, "soon"), (0.2, "soon")])
def test_the_last_quarter_is_running_out_in_words_and_colour(hours: float, tone: str) -> None:
    shown = view(ClockKind.CEILING, ClockStatus.RUNNING, remaining=timedelta(hours=hours))
    assert (shown.tone, shown.status) == (tone, {"soon": "Running out", "active": "Running"}[tone])


def test_a_missed_clock_says_when_it_was_due_and_how_late_it_was_done() -> None:
    shown = view(ClockKind.CEILING, ClockStatus.MISSED, stopped_at=START + DAY + timedelta(hours=3))
    assert (shown.status, shown.tone, shown.words, shown.due_word) == (
        "Missed",
        "missed",
        "done 3 hours late",
        "was due",
    )


@given(
    status=st.sampled_from(ClockStatus),
    remaining=st.none() | st.timedeltas(-timedelta(days=90), timedelta(days=90)),
    stopped=st.none() | st.just(START + 2 * DAY),
)
def test_p06_the_persons_own_time_is_never_shown_as_late(
    status: ClockStatus, remaining: timedelta | None, stopped: datetime | None
) -> None:
    shown = view(ClockKind.ENTITLEMENT, status, remaining=remaining, stopped_at=stopped)
    assert shown.tone in ("active", "done", "muted")
    assert "late" not in shown.words
    assert "Missed" not in shown.status


@pytest.mark.parametrize("kind", list(ClockKind))
def test_p06_a_deferral_is_never_shown_as_missed(kind: ClockKind) -> None:
    assert view(kind, ClockStatus.DEFERRED, remaining=-DAY).tone == "active"


def test_a_length_nobody_verified_says_so() -> None:
    state = {"kind": "ceiling", "status": "running", "remaining": DAY, "verified": False}
    assert clock_view(state).unverified
    assert not clock_view({**state, "verified": True}).unverified


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=2, hours=4, minutes=9), "2 days 4 hours"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(seconds=20), "less than a minute"),
        (-timedelta(hours=1), "1 hour"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(span: timedelta, words: str) -> None:
    with translation.override("en"):
        assert duration(span) == words
