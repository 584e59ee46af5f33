"""What the person wishes and asks about their own file (P05): recorded in their words, answered once, never changed."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.record_event import lock_case
from moei.casefile.folding import joined_into, standing_case
from moei.casefile.models import Case, ContactPlan, Request, Wish


@transaction.atomic
def record_wish(acting: Acting, case: Case, kind: Wish.Kind) -> Wish:
    """From now on it binds everybody. "Never contact me" also ends the contact plan."""
    require(acting, "rights.record", case)
    lock_case(case)
    standing = Wish.objects.filter(case=case, kind=kind, ended_at__isnull=True).first()
    if standing is not None:
        return standing
    wish = Wish.objects.create(case=case, kind=kind, said_at=acting.now, recorded_by=acting.staff)
    changed(acting, "wish.recorded", case=case.id, subject=case.person_id, data={"wish": str(kind)})
    if kind == Wish.Kind.NEVER_CONTACT:
        people = joined_into([case.person_id])[case.person_id]
        for plan in ContactPlan.objects.filter(case__person__in=people, ended_at__isnull=True):
            plan.ended_at = acting.now
            plan.save(update_fields=["ended_at"])
            changed(acting, "contact_plan.ended", case=plan.case_id, subject=case.person_id)
    return wish


@transaction.atomic
def end_wish(acting: Acting, wish: Wish) -> None:
    """The person said otherwise. It brings no ended contact plan back."""
    require(acting, "rights.record", standing_case(wish.case))
    lock_case(wish.case)
    wish.refresh_from_db(fields=["ended_at"])
    if wish.ended_at is not None:
        raise Invalid("The person took this back already.")
    wish.ended_at = acting.now
    wish.save(update_fields=["ended_at"])
    changed(
        acting,
        "wish.ended",
        case=wish.case_id,
        subject=wish.case.person_id,
        data={"wish": str(wish.kind)},
    )


@transaction.atomic
def record_request(acting: Acting, case: Case, kind: Request.Kind, words: str) -> Request:
    """What the person asks, in their words. A statement of their own is kept as it is and needs no answer."""
    require(acting, "rights.record", case)
    if not words.strip():
        raise Invalid({"words": "Write what the person asks, in their words."})
    kept = kind == Request.Kind.STATEMENT
    request = Request.objects.create(
        case=case,
        kind=kind,
        words=words.strip(),
        asked_at=acting.now,
        recorded_by=acting.staff,
        state=Request.State.DONE if kept else Request.State.OPEN,
        answered_at=acting.now if kept else None,
        answered_by=acting.staff if kept else None,
    )
    changed(
        acting,
        "request.recorded",
        case=case.id,
        subject=case.person_id,
        changes={"words": (None, words.strip())},
        data={"request": str(request.id), "kind": str(kind)},
    )
    return request


@transaction.atomic
def answer_request(acting: Acting, request: Request, *, done: bool, answer: str) -> None:
    """What was done, or why it was refused. Once; the person may then complain, and have a statement kept."""
    require(acting, "rights.record", standing_case(request.case))
    lock_case(request.case)
    request.refresh_from_db(fields=["state"])
    if request.state != Request.State.OPEN:
        raise Invalid("This was answered already.")
    if not answer.strip():
        raise Invalid({"answer": "Say what was done, or why it is refused: the person is told."})
    request.state = Request.State.DONE if done else Request.State.REFUSED
    request.answer, request.answered_at, request.answered_by = answer.strip(), acting.now, acting.staff
    request.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    changed(
        acting,
        "request.answered",
        case=request.case_id,
        subject=request.case.person_id,
        changes={"answer": (None, answer.strip())},
        data={"request": str(request.id), "state": str(request.state)},
    )
