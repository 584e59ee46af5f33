"""A mission answers what it was asked: by its own staff or program, or by letter that an officer writes down."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed_many, note
from moei.casefile.actions.record_event import lock_cases_of
from moei.casefile.models import Case
from moei.desks.embassies.models import VerificationRequest
from moei.desks.embassies.readiness import work_cases
from moei.desks.embassies.working import NotOpen, nationals

Status = VerificationRequest.Status
ANSWERS = (Status.CONFIRMED, Status.REFUTED, Status.MORE)
MAX_ANSWERS = 1000
_PART = 500


@dataclass(frozen=True)
class Answer:
    """`answer` is one of `ANSWERS`; `remark` is needed when the mission needs more, so that somebody can give it."""

    request: UUID
    answer: str
    remark: str = ""


@transaction.atomic
def answer_requests(acting: Acting, answers: Sequence[Answer]) -> list[VerificationRequest]:
    """By the mission itself, all or none. Raises `NotOpen` when one is not open to it (any more): nothing is stored."""
    require(acting, "nationals.answer")
    mine = VerificationRequest.objects.filter(mission=acting.staff.agency_id)
    rows = _locked(answers, mine)
    open_now = _among(nationals(acting), rows)
    if any(row.case_id not in open_now for row in rows.values()):
        raise NotOpen
    return _store(acting, rows, answers)


@transaction.atomic
def record_answers(acting: Acting, answers: Sequence[Answer]) -> list[VerificationRequest]:
    """What a mission wrote or said, written down by an officer of this desk; all or none."""
    require(acting, "missions.ask")
    rows = _locked(answers, VerificationRequest.objects.all())
    open_now = _among(work_cases(acting), rows)
    if any(row.case_id not in open_now for row in rows.values()):
        raise NotOpen
    return _store(acting, rows, answers)


def check_answer(answer: str, remark: str) -> dict[str, str]:
    """What is wrong with one answer: field -> words; empty when nothing is."""
    if answer not in ANSWERS:
        return {"answer": gettext("Say confirmed, not confirmed, or that you need more.")}
    if answer == Status.MORE and not remark.strip():
        return {"remark": gettext("Say what you need, so that it can be sent.")}
    if len(remark) > 2000:
        return {"remark": gettext("Say it in at most 2000 letters.")}
    return {}


def _locked(
    answers: Sequence[Answer], among: QuerySet[VerificationRequest]
) -> dict[UUID, VerificationRequest]:
    """The requests, read again once their cases are locked: a consent that ends meanwhile ends before or after this."""
    if not 0 < len(answers) <= MAX_ANSWERS:
        raise Invalid("Send between 1 and %(most)s answers.", most=MAX_ANSWERS)
    ids = [answer.request for answer in answers]
    if len(set(ids)) != len(ids):
        raise Invalid("One request is answered twice. Answer each once.")
    found = among.filter(pk__in=ids).select_related("case__person")
    lock_cases_of([row.case.person_id for row in found.all()])
    rows = {row.pk: row for row in found.all()}
    if len(rows) < len(ids):
        raise NotOpen
    return rows


def _among(cases: QuerySet[Case], rows: dict[UUID, VerificationRequest]) -> Collection[UUID]:
    ids = list({row.case_id for row in rows.values()})
    found: set[UUID] = set()
    for start in range(0, len(ids), _PART):
        part = cases.filter(pk__in=ids[start : start + _PART])
        found.update(part.values_list("pk", flat=True))
    return found


def _store(
    acting: Acting, rows: dict[UUID, VerificationRequest], answers: Sequence[Answer]
) -> list[VerificationRequest]:
    notes = []
    for given in answers:
        row = rows[given.request]
        if wrong := check_answer(given.answer, given.remark):
            raise Invalid(wrong)
        _refuse_ended(row)
        before = row.status
        row.status, row.remark = given.answer, given.remark.strip()
        row.answered_at, row.answered_by = acting.now, acting.staff
        notes.append(
            note(
                acting,
                "verification.answered",
                case=row.case_id,
                subject=row.case.person_id,
                changes={"answer": (before, str(row.status)), "remark": (None, row.remark)},
                data={"request": str(row.pk)},
            )
        )
    VerificationRequest.objects.bulk_update(
        rows.values(), ["status", "remark", "answered_at", "answered_by"], batch_size=100
    )
    changed_many(acting, notes)
    return list(rows.values())


def _refuse_ended(row: VerificationRequest) -> None:
    if row.status == Status.TAKEN_BACK:
        raise NotOpen
    if not row.is_open:
        raise Invalid(
            {"answer": "%(reference)s was answered already. Write to us if the answer was wrong."},
            reference=row.reference,
        )
