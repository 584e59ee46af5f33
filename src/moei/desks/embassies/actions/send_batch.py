"""Ask a mission about many people at once: those who are ready, each with a line in the register of disclosures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed_many, note
from moei.access.models import Agency
from moei.casefile.actions.record_event import lock_cases_of
from moei.casefile.models import Case, Disclosure
from moei.counted_anew import count_anew
from moei.desks.embassies.models import Batch, VerificationRequest
from moei.desks.embassies.readiness import acts_for, ready_among, work_cases
from moei.journal.ids import new_id

MAX_BATCH = 1000
_PART = 500
# As consent names it: whoever decides does not see these lines (P03).
BASIS = "consent (embassy)"


@dataclass(frozen=True)
class Sent:
    """`left_out` are cases that were chosen and may not be asked about (any more)."""

    batch: Batch
    requests: int
    left_out: int


@transaction.atomic
def send_batch(acting: Acting, mission: Agency, state: str, case_ids: Collection[UUID]) -> Sent:
    """Whoever is not ready when it is sent is left out: consent may have ended since the page was opened.

    Raises `Invalid` when nobody is left. The number of queries grows by a few for each 500 people.
    """
    require(acting, "missions.ask")
    wanted = list(dict.fromkeys(case_ids))
    if not wanted:
        raise Invalid({"cases": "Choose at least one person."})
    if len(wanted) > MAX_BATCH:
        raise Invalid({"cases": "A batch holds at most %(most)s people."}, most=MAX_BATCH)
    if mission.kind != Agency.Kind.EMBASSY or not acts_for(mission, state):
        raise Invalid({"state": "This mission does not act for this state."})
    lock_cases_of(_people(acting, wanted))
    ready: list[Case] = []
    for start in range(0, len(wanted), _PART):
        mine = work_cases(acting).filter(pk__in=wanted[start : start + _PART])
        ready += ready_among(mine, mission, state).select_related("person").order_by("pk")
    if not ready:
        raise Invalid(
            {"cases": "Nobody of these may be asked about now: they were asked about, or do not agree."}
        )
    batch = Batch.objects.create(
        release=acting.release, mission=mission, state=state, sent_at=acting.now, sent_by=acting.staff
    )
    rows = [
        VerificationRequest(
            id=new_id(), batch=batch, case=case, mission=mission, state=state, asked_at=acting.now
        )
        for case in ready
    ]
    VerificationRequest.objects.bulk_create(rows, batch_size=_PART)
    Disclosure.objects.bulk_create(
        [
            Disclosure(
                case=case,
                what=f"name, birth, papers and needs for travel, to ask about nationality ({state})",
                to_whom=mission.name,
                happened_at=acting.now,
                basis=BASIS,
                recorded_by=acting.staff,
            )
            for case in ready
        ],
        batch_size=_PART,
    )
    count_anew(len(rows), VerificationRequest, Disclosure)
    changed_many(
        acting,
        [
            note(
                acting,
                "verification.asked",
                case=row.case_id,
                subject=row.case.person_id,
                data={"request": str(row.pk), "batch": str(batch.pk)},
            )
            for row in rows
        ],
    )
    return Sent(batch, len(rows), len(wanted) - len(rows))


def _people(acting: Acting, case_ids: list[UUID]) -> list[UUID]:
    found: list[UUID] = []
    for start in range(0, len(case_ids), _PART):
        mine = work_cases(acting).filter(pk__in=case_ids[start : start + _PART])
        found += mine.values_list("person_id", flat=True)
    return found
