"""Give a role, or end one. Nobody holds an identification and an investigation role in one release (P10)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from moei.access.acting import Acting, Invalid
from moei.access.decide import forget_grants, require
from moei.access.journalled import changed
from moei.access.models import RoleGrant, Site, Staff
from moei.access.policy import ROLES, Cases, Role
from moei.journal.models import Entry


@transaction.atomic
def grant_role(
    acting: Acting,
    staff: Staff,
    role_code: str,
    *,
    site: Site | None = None,
    all_releases: bool = False,
) -> RoleGrant:
    """`staff` gets the role in the acting release (and at `site`, where the role's cases are a site's).

    With `all_releases`, in every release there is and will be; only a role that opens no cases is given so.
    """
    require(acting, "staff.manage")
    role = ROLES.get(role_code)
    if role is None:
        raise Invalid(
            {"role": "There is no role “%(code)s”. Choose one of: %(codes)s."},
            code=role_code,
            codes=", ".join(ROLES),
        )
    if all_releases and role.cases is not Cases.NONE:
        raise Invalid({"role": "This role opens case files: it is given in one release at a time."})
    if role.cases is Cases.SITE and site is None:
        raise Invalid({"site": "This role is held at a site: choose which."})
    _lock(staff)
    _keep_apart(acting, staff, role, all_releases=all_releases)
    grant, created = RoleGrant.objects.get_or_create(
        staff=staff,
        role=role_code,
        release=None if all_releases else acting.release,
        site=site if role.cases is Cases.SITE else None,
        ended_at=None,
        defaults={"granted_by": acting.staff, "granted_at": acting.now},
    )
    if created:
        changed(
            acting,
            "role.granted",
            kind=Entry.Kind.ACCESS,
            data={
                "role": role_code,
                "to": str(staff.id),
                "site": str(site.id) if site else "",
                "releases": "all" if all_releases else "one",
            },
        )
    forget_grants(staff)
    return grant


def _lock(staff: Staff) -> None:
    """Of two grants at the same moment, the second sees the first."""
    Staff.objects.select_for_update(no_key=True).get(pk=staff.pk)


def _keep_apart(acting: Acting, staff: Staff, role: Role, *, all_releases: bool) -> None:
    """A role in all releases is a role in each of them: it stands against any of the other side, and any against it."""
    active = RoleGrant.objects.filter(staff=staff, ended_at__isnull=True)
    if not all_releases:
        active = active.filter(Q(release=acting.release) | Q(release__isnull=True))
    sides = {ROLES[grant.role].side for grant in active if grant.role in ROLES}
    if role.side and (sides - {"", role.side}):
        raise Invalid(
            {
                "role": "%(who)s already works on the other side of this release: "
                "identification and investigation are apart."
            },
            who=staff,
        )


@transaction.atomic
def end_role(acting: Acting, grant: RoleGrant) -> None:
    """The role ends now; the next query no longer counts it."""
    require(acting, "staff.manage")
    if RoleGrant.objects.filter(pk=grant.pk, ended_at__isnull=True).update(ended_at=acting.now):
        changed(
            acting, "role.ended", kind=Entry.Kind.ACCESS, data={"role": grant.role, "of": str(grant.staff_id)}
        )
    forget_grants(grant.staff)
