"""What administrators are told of: journalled, and shown to them until one of them has seen it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from moei.access.acting import Acting, Refused
from moei.access.decide import require
from moei.access.models import Staff
from moei.journal.models import Entry
from moei.journal.record import Note, record
from moei.signin.models import Notice
from moei.signin.selectors import notices_for


@transaction.atomic
def announce(staff: Staff, kind: Notice.Kind, *, now: datetime) -> Notice:
    """Tell the administrators of somebody's agency; the journal keeps it whether they look or not."""
    journal_sign_in(staff, f"sign_in.{kind}", now=now)
    return Notice.objects.create(staff=staff, kind=kind, happened_at=now)


@transaction.atomic
def see_notice(acting: Acting, notice: Notice) -> None:
    """An administrator has asked the person and knows. Nobody closes a notice about themselves."""
    require(acting, "staff.manage")
    if not notices_for(acting.staff).filter(pk=notice.pk).exists():
        raise Refused("This notice is for another administrator.")
    notice.seen_at, notice.seen_by = acting.now, acting.staff
    notice.save(update_fields=["seen_at", "seen_by"])
    record(
        Note(
            "sign_in.notice_seen",
            kind=Entry.Kind.ACCESS,
            actor=acting.staff.pk,
            agency=acting.staff.agency_id,
            data={"staff": str(notice.staff_id), "kind": notice.kind},
        ),
        now=acting.now,
    )


def journal_sign_in(staff: Staff, action: str, *, now: datetime, **data: object) -> None:
    record(Note(action, kind=Entry.Kind.ACCESS, actor=staff.pk, agency=staff.agency_id, data=data), now=now)
