"""What has to be settled with the authorities before somebody leaves, and what they need on the way."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.journalled import changed
from moei.casefile.models import Case, TravelCheck
from moei.desks.embassies.models import TravelNeed
from moei.desks.embassies.working import begin

Code = TravelCheck.Code
# The other preconditions belong to whoever plans the journey.
OURS = (Code.FINES, Code.EXIT_CLEARANCE)


@transaction.atomic
def record_check(acting: Acting, case: Case, code: str, answer: str, *, note: str = "") -> TravelCheck:
    """Fines for overstaying, or the clearance to leave; the latest answer counts."""
    begin(acting, case)
    if code not in OURS:
        raise Invalid({"code": "Choose fines or the clearance to leave."})
    if answer not in TravelCheck.Answer.values:
        raise Invalid({"answer": "Choose an answer."})
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
        "travel_check.answered",
        case=case.id,
        subject=case.person_id,
        changes={"answer": (None, answer), "note": (None, check.note)},
        data={"check": str(check.pk), "code": code},
    )
    return check


@transaction.atomic
def note_travel_needs(acting: Acting, case: Case, codes: Collection[str]) -> None:
    """All that somebody needs on the way, as it stands from now on."""
    together = begin(acting, case)
    if not set(codes) <= set(TravelNeed.Code.values):
        raise Invalid({"needs": "Choose from the list."})
    standing = TravelNeed.objects.filter(case__person__in=together, ended_at__isnull=True)
    before = sorted(set(standing.values_list("code", flat=True)))
    standing.exclude(code__in=codes).update(ended_at=acting.now)
    TravelNeed.objects.bulk_create(
        TravelNeed(case=case, code=code, noted_at=acting.now, noted_by=acting.staff)
        for code in sorted(set(codes) - set(before))
    )
    after = sorted(set(codes))
    if before != after:
        changed(
            acting,
            "travel_needs.noted",
            case=case.id,
            subject=case.person_id,
            changes={"needs": (before, after)},
        )
