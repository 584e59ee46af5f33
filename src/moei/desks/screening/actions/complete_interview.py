"""End the interview, and read the statement back to the person: only then is it final (P07)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.casefile.actions.apply_once import applied_before
from moei.desks.screening.actions.pause_interview import end_interpreting
from moei.desks.screening.models import Answer, Interview
from moei.desks.screening.recording import ask_protocol, locked, people_of, record
from moei.engines.protocol import EventKind


@transaction.atomic
def complete_interview(acting: Acting, interview: Interview, *, operation: UUID | None = None) -> Interview:
    """Nothing more is asked. How many answers there are does not matter: a few suffice (P07).

    The same `operation` a second time changes nothing and gives the same answer, as in every action of this desk.
    """
    require(acting, "interview.conduct", interview.case)
    held = locked(acting, interview.case)
    interview.refresh_from_db()
    data = {"interview": str(interview.id)}
    if applied_before(acting, operation, "interview.complete", held.case, data, makes=interview.id):
        return interview
    if interview.state not in (Interview.State.RUNNING, Interview.State.PAUSED):
        raise Invalid("This interview has moved on meanwhile. Look at the page again.")
    if not Answer.objects.filter(case__person_id__in=people_of(held.case)).exists():
        raise Invalid("No answer has been saved yet. Save one, or stop the interview instead.")
    ask_protocol(acting, held, EventKind.INTERVIEW_COMPLETED, data)
    record(acting, held.case, EventKind.INTERVIEW_COMPLETED, data, operation=operation)
    interview.pauses.filter(ended_at__isnull=True).update(ended_at=acting.now)
    interview.state, interview.completed_at = Interview.State.COMPLETED, acting.now
    interview.save(update_fields=["state", "completed_at"])
    return interview


@transaction.atomic
def read_back(
    acting: Acting, interview: Interview, *, agreed: bool, operation: UUID | None = None
) -> Interview:
    """The statement was read to the person in their language, corrected as they wished, and they agree to it."""
    require(acting, "interview.conduct", interview.case)
    if not agreed:
        raise Invalid(
            {"agreed": "Read it back first, correct what the person wants corrected, then tick this."}
        )
    held = locked(acting, interview.case)
    interview.refresh_from_db()
    data = {"interview": str(interview.id)}
    if applied_before(acting, operation, "interview.read_back", held.case, data, makes=interview.id):
        return interview
    if interview.state != Interview.State.COMPLETED:
        raise Invalid("Only an interview that has ended is read back, and only once.")
    ask_protocol(acting, held, EventKind.STATEMENT_READ_BACK, data)
    record(acting, held.case, EventKind.STATEMENT_READ_BACK, data, operation=operation)
    interview.state, interview.read_back_at = Interview.State.FINAL, acting.now
    interview.save(update_fields=["state", "read_back_at"])
    end_interpreting(acting, interview)
    return interview
