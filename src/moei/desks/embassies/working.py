"""What every action of this desk on one case begins with."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from moei.access.acting import Acting, Invalid, Refused
from moei.access.decide import require
from moei.access.models import CaseGrant
from moei.access.policy import Section
from moei.casefile.actions.record_event import lock_together
from moei.casefile.folding import standing_case
from moei.casefile.keeping_apart import decides
from moei.casefile.models import Case
from moei.casefile.selectors.cases import visible_cases


class NotOpen(Refused):
    """The person is not open to this mission, or not any more. Pages answer as to what does not exist."""

    def __init__(self) -> None:
        super().__init__("There is no such request, or it is not open to you.")


def begin(acting: Acting, case: Case) -> set[UUID]:
    """The right to work on the way home, by nobody who decides (P03); the person's files are locked and returned."""
    require(acting, "return.record", case)
    keep_from_deciders(acting, case)
    together = lock_together([case.person_id])
    if standing_case(case).pk != case.pk:
        raise Invalid("This case file was joined into another one. Open that one.")
    return together


def keep_from_deciders(acting: Acting, case: Case) -> None:
    """Raises `Refused` for whoever may sign the determination in this case (P03)."""
    if decides(acting.staff, case, now=acting.now):
        raise Refused(
            "Who may sign the determination does not see what embassies were asked. A caseworker does this."
        )


def nationals(acting: Acting) -> QuerySet[Case]:
    """People who agreed that the mission of whoever acts is told of them; nobody else exists for it (P12)."""
    mine = CaseGrant.objects.filter(
        basis=CaseGrant.Basis.CONSENT, agency=acting.staff.agency_id, ended_at__isnull=True
    )
    found = visible_cases(acting.staff, acting.release.id, now=acting.now, section=Section.TRAVEL)
    return found.filter(pk__in=mine.values("case_id")) if acting.staff.agency_id else found.none()
