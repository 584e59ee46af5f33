"""E-mail about notices, sent by the worker: nobody waits for it, and nobody can tell by waiting that it is sent."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django_tasks import task


@task()
def send_notices() -> None:
    """One message to each person who watches in the agencies concerned; it says that there is something, not what."""
    from moei.access.models import Notice
    from moei.access.policy import Duty
    from moei.access.watching import people_with

    waiting = list(Notice.objects.filter(emailed_at__isnull=True).select_related("agency"))
    if not getattr(settings, "NOTICES_BY_EMAIL", False) or not waiting:
        return
    for agency_id, canary in {(notice.agency_id, notice.kind == Notice.Kind.CANARY) for notice in waiting}:
        watching = people_with(Duty.CANARIES if canary else Duty.WATCH).filter(agency_id=agency_id)
        if canary and not watching.exists():  # told because no other agency keeps canaries
            watching = people_with(Duty.WATCH).filter(agency_id=agency_id)
        for address in watching.exclude(email="").values_list("email", flat=True):
            send_mail(
                _("Moei: something to look at"),
                _("Your agency is told of something that was done in Moei. Sign in and open “Notices”."),
                None,
                [address],
            )
    Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(emailed_at=datetime.now(UTC))
