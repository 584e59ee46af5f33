"""Breaks, and stopping: asked for by anybody in the room, granted at once (P08)."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.actions.open_case_to import close_case_to
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import CaseGrant
from moei.casefile.actions.record_event import lock_case
from moei.desks.screening.models import Interview, Pause


@transaction.atomic
def ask_break(acting: Acting, interview: Interview, *, asked_by: str = Pause.AskedBy.PERSON) -> Pause:
    """A break begins now. Asked for twice, it is one break."""
    _held(acting, interview, Interview.State.RUNNING, Interview.State.PAUSED)
    if asked_by not in Pause.AskedBy.values:
        raise Invalid({"asked_by": "Say who asks for the break."})
    running = interview.pauses.filter(ended_at__isnull=True).first()
    if running is not None:
        return running
    pause = Pause.objects.create(interview=interview, asked_by=asked_by, started_at=acting.now)
    _move(acting, interview, Interview.State.PAUSED, "interview.break_began", asked_by=asked_by)
    return pause


@transaction.atomic
def resume(acting: Acting, interview: Interview) -> Interview:
    """The person is ready to go on. Said twice, it is said once."""
    _held(acting, interview, Interview.State.RUNNING, Interview.State.PAUSED)
    if interview.state == Interview.State.RUNNING:
        return interview
    _end_pause(acting, interview)
    return _move(acting, interview, Interview.State.RUNNING, "interview.break_ended")


@transaction.atomic
def stop_interview(
    acting: Acting, interview: Interview, *, reason: str = Interview.StopReason.PERSON
) -> Interview:
    """Stops now; what was said is kept, nothing counts against the person, and another interview may follow.

    Stopped twice for the same reason, it is stopped once.
    """
    _held(acting, interview, Interview.State.RUNNING, Interview.State.PAUSED, Interview.State.STOPPED)
    if reason not in Interview.StopReason.values:
        raise Invalid({"reason": "Say why the interview stops."})
    if interview.state == Interview.State.STOPPED:
        if interview.stop_reason != reason:
            raise Invalid("This interview was stopped for another reason. Look at the page again.")
        return interview
    _end_pause(acting, interview)
    interview.stop_reason, interview.stopped_at = reason, acting.now
    interview.save(update_fields=["stop_reason", "stopped_at"])
    end_interpreting(acting, interview)
    return _move(acting, interview, Interview.State.STOPPED, "interview.stopped", reason=reason)


def end_interpreting(acting: Acting, interview: Interview) -> None:
    """The interpreter's access to the case ends with the interview."""
    if interview.interpreter is not None:
        close_case_to(acting, interview.case_id, CaseGrant.Basis.INTERPRETER, staff=interview.interpreter)


def _held(acting: Acting, interview: Interview, *states: Interview.State) -> None:
    require(acting, "interview.conduct", interview.case)
    lock_case(interview.case)
    interview.refresh_from_db()
    if interview.state not in states:
        raise Invalid("This interview has moved on meanwhile. Look at the page again.")


def _end_pause(acting: Acting, interview: Interview) -> None:
    interview.pauses.filter(ended_at__isnull=True).update(ended_at=acting.now)


def _move(
    acting: Acting, interview: Interview, state: Interview.State, action: str, **data: str
) -> Interview:
    interview.state = state
    interview.save(update_fields=["state"])
    changed(
        acting,
        action,
        case=interview.case_id,
        subject=interview.case.person_id,
        data={"interview": str(interview.id), **data},
    )
    return interview
