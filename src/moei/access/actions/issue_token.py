"""API tokens of agencies: shown once, stored as a digest, ended by expiry or by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import ApiToken, Staff
from moei.crypto import digest_token, new_token
from moei.journal.models import Entry

LONGEST = timedelta(days=90)


@transaction.atomic
def issue_token(acting: Acting, service: Staff, label: str, *, expires_at: datetime) -> tuple[ApiToken, str]:
    """A token for a service account of an agency. Returns the row and the token itself, which is not kept."""
    require(acting, "staff.manage")
    if not service.is_service or service.agency is None:
        raise Invalid({"staff": "A token needs a service account that belongs to an agency."})
    if not acting.now < expires_at <= acting.now + LONGEST:
        raise Invalid({"expires_at": "A token lives at most %(days)s days."}, days=LONGEST.days)
    token = new_token(32)
    row = ApiToken.objects.create(
        agency=service.agency,
        staff=service,
        label=label,
        digest=digest_token(token),
        created_at=acting.now,
        expires_at=expires_at,
    )
    changed(
        acting,
        "token.issued",
        kind=Entry.Kind.ACCESS,
        data={"token": str(row.id), "agency": str(row.agency_id)},
    )
    return row, token


@transaction.atomic
def revoke_token(acting: Acting, token: ApiToken) -> None:
    require(acting, "staff.manage")
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=acting.now):
        changed(acting, "token.revoked", kind=Entry.Kind.ACCESS, data={"token": str(token.id)})
