"""Issue a wristband, or renew one that was lost: the old token stops working at once (P15)."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.record_event import lock_case
from moei.casefile.models import Case, Wristband


@transaction.atomic
def issue_wristband(acting: Acting, case: Case) -> Wristband:
    """The case's only valid wristband from now on."""
    require(acting, "wristband.renew", case)
    lock_case(case)
    ended = Wristband.objects.filter(case=case, ended_at__isnull=True).update(ended_at=acting.now)
    band = Wristband.objects.create(case=case, issued_at=acting.now)
    changed(
        acting,
        "wristband.renewed" if ended else "wristband.issued",
        case=case.id,
        subject=case.person_id,
        data={"wristband": str(band.id)},
    )
    return band
