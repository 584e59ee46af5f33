"""Journeys over the API: which there are, who sits where and is ready, and the manifest. Boarding is done by people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from moei.access.acting import Acting
from moei.access.decide import require
from moei.desks.returns import exports, selectors
from moei.leaving.over_api import PURPOSE, names_leave, purpose_of

router = Router(tags=["returns"])
MAX_PAGE = 200


class JourneyOut(Schema):
    """`state` is where it goes, ISO 3166 alpha-3; `held` and `boarded` count people."""

    id: UUID
    mode: str
    from_place: str
    to_place: str
    state: str
    departs_at: datetime
    carrier: str
    service_number: str
    seats: int
    held: int
    boarded: int
    status: str
    revision: int


class SeatHeldOut(Schema):
    """`missing`: codes of what has to be there and is not; `confirmed`: was told of the journey as it is now."""

    seat: int
    case: UUID
    ready: bool
    missing: list[str]
    confirmed: bool
    boarded_at: datetime | None
    arrived_at: datetime | None


class PassengerOut(Schema):
    """What a carrier and a border ask for; empty where it is not known."""

    seat: int
    name: str
    born: str
    sex: str
    nationality: str
    document: str
    number: str
    expires: str


@router.get(
    "/journeys",
    response=list[JourneyOut],
    operation_id="journeys",
    openapi_extra={"x-moei-rule": "duty journeys.view"},
)
def journeys(
    request: HttpRequest,
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50,
) -> list[JourneyOut]:
    """Journeys of the release, the latest departure first. They name nobody."""
    acting = _acting(request)
    require(acting, "journeys.view")
    return [
        JourneyOut(
            id=row.id,
            mode=row.mode,
            from_place=row.from_place,
            to_place=row.to_place,
            state=row.state,
            departs_at=row.departs_at,
            carrier=row.carrier,
            service_number=row.number,
            seats=row.seats,
            held=row.held,  # type: ignore[attr-defined]
            boarded=row.aboard,  # type: ignore[attr-defined]
            status=row.status,
            revision=row.revision,
        )
        for row in selectors.journeys(acting)[offset : offset + limit]
    ]


@router.get(
    "/journeys/{journey_id}/seats",
    response=list[SeatHeldOut],
    operation_id="journey_seats",
    openapi_extra={"x-moei-rule": "duty journeys.view", **PURPOSE},
)
def seats(request: HttpRequest, journey_id: UUID) -> list[SeatHeldOut]:
    """Seats of people whose way home this account may read, and what is missing for each."""
    acting = _acting(request)
    require(acting, "journeys.view")
    purpose = purpose_of(request)
    rows, _others = selectors.places(acting, selectors.find_journey(acting, journey_id))
    names_leave(acting, "journey_seats", purpose, (row.case.id for row in rows))
    return [
        SeatHeldOut(
            seat=row.seat.number,
            case=row.case.id,
            ready=row.readiness.ready,
            missing=[line.code for line in row.readiness.missing],
            confirmed=row.confirmed,
            boarded_at=row.seat.boarded_at,
            arrived_at=row.seat.arrived_at,
        )
        for row in rows
    ]


@router.get(
    "/journeys/{journey_id}/manifest",
    response=list[PassengerOut],
    operation_id="journey_manifest",
    openapi_extra={"x-moei-rule": "duty journeys.plan", **PURPOSE},
)
def manifest(request: HttpRequest, journey_id: UUID) -> list[PassengerOut]:
    """As the spreadsheet has it. 409 while somebody on it is not this account's to read: a part would be a false one."""
    acting = _acting(request)
    require(acting, "journeys.plan")
    purpose = purpose_of(request)
    rows, others = selectors.places(acting, selectors.find_journey(acting, journey_id))
    if others:
        raise HttpError(409, "Somebody on this journey is not yours to read.")
    names_leave(acting, "journey_manifest", purpose, (row.case.id for row in rows))
    names = ("name", "born", "sex", "nationality", "document", "number", "expires")
    return [
        PassengerOut(seat=row.seat.number, **dict(zip(names, line[1:], strict=True)))
        for row, line in zip(rows, exports.lines(rows), strict=True)
    ]


def _acting(request: HttpRequest) -> Acting:
    acting: Acting = request.acting  # type: ignore[attr-defined]
    return acting
