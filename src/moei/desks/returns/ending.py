"""What stops at this desk when a consent ends (P04)."""

from __future__ import annotations

from moei.access.acting import Acting
from moei.casefile.folding import joined_into, standing_case
from moei.casefile.models import Consent, Purpose
from moei.desks.returns.actions.hold_seat import end_seat
from moei.desks.returns.models import Journey, Seat


def release_with_consent(acting: Acting, consent: Consent) -> None:
    """Who takes back their consent for a mission does not travel by what it issued to the state it serves.

    The seat is free at once; it may be held again when the person says that they still wish to go.
    """
    if consent.purpose != Purpose.EMBASSY or consent.recipient is None:
        return
    stands = standing_case(consent.case).person_id
    seats = Seat.objects.filter(
        case__person__in=joined_into([stands])[stands],
        ended_at__isnull=True,
        journey__status__in=(Journey.Status.PLANNED, Journey.Status.BOARDING),
        journey__state=consent.recipient.country,
    )
    for seat in seats.select_related("case"):
        end_seat(acting, seat, Seat.Ended.CONSENT_ENDED)
