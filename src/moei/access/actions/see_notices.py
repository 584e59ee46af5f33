"""Somebody who watches says that they saw what their agency is told of."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting
from moei.access.decide import may, require
from moei.access.journalled import changed
from moei.access.watching import notices_for
from moei.journal.models import Entry


@transaction.atomic
def see_notices(acting: Acting) -> int:
    """Of all that they may know of; what they may not know of stays unseen. Returns how many."""
    require(acting, "notices.read")
    keeps = may(acting.staff, "canary.keep", acting.release.id, now=acting.now)
    seen = (
        notices_for(acting.staff, canaries=keeps)
        .filter(seen_at__isnull=True)
        .update(seen_at=acting.now, seen_by=acting.staff)
    )
    if seen:
        changed(acting, "notices.seen", kind=Entry.Kind.ACCESS, data={"notices": seen})
    return seen
