"""The spreadsheet of a batch goes to its mission: what is in it cannot be recalled (P01, P04, P21)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import was_listed
from moei.casefile.actions.record_event import lock_cases_of
from moei.casefile.models import Disclosure
from moei.desks.embassies.actions.send_batch import BASIS
from moei.desks.embassies.models import Batch, VerificationRequest
from moei.desks.embassies.readiness import may_be_told
from moei.desks.embassies.selectors import batch_requests, sheet_rows
from moei.desks.embassies.sheets import request_sheet
from moei.leaving.stamp import Stamp


def sheet_for_mission(acting: Acting, batch: Batch) -> list[VerificationRequest]:
    """Requests of the batch that wait, about people whom the mission may be told of now."""
    require(acting, "missions.ask")
    waiting = batch_requests(acting, batch).filter(status__in=VerificationRequest.OPEN)
    return list(waiting.filter(case__in=may_be_told(acting, batch.mission).order_by().values("pk")))


@transaction.atomic
def told_by_sheet(acting: Acting, batch: Batch, stamp: Stamp) -> bytes:
    """The workbook, with a line in each person's register of disclosures. Consent is looked at again, behind the lock.

    Raises `Invalid` when nobody is left.
    """
    lock_cases_of([row.case.person_id for row in sheet_for_mission(acting, batch)])
    rows = sheet_for_mission(acting, batch)
    if not rows:
        raise Invalid("Nobody in this batch waits for an answer any more.")
    Disclosure.objects.bulk_create(
        [
            Disclosure(
                case=row.case,
                what="name, birth, papers and needs for travel, in a spreadsheet",
                to_whom=batch.mission.name,
                happened_at=acting.now,
                basis=BASIS,
                recorded_by=acting.staff,
            )
            for row in rows
        ],
        batch_size=500,
    )
    was_listed(acting, "embassies:batch_sheet", [row.case_id for row in rows], action="cases.exported")
    title = gettext("%(reference)s: is each of these a national of %(state)s?") % {
        "reference": batch.reference,
        "state": batch.state,
    }
    return request_sheet(title, sheet_rows(rows), acting.release, stamp)
