"""Needs that call for attention at once, and the end of them."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.record_event import lock_case
from moei.casefile.ages import refresh_ages
from moei.casefile.folding import joined_into, refold
from moei.casefile.models import Case, Need


@transaction.atomic
def record_needs(acting: Acting, case: Case, codes: Collection[str]) -> None:
    """The needs of a person are these now: new ones are added, others ended, also in files that were joined into this."""
    require(acting, "needs.record", case)
    wanted = set(codes)
    unknown = wanted - set(Need.Code.values)
    if unknown:
        raise Invalid({"needs": f"Unknown needs: {', '.join(sorted(unknown))}."})
    lock_case(case)
    together = joined_into([case.person_id])[case.person_id]
    standing = list(Need.objects.filter(person__in=together, ended_at__isnull=True))
    before = {need.code for need in standing}
    if wanted == before:
        return
    ended = [need for need in standing if need.code not in wanted]
    Need.objects.filter(pk__in=[need.pk for need in ended]).update(ended_at=acting.now)
    Need.objects.bulk_create(
        [Need(person_id=case.person_id, code=code, noted_at=acting.now) for code in sorted(wanted - before)]
    )
    refold(refresh_ages(together), now=acting.now)
    changed(
        acting,
        "needs.recorded",
        case=case.id,
        subject=case.person_id,
        changes={"needs": (sorted(before), sorted(wanted))},
        data={"ended": [str(need.pk) for need in ended if need.person_id != case.person_id]},
    )
