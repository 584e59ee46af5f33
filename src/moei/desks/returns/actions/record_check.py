"""An answer to one thing that has to be settled before somebody leaves (P16)."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.record_event import lock_together
from moei.casefile.folding import protocol
from moei.casefile.models import Case, TravelCheck
from moei.desks.returns.actions.hold_seat import end_seat
from moei.desks.returns.models import Journey, Seat

# Answers that mean nothing without who said it, or what the person said.
_IN_WORDS = {
    TravelCheck.Code.FIT_TO_TRAVEL: "Say who of the health service said so, and when; no medical detail.",
    TravelCheck.Code.ESCORT: "Say who goes with them.",
    TravelCheck.Code.RISK_ASKED: "Write down what the person answered, in their words.",
}


@transaction.atomic
def record_check(
    acting: Acting, case: Case, code: TravelCheck.Code, answer: TravelCheck.Answer, *, note: str = ""
) -> TravelCheck:
    """The latest answer counts; earlier ones stay. Who does not wish to go loses no right, and the seat is free again.

    Raises `Invalid` for "not needed" where the protocol does not allow it, and without words where they are needed.
    """
    require(acting, "return.record", case)
    if answer == TravelCheck.Answer.NOT_NEEDED:
        asked = [one for one in protocol(case.protocol).before_return if one.code.value == code.value]
        if not all(one.may_be_waived.value for one in asked):
            raise Invalid({"answer": "The protocol asks this of everybody: answer yes or no."})
    if answer == TravelCheck.Answer.YES and code in _IN_WORDS and not note.strip():
        raise Invalid({"note": _IN_WORDS[code]})
    people = lock_together([case.person_id])
    check = TravelCheck.objects.create(
        case=case,
        code=code,
        answer=answer,
        note=note.strip(),
        answered_at=acting.now,
        answered_by=acting.staff,
    )
    changed(
        acting,
        "travel_check.recorded",
        case=case.id,
        subject=case.person_id,
        changes={"note": (None, check.note)} if check.note else {},
        data={"code": str(code), "answer": str(answer)},
    )
    if code == TravelCheck.Code.WISHES_TO_GO and answer == TravelCheck.Answer.NO:
        open_journeys = (Journey.Status.PLANNED, Journey.Status.BOARDING)
        held = Seat.objects.filter(
            case__person__in=people, ended_at__isnull=True, journey__status__in=open_journeys
        )
        for seat in held.select_related("case"):
            end_seat(acting, seat, Seat.Ended.CHANGED_MIND)
    return check
