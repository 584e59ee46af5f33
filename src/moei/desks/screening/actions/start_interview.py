"""Start an interview, with an interpreter unless the interviewer speaks the person's language; change interpreters."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.actions.open_case_to import close_case_to, open_case_to
from moei.access.decide import grants_of, require
from moei.access.journalled import changed
from moei.access.models import CaseGrant, Staff
from moei.access.policy import Cases
from moei.casefile.actions.apply_once import applied_before
from moei.casefile.models import Case
from moei.desks.screening.form import identification_form
from moei.desks.screening.models import Interview
from moei.desks.screening.recording import ask_protocol, locked, record
from moei.engines.protocol import EventKind
from moei.engines.protocol.events import Datum
from moei.journal.ids import new_id


@transaction.atomic
def start_interview(
    acting: Acting,
    case: Case,
    *,
    language: str,
    interpreter: Staff | None = None,
    no_tie: bool = False,
    operation: UUID | None = None,
) -> Interview:
    """Whoever acts is the interviewer and stays with the person: an interpreter is never alone with them (P08).

    `no_tie`: the interpreter is no survivor, relative or acquaintance and has no tie to those who held the person; the
    interviewer asked. Raises `Invalid`, also while another interview of this case is open.
    """
    require(acting, "interview.conduct", case)
    held = locked(acting, case)
    interview_id = new_id()
    said = {"language": language, "interpreter": interpreter.id if interpreter else None, "no_tie": no_tie}
    done = applied_before(acting, operation, "interview.start", held.case, said, makes=interview_id)
    if done:
        return Interview.objects.get(pk=done)
    _check_languages(acting.staff, language, interpreter, no_tie=no_tie)
    before = list(Interview.objects.filter(case=held.case))
    if any(interview.state in Interview.OPEN for interview in before):
        raise Invalid("An interview of this person is going on or waits to be read back. Open it instead.")
    data: dict[str, Datum] = {
        "interview": str(interview_id),
        "language": language,
        "interpreter": interpreter is not None,
    }
    ask_protocol(acting, held, EventKind.INTERVIEW_STARTED, data)
    record(acting, held.case, EventKind.INTERVIEW_STARTED, data, operation=operation)
    interview = Interview.objects.create(
        id=interview_id,
        case=held.case,
        round=len(before) + 1,
        form_version=identification_form().version,
        language=language,
        interviewer=acting.staff,
        interpreter=interpreter,
        started_at=acting.now,
    )
    if interpreter is not None:
        open_case_to(acting, held.case.id, CaseGrant.Basis.INTERPRETER, staff=interpreter)
    return interview


@transaction.atomic
def change_interpreter(
    acting: Acting,
    interview: Interview,
    interpreter: Staff | None,
    *,
    language: str = "",
    no_tie: bool = False,
) -> Interview:
    """Another interpreter, at the wish of anybody in the room; the former one's access ends now (P08)."""
    require(acting, "interview.conduct", interview.case)
    spoken = language or interview.language
    _check_languages(acting.staff, spoken, interpreter, no_tie=no_tie)
    held = locked(acting, interview.case)
    interview.refresh_from_db()
    if interview.state not in (Interview.State.RUNNING, Interview.State.PAUSED):
        raise Invalid("This interview is over.")
    former = interview.interpreter
    if (former, interview.language) == (interpreter, spoken):
        return interview  # sent twice
    if former is not None and former != interpreter:
        close_case_to(acting, held.case.id, CaseGrant.Basis.INTERPRETER, staff=former)
    if interpreter is not None:
        open_case_to(acting, held.case.id, CaseGrant.Basis.INTERPRETER, staff=interpreter)
    interview.interpreter, interview.language = interpreter, spoken
    interview.save(update_fields=["interpreter", "language"])
    changed(
        acting,
        "interview.interpreter_changed",
        case=held.case.id,
        subject=held.case.person_id,
        data={
            "interview": str(interview.id),
            "former": str(former.id) if former else "",
            "interpreter": str(interpreter.id) if interpreter else "",
        },
    )
    return interview


def _check_languages(interviewer: Staff, language: str, interpreter: Staff | None, *, no_tie: bool) -> None:
    if not language:
        raise Invalid({"language": "Choose the language the person wishes to speak."})
    if interpreter is None:
        if language not in interviewer.languages:
            raise Invalid({"interpreter": "You do not speak this language: choose an interpreter who does."})
        return
    if interpreter == interviewer:
        raise Invalid(
            {"interpreter": "Interviewer and interpreter are two people: neither is alone with the person."}
        )
    if not any(role.cases is Cases.INTERPRETED for role, _grant in grants_of(interpreter)):
        raise Invalid({"interpreter": "%(who)s is not registered as an interpreter."}, who=interpreter)
    if language not in interpreter.languages:
        raise Invalid(
            {"interpreter": "%(who)s does not interpret this language. Choose somebody who does."},
            who=interpreter,
        )
    if not set(interpreter.languages) & set(interviewer.languages):
        raise Invalid(
            {"interpreter": "You and %(who)s share no language. Choose somebody else."}, who=interpreter
        )
    if not no_tie:
        raise Invalid(
            {
                "no_tie": "Ask first: an interpreter is never a survivor, a relative or an acquaintance of the person."
            }
        )
