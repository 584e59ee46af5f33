"""Remind a mission of what it has not answered; the mission says that it has seen it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed, changed_many, note
from moei.access.models import Agency
from moei.casefile.actions.record_event import lock_cases_of
from moei.desks.embassies.models import Reminder, VerificationRequest
from moei.desks.embassies.readiness import work_cases
from moei.desks.embassies.working import nationals

# Nobody is reminded of the same thing twice within this time.
AGAIN = timedelta(days=3)


@transaction.atomic
def remind(acting: Acting, mission: Agency, *, waiting_days: int) -> int:
    """Of each request that waits so many days or longer. Returns of how many."""
    require(acting, "missions.ask")
    if not 0 <= waiting_days <= 365:
        raise Invalid({"waiting_days": "Give a number of days between 0 and 365."})
    recent = Reminder.objects.filter(request=OuterRef("pk"), reminded_at__gt=acting.now - AGAIN)
    due = VerificationRequest.objects.filter(
        ~Exists(recent),
        mission=mission,
        case__in=work_cases(acting).order_by().values("pk"),
        status=VerificationRequest.Status.ASKED,
        asked_at__lte=acting.now - timedelta(days=waiting_days),
    ).select_related("case")
    lock_cases_of([row.case.person_id for row in due.all()])
    rows = list(due.all())
    if not rows:
        raise Invalid("Nothing waits so long, or the mission was reminded within three days.")
    Reminder.objects.bulk_create(
        [Reminder(request=row, reminded_at=acting.now, reminded_by=acting.staff) for row in rows],
        batch_size=500,
    )
    changed_many(
        acting,
        [
            note(
                acting,
                "verification.reminded",
                case=row.case_id,
                subject=row.case.person_id,
                data={"request": str(row.pk)},
            )
            for row in rows
        ],
    )
    return len(rows)


@transaction.atomic
def see_reminders(acting: Acting) -> int:
    """The mission has seen what it was reminded of, of people who are open to it."""
    require(acting, "nationals.answer")
    unseen = unseen_reminders(acting)
    count = unseen.update(seen_at=acting.now, seen_by=acting.staff)
    if count:
        changed(acting, "verification.reminders_seen", data={"reminders": count})
    return count


def unseen_reminders(acting: Acting) -> QuerySet[Reminder]:
    """Reminders that the mission of whoever acts has not seen, of requests that are open to it."""
    return Reminder.objects.filter(
        seen_at__isnull=True,
        request__mission=acting.staff.agency_id,
        request__status__in=VerificationRequest.OPEN,
        request__case__in=nationals(acting).order_by().values("pk"),
    )
