"""Open a case by its number in an emergency. The number is checked before anything is looked up (P12, P14)."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.actions.break_glass import SHORTEST_REASON, break_glass
from moei.access.decide import require
from moei.access.journalled import was_read
from moei.access.limits import count_guess
from moei.casefile.models import Case
from moei.casefile.models.case import is_case_number


def open_in_emergency(acting: Acting, number: str, reason: str) -> Case:
    """The case, open for three hours. A number that no case has is journalled too, and auditors hear of several: guessing
    leaves traces, and an emergency is never blocked."""
    require(acting, "break_glass.open")
    if not is_case_number(number.strip()):
        raise Invalid(
            {"number": "This is not a case number: one digit is wrong. Read it again from the paper."}
        )
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid({"reason": "Say what the emergency is, in a sentence: an auditor will read it."})
    digits = "".join(character for character in number if character.isdigit())
    cases = Case.objects.within_program("whoever opens a case in an emergency knows its number only")
    named = cases.filter(
        number=f"{digits[:4]}-{digits[4:8]}-{digits[8]}", release=acting.release
    ).select_related("person")
    case = _standing(named.first())
    if case is None:
        with transaction.atomic():
            was_read(acting, "break_glass.number_unknown")
            count_guess(acting)
        raise Invalid({"number": "No case of this release has this number."})
    break_glass(acting, case.id, reason)
    return case


def _standing(case: Case | None) -> Case | None:
    """The file that is shown for this person: papers still bear the number of a file that was joined into another."""
    if case is not None and case.person.merged_into_id:
        case = Case.objects_unchecked.filter(person_id=case.person.merged_into_id).first()
    return None if case is None or case.hidden else case
