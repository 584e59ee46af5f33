"""Papers, checks and concerns of a person's way home, over all files that were joined into the case."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from moei.casefile.folding import joined_into
from moei.casefile.models import Case, ProtectionConcern, TravelCheck, TravelDocument


def _of_person(case: Case) -> Q:
    return Q(case__person_id__in=joined_into([case.person_id])[case.person_id])


def documents_of(case: Case) -> list[TravelDocument]:
    """Every travel document that was asked for or issued and was not voided, the latest first."""
    rows = TravelDocument.objects.filter(_of_person(case), voided_at__isnull=True)
    return list(rows.select_related("mission").order_by("-asked_at", "-issued_at", "-id"))


def valid_document(case: Case, *, on: date) -> TravelDocument | None:
    """One that was issued and does not expire before `on`, the day of travel."""
    rows = TravelDocument.objects.filter(_of_person(case), voided_at__isnull=True, issued_at__isnull=False)
    return rows.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=on)).order_by("-issued_at").first()


def checks_of(case: Case) -> dict[str, TravelCheck]:
    """The latest answer to each precondition, by its code."""
    rows = TravelCheck.objects.filter(_of_person(case)).order_by("answered_at", "id")
    return {row.code: row for row in rows}


def concerns_of(case: Case) -> list[ProtectionConcern]:
    """Concerns that stand."""
    return list(ProtectionConcern.objects.filter(_of_person(case), ended_at__isnull=True).order_by("told_at"))


def is_feared(case: Case, state: str) -> bool:
    """Whether nothing may be asked of this state, nor a journey go there. `state`: ISO 3166 alpha-3."""
    concerned = Q(state=state) | Q(state="")
    return ProtectionConcern.objects.filter(_of_person(case), concerned, ended_at__isnull=True).exists()
