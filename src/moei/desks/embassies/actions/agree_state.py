"""The person agrees that a mission asks another state than its own, or takes that back (P02)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Agency
from moei.casefile.actions.consent import MAY_NOT_ASK
from moei.casefile.actions.record_event import lock_together
from moei.casefile.feared_states import is_closed_to
from moei.casefile.folding import standing_case
from moei.casefile.keeping_apart import decides
from moei.casefile.models import Case, Consent, Purpose
from moei.desks.embassies.actions.keep_states import take_back_state
from moei.desks.embassies.models import AgreedState
from moei.desks.embassies.readiness import acts_for


@transaction.atomic
def agree_on_state(acting: Acting, case: Case, mission: Agency, state: str) -> AgreedState:
    """Asked one by one, under a consent to the mission in force, by somebody who neither decides nor is police."""
    require(acting, "consent.record", case)
    if acting.staff.profession in MAY_NOT_ASK:
        raise Invalid("Consent is asked by somebody who is not police.")
    if decides(acting.staff, case, now=acting.now):
        raise Invalid(
            "Who may sign the determination does not ask this. A caseworker asks it, and keeps the answer."
        )
    together = lock_together([case.person_id])
    if standing_case(case).pk != case.pk:
        raise Invalid("This case file was joined into another one. Open that one.")
    if state == mission.country or not acts_for(mission, state):
        raise Invalid({"state": "Choose one of the other states for which this mission acts."})
    consent = Consent.objects.filter(
        case=case, purpose=Purpose.EMBASSY, recipient=mission, given=True, withdrawn_at__isnull=True
    ).first()
    if consent is None:
        raise Invalid({"state": "Ask first whether the person agrees that this mission is told at all."})
    if is_closed_to(mission, together):
        raise Invalid(
            {"state": "The person fears a state for which this mission acts. Nothing is asked of it."}
        )
    if AgreedState.objects.filter(case=case, mission=mission, state=state, ended_at__isnull=True).exists():
        raise Invalid({"state": "This is agreed to already."})
    row = AgreedState.objects.create(
        case=case,
        consent=consent,
        mission=mission,
        state=state,
        agreed_at=acting.now,
        recorded_by=acting.staff,
    )
    changed(
        acting,
        "consent.state_agreed",
        case=case.id,
        subject=case.person_id,
        changes={"state": (None, state)},
        data={"consent": str(consent.pk), "agreed": str(row.pk)},
    )
    return row


@transaction.atomic
def withdraw_state(acting: Acting, agreed: AgreedState) -> None:
    """Takes effect at once; the consent to the mission itself stays."""
    case = standing_case(agreed.case)
    require(acting, "consent.withdraw", case)
    lock_together([case.person_id])
    agreed.refresh_from_db()
    if agreed.ended_at is not None:
        raise Invalid("This was taken back already.")
    take_back_state(acting, Q(case=agreed.case_id, mission=agreed.mission_id, state=agreed.state))
    changed(
        acting,
        "consent.state_withdrawn",
        case=agreed.case_id,
        subject=agreed.case.person_id,
        data={"agreed": str(agreed.pk)},
    )
