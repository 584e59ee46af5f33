""" "I was filmed": recorded as told, with what the person wants, and followed up by somebody by a day (P15)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import can, require
from moei.access.journalled import changed
from moei.access.models import Staff
from moei.casefile.actions.record_event import lock_case
from moei.casefile.folding import standing_case
from moei.casefile.models import Case, Filming


@transaction.atomic
def record_filming(
    acting: Acting,
    case: Case,
    *,
    where: str,
    when: str,
    by_whom: str,
    wanted: Filming.Wanted,
    followed_by: Staff,
    due_on: date,
) -> Filming:
    """Needs somebody who follows it up and may do so in this case, and a day that has not passed."""
    require(acting, "filming.record", case)
    if not where.strip():
        raise Invalid({"where": "Write where it was, as told; “not known” is an answer."})
    if not can(followed_by, "filming.record", case, now=acting.now):
        raise Invalid(
            {"followed_by": "%(who)s cannot follow this up: the case is not open to them."}, who=followed_by
        )
    if due_on < case.site.day_of(acting.now):
        raise Invalid({"due_on": "This day has passed."})
    filming = Filming.objects.create(
        case=case,
        where=where.strip(),
        when=when.strip(),
        by_whom=by_whom.strip(),
        wanted=wanted,
        told_at=acting.now,
        recorded_by=acting.staff,
        followed_by=followed_by,
        due_on=due_on,
    )
    changed(
        acting,
        "filming.recorded",
        case=case.id,
        subject=case.person_id,
        changes={"where": (None, where.strip()), "by_whom": (None, by_whom.strip())},
        data={"filming": str(filming.id), "wanted": str(wanted), "followed_by": str(followed_by.id)},
    )
    return filming


@transaction.atomic
def finish_filming(acting: Acting, filming: Filming, *, outcome: str) -> None:
    """What came of it. When the person wants that nothing is said, that nothing was said is an outcome."""
    require(acting, "filming.record", standing_case(filming.case))
    lock_case(filming.case)
    filming.refresh_from_db(fields=["done_at"])
    if filming.done_at is not None:
        raise Invalid("This was followed up already.")
    if not outcome.strip():
        raise Invalid({"outcome": "Say what came of it: the person is told."})
    filming.done_at, filming.outcome = acting.now, outcome.strip()
    filming.save(update_fields=["done_at", "outcome"])
    changed(
        acting,
        "filming.followed_up",
        case=filming.case_id,
        subject=filming.case.person_id,
        changes={"outcome": (None, outcome.strip())},
        data={"filming": str(filming.id)},
    )
