"""What was asked of a mission is taken back: with the consent, or because the person fears a state (P01, P04)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from moei.access.acting import Acting
from moei.access.journalled import changed_many, note
from moei.casefile.folding import joined_into, standing_for
from moei.casefile.models import Consent, Purpose, TravelDocument
from moei.desks.embassies.models import AgreedState, VerificationRequest

Why = VerificationRequest.Why


def stop_with_consent(acting: Acting, consent: Consent) -> None:
    """Of `when_consent_ends`: the mission is asked nothing more about this person."""
    if consent.purpose != Purpose.EMBASSY or consent.recipient_id is None:
        return
    person = consent.case.person_id
    together = {one for group in joined_into([person, *standing_for([person])]).values() for one in group}
    _agreements(acting, together, [consent.recipient_id])
    take_back(acting, Q(case__person__in=together, mission=consent.recipient_id), Why.CONSENT)


def stop_at_missions(acting: Acting, together: Collection[UUID], missions: Collection[UUID]) -> None:
    """Of `when_feared`: `together` are one person; these missions act for a state that they fear."""
    _agreements(acting, together, missions)
    take_back(acting, Q(case__person__in=together, mission__in=missions), Why.CONCERN)


def take_back(acting: Acting, which: Q, why: VerificationRequest.Why) -> int:
    """Requests that wait, and papers that were asked for and not issued, end now. Returns how many requests did.

    A mission sees neither that nor why: what is not open to it is not there. `which` is a condition on rows that have
    `case`, `mission`; the cases are locked by whoever calls.
    """
    waiting = list(
        VerificationRequest.objects.filter(which, status__in=VerificationRequest.OPEN).select_related("case")
    )
    papers = list(
        TravelDocument.objects.filter(
            which, issued_at__isnull=True, refused_at__isnull=True, voided_at__isnull=True
        ).select_related("case")
    )
    VerificationRequest.objects.filter(pk__in=[row.pk for row in waiting]).update(
        status=VerificationRequest.Status.TAKEN_BACK, taken_back_at=acting.now, taken_back_why=why
    )
    TravelDocument.objects.filter(pk__in=[row.pk for row in papers]).update(voided_at=acting.now)
    notes = [
        note(
            acting,
            "verification.taken_back",
            case=row.case_id,
            subject=row.case.person_id,
            changes={"why": (None, str(why))},
            data={"request": str(row.pk)},
        )
        for row in waiting
    ]
    notes += [
        note(
            acting,
            "travel_document.taken_back",
            case=row.case_id,
            subject=row.case.person_id,
            data={"document": str(row.pk)},
        )
        for row in papers
    ]
    if notes:
        changed_many(acting, notes)
    return len(waiting)


def _agreements(acting: Acting, together: Collection[UUID], missions: Collection[UUID]) -> None:
    AgreedState.objects.filter(case__person__in=together, mission__in=missions, ended_at__isnull=True).update(
        ended_at=acting.now
    )
