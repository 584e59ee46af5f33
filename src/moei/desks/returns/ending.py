"""What stops at this desk when a consent ends, when somebody says that they fear a state, or dies (P01, P04)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from moei.access.acting import Acting
from moei.casefile.feared_states import closes, feared_by, states_of
from moei.casefile.folding import joined_into, standing_case
from moei.casefile.models import Consent, Purpose
from moei.desks.returns.actions.hold_seat import end_seat
from moei.desks.returns.models import Journey, Seat


def release_with_consent(acting: Acting, consent: Consent) -> None:
    """Who takes back their consent for a mission does not travel by what it issued to a state for which it acts.

    The seat is free at once; it may be held again when the person says that they still wish to go.
    """
    if consent.purpose != Purpose.EMBASSY or consent.recipient is None:
        return
    stands = standing_case(consent.case).person_id
    _release(
        acting,
        joined_into([stands])[stands],
        Seat.Ended.CONSENT_ENDED,
        states_of([consent.recipient])[consent.recipient.pk],
    )


def release_when_feared(acting: Acting, together: Collection[UUID], missions: Collection[UUID]) -> None:
    """Of `when_feared`: whoever fears a state holds no seat to it, whether a mission of it is known here or not."""
    feared = {state for states in feared_by(together).values() for state in states}
    _release(acting, together, Seat.Ended.FEARS, feared)


def release_of_the_dead(acting: Acting, together: Collection[UUID]) -> None:
    """Of `when_somebody_died`: the seat is free for somebody else. Why says nothing of a death."""
    for seat in _seats(together):
        end_seat(acting, seat, Seat.Ended.NOT_READY)


def _seats(together: Collection[UUID]) -> QuerySet[Seat]:
    return Seat.objects.filter(
        case__person__in=together,
        ended_at__isnull=True,
        journey__status__in=(Journey.Status.PLANNED, Journey.Status.BOARDING),
    ).select_related("case", "journey")


def _release(acting: Acting, together: Collection[UUID], why: Seat.Ended, states: Collection[str]) -> None:
    for seat in _seats(together):
        if closes(states, [seat.journey.state]):
            end_seat(acting, seat, why)
