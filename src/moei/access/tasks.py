"""E-mail about notices, sent by the worker: nobody waits for it, and nobody can tell by waiting that it is sent."""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django_tasks import task

if TYPE_CHECKING:
    from moei.access.models import Staff

_log = logging.getLogger(__name__)


@task()
def send_notices() -> None:
    """One message to each person who watches in the agencies concerned; it says that there is something, not what.

    An address that is refused stops no other. What reached nobody of an agency is tried again with the next notice.
    """
    from moei.access.models import Notice
    from moei.access.policy import Duty
    from moei.access.watching import people_with

    if not getattr(settings, "NOTICES_BY_EMAIL", False):
        return
    waiting: dict[tuple[UUID, UUID | None, bool], list[UUID]] = defaultdict(list)
    for notice in Notice.objects.filter(emailed_at__isnull=True):
        canary = notice.kind == Notice.Kind.CANARY
        waiting[notice.agency_id, notice.release_id, canary].append(notice.pk)
    for (agency_id, release_id, canary), told in waiting.items():
        duty = Duty.CANARIES if canary else Duty.WATCH
        watching = people_with(duty, {release_id}).filter(agency_id=agency_id)
        if canary and not watching.exists():  # told because no other agency keeps canaries
            watching = people_with(Duty.WATCH, {release_id}).filter(agency_id=agency_id)
        reached = [_mailed(staff) for staff in watching.exclude(email="")]
        if any(reached) or not reached:
            # At once: whatever fails after this, they are not mailed again.
            Notice.objects.filter(pk__in=told).update(emailed_at=datetime.now(UTC))


def _mailed(staff: Staff) -> bool:
    """Whether the mail server took it."""
    try:
        send_mail(
            _("Moei: something to look at"),
            _("Your agency is told of something that was done in Moei. Sign in and open “Notices”."),
            None,
            [staff.email],
        )
    except (
        OSError,
        ValueError,
    ) as error:  # the server's refusals are the first, an impossible address the second
        _log.warning("A notice could not be mailed to staff %s: %s", staff.pk, type(error).__name__)
        return False
    return True
