"""Somebody who watches says that they saw what their agency is told of."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.watching import notices_for, unseen
from moei.journal.models import Entry


@transaction.atomic
def see_notices(acting: Acting, shown: Collection[UUID]) -> int:
    """Of what the page showed them. What they may not know of, and what they did themselves, stays unseen. Returns how
    many were seen now."""
    require(acting, "notices.read")
    theirs = unseen(notices_for(acting.staff, now=acting.now), acting.staff)
    seen = theirs.filter(pk__in=shown).update(seen_at=acting.now, seen_by=acting.staff)
    if seen:
        changed(acting, "notices.seen", kind=Entry.Kind.ACCESS, data={"notices": seen})
    return seen
