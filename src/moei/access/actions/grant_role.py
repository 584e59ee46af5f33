"""Give a role, or end one. Nobody holds an identification and an investigation role in one release (P10)."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import forget_grants, require
from moei.access.journalled import changed
from moei.access.models import RoleGrant, Site, Staff
from moei.access.policy import ROLES, Cases
from moei.journal.models import Entry


@transaction.atomic
def grant_role(acting: Acting, staff: Staff, role_code: str, *, site: Site | None = None) -> RoleGrant:
    """`staff` gets the role in the acting release (and at `site`, where the role's cases are a site's)."""
    require(acting, "staff.manage")
    role = ROLES.get(role_code)
    if role is None:
        raise Invalid(
            {"role": "There is no role “%(code)s”. Choose one of: %(codes)s."},
            code=role_code,
            codes=", ".join(ROLES),
        )
    if role.cases is Cases.SITE and site is None:
        raise Invalid({"site": "This role is held at a site: choose which."})
    # Locking the person makes two grants at the same moment see each other.
    Staff.objects.select_for_update(no_key=True).get(pk=staff.pk)
    active = RoleGrant.objects.filter(staff=staff, ended_at__isnull=True)
    sides = {ROLES[grant.role].side for grant in active.filter(release=acting.release) if grant.role in ROLES}
    if role.side and (sides - {"", role.side}):
        raise Invalid(
            {
                "role": "%(who)s already works on the other side of this release: "
                "identification and investigation are apart."
            },
            who=staff,
        )
    grant, created = RoleGrant.objects.get_or_create(
        staff=staff,
        role=role_code,
        release=acting.release,
        site=site if role.cases is Cases.SITE else None,
        ended_at=None,
        defaults={"granted_by": acting.staff, "granted_at": acting.now},
    )
    if created:
        changed(
            acting,
            "role.granted",
            kind=Entry.Kind.ACCESS,
            data={"role": role_code, "to": str(staff.id), "site": str(site.id) if site else ""},
        )
    forget_grants(staff)
    return grant


@transaction.atomic
def end_role(acting: Acting, grant: RoleGrant) -> None:
    """The role ends now; the next query no longer counts it."""
    require(acting, "staff.manage")
    if RoleGrant.objects.filter(pk=grant.pk, ended_at__isnull=True).update(ended_at=acting.now):
        changed(
            acting, "role.ended", kind=Entry.Kind.ACCESS, data={"role": grant.role, "of": str(grant.staff_id)}
        )
    forget_grants(grant.staff)
