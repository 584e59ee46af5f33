"""Note which paper sheet a registration was entered from; each sheet is entered once."""

from __future__ import annotations

import re

from django.db import IntegrityError, transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import can
from moei.access.journalled import changed
from moei.casefile.models import Case
from moei.casefile.selectors.cases import visible_cases
from moei.desks.arrivals.models import LaterEntry, PaperPack

_SHEET = re.compile(r"^\s*P?\s*(\d{1,6})\s*-\s*(\d{1,4})\s*$", re.IGNORECASE)


def enter_sheet(acting: Acting, case: Case, sheet: str) -> LaterEntry:
    """`sheet` as printed, for instance "P3-07". The duty belongs to the action that calls this, the case is asked here.

    Raises `Invalid` for a case of another site, for a number that was never printed, and for a sheet that was
    entered before.
    """
    if not can(acting.staff, "person.register", case, now=acting.now):
        raise Invalid(
            {
                "sheet": "This case is not at your site: the sheet is entered where the person is. "
                "Hand it to the registration there."
            }
        )
    found = _SHEET.match(sheet)
    pack = PaperPack.objects.filter(release=acting.release, number=int(found[1])).first() if found else None
    if found is None or pack is None or not 1 <= int(found[2]) <= pack.sheets:
        raise Invalid(
            {"sheet": "No sheet of this number was printed. It stands at the top of the sheet, like P3-07."}
        )
    try:
        with transaction.atomic():
            entry = LaterEntry.objects.create(
                pack=pack, position=int(found[2]), case=case, entered_at=acting.now
            )
    except IntegrityError:
        before = LaterEntry.objects.select_related("case").get(pack=pack, position=int(found[2]))
        mine = visible_cases(acting.staff, acting.release.id, now=acting.now)
        if not mine.filter(pk=before.case_id).exists():
            raise Invalid(
                {
                    "sheet": "This sheet was entered already, for a case file that you may not open. "
                    "Check the number; if it is right, ask your supervisor."
                }
            ) from None
        raise Invalid(
            {"sheet": "This sheet was entered already; it is case %(number)s. Check the number."},
            number=before.case.number,
        ) from None
    changed(
        acting,
        "paper.entered",
        case=case.id,
        subject=case.person_id,
        data={"sheet": pack.sheet(entry.position)},
    )
    return entry
