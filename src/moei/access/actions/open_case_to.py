"""Open one case to one person or one agency, and close it again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting
from moei.access.decide import referral_grants
from moei.access.journalled import changed
from moei.access.models import Agency, CaseGrant, Staff
from moei.journal.models import Entry


@transaction.atomic
def open_case_to(
    acting: Acting,
    case_id: UUID,
    basis: CaseGrant.Basis,
    *,
    staff: Staff | None = None,
    agency: Agency | None = None,
) -> CaseGrant:
    """The permission belongs to the action that calls this (assigning, consent, naming a lawyer)."""
    grant, created = CaseGrant.objects.get_or_create(
        case_id=case_id,
        basis=basis,
        staff=staff,
        agency=agency,
        ended_at=None,
        defaults={"granted_by": acting.staff, "granted_at": acting.now},
    )
    if created:
        changed(acting, "case.opened_to", kind=Entry.Kind.ACCESS, case=case_id, data=_about(grant))
    return grant


@transaction.atomic
def close_case_to(
    acting: Acting,
    case_id: UUID,
    basis: CaseGrant.Basis,
    *,
    staff: Staff | None = None,
    agency: Agency | None = None,
) -> bool:
    """Ends it now. True if there was something to end."""
    rows = CaseGrant.objects.filter(
        case_id=case_id, basis=basis, staff=staff, agency=agency, ended_at__isnull=True
    )
    grant = rows.first()
    if grant is None:
        return False
    rows.update(ended_at=acting.now)
    changed(acting, "case.closed_to", kind=Entry.Kind.ACCESS, case=case_id, data=_about(grant))
    return True


@transaction.atomic
def open_by_referral(
    acting: Acting, case_id: UUID, agency: Agency, wanted: Collection[tuple[frozenset[str], datetime | None]]
) -> None:
    """What referrals open of this case to this organisation is this now: sections, and until when (None: no end yet).

    At most one of `wanted` has no end. The permission belongs to the action that calls this, with the case locked.
    """
    standing = {
        (frozenset(grant.sections), grant.ended_at): grant
        for grant in referral_grants(agency.pk, now=acting.now).filter(case_id=case_id)
    }
    kept = {one for one in wanted if one[0] and (one[1] is None or one[1] > acting.now)}
    for one, grant in standing.items():
        if one not in kept:
            CaseGrant.objects.filter(pk=grant.pk).update(ended_at=acting.now)
            changed(acting, "case.closed_to", kind=Entry.Kind.ACCESS, case=case_id, data=_about(grant))
    for sections, until in sorted(kept - standing.keys(), key=lambda one: sorted(one[0])):
        grant = CaseGrant.objects.create(
            case_id=case_id,
            basis=CaseGrant.Basis.REFERRAL,
            agency=agency,
            sections=sorted(sections),
            granted_by=acting.staff,
            granted_at=acting.now,
            ended_at=until,
        )
        about = {**_about(grant), "sections": grant.sections}
        if until is not None:
            about["until"] = until.isoformat()
        changed(acting, "case.opened_to", kind=Entry.Kind.ACCESS, case=case_id, data=about)


def _about(grant: CaseGrant) -> dict[str, str]:
    return {
        "basis": grant.basis,
        "staff": str(grant.staff_id or ""),
        "agency": str(grant.agency_id or ""),
    }
