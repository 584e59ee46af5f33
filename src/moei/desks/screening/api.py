"""Interviews and panels over the API: who waits, what was answered, who has signed.

Signing is not here: a token is a program's, and a determination is signed by a person who showed who they are just now.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.casefile.folding import protocol
from moei.casefile.selectors.cases import open_case
from moei.casefile.web import find_case
from moei.desks.screening import selectors
from moei.desks.screening.actions.save_answers import save_answers
from moei.desks.screening.evidence import Item, evidence
from moei.desks.screening.form import identification_form
from moei.desks.screening.models import Answer, Interview
from moei.desks.screening.words import words
from moei.leaving.over_api import PURPOSE, names_leave, purpose_of
from moei.standards.htcds import to_htcds

router = Router(tags=["screening"])
MAX_PAGE = 200


class WaitingOut(Schema):
    id: UUID
    number: str
    waits_for: str
    needs: list[str]
    deferred: bool
    next_due: datetime | None


class AnswerOut(Schema):
    """`value` is as XForms write it: several choices stand one space apart."""

    question: str
    value: str
    revision: int
    saved_at: datetime


class EvidenceOut(Schema):
    """Names of questions: those whose answers evidence it, those answered otherwise, those not asked."""

    code: str
    needed: bool
    evidenced_by: list[str]
    otherwise: list[str]
    not_asked: list[str]


class InterviewOut(Schema):
    """`state` is empty before the first interview; `htcds` holds the fields of HTCDS 2.0 that the answers fill."""

    form_version: str
    state: str
    language: str
    answers: list[AnswerOut]
    elements: list[EvidenceOut]
    indicators: list[EvidenceOut]
    enough: bool
    htcds: dict[str, str]


class AnswersIn(Schema):
    """`base`: the revision of each answer that the writer saw, 0 for none; `operation` is applied once."""

    answers: dict[str, str | int | list[str]] = Field(max_length=200)
    base: dict[str, int] | None = None
    operation: UUID | None = None


class SeatOut(Schema):
    profession: str
    required: bool
    counts: bool
    signed_at: datetime | None


class PanelOut(Schema):
    """`outcome` is null until people have signed one: the program proposes none."""

    round: int
    quorum: int
    signatures: int
    seats: list[SeatOut]
    closed_because: str | None
    outcome: str | None
    outcomes: list[str]
    not_yet_until: list[date]


@router.get(
    "/screening/waiting",
    response=list[WaitingOut],
    operation_id="waiting",
    openapi_extra={"x-moei-rule": "duty screening.worklist", **PURPOSE},
)
def waiting(
    request: HttpRequest,
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50,
) -> list[WaitingOut]:
    """Cases that wait for screening, interview or panel: urgent needs first, then the next clock."""
    acting = _acting(request)
    require(acting, "screening.worklist")
    purpose = purpose_of(request)
    cases = list(selectors.waiting(acting)[offset : offset + limit])
    names_leave(acting, "waiting", purpose, (case.id for case in cases))
    return [
        WaitingOut(
            id=row.case.id,
            number=row.case.number,
            waits_for=row.waits_for,
            needs=[need.code for need in row.needs],
            deferred=row.deferred,
            next_due=row.case.next_due,
        )
        for row in selectors.rows(cases, acting.now)
    ]


@router.get(
    "/cases/{case_id}/interview",
    response=InterviewOut,
    operation_id="interview",
    openapi_extra={"x-moei-rule": "case interview.read"},
)
def interview(request: HttpRequest, case_id: UUID) -> InterviewOut:
    """The latest answers, and which elements and indicators they evidence. Nothing is scored."""
    acting = _acting(request)
    case = find_case(acting, case_id, "interview.read")
    file = open_case(acting, case)
    latest = selectors.answers_of(case)
    values = selectors.values_of(latest)
    panel = evidence(identification_form(), values, selectors.is_child(case, file.state))
    sittings = selectors.interviews_of(case)
    return InterviewOut(
        form_version=identification_form().version,
        state=sittings[-1].state if sittings else "",
        language=sittings[-1].language if sittings else "",
        answers=[answer_out(answer) for answer in latest.values()],
        elements=[_item(item) for item in panel.elements],
        indicators=[_item(item) for item in panel.indicators],
        enough=panel.enough,
        htcds=to_htcds(identification_form(), values),
    )


@router.post(
    "/cases/{case_id}/interview/answers",
    response=list[AnswerOut],
    operation_id="save_answers",
    openapi_extra={"x-moei-rule": "case interview.conduct"},
)
def answers(request: HttpRequest, case_id: UUID, given: AnswersIn) -> list[AnswerOut]:
    """Saves answers of the interview that is going on. With a stale one nothing is saved: 409, with what stands now."""
    acting = _acting(request)
    case = find_case(acting, case_id, "interview.conduct")
    sitting = (
        Interview.objects.filter(case=case, state__in=Interview.OPEN).select_related("case__site").first()
    )
    if sitting is None:
        raise Invalid("No interview is going on.")
    saved = save_answers(acting, sitting, given.answers, base=given.base, operation=given.operation)
    return [answer_out(answer) for answer in saved.answers.values()]


@router.get(
    "/cases/{case_id}/panel",
    response=PanelOut,
    operation_id="panel",
    openapi_extra={"x-moei-rule": "case determination.read"},
)
def panel(request: HttpRequest, case_id: UUID) -> PanelOut:
    """Who has signed and who is missing. What each signed stays on the page of the determination."""
    acting = _acting(request)
    case = find_case(acting, case_id, "determination.read")
    file = open_case(acting, case)
    rules = protocol(case.protocol)
    seen = selectors.panel_of(case, file.state, acting.staff)
    closed = file.state.panel.closed_because
    return PanelOut(
        round=seen.round,
        quorum=seen.quorum,
        signatures=seen.counted,
        seats=[
            SeatOut(
                profession=seat.profession,
                required=seat.required,
                counts=seat.counts,
                signed_at=seat.signature.signed_at if seat.signature else None,
            )
            for seat in seen.seats
        ],
        closed_because=words(closed, rules) if closed else None,
        outcome=file.state.panel.made,
        outcomes=[outcome.code for outcome in rules.outcomes],
        not_yet_until=[row.until for row in seen.determinations if row.until],
    )


def _acting(request: HttpRequest) -> Acting:
    acting: Acting = request.acting  # type: ignore[attr-defined]
    return acting


def answer_out(answer: Answer) -> AnswerOut:
    return AnswerOut(
        question=answer.question, value=answer.value, revision=answer.revision, saved_at=answer.saved_at
    )


def _item(item: Item) -> Any:
    return EvidenceOut(
        code=item.code,
        needed=item.needed,
        evidenced_by=[quote.question.name for quote in item.evidenced_by],
        otherwise=[quote.question.name for quote in item.otherwise],
        not_asked=[question.name for question in item.not_asked],
    )
