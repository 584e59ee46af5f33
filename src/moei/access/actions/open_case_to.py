"""Open one case to one person or one agency, and close it again."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting
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


def _about(grant: CaseGrant) -> dict[str, str]:
    return {
        "basis": grant.basis,
        "staff": str(grant.staff_id or ""),
        "agency": str(grant.agency_id or ""),
    }
