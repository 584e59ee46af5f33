"""Who a token acts for."""

from __future__ import annotations

from datetime import datetime

from moei.access.models import ApiToken, Staff
from moei.crypto import digest_token


def staff_of_token(token: str, *, now: datetime) -> Staff | None:
    row = (
        ApiToken.objects.select_related("staff__agency")
        .filter(
            digest=digest_token(token), revoked_at__isnull=True, expires_at__gt=now, staff__is_active=True
        )
        .first()
    )
    return row.staff if row else None
