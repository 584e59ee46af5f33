"""Somebody does not wish to sleep in a shelter: they are served outside it, and lose nothing by it (P04)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.record_event import Happening, lock_together, record_events
from moei.casefile.models import Case
from moei.desks.shelter.actions.stay import end_stays
from moei.desks.shelter.locking import lock_places
from moei.desks.shelter.models import Declined, Stay
from moei.engines.protocol import EventKind


@transaction.atomic
def decline_shelter(
    acting: Acting,
    case: Case,
    *,
    lives: Declined.Lives = Declined.Lives.NOT_SAID,
    services: Collection[Declined.Service] = (),
) -> Declined:
    """`services` are brought to them outside. A bed that was kept is free; whoever sleeps in one leaves it.

    They may come to a shelter at any time afterwards. Raises `Invalid` when it is written down already.
    """
    require(acting, "stay.record", case)
    people = lock_together([case.person_id])
    if Declined.objects.filter(case__person__in=people, ended_at__isnull=True).exists():
        raise Invalid("It is written down already that this person wishes to live outside a shelter.")
    own = Stay.objects.filter(case__person__in=people, ended_at__isnull=True)
    lock_places(own.values_list("place_id", flat=True))
    stays = list(own.select_related("case"))
    end_stays(acting, case, stays, Stay.Ended.DECLINED, at=acting.now)
    row = Declined.objects.create(
        case=case,
        lives=lives,
        services=sorted({str(service) for service in services}),
        declined_at=acting.now,
        recorded_by=acting.staff,
    )
    record_events(acting, [Happening(case, EventKind.SHELTER_DECLINED, acting.now, {"lives": str(lives)})])
    changed(
        acting,
        "shelter.declined",
        case=case.id,
        subject=case.person_id,
        data={"services": row.services},
    )
    return row
