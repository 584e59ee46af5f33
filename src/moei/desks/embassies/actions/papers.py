"""Travel papers: asked of a mission, issued or refused by it, lost or spoiled."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import may, require
from moei.access.journalled import changed
from moei.access.models import Agency
from moei.casefile.actions.record_event import lock_case
from moei.casefile.folding import standing_case
from moei.casefile.models import Case, Disclosure, TravelDocument
from moei.desks.embassies.actions.send_batch import BASIS
from moei.desks.embassies.readiness import Not, why_not
from moei.desks.embassies.working import NotOpen, begin, keep_from_deciders, nationals


@transaction.atomic
def ask_paper(acting: Acting, case: Case, mission: Agency, kind: str) -> TravelDocument:
    """Only of a mission that may be told of the person now."""
    together = begin(acting, case)
    if kind not in TravelDocument.Kind.values:
        raise Invalid({"kind": "Choose one of the papers."})
    if mission.kind != Agency.Kind.EMBASSY:
        raise Invalid({"mission": "This agency is no embassy or consulate."})
    stands = why_not([case], mission, mission.country)[case.id]
    for reason in (Not.FEARED, Not.NO_CONSENT, Not.ASK_AGAIN):
        if reason in stands:
            raise Invalid({"mission": reason.words})
    waiting = TravelDocument.objects.filter(
        case__person__in=together,
        mission=mission,
        kind=kind,
        issued_at__isnull=True,
        refused_at__isnull=True,
        voided_at__isnull=True,
    )
    if waiting.exists():
        raise Invalid("This paper was asked for already, and is waited for.")
    paper = TravelDocument.objects.create(
        case=case, kind=kind, mission=mission, asked_at=acting.now, recorded_by=acting.staff
    )
    Disclosure.objects.create(
        case=case,
        what="name, birth, papers and needs for travel, to ask for a travel paper",
        to_whom=mission.name,
        happened_at=acting.now,
        basis=BASIS,
        recorded_by=acting.staff,
    )
    _changed(acting, "travel_document.asked", paper, kind=(None, str(paper.kind)))
    return paper


@transaction.atomic
def record_own_paper(
    acting: Acting, case: Case, kind: str, *, number: str, expires_on: date | None
) -> TravelDocument:
    """A paper that the person has, or that is kept for them: no mission is asked, so no consent to one is needed.

    It was seen: a copy, or a number that is told, is no paper to travel with.
    """
    together = begin(acting, case)
    if kind not in TravelDocument.Kind.values:
        raise Invalid({"kind": "Choose one of the papers."})
    _check(acting, number, expires_on)
    same = TravelDocument.objects.filter(
        case__person__in=together, number=number.strip(), kind=kind, voided_at__isnull=True
    )
    if same.exists():
        raise Invalid({"number": "This paper is recorded already."})
    paper = TravelDocument.objects.create(
        case=case,
        kind=kind,
        number=number.strip(),
        expires_on=expires_on,
        issued_at=acting.now,
        recorded_by=acting.staff,
    )
    _changed(
        acting,
        "travel_document.recorded",
        paper,
        kind=(None, str(paper.kind)),
        number=(None, paper.number),
        expires_on=(None, str(paper.expires_on)),
    )
    return paper


@transaction.atomic
def issue_paper(acting: Acting, paper_id: UUID, *, number: str, expires_on: date | None) -> TravelDocument:
    """By the mission, or by an officer who has the paper in hand. Raises `NotOpen` as if there were no such paper."""
    paper = _waiting(acting, paper_id)
    _check(acting, number, expires_on)
    paper.number, paper.expires_on, paper.issued_at = number.strip(), expires_on, acting.now
    paper.save(update_fields=["number", "expires_on", "issued_at"])
    _changed(
        acting,
        "travel_document.issued",
        paper,
        number=(None, paper.number),
        expires_on=(None, str(paper.expires_on)),
    )
    return paper


@transaction.atomic
def refuse_paper(acting: Acting, paper_id: UUID) -> TravelDocument:
    paper = _waiting(acting, paper_id)
    paper.refused_at = acting.now
    paper.save(update_fields=["refused_at"])
    _changed(acting, "travel_document.refused", paper)
    return paper


@transaction.atomic
def void_paper(acting: Acting, paper: TravelDocument, *, reason: str) -> None:
    """Lost, spoiled, or recorded in error: nobody travels with it."""
    case = standing_case(paper.case)
    begin(acting, case)
    paper.refresh_from_db()
    if paper.voided_at is not None:
        raise Invalid("This paper is void already.")
    if not reason.strip():
        raise Invalid({"reason": "Say why: lost, spoiled, or recorded in error."})
    paper.voided_at = acting.now
    paper.save(update_fields=["voided_at"])
    _changed(acting, "travel_document.voided", paper, reason=(None, reason.strip()))


def _waiting(acting: Acting, paper_id: UUID) -> TravelDocument:
    """A paper that is waited for, of somebody open to whoever acts; its case is locked before that is asked."""
    paper = TravelDocument.objects.filter(pk=paper_id).select_related("case").first()
    if paper is None:
        raise NotOpen
    lock_case(paper.case)
    paper.refresh_from_db()
    if may(acting.staff, "nationals.answer", acting.release.id, now=acting.now):
        if paper.mission_id is None or paper.mission_id != acting.staff.agency_id:
            raise NotOpen
        if paper.voided_at is not None or not nationals(acting).filter(pk=paper.case_id).exists():
            raise NotOpen
    else:
        case = standing_case(paper.case)
        require(acting, "return.record", case)
        keep_from_deciders(acting, case)
    if paper.issued_at is not None or paper.refused_at is not None or paper.voided_at is not None:
        raise Invalid("This was answered already.")
    return paper


def _check(acting: Acting, number: str, expires_on: date | None) -> None:
    wrong = {}
    if not number.strip():
        wrong["number"] = "Give the number of the paper."
    elif len(number.strip()) > 40:
        wrong["number"] = "A number has at most 40 signs."
    if expires_on is None:
        wrong["expires_on"] = "Give the last day on which it is valid."
    elif expires_on < acting.today:
        wrong["expires_on"] = "This day has passed: nobody travels with this paper."
    if wrong:
        raise Invalid(wrong)


def _changed(acting: Acting, action: str, paper: TravelDocument, **changes: tuple[object, object]) -> None:
    changed(
        acting,
        action,
        case=paper.case_id,
        subject=paper.case.person_id,
        changes=changes,
        data={"document": str(paper.pk)},
    )
