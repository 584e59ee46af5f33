"""`visible_to`, `can` and `sections_of`, built from the policy table and from nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from django.db.models import Max, Q, QuerySet, TextField
from django.db.models.functions import Cast

from moei.access.acting import Acting, Refused
from moei.access.agreed_policy import policy_in_force
from moei.access.models import BreakGlass, CaseGrant, RoleGrant, Staff
from moei.access.policy import (
    ACTIONS,
    BREAK_GLASS_SECTIONS,
    DUTIES,
    REFERRAL_DUTY,
    REFERRAL_SECTIONS,
    ROLES,
    UNACCEPTED_DUTIES,
    Cases,
    Duty,
    Role,
    Section,
)


class CaseLike(Protocol):
    id: UUID
    release_id: UUID
    site_id: UUID


# A role whose cases are opened one by one, and the basis that opens them.
_BASIS = {
    Cases.ASSIGNED: CaseGrant.Basis.ASSIGNED,
    Cases.INTERPRETED: CaseGrant.Basis.INTERPRETER,
    Cases.NAMED_ME: CaseGrant.Basis.SUPPORT,
    Cases.CONSENTED: CaseGrant.Basis.CONSENT,
}


def grants_of(staff: Staff, *, now: datetime | None = None) -> list[tuple[Role, RoleGrant]]:
    """Active roles of an active member of staff; read once per object, so once per request.

    While two agencies have not accepted the policy table, no role opens a case, and only staff is managed (P14).
    A role that ends by itself counts until then: at `now`, or by the clock.
    """
    cached: list[tuple[Role, RoleGrant]] | None = getattr(staff, "_grants", None)
    if cached is None:
        standing = Q(ended_at__isnull=True) | ~Q(emergency="")
        rows = RoleGrant.objects.filter(standing, staff=staff, taken_back=False) if staff.is_active else []
        roles = ROLES if policy_in_force() else _without_rights()
        cached = [(roles[row.role], row) for row in rows if row.role in roles]
        staff._grants = cached  # type: ignore[attr-defined]
    at = now or datetime.now(UTC)
    return [(role, row) for role, row in cached if row.ended_at is None or row.ended_at > at]


def _without_rights() -> dict[str, Role]:
    return {
        code: replace(role, cases=Cases.NONE, sections={}, duties=role.duties & UNACCEPTED_DUTIES)
        for code, role in ROLES.items()
    }


def forget_grants(staff: Staff) -> None:
    """After a change of roles or releases, so that the same object decides anew."""
    for cached in ("_grants", "_releases_there"):
        staff.__dict__.pop(cached, None)


def visible_to(staff: Staff, *, now: datetime, section: Section = Section.IDENTITY) -> Q:
    """Which cases a member of staff may open, as a condition on case tables (id, release_id, site_id).

    With a `section`: those of which they may read it. Who has two roles may read more of some cases than of others.
    """
    condition = Q(pk__in=[])
    for role, grant in grants_of(staff, now=now):
        if role.cases is Cases.NONE or not {Section.IDENTITY, section} <= set(role.sections):
            continue
        within = Q(release_id=grant.release_id) if grant.release_id else Q()
        if role.cases is Cases.SITE:
            if grant.site_id is None:
                continue
            within &= Q(site_id=grant.site_id)
        elif role.cases in _BASIS:
            within &= Q(pk__in=_case_grants(staff, _BASIS[role.cases]).values("case_id"))
        condition |= within
    condition |= _referred_to(staff, section, now)
    if section not in BREAK_GLASS_SECTIONS:
        return condition
    # A condition only where there is something, so that the ordinary query stays simple.
    opened = list(_open_glass(staff, now).values_list("case_id", flat=True))
    return condition | Q(pk__in=opened) if opened else condition


def sections_of(staff: Staff, case: CaseLike, *, now: datetime) -> dict[Section, str]:
    """What of this case they may read ("r") or also write ("rw")."""
    found: dict[Section, str] = {}
    for role, grant in grants_of(staff, now=now):
        if not _covers(staff, role, grant, case):
            for section in _by_referral(staff, role, grant, case, now):
                found.setdefault(section, "r")
            continue
        for section, mode in role.sections.items():
            if len(mode) > len(found.get(section, "")):
                found[section] = mode
    if _open_glass(staff, now).filter(case_id=case.id).exists():
        for section in BREAK_GLASS_SECTIONS:
            found.setdefault(section, "r")
    return found


def can(staff: Staff, action: str, case: CaseLike, *, now: datetime) -> bool:
    """May they do this to this case? An action that the table does not name is refused."""
    if action not in ACTIONS:
        return False
    section, needed = ACTIONS[action]
    return len(sections_of(staff, case, now=now).get(section, "")) >= len(needed)


def may(staff: Staff, action: str, release_id: UUID | None = None, *, now: datetime | None = None) -> bool:
    """May they do this outside a case? `release_id` narrows to the roles they hold there."""
    duty = DUTIES.get(action)
    return duty is not None and has_duty(staff, duty, release_id, now=now)


def has_duty(
    staff: Staff, duty: Duty, release_id: UUID | None = None, *, now: datetime | None = None
) -> bool:
    return any(
        duty in role.duties
        and (grant.release_id is None or release_id is None or grant.release_id == release_id)
        for role, grant in grants_of(staff, now=now)
    )


def require(acting: Acting, action: str, case: CaseLike | None = None) -> None:
    """Raise `Refused` unless the policy allows it. The words do not tell whether the case exists."""
    if case is None:
        allowed = may(acting.staff, action, acting.release.id, now=acting.now)
    else:
        allowed = can(acting.staff, action, case, now=acting.now)
    if not allowed:
        raise Refused("Your role does not allow this. Ask your supervisor if you need it for your work.")


def emergency_until(staff: Staff, *, now: datetime) -> datetime | None:
    """When the last emergency access that is open now will end; None when none is open."""
    until: datetime | None = _open_glass(staff, now).aggregate(until=Max("ends_at"))["until"]
    return until


def emergencies_of(staff: Staff, *, now: datetime) -> set[UUID]:
    """Cases that they opened in an emergency and that are open still."""
    return set(_open_glass(staff, now).values_list("case_id", flat=True))


def _covers(staff: Staff, role: Role, grant: RoleGrant, case: CaseLike) -> bool:
    if role.cases is Cases.NONE or (grant.release_id and grant.release_id != case.release_id):
        return False
    if role.cases is Cases.SITE:
        return grant.site_id is not None and grant.site_id == case.site_id
    if role.cases in _BASIS:
        return _case_grants(staff, _BASIS[role.cases]).filter(case_id=case.id).exists()
    return True


def _case_grants(staff: Staff, basis: CaseGrant.Basis) -> QuerySet[CaseGrant]:
    rows = CaseGrant.objects.filter(basis=basis, ended_at__isnull=True)
    if basis == CaseGrant.Basis.CONSENT:
        return rows.filter(agency_id=staff.agency_id) if staff.agency_id else rows.none()
    return rows.filter(staff=staff)


def referral_grants(agency_id: UUID | None, *, now: datetime) -> QuerySet[CaseGrant]:
    """What referrals open to an organisation at a moment. One that is done has its end from the beginning."""
    if agency_id is None:
        return CaseGrant.objects.none()
    stands = Q(ended_at__isnull=True) | Q(ended_at__gt=now)
    return CaseGrant.objects.filter(stands, basis=CaseGrant.Basis.REFERRAL, agency=agency_id)


def _reads_referrals(role: Role) -> bool:
    return role.cases is not Cases.NONE and REFERRAL_DUTY in role.duties


def _referred_to(staff: Staff, section: Section, now: datetime) -> Q:
    """Cases that were referred to the organisation of `staff` with this section and who it is about, as a condition."""
    wanted = {Section.IDENTITY, section}
    reading = [
        grant
        for role, grant in grants_of(staff, now=now)
        if _reads_referrals(role) and wanted <= set(role.sections) & REFERRAL_SECTIONS
    ]
    opened = referral_grants(staff.agency_id, now=now)
    # A condition only where there is something, so that the ordinary query stays simple.
    if not reading or not opened.exists():
        return Q(pk__in=[])
    opened = opened.annotate(said=Cast("sections", TextField()))
    for one in wanted:
        opened = opened.filter(said__contains=f'"{one}"')
    within = Q(pk__in=[])
    for grant in reading:
        within |= Q(release_id=grant.release_id) if grant.release_id else ~Q(pk__in=[])
    return within & Q(pk__in=opened.values("case_id"))


def _by_referral(staff: Staff, role: Role, grant: RoleGrant, case: CaseLike, now: datetime) -> set[Section]:
    """Sections of this case that a referral opens to a role: what was agreed to, of what the role reads anyway."""
    if not _reads_referrals(role) or (grant.release_id and grant.release_id != case.release_id):
        return set()
    opened = referral_grants(staff.agency_id, now=now).filter(case_id=case.id)
    said = {section for sections in opened.values_list("sections", flat=True) for section in sections}
    found = {section for section in role.sections if section in REFERRAL_SECTIONS and section in said}
    return found if Section.IDENTITY in found else set()


def only_by_referral(staff: Staff, case: CaseLike, *, now: datetime) -> bool:
    """Whether a referral is all that opens this case to them: they read it as guests of those who work on it."""
    held = grants_of(staff, now=now)
    if any(_covers(staff, role, grant, case) for role, grant in held):
        return False
    return any(_by_referral(staff, role, grant, case, now) for role, grant in held)


def _open_glass(staff: Staff, now: datetime) -> QuerySet[BreakGlass]:
    """What they opened in an emergency; nothing once the role by which they opened it has ended: who investigates now
    reads no case that they opened as a caseworker an hour ago (P13)."""
    if not policy_in_force() or not has_duty(staff, Duty.BREAK_GLASS, now=now):
        return BreakGlass.objects.none()
    return BreakGlass.objects.filter(staff=staff, opened_at__lte=now, ends_at__gt=now, closed_at__isnull=True)
