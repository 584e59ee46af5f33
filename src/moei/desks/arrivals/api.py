"""Lists, reconciliation and registration over the API: the same actions as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import File, Form, Router, Schema, UploadedFile
from pydantic import AwareDatetime, Field

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.casefile.models import CaseEvent, Need, PersonLanguage
from moei.casefile.selectors.cases import visible_cases
from moei.casefile.web import PLAIN
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.actions.start_work import start_commit
from moei.desks.arrivals.actions.undo_import import undo_import
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.models import ListImport
from moei.desks.arrivals.registration import Registration
from moei.desks.arrivals.selectors.imports import imports
from moei.desks.arrivals.selectors.reconciliation import counts
from moei.engines.lists import ListKind

router = Router(tags=["arrivals"])

Text = Annotated[str, Field(max_length=200, pattern=PLAIN)]
Short = Annotated[str, Field(max_length=40, pattern=PLAIN)]
Country = Annotated[str, Field(pattern=r"^([A-Z]{3})?$")]


class ListOut(Schema):
    """A list that came in. `problems` are about the file; rows carry their own."""

    id: UUID
    filename: str
    sender: str
    kind: str
    kind_reason: str
    state: str
    working: bool
    rows: int
    rows_with_problems: int
    problems: list[str]
    uploaded_at: datetime
    happened_at: datetime | None


class SenderIn(Schema):
    sender: Annotated[str, Field(min_length=1, max_length=120, pattern=PLAIN)]
    kind: ListKind | None = None


class CommitIn(Schema):
    happened_at: AwareDatetime
    replaces: UUID | None = None


class ReasonIn(Schema):
    reason: Annotated[str, Field(min_length=1, max_length=300, pattern=PLAIN)]


class CountsOut(Schema):
    """People of the release; `listed_twice` counts rows too many within one list."""

    people: int
    listed: int
    arrived: int
    listed_not_arrived: int
    arrived_not_listed: int
    listed_twice: int
    reported_only: int


class LanguageIn(Schema):
    code: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    level: PersonLanguage.Level


class RegistrationIn(Schema):
    """One registration. `operation` is made by the sender: the same one again changes nothing.

    `case` is null for somebody who is on no list.
    """

    operation: UUID
    case: UUID | None = None
    name: Text = ""
    name_native: Text = ""
    sex: Literal["F", "M", "X", ""] = ""
    birth_from: date | None = None
    birth_to: date | None = None
    age_unsure: bool = False
    nationality: Country = ""
    languages: Annotated[list[LanguageIn], Field(max_length=6)] = []
    needs: Annotated[list[Need.Code], Field(max_length=12)] = []
    document_kind: Annotated[str, Field(max_length=20, pattern=PLAIN)] = ""
    document_number: Short = ""
    document_issuer: Country = ""
    document_expires: date | None = None
    document_seen: bool = False
    mrz: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""
    mrz_compared: bool = False
    shared_document: bool = False
    phone: Annotated[str, Field(max_length=30, pattern=PLAIN)] = ""
    came_with_handover: bool = True
    happened_at: AwareDatetime | None = None
    sheet: Annotated[str, Field(max_length=20, pattern=PLAIN)] = ""


class RegisteredOut(Schema):
    """`again` says that this operation had been applied before."""

    case: UUID
    number: str
    again: bool


@router.get(
    "/lists",
    response=list[ListOut],
    operation_id="list_imports",
    openapi_extra={"x-moei-rule": "duty lists.read"},
)
def lists(request: HttpRequest) -> list[dict[str, Any]]:
    """Lists of the release, the newest first."""
    acting = _acting(request)
    require(acting, "lists.read")
    return [_list(imp) for imp in imports(acting)[:500]]


@router.post(
    "/lists",
    response={201: ListOut},
    operation_id="upload_list",
    openapi_extra={"x-moei-rule": "duty lists.upload"},
)
def upload(
    request: HttpRequest, about: Form[SenderIn], file: File[UploadedFile]
) -> tuple[int, dict[str, Any]]:
    """Stage a list. The same bytes again give the list that stands already."""
    acting = _acting(request)
    require(acting, "lists.upload")
    imp = upload_list(
        acting, (file.name or "list").replace("\x00", ""), file.read(), about.sender, about.kind
    )
    return 201, _list(imp)


@router.post(
    "/lists/{uuid:import_id}/commit",
    response={200: ListOut, 202: ListOut},
    operation_id="commit_list",
    openapi_extra={"x-moei-rule": "duty lists.commit"},
)
def commit(request: HttpRequest, import_id: UUID, about: CommitIn) -> tuple[int, dict[str, Any]]:
    """Take a staged list in; a large one in the background (202)."""
    acting = _acting(request)
    require(acting, "lists.commit")
    imp = _import(acting, import_id)
    replaces = _import(acting, about.replaces) if about.replaces else None
    done = start_commit(acting, imp, about.happened_at, replaces=replaces)
    return 200 if done else 202, _list(_import(acting, import_id))


@router.post(
    "/lists/{uuid:import_id}/undo",
    response=ListOut,
    operation_id="undo_list",
    openapi_extra={"x-moei-rule": "duty lists.undo"},
)
def undo(request: HttpRequest, import_id: UUID, about: ReasonIn) -> dict[str, Any]:
    """Take a list out while nobody has acted on its people."""
    acting = _acting(request)
    require(acting, "lists.undo")
    return _list(undo_import(acting, _import(acting, import_id), reason=about.reason))


@router.get(
    "/reconciliation",
    response=CountsOut,
    operation_id="reconciliation",
    openapi_extra={"x-moei-rule": "duty lists.reconcile"},
)
def reconciliation(request: HttpRequest) -> Any:
    """Lists against arrivals, in counts."""
    acting = _acting(request)
    require(acting, "lists.reconcile")
    return counts(acting)


@router.post(
    "/registrations",
    response={201: RegisteredOut},
    operation_id="register_person",
    openapi_extra={"x-moei-rule": "duty person.register"},
)
def register(request: HttpRequest, given: RegistrationIn) -> tuple[int, dict[str, Any]]:
    """Register a person at the crossing, once for each operation."""
    acting = _acting(request)
    require(acting, "person.register")
    case = None
    if given.case is not None:
        case = visible_cases(acting.staff, acting.release.id, now=acting.now).filter(pk=given.case).first()
        if case is None:
            raise Invalid({"case": "There is no such case, or it is not open to this token."})
    values = given.dict(exclude={"operation", "case", "needs", "languages"})
    registration = Registration(
        **values,
        needs=frozenset(need.value for need in given.needs),
        languages=tuple((spoken.code, spoken.level.value) for spoken in given.languages),
        precision=CaseEvent.Precision.ABOUT if given.happened_at else CaseEvent.Precision.EXACT,
    )
    done = register_person(acting, registration, case, operation=given.operation)
    return 201, {"case": done.case.id, "number": done.case.number, "again": done.again}


def _acting(request: HttpRequest) -> Acting:
    acting: Acting = request.acting  # type: ignore[attr-defined]
    return acting


def _import(acting: Acting, import_id: UUID) -> ListImport:
    imp: ListImport | None = imports(acting).filter(pk=import_id).first()
    if imp is None:
        raise Http404
    return imp


def _list(imp: ListImport) -> dict[str, Any]:
    return {
        "id": imp.id,
        "filename": imp.filename,
        "sender": imp.sender,
        "kind": imp.kind,
        "kind_reason": imp.reading.get("kind_reason", ""),
        "state": imp.state,
        "working": imp.working_since is not None,
        "rows": imp.rows,
        "rows_with_problems": imp.reading.get("rows_with_problems", 0),
        "problems": imp.reading.get("problems", []),
        "uploaded_at": imp.uploaded_at,
        "happened_at": imp.happened_at,
    }
