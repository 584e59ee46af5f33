"""Assign a case to a member of staff, let an interpreter into it, or a person whom the person named (P05)."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.actions.open_case_to import close_case_to, open_case_to
from moei.access.decide import grants_of, require
from moei.access.models import CaseGrant, Staff
from moei.access.policy import Cases
from moei.casefile.models import Case

# Which of the policy's rows each basis needs the person to have.
_REACH = {
    CaseGrant.Basis.ASSIGNED: Cases.ASSIGNED,
    CaseGrant.Basis.INTERPRETER: Cases.INTERPRETED,
    CaseGrant.Basis.SUPPORT: Cases.NAMED_ME,
}


@transaction.atomic
def assign_case(
    acting: Acting, case: Case, staff: Staff, basis: CaseGrant.Basis = CaseGrant.Basis.ASSIGNED
) -> CaseGrant:
    """Opens this one case to `staff`, within what their role lets them see of it."""
    require(acting, "support_person.name" if basis == CaseGrant.Basis.SUPPORT else "case.assign", case)
    _check(staff, basis)
    return open_case_to(acting, case.id, basis, staff=staff)


@transaction.atomic
def end_assignment(
    acting: Acting, case: Case, staff: Staff, basis: CaseGrant.Basis = CaseGrant.Basis.ASSIGNED
) -> bool:
    require(acting, "support_person.name" if basis == CaseGrant.Basis.SUPPORT else "case.assign", case)
    return close_case_to(acting, case.id, basis, staff=staff)


def _check(staff: Staff, basis: CaseGrant.Basis) -> None:
    reach = _REACH.get(basis)
    if reach is None or not any(role.cases is reach for role, _grant in grants_of(staff)):
        raise Invalid(
            {"staff": "%(who)s has no role that works on single cases in this way. Give the role first."},
            who=staff,
        )
