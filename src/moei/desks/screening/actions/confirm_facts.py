"""Facts given before are shown to the person and confirmed, not asked again (P08)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.record_event import lock_case
from moei.desks.screening.models import Confirmation, Interview

_SAID_MAX = 200


@transaction.atomic
def confirm_facts(
    acting: Acting, interview: Interview, facts: Mapping[str, tuple[bool, str]]
) -> list[Confirmation]:
    """`facts`: fact -> (it is right, what the person says instead). The identity itself is corrected in the case file."""
    require(acting, "interview.conduct", interview.case)
    errors = {}
    for fact, (right, said) in facts.items():
        if fact not in Confirmation.Fact.values:
            errors[fact] = "This is not one of the facts to confirm."
        elif not right and not said.strip():
            errors[fact] = "Write down what the person says instead."
        elif len(said) > _SAID_MAX:
            errors[fact] = gettext("Shorten this to %(most)s characters.") % {"most": _SAID_MAX}
    if errors:
        raise Invalid(errors)
    case = lock_case(interview.case)
    interview.refresh_from_db(fields=["state"])
    if interview.state not in Interview.OPEN:
        raise Invalid("This interview is over.")
    standing = {row.fact: row for row in interview.confirmations.all()}
    rows, changes = [], {}
    for fact, (right, said) in facts.items():
        row = standing.get(fact) or Confirmation(interview=interview, fact=fact)
        before = (row.right, row.said) if fact in standing else None
        now = (right, "" if right else said.strip())
        if before == now:
            continue
        row.right, row.said = now
        row.asked_at, row.asked_by = acting.now, acting.staff
        rows.append(row)
        changes[f"fact.{fact}"] = (list(before) if before else None, list(now))
    if rows:
        Confirmation.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["interview", "fact"],
            update_fields=["right", "said", "asked_at", "asked_by"],
        )
        changed(
            acting,
            "interview.facts_confirmed",
            case=case.id,
            subject=case.person_id,
            changes=changes,
            data={"interview": str(interview.id)},
        )
    return rows
