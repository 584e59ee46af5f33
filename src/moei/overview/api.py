"""The board's counts, statistics and the published bulletins over the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from moei.access.acting import Acting
from moei.access.decide import require
from moei.overview.models import Bulletin
from moei.overview.selectors.bulletins import bulletins_of
from moei.overview.selectors.counting import release_counts
from moei.overview.selectors.statistics import agency_names, statistics_of
from moei.overview.statistics_files import payload

router = Router(tags=["overview"])


class Clocks(Schema):
    met: int
    missed: int
    running: int
    soon: int
    deferred: int
    entitlement: int


class BoardOut(Schema):
    """Counts of a release; they are for staff on duty and are not protected for publication."""

    release: str
    at: datetime
    files: int
    people: int
    not_arrived: int
    reported_only: int
    treated_as_children: int
    reached: dict[str, int]
    by_nationality: dict[str, int]
    by_sex: dict[str, int]
    by_age: dict[str, int]
    needs: dict[str, int]
    clocks: Clocks


class CellOut(Schema):
    """`count` is null where it is protected; then `lower` and `upper` bound what arithmetic leaves open."""

    key: list[str]
    count: int | None
    lower: int | None
    upper: int | None


class TableOut(Schema):
    name: str
    dims: list[str]
    cells: list[CellOut]


class BulletinOut(Schema):
    """A bulletin as it was published."""

    release: str
    number: int
    as_of: date
    published_at: datetime
    note: list[str]
    tables: list[TableOut]


class DaysOut(Schema):
    """`count` as in `CellOut`; `median` and `tenth` (the 90th percentile) in whole days, null where they are not told."""

    count: int | None
    lower: int | None
    upper: int | None
    median: int | None
    tenth: int | None


class StageOut(Schema):
    """From one step to the next: who left the stage, and who is in it now."""

    stage: list[str]
    left: DaysOut
    waits: DaysOut


class HeldOut(Schema):
    table: str
    step: str


class StatisticsOut(Schema):
    """The statistics of one date. `held` are columns in which too little had changed to print them again."""

    release: str
    invented: bool
    as_of: date
    counted_at: datetime
    tables: list[TableOut]
    days: list[StageOut]
    held: list[HeldOut]
    left_out: list[str]
    note: list[str]


@router.get(
    "/board", response=BoardOut, operation_id="board", openapi_extra={"x-moei-rule": "duty board.view"}
)
def board(request: HttpRequest) -> Any:
    """Counts of the release as they are now, as the board shows them: for use inside, never to be published."""
    acting = _acting(request, "board.view")
    return release_counts(acting.release, acting.now, canaries=True)


@router.get(
    "/bulletins",
    response=list[BulletinOut],
    operation_id="bulletins",
    openapi_extra={"x-moei-rule": "duty bulletin.view"},
)
def bulletins(request: HttpRequest) -> list[BulletinOut]:
    """Every published bulletin of the release, the newest first."""
    return [_out(bulletin) for bulletin in bulletins_of(_acting(request, "bulletin.view"))]


@router.get(
    "/statistics",
    response=list[StatisticsOut],
    operation_id="statistics",
    openapi_extra={"x-moei-rule": "duty statistics.view"},
)
def statistics(request: HttpRequest) -> list[dict[str, Any]]:
    """The statistics of every date on which they were counted, the newest first: never counted anew."""
    found = list(statistics_of(_acting(request, "statistics.view")))
    agencies = agency_names(table for one in found for table in one.shown)
    return [payload(one, agencies) for one in found]


def _out(bulletin: Bulletin) -> BulletinOut:
    return BulletinOut(
        release=bulletin.release.code,
        number=bulletin.number,
        as_of=bulletin.as_of,
        published_at=bulletin.published_at,
        note=bulletin.note,
        tables=[
            TableOut(
                name=table["name"],
                dims=table["dims"],
                cells=[
                    CellOut(key=key, count=count, lower=lower, upper=upper)
                    for key, count, lower, upper in table["cells"]
                ],
            )
            for table in bulletin.shown
        ],
    )


def _acting(request: HttpRequest, action: str) -> Acting:
    acting: Acting = request.acting  # type: ignore[attr-defined]
    require(acting, action)
    return acting
