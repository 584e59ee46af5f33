"""Missions over the API: a mission's service account reads what it is asked and answers; officers send batches.

An answer of a program is held to the same rule as that of a person: whoever withdrew is not there.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.casefile.models import TravelDocument
from moei.casefile.web import PLAIN
from moei.desks.embassies import selectors
from moei.desks.embassies.actions.answer import MAX_ANSWERS, Answer, answer_requests
from moei.desks.embassies.actions.papers import issue_paper, refuse_paper
from moei.desks.embassies.actions.send_batch import MAX_BATCH, send_batch
from moei.desks.embassies.working import NotOpen
from moei.leaving.over_api import PURPOSE, names_leave, purpose_of

router = Router(tags=["embassies"])
MAX_PAGE = 200
# Of somebody who withdrew and of somebody who never was (P12).
_NONE = "One of these references names no request that is open to you. Nothing was stored."


class AskedOut(Schema):
    """One request, as the mission that was asked reads it. `born` is a day, or two between which it lies."""

    reference: str
    state: str
    status: str
    asked_at: datetime
    name: str
    name_native: str
    sex: str
    born: str
    papers: str
    needs: str
    more: str


class MissionAnswerIn(Schema):
    """`reference` as the request has it; with "more", `remark` says what is needed."""

    reference: str = Field(max_length=20, pattern=PLAIN)
    answer: Literal["confirmed", "refuted", "more"]
    remark: str = Field("", max_length=2000, pattern=r"^[^\x00]*$")


class MissionAnswersIn(Schema):
    """All are stored, or none."""

    answers: list[MissionAnswerIn] = Field(min_length=1, max_length=MAX_ANSWERS)


class StoredOut(Schema):
    stored: int


class PaperOut(Schema):
    id: UUID
    kind: str
    asked_at: datetime | None
    issued_at: datetime | None
    number: str
    expires_on: date | None
    refused_at: datetime | None
    name: str


class PaperIn(Schema):
    """`number` and `expires_on` are needed when it is issued."""

    outcome: Literal["issued", "refused"]
    number: str = Field("", max_length=40, pattern=PLAIN)
    expires_on: date | None = None


class BatchIn(Schema):
    state: str = Field(max_length=3, pattern=PLAIN)
    cases: list[UUID] = Field(min_length=1, max_length=MAX_BATCH)


class BatchOut(Schema):
    """`left_out` are cases that may not be asked about (any more)."""

    id: UUID
    reference: str
    requests: int
    left_out: int


class MissionOut(Schema):
    """Days are of what waits now; null when nothing does."""

    id: UUID
    name: str
    states: list[str]
    asked: int
    answered: int
    more: int
    waiting: int
    waiting_days: int | None
    oldest_days: int | None


@router.get(
    "/nationals/asked",
    response=list[AskedOut],
    operation_id="asked_of_us",
    openapi_extra={"x-moei-rule": "duty nationals.view", **PURPOSE},
)
def asked_of_us(
    request: HttpRequest,
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50,
) -> list[AskedOut]:
    """What the mission is asked about people who agreed, the longest waiting first."""
    acting = _acting(request)
    require(acting, "nationals.view")
    purpose = purpose_of(request)
    found = selectors.own_requests(acting).order_by("asked_at", "reference")
    requests = list(found[offset : offset + limit])
    names_leave(acting, "asked_of_us", purpose, (row.case_id for row in requests))
    rows = zip(requests, selectors.sheet_rows(requests), strict=True)
    return [
        AskedOut(
            reference=row.reference,
            state=row.state,
            status=asked.status,
            asked_at=asked.asked_at,
            name=row.name,
            name_native=row.name_native,
            sex=row.sex,
            born=row.born,
            papers=row.papers,
            needs=row.needs,
            more=row.more,
        )
        for asked, row in rows
    ]


@router.post(
    "/nationals/answers",
    response=StoredOut,
    operation_id="answer_asked",
    openapi_extra={"x-moei-rule": "duty nationals.answer"},
)
def answers(request: HttpRequest, given: MissionAnswersIn) -> StoredOut:
    """Answers of the mission. Of a reference that is not open to it (any more) it is said that there is none, and
    nothing is stored."""
    acting = _acting(request)
    require(acting, "nationals.answer")
    wanted = [answer.reference.strip().upper() for answer in given.answers]
    known = {row.reference: row.pk for row in selectors.own_requests(acting).filter(reference__in=wanted)}
    if not set(wanted) <= known.keys():
        raise Invalid({"reference": _NONE})
    try:
        stored = answer_requests(
            acting,
            [
                Answer(known[reference], answer.answer, answer.remark)
                for reference, answer in zip(wanted, given.answers, strict=True)
            ],
        )
    except NotOpen:
        raise Invalid({"reference": _NONE}) from None
    return StoredOut(stored=len(stored))


@router.get(
    "/nationals/papers",
    response=list[PaperOut],
    operation_id="papers_asked_of_us",
    openapi_extra={"x-moei-rule": "duty nationals.view", **PURPOSE},
)
def papers(
    request: HttpRequest,
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50,
) -> list[PaperOut]:
    """Travel papers that the mission is asked for."""
    acting = _acting(request)
    require(acting, "nationals.view")
    purpose = purpose_of(request)
    found = selectors.own_papers(acting).select_related("case__person").order_by("asked_at", "pk")
    rows = list(found[offset : offset + limit])
    names_leave(acting, "papers_asked_of_us", purpose, (row.case_id for row in rows))
    return [_paper(row) for row in rows]


@router.post(
    "/nationals/papers/{paper_id}",
    response=PaperOut,
    operation_id="settle_paper",
    openapi_extra={"x-moei-rule": "duty nationals.answer"},
)
def paper(request: HttpRequest, paper_id: UUID, given: PaperIn) -> PaperOut:
    """Issued, with its number and last day, or refused."""
    acting = _acting(request)
    require(acting, "nationals.answer")
    try:
        if given.outcome == "refused":
            row = refuse_paper(acting, paper_id)
        else:
            row = issue_paper(acting, paper_id, number=given.number, expires_on=given.expires_on)
    except NotOpen:
        raise Http404 from None
    return _paper(row, named=False)


@router.get(
    "/embassies",
    response=list[MissionOut],
    operation_id="missions",
    openapi_extra={"x-moei-rule": "duty missions.view"},
)
def missions(request: HttpRequest) -> list[MissionOut]:
    """Missions, the states that they act for, and how long they take. Counts only."""
    acting = _acting(request)
    require(acting, "missions.view")
    return [
        MissionOut(
            id=row.mission.pk,
            name=row.mission.name,
            states=list(row.states),
            asked=row.asked,
            answered=row.answered,
            more=row.more,
            waiting=row.waiting,
            waiting_days=row.waiting_days,
            oldest_days=row.oldest_days,
        )
        for row in selectors.mission_rows(acting)
    ]


@router.post(
    "/embassies/{mission_id}/batches",
    response=BatchOut,
    operation_id="send_batch",
    openapi_extra={"x-moei-rule": "duty missions.ask"},
)
def batch(request: HttpRequest, mission_id: UUID, given: BatchIn) -> BatchOut:
    """Asks the mission about those of the cases that are ready."""
    acting = _acting(request)
    require(acting, "missions.ask")
    mission = get_object_or_404(selectors.embassies(), pk=mission_id)
    sent = send_batch(acting, mission, given.state, given.cases)
    return BatchOut(
        id=sent.batch.pk, reference=sent.batch.reference, requests=sent.requests, left_out=sent.left_out
    )


def _paper(row: TravelDocument, *, named: bool = True) -> PaperOut:
    return PaperOut(
        id=row.pk,
        kind=row.kind,
        asked_at=row.asked_at,
        issued_at=row.issued_at,
        number=row.number,
        expires_on=row.expires_on,
        refused_at=row.refused_at,
        name=str(row.case.person) if named else "",
    )


def _acting(request: HttpRequest) -> Acting:
    acting: Acting = request.acting  # type: ignore[attr-defined]
    return acting
