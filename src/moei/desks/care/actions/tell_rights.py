"""The rights of the protocol are told to the person, in a language that they understand (P04)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.journalled import changed
from moei.access.models import Staff
from moei.casefile.folding import protocol
from moei.casefile.models import Case
from moei.desks.care.models import RightTold
from moei.desks.care.working import begin


@transaction.atomic
def tell_rights(
    acting: Acting,
    case: Case,
    codes: Collection[str],
    *,
    language: str,
    interpreter: Staff | None = None,
) -> list[RightTold]:
    """Rights of the case's protocol, by their codes, told now by whoever acts; told again, both stay to be seen.

    Raises `Invalid` for none, for a right that the protocol does not have, and where neither whoever acts nor the
    interpreter speaks the language (ISO 639).
    """
    begin(acting, case)
    known = {right.code for right in protocol(case.protocol).rights}
    if not codes or set(codes) - known:
        raise Invalid({"codes": "Tick the rights that were told."})
    if not language.strip():
        raise Invalid({"language": "Say in which language."})
    if interpreter is not None and language not in interpreter.languages:
        raise Invalid({"interpreter": "%(who)s does not interpret this language."}, who=interpreter)
    if interpreter is None and language not in acting.staff.languages:
        raise Invalid({"interpreter": "You are not known to speak this language: name who interpreted."})
    told = RightTold.objects.bulk_create(
        RightTold(
            case=case,
            code=code,
            language=language,
            interpreter=interpreter,
            told_at=acting.now,
            told_by=acting.staff,
        )
        for code in sorted(set(codes))
    )
    changed(
        acting,
        "rights.told",
        case=case.id,
        subject=case.person_id,
        data={"rights": sorted(set(codes)), "language": language},
    )
    return list(told)
