"""Places with free beds, and beds given and given up, over the API. No answer holds an address."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.casefile.web import find_case
from moei.desks.shelter import selectors, where_selectors
from moei.desks.shelter.actions import stay as actions
from moei.desks.shelter.actions.count import begin_count, end_count, scan
from moei.desks.shelter.models import Place, Room, Stay
from moei.leaving.over_api import PURPOSE, names_leave, purpose_of

router = Router(tags=["shelter"])
MAX_PAGE = 200


class PlaceOut(Schema):
    """`name` is the neutral one; `free` maps for whom a room is to how many beds are free; `expected` are reserved."""

    id: UUID
    name: str
    beds: int
    asleep: int
    expected: int
    free: dict[str, int]
    closed: bool


class SleeperOut(Schema):
    """`case` of somebody whose place this account may read; `came_at` is empty while a bed is only kept."""

    case: UUID
    room: str
    bed: int
    came_at: datetime | None
    kept_until: datetime | None


class BedIn(Schema):
    """`room` is a room's number in that place; empty: the first bed that fits."""

    place: UUID
    room: Annotated[str, Field(max_length=10)] = ""
    family_wishes_apart: bool = False


class LeaveIn(Schema):
    why: Literal["left", "own_wish", "other_service", "cancelled", "mistake"]


class StayOut(Schema):
    id: UUID
    place: UUID
    room: str
    bed: int
    came_at: datetime | None
    kept_until: datetime | None
    ended_at: datetime | None


@router.get(
    "/shelter/places",
    response=list[PlaceOut],
    operation_id="shelter_places",
    openapi_extra={"x-moei-rule": "duty shelter.view"},
)
def places(
    request: HttpRequest,
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50,
) -> list[PlaceOut]:
    """Places of the release, the open ones first. They name nobody and say nothing of where a place is."""
    acting = _acting(request)
    require(acting, "shelter.view")
    found = list(selectors.places(acting)[offset : offset + limit])
    beds = selectors.beds_of(acting, found)
    return [
        PlaceOut(
            id=place.pk,
            name=place.code_name,
            beds=beds[place.pk].beds,
            asleep=beds[place.pk].asleep,
            expected=beds[place.pk].expected,
            free=beds[place.pk].free,
            closed=place.closed_at is not None,
        )
        for place in found
    ]


@router.get(
    "/shelter/places/{place_id}/people",
    response=list[SleeperOut],
    operation_id="shelter_people",
    openapi_extra={"x-moei-rule": "duty shelter.view", **PURPOSE},
)
def people(
    request: HttpRequest,
    place_id: UUID,
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50,
) -> list[SleeperOut]:
    """Who sleeps there or is expected, of those whose place this account may read; by bed."""
    acting = _acting(request)
    require(acting, "shelter.view")
    purpose = purpose_of(request)
    place = selectors.find_place(acting, place_id)
    rows = selectors.rows_of(acting, selectors.stays_in(acting, place)[offset : offset + limit])
    shown = [(row.stay, row.case) for row in rows if row.case is not None]
    names_leave(acting, "shelter_people", purpose, (case.id for _stay, case in shown))
    return [
        SleeperOut(
            case=case.id,
            room=stay.bed.room.number,
            bed=stay.bed.number,
            came_at=stay.checked_in_at,
            kept_until=stay.reserved_until if stay.expected else None,
        )
        for stay, case in shown
    ]


@router.post(
    "/cases/{case_id}/shelter/reserve",
    response=StayOut,
    operation_id="reserve_bed",
    openapi_extra={"x-moei-rule": "case stay.record"},
)
def reserve(request: HttpRequest, case_id: UUID, given: BedIn) -> StayOut:
    """A bed is kept for 48 hours. 422 when none fits, or the person has one."""
    acting = _acting(request)
    case = find_case(acting, case_id, "stay.record")
    place, room = _where(acting, given)
    return _stay(actions.reserve(acting, case, place, room=room, apart_agreed=given.family_wishes_apart))


@router.post(
    "/cases/{case_id}/shelter/check-in",
    response=StayOut,
    operation_id="check_in",
    openapi_extra={"x-moei-rule": "case stay.record"},
)
def check_in(request: HttpRequest, case_id: UUID, given: BedIn) -> StayOut:
    """The person has come: the bed that is kept for them there, else the first that fits."""
    acting = _acting(request)
    case = find_case(acting, case_id, "stay.record")
    place, room = _where(acting, given)
    return _stay(actions.check_in(acting, case, place, room=room, apart_agreed=given.family_wishes_apart))


@router.post(
    "/cases/{case_id}/shelter/check-out",
    response=list[StayOut],
    operation_id="check_out",
    openapi_extra={"x-moei-rule": "case stay.record"},
)
def check_out(request: HttpRequest, case_id: UUID, given: LeaveIn) -> list[StayOut]:
    """Every bed that the person has, or that is kept for them, is free."""
    acting = _acting(request)
    case = find_case(acting, case_id, "stay.record")
    return [_stay(stay) for stay in actions.check_out(acting, case, Stay.Ended(given.why))]


class CountOut(Schema):
    """A count of a place or a vehicle: how many are expected, missing, not expected, and bands that nobody has."""

    id: UUID
    place: UUID | None
    vehicle: str
    expected: int
    missing: int
    not_expected: int
    unknown: int
    over: bool


class VehicleIn(Schema):
    vehicle: Annotated[str, Field(min_length=1, max_length=40)]


class BandIn(Schema):
    token: Annotated[str, Field(min_length=1, max_length=200)]


class ScanOut(Schema):
    """`here`, `boarded`, `again`, `too_many`, `renewed` or `unknown`; it names nobody."""

    answer: str
    count: CountOut


@router.post(
    "/shelter/places/{place_id}/counts",
    response=CountOut,
    operation_id="count_place",
    openapi_extra={"x-moei-rule": "duty shelter.view"},
)
def count_place(request: HttpRequest, place_id: UUID) -> CountOut:
    """Begins a roll-call of a place."""
    acting = _acting(request)
    require(acting, "shelter.view")
    count = begin_count(acting, place=selectors.find_place(acting, place_id))
    return _count(acting, count.pk)


@router.post(
    "/shelter/vehicles/counts",
    response=CountOut,
    operation_id="count_vehicle",
    openapi_extra={"x-moei-rule": "duty shelter.view"},
)
def count_vehicle(request: HttpRequest, given: VehicleIn) -> CountOut:
    """Begins the first count of a vehicle: whoever is scanned is in it."""
    acting = _acting(request)
    require(acting, "shelter.view")
    return _count(acting, begin_count(acting, vehicle=given.vehicle).pk)


@router.post(
    "/shelter/counts/{count_id}/scan",
    response=ScanOut,
    operation_id="scan_band",
    openapi_extra={"x-moei-rule": "duty shelter.view"},
)
def scan_band(request: HttpRequest, count_id: UUID, given: BandIn) -> ScanOut:
    """A wristband, as a scanner reads it."""
    acting = _acting(request)
    require(acting, "shelter.view")
    seen = scan(acting, where_selectors.find_count(acting, count_id), given.token)
    return ScanOut(answer=seen.answer.value, count=_count(acting, count_id))


@router.post(
    "/shelter/counts/{count_id}/end",
    response=CountOut,
    operation_id="end_count",
    openapi_extra={"x-moei-rule": "duty shelter.view"},
)
def finish_count(request: HttpRequest, count_id: UUID) -> CountOut:
    """Whoever was not seen is missing; what became of them is recorded by people."""
    acting = _acting(request)
    require(acting, "shelter.view")
    end_count(acting, where_selectors.find_count(acting, count_id))
    return _count(acting, count_id)


def _count(acting: Acting, count_id: UUID) -> CountOut:
    row = where_selectors.find_count(acting, count_id)
    return CountOut(
        id=row.pk,
        place=row.place_id,
        vehicle=row.vehicle,
        expected=row.wanted,  # type: ignore[attr-defined]
        missing=row.missing,  # type: ignore[attr-defined]
        not_expected=row.extra,  # type: ignore[attr-defined]
        unknown=row.strange,  # type: ignore[attr-defined]
        over=row.ended_at is not None,
    )


def _where(acting: Acting, given: BedIn) -> tuple[Place, Room | None]:
    place = selectors.places(acting).filter(pk=given.place).first()
    if place is None:
        raise Invalid({"place": "There is no place of this id in this release."})
    if not given.room.strip():
        return place, None
    room = place.rooms.filter(number=given.room.strip()).first()
    if room is None:
        raise Invalid({"room": "This place has no room of this number."})
    return place, room


def _stay(stay: Stay) -> StayOut:
    return StayOut(
        id=stay.pk,
        place=stay.place_id,
        room=stay.bed.room.number,
        bed=stay.bed.number,
        came_at=stay.checked_in_at,
        kept_until=stay.reserved_until if stay.expected else None,
        ended_at=stay.ended_at,
    )


def _acting(request: HttpRequest) -> Acting:
    acting: Acting = request.acting  # type: ignore[attr-defined]
    return acting
