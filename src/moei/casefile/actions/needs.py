"""What a person needs: noted at the crossing, assessed by who cares for them, met by somebody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Agency
from moei.casefile.actions.record_event import TOLERANCE, lock_case, lock_together
from moei.casefile.ages import refresh_ages
from moei.casefile.folding import joined_into, refold, standing_case
from moei.casefile.models import Case, Need


@transaction.atomic
def record_needs(acting: Acting, case: Case, codes: Collection[str]) -> None:
    """What calls for attention at the crossing is this now: new needs are added, others ended, also in files that were
    joined into this. What an assessment found besides stays."""
    require(acting, "needs.record", case)
    wanted = set(codes)
    if unknown := wanted - set(Need.AT_CROSSING):
        raise Invalid({"needs": f"Unknown needs: {', '.join(sorted(unknown))}."})
    lock_case(case)
    together = joined_into([case.person_id])[case.person_id]
    standing = list(
        Need.objects.filter(person__in=together, ended_at__isnull=True, code__in=Need.AT_CROSSING)
    )
    before = {need.code for need in standing}
    if wanted == before:
        return
    ended = [need for need in standing if need.code not in wanted]
    Need.objects.filter(pk__in=[need.pk for need in ended]).update(ended_at=acting.now)
    Need.objects.bulk_create(
        Need(person_id=case.person_id, code=code, noted_at=acting.now, noted_by=acting.staff)
        for code in sorted(wanted - before)
    )
    refold(refresh_ages(together), now=acting.now)
    changed(
        acting,
        "needs.recorded",
        case=case.id,
        subject=case.person_id,
        changes={"needs": (sorted(before), sorted(wanted))},
        data={"ended": [str(need.pk) for need in ended if need.person_id != case.person_id]},
    )


@transaction.atomic
def assess_needs(acting: Acting, case: Case, found: Mapping[str, int]) -> None:
    """The needs of a person are these now, each with how urgent it is (code -> `Need.Urgency`); others end.

    A need that stands keeps since when; one that was met and is found again begins anew. Raises `Invalid` for codes
    and urgencies that there are none of, and in a file that was joined into another.
    """
    require(acting, "needs.record", case)
    if unknown := set(found) - set(Need.Code.values):
        raise Invalid({"needs": f"Unknown needs: {', '.join(sorted(unknown))}."})
    if set(found.values()) - set(Need.Urgency.values):
        raise Invalid({"needs": "Say of each need how urgent it is."})
    together = lock_together([case.person_id])
    _refuse_joined(case)
    standing = list(
        Need.objects.filter(person__in=together, ended_at__isnull=True).order_by("noted_at", "pk")
    )
    before = {_as_told(need) for need in standing}
    ended = [need.pk for need in standing if _begins_anew_or_ends(need, found)]
    Need.objects.filter(pk__in=ended).update(ended_at=acting.now)
    left = [need for need in standing if need.pk not in ended]
    for need in left:
        if need.urgency != found[need.code]:
            need.urgency = found[need.code]
            need.save(update_fields=["urgency"])
    fresh = set(found) - {need.code for need in left}
    made = Need.objects.bulk_create(
        Need(
            person_id=case.person_id,
            code=code,
            urgency=found[code],
            noted_at=acting.now,
            noted_by=acting.staff,
        )
        for code in sorted(fresh)
    )
    refold(refresh_ages(together), now=acting.now)
    after = {_as_told(need) for need in (*left, *made)}
    if before != after:
        changed(
            acting,
            "needs.assessed",
            case=case.id,
            subject=case.person_id,
            changes={"needs": (sorted(before), sorted(after))},
        )


@transaction.atomic
def meet_need(acting: Acting, case: Case, code: str, *, at: datetime, through: Agency | None = None) -> None:
    """Somebody met this need at that time: `through` is whose service it was, else the agency of whoever acts.

    Raises `Invalid` when the need does not stand unmet, for a time to come, and for one before it was noted.
    """
    require(acting, "needs.record", case)
    together = lock_together([case.person_id])
    _refuse_joined(case)
    mark_met(acting, case, together, [code], at=at, through=through)


def mark_met(
    acting: Acting,
    case: Case,
    together: Collection[UUID],
    codes: Collection[str],
    *,
    at: datetime,
    through: Agency | None = None,
) -> None:
    """Within a transaction that locked these persons, who are one. The permission belongs to the action that calls."""
    if at > acting.now + TOLERANCE:
        raise Invalid({"at": "This time is in the future. Check the date and the clock of this device."})
    unmet = Need.objects.filter(person__in=together, ended_at__isnull=True, met_at__isnull=True)
    needs = list(unmet.filter(code__in=codes))
    if set(codes) - {need.code for need in needs}:
        raise Invalid("This need was met or ended already.")
    zone, first = case.site.zone, min(need.noted_at for need in needs)
    if at.astimezone(zone).date() < first.astimezone(zone).date():
        raise Invalid({"at": "This is before the need was noted. Check the day."})
    lasting = [need.pk for need in needs if need.code in Need.OF_THE_PERSON]
    agency = through or acting.staff.agency
    met = {"met_at": at, "met_by": acting.staff, "met_through": agency}
    over = [need.pk for need in needs if need.pk not in lasting]
    Need.objects.filter(pk__in=lasting).update(**met)
    Need.objects.filter(pk__in=over).update(**met, ended_at=acting.now)
    changed(
        acting,
        "needs.met",
        case=case.id,
        subject=case.person_id,
        changes={"needs": (None, sorted(codes))},
        data={"through": str(agency.pk) if agency else ""},
        happened_at=at,
    )


def _as_told(need: Need) -> str:
    return f"{need.code}:{int(need.urgency)}{'+' if need.met_at else ''}"


def _begins_anew_or_ends(need: Need, found: Mapping[str, int]) -> bool:
    return need.code not in found or (need.met_at is not None and need.urgency != found[need.code])


def _refuse_joined(case: Case) -> None:
    if standing_case(case).pk != case.pk:
        raise Invalid("This case file was joined into another one. Open that one.")
