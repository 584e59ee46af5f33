"""API tokens of agencies: agreed on by two agencies, shown once, stored as a digest, ended by expiry or by hand."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.agreed import require_agreed
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import ApiToken, Notice, Proposal, Staff
from moei.access.policy import Duty
from moei.access.reach import releases_of, require_reach
from moei.access.watching import tell_where_they_work
from moei.crypto import digest_token, new_token
from moei.journal.models import Entry

LONGEST_DAYS = 90


def check_token(service: Staff, days: int) -> None:
    """Raises `Invalid` unless a token of so many days can be issued to this account."""
    if not service.is_service or service.agency is None:
        raise Invalid({"staff": "A token needs a service account that belongs to an agency."})
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid({"days": "A token lives at most %(days)s days."}, days=LONGEST_DAYS)


@transaction.atomic
def issue_token(
    acting: Acting, service: Staff, label: str, *, days: int, proposal: Proposal
) -> tuple[ApiToken, str]:
    """A token for a service account; its agency is told. Returns the row and the token itself, which is not kept."""
    require(acting, "staff.manage")
    require_agreed(proposal, Proposal.Kind.TOKEN)
    check_token(service, days)
    assert service.agency is not None
    token = new_token(32)
    row = ApiToken.objects.create(
        agency=service.agency,
        staff=service,
        label=label,
        digest=digest_token(token),
        created_at=acting.now,
        expires_at=acting.now + timedelta(days=days),
    )
    tell_where_they_work(acting, Notice.Kind.TOKEN, service.agency, service, "token.issued")
    changed(
        acting,
        "token.issued",
        kind=Entry.Kind.ACCESS,
        data={"token": str(row.id), "agency": str(row.agency_id), "proposal": str(proposal.pk)},
    )
    return row, token


@transaction.atomic
def revoke_token(acting: Acting, token: ApiToken) -> None:
    require(acting, "staff.manage")
    require_reach(acting, Duty.STAFF, releases_of(token.staff, now=acting.now))
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=acting.now):
        changed(acting, "token.revoked", kind=Entry.Kind.ACCESS, data={"token": str(token.id)})
