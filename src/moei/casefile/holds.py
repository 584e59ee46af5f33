"""What is looked at first before an interview begins or somebody leaves, and what stops when somebody died: desks add it,
and need not know of each other.

Words are neutral and say what to do; they hold no medical detail and nothing of anybody else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from moei.access.acting import Acting
from moei.casefile.models import Case

# A case and the moment -> words for whoever is about to go on; none when nothing is in the way.
Look = Callable[[Case, datetime], list[str]]
_INTERVIEW: list[Look] = []
_JOURNEY: list[Look] = []
# (acting, persons who are one)
Stop = Callable[[Acting, Collection[UUID]], None]
_DIED: list[Stop] = []


def before_interview(look: Look) -> Look:
    """Add what the page that starts an interview shows. It is a notice: people decide."""
    if look not in _INTERVIEW:
        _INTERVIEW.append(look)
    return look


def before_journey(look: Look) -> Look:
    """Add what stops a seat from being held and somebody from boarding."""
    if look not in _JOURNEY:
        _JOURNEY.append(look)
    return look


def holds_interview(case: Case, *, now: datetime) -> list[str]:
    return [words for look in _INTERVIEW for words in look(case, now)]


def holds_journey(case: Case, *, now: datetime) -> list[str]:
    return [words for look in _JOURNEY for words in look(case, now)]


def when_somebody_died(stop: Stop) -> Stop:
    """Add what a desk takes back; called in the same transaction, and writes nothing that tells of a death."""
    if stop not in _DIED:
        _DIED.append(stop)
    return stop


def somebody_died(acting: Acting, together: Collection[UUID]) -> None:
    for stop in _DIED:
        stop(acting, together)
