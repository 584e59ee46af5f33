"""Services and referrals over the API: what a page shows before and after an organisation accepts, no more."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.casefile.folding import joined_into
from moei.casefile.models import Need
from moei.casefile.web import PLAIN, find_case
from moei.desks.care import referral_selectors
from moei.desks.care import service_selectors as directory
from moei.desks.care.actions.answer_referral import accept_referral, decline_referral, finish_referral
from moei.desks.care.actions.end_referral import revoke_referral
from moei.desks.care.actions.offer_referral import LONGEST, offer_referral
from moei.desks.care.models import Referral, Service
from moei.desks.care.working import referrals_of
from moei.leaving.over_api import PURPOSE, names_leave, purpose_of

router = Router(tags=["care"])
MAX_PAGE = 200
Offset = Annotated[int, Field(ge=0, le=100_000)]
Limit = Annotated[int, Field(ge=1, le=MAX_PAGE)]


class ServiceOut(Schema):
    """`hours`: weekday in the language of the token's account, and its opening hours; `capacity` none: not limited."""

    service: UUID
    agency: str
    service_name: str
    kind: str
    place: str
    languages: list[str]
    capacity: int | None
    open_now: bool
    hours: list[list[str]]


class ReferralOut(Schema):
    """A referral to the organisation of the token's account. `case` is none before it is accepted and after it is over;
    the file itself is read by `open_case`, as far as the person agreed to it."""

    referral: UUID
    reference: str
    service: UUID
    status: str
    needs: list[str]
    sections: list[str]
    urgency: int
    offered_at: datetime
    words: str
    reads_until: datetime | None
    case: UUID | None


class AnsweredOut(Schema):
    referral: UUID
    reference: str
    status: str


class DeclineIn(Schema):
    why: Literal["full", "not_ours", "language", "not_safe", "too_far", "no_answer"]


class DoneIn(Schema):
    """`met`: codes of the referral's needs that were met; none: all of them."""

    met: list[Need.Code] | None = Field(None, max_length=20)


class RevokeIn(Schema):
    why: Literal["person", "elsewhere", "mistake"]


class ReferIn(Schema):
    """`sections` besides who the person is: only what they agreed that this organisation reads."""

    service: UUID
    needs: list[Need.Code] = Field(default_factory=list, max_length=20)
    sections: list[Annotated[str, Field(max_length=14, pattern=PLAIN)]] = Field(
        default_factory=list, max_length=8
    )
    urgency: Annotated[int, Field(ge=1, le=5)] = 3
    reason: Literal["AdditionalServicesRequired", "MigrationOrChangeOfLocation", "Other"]
    words: str = Field("", max_length=LONGEST, pattern=r"^[^\x00]*$")


@router.get(
    "/services",
    response=list[ServiceOut],
    operation_id="services",
    openapi_extra={"x-moei-rule": "duty care.view"},
)
def services(
    request: HttpRequest,
    kind: Annotated[str, Field(max_length=14, pattern=PLAIN)] = "",
    language: Annotated[str, Field(max_length=8, pattern=PLAIN)] = "",
    open_now: bool = False,
    offset: Offset = 0,
    limit: Limit = 50,
) -> list[ServiceOut]:
    """The directory, narrowed as the page is. It names nobody who is helped."""
    acting = _acting(request)
    require(acting, "care.view")
    moment = acting.now.astimezone(acting.release.site.zone)
    found = directory.services(moment, kind=kind, language=language, open_now=open_now)
    return [
        ServiceOut(
            service=row.service.pk,
            agency=row.service.agency.name,
            service_name=row.service.name,
            kind=row.service.kind,
            place=row.service.place,
            languages=list(row.languages),
            capacity=row.service.capacity,
            open_now=row.open_now,
            hours=[list(pair) for pair in row.hours],
        )
        for row in directory.as_rows(found[offset : offset + limit], moment)
    ]


@router.get(
    "/referrals",
    response=list[ReferralOut],
    operation_id="referrals_to_us",
    openapi_extra={"x-moei-rule": "duty care.view", **PURPOSE},
)
def referrals(
    request: HttpRequest,
    show: Literal["waiting", "accepted", "over"] = "waiting",
    offset: Offset = 0,
    limit: Limit = 50,
) -> list[ReferralOut]:
    """Referrals to this account's organisation; a case is named only where it is open to it now."""
    acting = _acting(request)
    require(acting, "care.view")
    purpose = purpose_of(request)
    found = list(referral_selectors.to_us(acting, show=show)[offset : offset + limit])
    rows = referral_selectors.as_rows(acting, found)
    names_leave(acting, "referrals_to_us", purpose, (row.case.id for row in rows if row.case))
    return [
        ReferralOut(
            referral=row.referral.pk,
            reference=row.referral.reference,
            service=row.referral.service_id,
            status=row.referral.status,
            needs=row.referral.needs,
            sections=row.referral.sections,
            urgency=row.referral.urgency,
            offered_at=row.referral.offered_at,
            words=row.referral.words if row.case else "",
            reads_until=row.referral.reads_until if row.case else None,
            case=row.case.id if row.case else None,
        )
        for row in rows
    ]


@router.post(
    "/referrals/{referral_id}/accept",
    response=AnsweredOut,
    operation_id="accept_referral",
    openapi_extra={"x-moei-rule": "duty care.view"},
)
def accept(request: HttpRequest, referral_id: UUID) -> AnsweredOut:
    """From now on the account reads what the person agreed to."""
    acting = _acting(request)
    require(acting, "care.view")
    found, _ours = referral_selectors.find_referral(acting, referral_id)
    return _out(accept_referral(acting, found))


@router.post(
    "/referrals/{referral_id}/decline",
    response=AnsweredOut,
    operation_id="decline_referral",
    openapi_extra={"x-moei-rule": "duty care.view"},
)
def decline(request: HttpRequest, referral_id: UUID, given: DeclineIn) -> AnsweredOut:
    """With a reason, by which whoever refers looks for another service."""
    acting = _acting(request)
    require(acting, "care.view")
    found, _ours = referral_selectors.find_referral(acting, referral_id)
    return _out(decline_referral(acting, found, why=given.why))


@router.post(
    "/referrals/{referral_id}/done",
    response=AnsweredOut,
    operation_id="finish_referral",
    openapi_extra={"x-moei-rule": "duty care.view"},
)
def done(request: HttpRequest, referral_id: UUID, given: DoneIn) -> AnsweredOut:
    """What it was asked is done; needs that were met are written into the file."""
    acting = _acting(request)
    require(acting, "care.view")
    found, _ours = referral_selectors.find_referral(acting, referral_id)
    met = None if given.met is None else [code.value for code in given.met]
    return _out(finish_referral(acting, found, met=met))


@router.post(
    "/cases/{case_id}/referrals",
    response=AnsweredOut,
    operation_id="offer_referral",
    openapi_extra={"x-moei-rule": "case referral.make"},
)
def refer(request: HttpRequest, case_id: UUID, given: ReferIn) -> AnsweredOut:
    """Offers a referral; 422 without the person's consent to that organisation."""
    acting = _acting(request)
    case = find_case(acting, case_id, "referral.make")
    service = Service.objects.select_related("agency").filter(pk=given.service).first()
    if service is None:
        raise Invalid({"service": "This service is not offered any more."})
    return _out(
        offer_referral(
            acting,
            case,
            service,
            needs=[code.value for code in given.needs],
            sections=given.sections,
            urgency=given.urgency,
            reason=given.reason,
            words=given.words,
        )
    )


@router.post(
    "/cases/{case_id}/referrals/{referral_id}/revoke",
    response=AnsweredOut,
    operation_id="revoke_referral",
    openapi_extra={"x-moei-rule": "case referral.make"},
)
def revoke(request: HttpRequest, case_id: UUID, referral_id: UUID, given: RevokeIn) -> AnsweredOut:
    """Takes it back; the other side reads nothing more."""
    acting = _acting(request)
    case = find_case(acting, case_id, "referral.make")
    people = joined_into([case.person_id])[case.person_id]
    rows = referrals_of(people).select_related("case__person", "case__site")
    return _out(revoke_referral(acting, get_object_or_404(rows, pk=referral_id), why=given.why))


def _out(referral: Referral) -> AnsweredOut:
    return AnsweredOut(referral=referral.pk, reference=referral.reference, status=referral.status)


def _acting(request: HttpRequest) -> Acting:
    acting: Acting = request.acting  # type: ignore[attr-defined]
    return acting
