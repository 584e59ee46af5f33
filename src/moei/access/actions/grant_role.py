"""Give a role that two agencies agreed on, or end one. Nobody holds roles that must be apart (P10, P14)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from moei.access.accounts import never_agreed
from moei.access.acting import Acting, Invalid, Refused
from moei.access.agreed import require_agreed
from moei.access.decide import forget_grants, require
from moei.access.guards import take_from_guard
from moei.access.journalled import changed
from moei.access.models import Notice, Proposal, RoleGrant, Site, Staff
from moei.access.policy import EMERGENCY_ROLE_HOURS, EMERGENCY_ROLES, ROLES, Cases, Duty, Role
from moei.access.reach import require_reach
from moei.access.watching import tell_two_agencies
from moei.journal.models import Entry

SHORTEST_REASON = 15


def role_to_give(
    acting: Acting, staff: Staff, role_code: str, site: Site | None, *, all_releases: bool = False
) -> Role:
    """The role, if `staff` may be given it in the acting release. Raises `Invalid` with what stands against it."""
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
    _keep_apart(acting, staff, role, all_releases=all_releases)
    return role


@transaction.atomic
def grant_role(
    acting: Acting,
    staff: Staff,
    role_code: str,
    *,
    proposal: Proposal,
    site: Site | None = None,
    all_releases: bool = False,
) -> RoleGrant:
    """`staff` gets the role in the acting release (and at `site`, where the role's cases are a site's).

    With `all_releases`, in every release there is and will be; only a role that opens no cases is given so.
    """
    require_agreed(proposal, Proposal.Kind.ROLE, Proposal.Kind.ACCOUNT)
    _lock(staff)
    role = role_to_give(acting, staff, role_code, site, all_releases=all_releases)
    grant, created = RoleGrant.objects.get_or_create(
        staff=staff,
        role=role_code,
        release=None if all_releases else acting.release,
        site=site if role.cases is Cases.SITE else None,
        ended_at=None,
        defaults={"granted_by": acting.staff, "granted_at": acting.now},
    )
    if created:
        _journal(acting, grant, proposal=str(proposal.pk))
    forget_grants(staff)
    return grant


@transaction.atomic
def join_in_emergency(
    acting: Acting, staff: Staff, role_code: str, *, site: Site | None, hours: int, reason: str
) -> RoleGrant:
    """One administrator alone gives a role for some hours; another agency is told and reviews it (P14).

    Never to oneself or to who manages staff, only a role for work at the crossing (`EMERGENCY_ROLES`), and not again to
    somebody, or by an administrator, whose last one nobody reviewed. An account that was itself added in an emergency
    gets no further day before another agency approved it.
    """
    require(acting, "staff.manage")
    if never_agreed(staff):
        raise Invalid(
            {"role": "This account was added in an emergency, and another agency has not approved it yet."}
        )
    grant = give_in_emergency(acting, staff, role_code, site=site, hours=hours, reason=reason)
    tell_two_agencies(acting, Notice.Kind.EMERGENCY_ROLE, action="role.given_in_emergency")
    return grant


def give_in_emergency(
    acting: Acting, staff: Staff, role_code: str, *, site: Site | None, hours: int, reason: str
) -> RoleGrant:
    """All of it but telling another agency: whoever calls this does, in the same transaction."""
    require(acting, "staff.manage")
    if not 1 <= hours <= EMERGENCY_ROLE_HOURS:
        raise Invalid(
            {"hours": "In an emergency a role is given for at most %(hours)s hours."},
            hours=EMERGENCY_ROLE_HOURS,
        )
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid({"reason": "Say what the emergency is, in a sentence: another agency will read it."})
    if staff.pk == acting.staff.pk:
        raise Refused("Nobody gives themselves a role.")
    if staff.is_service or not staff.is_active or staff.agency_id is None:
        raise Invalid({"role": "This is given to an open account of a person who belongs to an agency."})
    for pk in sorted((staff.pk, acting.staff.pk)):
        _lock(Staff(pk=pk))
    role = role_to_give(acting, staff, role_code, site)
    if role.code not in EMERGENCY_ROLES:
        raise Invalid(
            {
                "role": "This role is not given in an emergency: only roles for work with people at the crossing are. "
                "Propose it: two agencies agree."
            }
        )
    unreviewed = RoleGrant.objects.filter(reviewed_at__isnull=True).exclude(emergency="")
    if unreviewed.filter(staff=staff).exists():
        raise Invalid(
            {"role": "Nobody reviewed yet the last role that this person was given in an emergency."}
        )
    if unreviewed.filter(granted_by=acting.staff).exists():
        raise Invalid(
            {
                "role": "Nobody reviewed yet the last role that you gave in an emergency. Ask another agency to review "
                "it first."
            }
        )
    grant = RoleGrant.objects.create(
        staff=staff,
        role=role_code,
        release=acting.release,
        site=site if role.cases is Cases.SITE else None,
        granted_by=acting.staff,
        granted_at=acting.now,
        ended_at=acting.now + timedelta(hours=hours),
        emergency=reason.strip(),
    )
    _journal(acting, grant, emergency=True, hours=hours)
    forget_grants(staff)
    return grant


@transaction.atomic
def review_emergency_role(acting: Acting, grant: RoleGrant, note: str) -> RoleGrant:
    """Somebody of another agency than the giver's says what they think of it; ending it is a step of its own."""
    require(acting, "changes.approve")
    rows = RoleGrant.objects.select_for_update(of=("self",)).select_related("granted_by", "staff")
    grant = rows.get(pk=grant.pk)
    require_reach(acting, Duty.APPROVE, {grant.release_id})
    if not grant.emergency or grant.reviewed_at is not None:
        raise Invalid("This has been reviewed already.")
    giver = grant.granted_by
    if (
        giver is None
        or acting.staff.agency_id in (None, giver.agency_id)
        or acting.staff.pk == grant.staff_id
    ):
        raise Refused("Somebody of another agency reviews this.")
    if not note.strip():
        raise Invalid({"note": "Say in a sentence what you found."})
    grant.reviewed_by, grant.reviewed_at, grant.review_note = acting.staff, acting.now, note.strip()
    grant.save(update_fields=["reviewed_by", "reviewed_at", "review_note"])
    changed(acting, "role.emergency_reviewed", kind=Entry.Kind.ACCESS, data={"grant": str(grant.pk)})
    return grant


@transaction.atomic
def end_role(acting: Acting, grant: RoleGrant) -> None:
    """The role ends now; the next query no longer counts it. One person does this, of whatever agency."""
    require(acting, "staff.manage")
    require_reach(acting, Duty.STAFF, {grant.release_id})
    standing = RoleGrant.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=acting.now), pk=grant.pk)
    if standing.exists():
        take_from_guard(acting, grant.staff, grant=grant, action="role.ended")
    if standing.update(ended_at=acting.now, taken_back=True):
        changed(
            acting, "role.ended", kind=Entry.Kind.ACCESS, data={"role": grant.role, "of": str(grant.staff_id)}
        )
    forget_grants(grant.staff)


def _journal(acting: Acting, grant: RoleGrant, **about: object) -> None:
    changed(
        acting,
        "role.given_in_emergency" if grant.emergency else "role.granted",
        kind=Entry.Kind.ACCESS,
        data={
            "role": grant.role,
            "to": str(grant.staff_id),
            "site": str(grant.site_id or ""),
            "releases": "one" if grant.release_id else "all",
            **about,
        },
    )


def _lock(staff: Staff) -> None:
    """Of two grants at the same moment, the second sees the first."""
    Staff.objects.select_for_update(no_key=True).get(pk=staff.pk)


def _keep_apart(acting: Acting, staff: Staff, role: Role, *, all_releases: bool) -> None:
    """A role in all releases is a role in each of them: it stands against any of the other side, and any against it."""
    standing = _standing(staff, acting.now)
    if not all_releases:
        standing = [
            (held, grant) for held, grant in standing if grant.release_id in (None, acting.release.pk)
        ]
    sides = {held.side for held, _grant in standing}
    if role.side and (sides - {"", role.side}):
        raise Invalid(
            {
                "role": "%(who)s already works on the other side of this release: "
                "identification and investigation are apart."
            },
            who=staff,
        )
    # Who gives out rights has none: in whatever release they manage, it is the same accounts.
    for held, _grant in _standing(staff, acting.now):
        if (_manages(held) and _opens(role)) or (_manages(role) and _opens(held)):
            raise Invalid({"role": "Who manages staff opens no case files: one person does not hold both."})


def _standing(staff: Staff, now: datetime) -> list[tuple[Role, RoleGrant]]:
    rows = RoleGrant.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=now), staff=staff)
    return [(ROLES[row.role], row) for row in rows if row.role in ROLES]


def _manages(role: Role) -> bool:
    return Duty.STAFF in role.duties


def _opens(role: Role) -> bool:
    return role.cases is not Cases.NONE
