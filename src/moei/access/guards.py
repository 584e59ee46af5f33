"""Nobody switches the alarms off alone: whoever watches, approves or reviews is not taken away unnoticed (P14)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from moei.access.acting import Acting, Invalid
from moei.access.models import Notice, RoleGrant, Staff
from moei.access.policy import GUARDS, ROLES, Duty
from moei.access.watching import agencies_with, people_with, tell


def take_from_guard(acting: Acting, staff: Staff, *, action: str, grant: RoleGrant | None = None) -> None:
    """Before `staff` loses this grant, or (without one) the account: every agency that watches is told at once.

    Raises `Invalid` if nobody outside the agency of whoever acts would be left with one of their duties.
    """
    lost = _lost(acting, staff, grant)
    if not lost:
        return
    _hold_guards()
    own = Staff.objects.values_list("agency", flat=True).get(pk=acting.staff.pk)
    for duty in lost:
        outside = people_with(duty).filter(agency__isnull=False).exclude(agency=own)
        if outside.filter(pk=staff.pk).exists() and not outside.exclude(pk=staff.pk).exists():
            raise Invalid(
                "Outside your agency nobody else does what this person does: watch, approve or review. Propose first "
                "that somebody else there gets the role: two agencies agree on that."
            )
    tell(acting, Notice.Kind.GUARD_GONE, agencies_with(Duty.WATCH), about=staff, action=action)


def _lost(acting: Acting, staff: Staff, grant: RoleGrant | None) -> frozenset[Duty]:
    """Duties of a guard that they hold now and would not hold afterwards."""
    rows = RoleGrant.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=acting.now), staff=staff)
    if grant is None:
        return _duties(rows)
    return _duties(rows.filter(pk=grant.pk)) - _duties(rows.exclude(pk=grant.pk))


def _duties(grants: QuerySet[RoleGrant]) -> frozenset[Duty]:
    roles = [ROLES[row.role] for row in grants if row.role in ROLES]
    return GUARDS & frozenset().union(*(role.duties for role in roles))


def _hold_guards() -> None:
    """Of two who each take one of the last two away at the same moment, the second sees what the first did."""
    codes = [role.code for role in ROLES.values() if role.duties & GUARDS]
    held = RoleGrant.objects.filter(role__in=codes, ended_at__isnull=True).values("staff")
    list(Staff.objects.select_for_update(no_key=True).filter(pk__in=held).order_by("pk").values_list("pk"))
