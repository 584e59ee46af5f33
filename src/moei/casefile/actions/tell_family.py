"""Tell a family that the person is here, once the person said yes (P12)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.consent import MAY_NOT_ASK
from moei.casefile.actions.record_event import lock_together
from moei.casefile.folding import standing_case
from moei.casefile.models import Case, Disclosure, Purpose
from moei.casefile.selectors.family_asks import Answer, answers


@transaction.atomic
def tell_family(acting: Acting, case: Case, *, to_whom: str, what: str) -> Disclosure:
    """Writes into the register whom of the family was told what. Refused while no yes of the person is in force.

    Nobody is written to or called by the program: a caseworker speaks to the family, never a page.
    """
    require(acting, "disclosure.record", case)
    if acting.staff.profession in MAY_NOT_ASK:
        raise Invalid("A caseworker or social worker tells the family, not the police.")
    lock_together([case.person_id])
    if standing_case(case).pk != case.pk:
        raise Invalid("This case file was joined into another one. Open that one.")
    if answers([case.person_id])[case.person_id] is not Answer.YES:
        raise Invalid(
            "The person has not said yes to this. Ask the person first; until then the family is told nothing."
        )
    missing = {
        name: gettext("Fill this in: the person has a right to know it.")
        for name, value in (("to_whom", to_whom), ("what", what))
        if not value.strip()
    }
    if missing:
        raise Invalid(missing)
    told = Disclosure.objects.create(
        case=case,
        what=what.strip(),
        to_whom=to_whom.strip(),
        happened_at=acting.now,
        basis=f"consent ({Purpose.FAMILY})",
        recallable=False,
        recorded_by=acting.staff,
    )
    changed(
        acting,
        "family.told",
        case=case.id,
        subject=case.person_id,
        changes={"what": (None, what), "to_whom": (None, to_whom)},
        data={"disclosure": str(told.id)},
    )
    return told
