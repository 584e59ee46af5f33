"""Cases over the API: list, search, open one, record consent and withdraw it. The same policy as on the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from moei.access.acting import Acting, Invalid
from moei.access.models import Agency, Staff
from moei.access.policy import Section
from moei.casefile.actions.consent import record_consent, withdraw_consent
from moei.casefile.folding import joined_into
from moei.casefile.keeping_apart import KEPT_FROM_DECIDERS, decides
from moei.casefile.models import Consent, Purpose, Wording
from moei.casefile.selectors import case_list, case_page
from moei.casefile.selectors.cases import open_case, search, told_of
from moei.casefile.web import PLAIN, find_case
from moei.leaving.over_api import PURPOSE, names_leave, purpose_of

router = Router(tags=["cases"])
MAX_PAGE = 200


class CaseOut(Schema):
    """A case in a list. `stage` and `next_due` are null where the policy does not show them."""

    id: UUID
    number: str
    name: str
    nationality: str
    sex: str
    child: bool
    stage: str | None
    next_due: datetime | None


class CasesOut(Schema):
    count: int
    cases: list[CaseOut]


class IdentityOut(Schema):
    name: str
    name_native: str
    sex: str
    birth_from: date | None
    birth_to: date | None
    birth_precision: str
    nationalities: list[str]
    child: bool


class ClockOut(Schema):
    code: str
    kind: str
    status: str
    started_at: datetime | None
    due_at: datetime | None
    stopped_at: datetime | None


class DocumentOut(Schema):
    kind: str
    number: str
    issuer: str
    seen: bool


class ConsentOut(Schema):
    id: UUID
    purpose: str
    recipient: UUID | None
    given: bool
    in_force: bool
    language: str
    asked_at: datetime


class CaseFileOut(Schema):
    """A case file: a section that the policy does not open to this token is null."""

    id: UUID
    number: str
    sections: dict[str, str]
    identity: IdentityOut
    needs: list[str] | None = None
    stage: str | None = None
    clocks: list[ClockOut] | None = None
    outcome: str | None = None
    documents: list[DocumentOut] | None = None
    consents: list[ConsentOut] | None = None


class ConsentIn(Schema):
    purpose: Purpose
    given: bool
    wording: UUID
    recipient: UUID | None = None
    translated_by: UUID | None = None


class WithdrawnOut(Schema):
    """What cannot be recalled, for the person to be told."""

    cannot_be_recalled: list[str]


class Filters(Schema):
    q: str = Field(
        "",
        max_length=120,
        pattern=PLAIN,
        description="Names in any script, or numbers; needs the duty `search`",
    )
    stage: str = Field("", max_length=30, pattern=PLAIN)
    need: str = Field("", max_length=24, pattern=PLAIN)
    nationality: str = Field("", max_length=3, pattern=PLAIN)
    limit: int = Field(50, ge=1, le=MAX_PAGE)
    offset: int = Field(0, ge=0, le=1_000_000)


@router.get(
    "/", response=CasesOut, operation_id="list_cases", openapi_extra={"x-moei-rule": "duty ", **PURPOSE}
)
def cases(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    """Cases that are open to this token, those whose clock runs out first at the top."""
    acting, purpose = _acting(request), purpose_of(request)
    found = case_list.listed_cases(
        acting, stage=filters.stage, need=filters.need, nationality=filters.nationality
    )
    text = filters.q.strip()
    if text:
        found = search(acting, text, cases=found)
    rows = case_list.rows(acting, found[filters.offset : filters.offset + filters.limit])
    shown = [row.case.id for row in rows]
    used = [name for name in ("stage", "need", "nationality") if getattr(filters, name)]
    # Names leave the house by this answer, many at a time: that is an export (P11, P21). A search also tells how many.
    told = told_of(found, shown) if text else shown
    names_leave(acting, "list_cases", purpose, told, words=text, filters=used)
    return {
        "count": found.count(),
        "cases": [
            {
                "id": row.case.id,
                "number": row.case.number,
                "name": str(row.case.person),
                "nationality": row.case.person.nationality,
                "sex": row.case.person.sex,
                "child": row.child,
                "stage": row.case.stage if row.stage else None,
                "next_due": row.due,
            }
            for row in rows
        ],
    }


@router.get(
    "/{uuid:case_id}",
    response=CaseFileOut,
    operation_id="open_case",
    openapi_extra={"x-moei-rule": "case case.open"},
)
def one_case(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """Open one case file; the opening is journalled."""
    acting = _acting(request)
    case = find_case(acting, case_id, "case.open")
    file = open_case(acting, case)
    identity = case_page.identity(acting, file)
    person = identity.person
    answer: dict[str, Any] = {
        "id": case.id,
        "number": case.number,
        "sections": {str(section): mode for section, mode in file.sections.items()},
        "identity": {
            "name": person.name,
            "name_native": person.name_native,
            "sex": person.sex,
            "birth_from": person.birth_from,
            "birth_to": person.birth_to,
            "birth_precision": person.birth_precision,
            "nationalities": list(identity.nationalities),
            "child": identity.child,
        },
    }
    if file.shows(Section.NEEDS):
        answer["needs"] = [need.code for need in case_page.needs(file)]
    if file.shows(Section.PROCEDURE):
        answer["stage"] = case.stage
        answer["clocks"] = [
            {
                "code": clock.code,
                "kind": clock.kind.value,
                "status": clock.status.value,
                "started_at": clock.started_at,
                "due_at": clock.due_at,
                "stopped_at": clock.stopped_at,
            }
            for clock in file.state.clocks
        ]
    if file.shows(Section.PROCEDURE) or file.shows(Section.TRAVEL):
        answer["documents"] = [
            {"kind": paper.kind, "number": paper.number, "issuer": paper.issuer, "seen": paper.seen}
            for paper in identity.documents
        ]
    if file.shows(Section.DETERMINATION):
        answer["outcome"] = file.state.panel.made
    if file.shows(Section.CONSENT):
        answer["consents"] = [_consent(consent) for consent in case_page.consents(file)]
    return answer


@router.post(
    "/{uuid:case_id}/consents",
    response={201: ConsentOut},
    operation_id="record_consent",
    openapi_extra={"x-moei-rule": "case consent.record"},
)
def consent(request: HttpRequest, case_id: UUID, answer: ConsentIn) -> tuple[int, dict[str, Any]]:
    """The answer to one question: this purpose, this recipient, these words."""
    acting = _acting(request)
    case = find_case(acting, case_id, "consent.record")
    wording = Wording.objects.filter(pk=answer.wording).first()
    if wording is None:
        raise Invalid({"wording": "There is no such text."})
    recorded = record_consent(
        acting,
        case,
        answer.purpose,
        given=answer.given,
        wording=wording,
        recipient=_named(Agency, answer.recipient, "recipient"),
        translated_by=_named(Staff, answer.translated_by, "translated_by"),
    )
    return 201, _consent(recorded)


@router.post(
    "/{uuid:case_id}/consents/{uuid:consent_id}/withdraw",
    response=WithdrawnOut,
    operation_id="withdraw_consent",
    openapi_extra={"x-moei-rule": "case consent.withdraw"},
)
def withdraw(request: HttpRequest, case_id: UUID, consent_id: UUID) -> dict[str, Any]:
    """Takes effect at once."""
    acting = _acting(request)
    case = find_case(acting, case_id, "consent.withdraw")
    people = joined_into([case.person_id])[case.person_id]
    found = Consent.objects.filter(case__person__in=people, pk=consent_id).select_related("case").first()
    if found is None or (found.purpose in KEPT_FROM_DECIDERS and decides(acting.staff, case, now=acting.now)):
        raise Http404
    gone = withdraw_consent(acting, found)
    return {"cannot_be_recalled": [f"{row.what}: {row.to_whom}" for row in gone]}


def _acting(request: HttpRequest) -> Acting:
    acting: Acting = request.acting  # type: ignore[attr-defined]
    return acting


def _named(model: Any, pk: UUID | None, field: str) -> Any:
    if pk is None:
        return None
    row = model.objects.filter(pk=pk).first()
    if row is None:
        raise Invalid({field: "Nobody has this id."})
    return row


def _consent(consent: Any) -> dict[str, Any]:
    return {
        "id": consent.id,
        "purpose": consent.purpose,
        "recipient": consent.recipient_id,
        "given": consent.given,
        "in_force": consent.in_force,
        "language": consent.language,
        "asked_at": consent.asked_at,
    }
