"""Evidence over the API: what there is, its custody, and taking a file in. Files leave by the pages only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import was_read
from moei.desks.evidence import selectors
from moei.desks.evidence.actions.receive import About, receive_evidence
from moei.desks.evidence.actions.record import open_evidence
from moei.desks.evidence.actions.verify import verify_evidence
from moei.desks.evidence.models import Custody, Evidence
from moei.desks.evidence.storage import arrive

router = Router(tags=["evidence"])
MAX_PAGE = 200
_VIEW = {"x-moei-rule": "duty evidence.view"}
_KEEP = {"x-moei-rule": "duty evidence.keep"}


class HeldOut(Schema):
    """`size` in bytes; `source` is a code or a pseudonym; `working_sha256` is empty where there is no working copy."""

    id: UUID
    reference: str
    name: str
    media: str
    size: int
    sha256: str
    source: str
    obtained: str
    obtained_on: date | None
    received_at: datetime
    working_sha256: str
    destroyed_at: datetime | None


class CustodyOut(Schema):
    """One act. `entry` is the number of its entry in the journal."""

    act: str
    at: datetime
    by: str
    why: str
    to_whom: str
    sha256: str
    departure: str
    entry: int


class PieceOut(HeldOut):
    description: str
    custody: list[CustodyOut]


class AboutIn(Schema):
    """`obtained`: handed, seized, agency, public or found."""

    source: Annotated[str, Field(max_length=80)]
    obtained: Annotated[str, Field(max_length=7)]
    obtained_on: date | None = None
    description: Annotated[str, Field(max_length=4000)] = ""


class ReceivedOut(HeldOut):
    """`again`: the same bytes were held already, and only custody grew."""

    again: bool


class CheckOut(Schema):
    """`unchanged`: whether the hash computed now is the one of the arrival."""

    unchanged: bool
    sha256: str


@router.get("/evidence", response=list[HeldOut], operation_id="evidence", openapi_extra=_VIEW)
def evidence(
    request: HttpRequest,
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50,
) -> list[HeldOut]:
    """Evidence of the release, the newest first. It names no person and no case."""
    acting = _acting(request)
    rows = selectors.evidence(acting)[offset : offset + limit]
    found = [HeldOut(**_fields(row)) for row in rows]
    was_read(acting, "evidence.listed", data={"pieces": len(found), "words": False})
    return found


@router.get("/evidence/may-send", response={204: None}, operation_id="may_send_evidence", openapi_extra=_KEEP)
def may_send(request: HttpRequest) -> HttpResponse:
    """Whether this account may take files in; asked before a large one is heard."""
    require(_acting(request), "evidence.keep")
    return HttpResponse(status=204)


@router.post("/evidence", response=ReceivedOut, operation_id="receive_evidence", openapi_extra=_KEEP)
def receive(
    request: HttpRequest, about: Annotated[AboutIn, Form()], file: Annotated[UploadedFile, File()]
) -> ReceivedOut:
    """Take a file in, however large. The same bytes again are the same piece, and grow its custody."""
    acting = _acting(request)
    require(acting, "evidence.keep")
    if about.obtained not in Evidence.Obtained.values:
        raise Invalid({"obtained": "Choose how it came here."})
    arriving = getattr(file, "arriving", None) or arrive(file, file.name or "file")
    given = About(about.source, Evidence.Obtained(about.obtained), about.obtained_on, about.description)
    received = receive_evidence(acting, arriving, given)
    piece = selectors.find_evidence(acting, received.evidence.id)
    return ReceivedOut(**_fields(piece), again=received.again)


@router.get("/evidence/{evidence_id}", response=PieceOut, operation_id="evidence_piece", openapi_extra=_VIEW)
def piece(request: HttpRequest, evidence_id: UUID) -> PieceOut:
    """One piece with the last two hundred acts of its custody; that it was opened is one of them."""
    acting = _acting(request)
    found = selectors.find_evidence(acting, evidence_id)
    open_evidence(acting, found)
    rows = [
        CustodyOut(
            act=row.act,
            at=row.at,
            by=str(row.by),
            why=row.why,
            to_whom=row.to_whom,
            sha256=row.sha256,
            departure=row.departure,
            entry=row.entry,
        )
        for row in selectors.custody(found)[:MAX_PAGE]
    ]
    return PieceOut(**_fields(found), description=found.description, custody=rows)


@router.post(
    "/evidence/{evidence_id}/verify", response=CheckOut, operation_id="verify_evidence", openapi_extra=_VIEW
)
def verify(request: HttpRequest, evidence_id: UUID) -> CheckOut:
    """Hash the original again. The answer stands in its custody, whichever it is."""
    acting = _acting(request)
    row = verify_evidence(acting, selectors.find_evidence(acting, evidence_id))
    return CheckOut(unchanged=row.act == Custody.Act.VERIFIED, sha256=row.sha256)


def _fields(row: Evidence) -> dict[str, Any]:
    working = getattr(row, "working", None)
    return {
        "id": row.id,
        "reference": str(row),
        "name": row.name,
        "media": row.media,
        "size": row.size,
        "sha256": row.sha256,
        "source": row.source,
        "obtained": row.obtained,
        "obtained_on": row.obtained_on,
        "received_at": row.received_at,
        "working_sha256": working.sha256 if working else "",
        "destroyed_at": row.destroyed_at,
    }


def _acting(request: HttpRequest) -> Acting:
    acting: Acting = request.acting  # type: ignore[attr-defined]
    return acting
