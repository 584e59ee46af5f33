"""Break-glass: a reason, three hours of reading, two agencies told, an entry in the journal, a review (P14)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting, Invalid, Refused
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import BreakGlass, Notice
from moei.access.policy import BREAK_GLASS_HOURS, Duty
from moei.access.reach import require_reach
from moei.access.watching import notice_canaries, tell_two_agencies
from moei.journal.models import Entry

SHORTEST_REASON = 15


@transaction.atomic
def break_glass(acting: Acting, case_id: UUID, reason: str) -> BreakGlass:
    """Opens one case for three hours. Administrators never may: they have no case rights."""
    require(acting, "break_glass.open")
    if acting.staff.is_superuser or acting.staff.is_staff:
        raise Refused("An administrator cannot open case files, not even in an emergency.")
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise Invalid({"reason": "Say what the emergency is, in a sentence: an auditor will read it."})
    opened = BreakGlass.objects.create(
        staff=acting.staff,
        release=acting.release,
        case_id=case_id,
        reason=reason,
        opened_at=acting.now,
        ends_at=acting.now + timedelta(hours=BREAK_GLASS_HOURS),
    )
    told = tell_two_agencies(acting, Notice.Kind.EMERGENCY, case_id=case_id, action="break_glass.opened")
    notice_canaries(acting, "break_glass.opened", [case_id])
    changed(
        acting,
        "break_glass.opened",
        kind=Entry.Kind.ACCESS,
        case=case_id,
        data={"break_glass": str(opened.id), "agencies_told": told},
    )
    return opened


@transaction.atomic
def end_break_glass(acting: Acting) -> int:
    """Closes at once all that the acting person had opened. Returns how many."""
    require(acting, "break_glass.open")
    rows = list(BreakGlass.objects.filter(staff=acting.staff, ends_at__gt=acting.now, closed_at__isnull=True))
    for opened in rows:
        opened.closed_at = acting.now
        opened.save(update_fields=["closed_at"])
        changed(
            acting,
            "break_glass.ended",
            kind=Entry.Kind.ACCESS,
            case=opened.case_id,
            data={"break_glass": str(opened.id)},
        )
    return len(rows)


@transaction.atomic
def review_break_glass(acting: Acting, opened: BreakGlass, *, justified: bool, note: str) -> BreakGlass:
    """Somebody else says whether it was justified."""
    require(acting, "break_glass.review")
    require_reach(acting, Duty.BREAK_GLASS_REVIEW, {opened.release_id})
    if opened.staff_id == acting.staff.id:
        raise Refused("Nobody reviews their own break-glass.")
    if not note.strip():
        raise Invalid({"note": "Say in a sentence why it was, or was not, justified."})
    # As it stands in the database now: of two reviews at the same moment the second must not replace the first.
    opened = BreakGlass.objects.select_for_update(of=("self",)).get(pk=opened.pk)
    if opened.reviewed_at is not None:
        raise Invalid("This break-glass has been reviewed already.")
    opened.reviewed_by, opened.reviewed_at = acting.staff, acting.now
    opened.justified, opened.review_note = justified, note.strip()
    opened.save(update_fields=["reviewed_by", "reviewed_at", "justified", "review_note"])
    changed(
        acting,
        "break_glass.reviewed",
        kind=Entry.Kind.ACCESS,
        case=opened.case_id,
        data={"break_glass": str(opened.id), "justified": justified},
    )
    return opened
