"""Write down that a file leaves: first its number, then, when it is whole, its digest and the journal's entry.

Two steps, so that nobody waits for the setting of a paper; a file that broke on its way stays in the register
without a digest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.journalled import changed
from moei.leaving.models import MADE_FOR_IT, Departure, DepartureCase, Kind, Why

# More cases than this in one file, and the journal's entry gives their number alone; the register has them all.
_IN_ENTRY = 50


@dataclass(frozen=True)
class Reason:
    """Why somebody takes a file: a code, and words that name nobody."""

    why: Why
    note: str = ""


@transaction.atomic
def begin_departure(
    acting: Acting, kind: Kind, name: str, reason: Reason, case_ids: Iterable[UUID] = ()
) -> Departure:
    """A number in the register. Raises `Invalid` when a file that needs a reason is taken without one."""
    if kind not in MADE_FOR_IT and reason.why == Why.ITSELF:
        raise Invalid("Say why you take this file.")
    cases = list(dict.fromkeys(case_ids))
    departure = Departure.objects.create(
        kind=kind,
        staff=acting.staff,
        agency=acting.staff.agency,
        release=acting.release,
        left_at=acting.now,
        why=reason.why,
        note=reason.note.strip()[:200],
        name=name[:120],
        people=len(cases),
    )
    DepartureCase.objects.bulk_create(
        [DepartureCase(departure=departure, case_id=case_id) for case_id in cases], batch_size=500
    )
    return departure


@transaction.atomic
def count_departure(acting: Acting, operation: str, reason: Reason, case_ids: Iterable[UUID]) -> Departure:
    """Cases that an answer of the API names: in the row of this account, operation and purpose for the day at the site.

    One row a day: a program asks every minute, and the journal has each time. Whoever is named again counts once.
    """
    midnight = acting.now.astimezone(acting.release.site.zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    row = (
        Departure.objects.select_for_update(no_key=True)
        .filter(
            kind=Kind.API,
            staff=acting.staff,
            release=acting.release,
            name=operation,
            why=reason.why,
            left_at__gte=midnight,
        )
        .first()
    )
    if row is None:
        return begin_departure(acting, Kind.API, operation, reason, case_ids)
    DepartureCase.objects.bulk_create(
        [DepartureCase(departure=row, case_id=case_id) for case_id in case_ids],
        batch_size=500,
        ignore_conflicts=True,
    )
    row.people = row.cases.count()
    row.save(update_fields=["people"])
    return row


@transaction.atomic
def finish_departure(acting: Acting, departure: Departure, *, size: int, sha256: str) -> None:
    """The file is whole and goes: `size` in bytes, `sha256` of exactly what goes."""
    departure.size, departure.sha256 = size, sha256
    departure.save(update_fields=["size", "sha256"])
    data: dict[str, object] = {
        "number": str(departure),
        "kind": str(departure.kind),
        "why": str(departure.why),
        "sha256": sha256,
        "people": departure.people,
    }
    cases = [str(row.case_id) for row in departure.cases.all()[: _IN_ENTRY + 1]]
    if 1 < len(cases) <= _IN_ENTRY:
        data["cases"] = cases
    changed(acting, "file.left", case=UUID(cases[0]) if len(cases) == 1 else None, data=data)
