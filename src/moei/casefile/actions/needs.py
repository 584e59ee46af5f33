"""Needs that call for attention at once, and the end of them."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.models import Case, Need


@transaction.atomic
def record_needs(acting: Acting, case: Case, codes: Collection[str]) -> None:
    """The needs of a person are these now: new ones are added, others ended."""
    require(acting, "needs.record", case)
    wanted = set(codes)
    unknown = wanted - set(Need.Code.values)
    if unknown:
        raise Invalid({"needs": f"Unknown needs: {', '.join(sorted(unknown))}."})
    standing = {
        need.code: need for need in Need.objects.filter(person_id=case.person_id, ended_at__isnull=True)
    }
    if wanted == set(standing):
        return
    for code in set(standing) - wanted:
        Need.objects.filter(pk=standing[code].pk).update(ended_at=acting.now)
    Need.objects.bulk_create(
        [
            Need(person_id=case.person_id, code=code, noted_at=acting.now)
            for code in sorted(wanted - set(standing))
        ]
    )
    changed(
        acting,
        "needs.recorded",
        case=case.id,
        subject=case.person_id,
        changes={"needs": (sorted(standing), sorted(wanted))},
    )
