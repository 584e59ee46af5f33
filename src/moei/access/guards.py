"""Nobody switches the alarms off alone: whoever watches, approves or reviews is not taken away unnoticed (P14)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from moei.access.acting import Acting, Invalid
from moei.access.models import Notice, RoleGrant, Staff
from moei.access.policy import GUARDS, ROLES, Duty
from moei.access.reach import ALL, each_of
from moei.access.watching import agencies_with, people_with, tell


def take_from_guard(acting: Acting, staff: Staff, *, action: str, grant: RoleGrant | None = None) -> None:
    """Before `staff` loses this grant, or (without one) the account: every agency that watches where they guard is told.

    Raises `Invalid` if nobody outside the agency of whoever acts would be left there with one of their duties: who does
    the same in an exercise guards nothing in the release.
    """
    lost = _lost(acting, staff, grant)
    if not lost:
        return
    _hold_guards()
    own = Staff.objects.values_list("agency", flat=True).get(pk=acting.staff.pk)
    for release, duty in [(release, duty) for release, duties in lost.items() for duty in duties]:
        outside = people_with(duty, {release}).filter(agency__isnull=False).exclude(agency=own)
        if outside.filter(pk=staff.pk).exists() and not outside.exclude(pk=staff.pk).exists():
            raise Invalid(
                "Outside your agency nobody else does what this person does: watch, approve or review. Propose first "
                "that somebody else there gets the role: two agencies agree on that."
            )
    for release in lost:
        watching = agencies_with(Duty.WATCH, {release})
        tell(acting, Notice.Kind.GUARD_GONE, watching, release=release, about=staff, action=action)


def _lost(acting: Acting, staff: Staff, grant: RoleGrant | None) -> dict[UUID, frozenset[Duty]]:
    """For each release, duties of a guard that they hold there now and would not hold afterwards."""
    rows = list(RoleGrant.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=acting.now), staff=staff))
    left = [] if grant is None else [row for row in rows if row.pk != grant.pk]
    lost = {
        release: _duties(_there(rows, release)) - _duties(_there(left, release)) for release in each_of({ALL})
    }
    return {release: duties for release, duties in lost.items() if duties}


def _there(grants: Iterable[RoleGrant], release: UUID) -> list[RoleGrant]:
    return [row for row in grants if row.release_id in (ALL, release)]


def _duties(grants: Iterable[RoleGrant]) -> frozenset[Duty]:
    roles = [ROLES[row.role] for row in grants if row.role in ROLES]
    return GUARDS & frozenset().union(*(role.duties for role in roles))


def _hold_guards() -> None:
    """Of two who each take one of the last two away at the same moment, the second sees what the first did."""
    codes = [role.code for role in ROLES.values() if role.duties & GUARDS]
    held = RoleGrant.objects.filter(role__in=codes, ended_at__isnull=True).values("staff")
    list(Staff.objects.select_for_update(no_key=True).filter(pk__in=held).order_by("pk").values_list("pk"))
